/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Giving up root, in the order that capabilities(7) asks for: keep the
 * permitted set across setresuid, give away all of it but one, ask whether
 * that one is needed, and close the door behind.
 */
#include "privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Sets the thread's capabilities to nothing but CAP_DAC_READ_SEARCH, where
   asked for. glibc has no wrapper for capset(2). */
static int
set_capabilities(int permitted, int effective)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
	const unsigned bit = 1U << CAP_DAC_READ_SEARCH;

	data[0].permitted = permitted ? bit : 0;
	data[0].effective = effective ? bit : 0;
	return syscall(SYS_capset, &header, data) == -1 ? -errno : 0;
}

static int
become(const struct passwd *user)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1)
		return -errno;
	if (initgroups(user->pw_name, user->pw_gid) == -1 ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) == -1 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) == -1)
		return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -errno;
	return 0;
}

static const char *
first_unreadable(const char *const *directories, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (faccessat(AT_FDCWD, directories[i], R_OK, AT_EACCESS) == -1 && errno == EACCES)
			return directories[i];
	}
	return NULL;
}

const char *
privileges_user(const char *configured)
{
	if (configured != NULL)
		return configured;
	return getpwnam("pxeiso") != NULL ? "pxeiso" : "nobody";
}

int
privileges_drop(const char *user, const char *const *directories, size_t count,
		const char **ret_unreadable)
{
	const struct passwd *passwd;
	const char *unreadable;
	int error;

	*ret_unreadable = NULL;
	if (geteuid() != 0 || strcmp(user, "root") == 0)
		return 0;
	passwd = getpwnam(user);
	if (passwd == NULL)
		return -ENOENT;
	error = become(passwd);
	if (error < 0)
		return error;
	error = set_capabilities(1, 0);
	if (error < 0)
		return error;
	unreadable = first_unreadable(directories, count);
	error = set_capabilities(unreadable != NULL, 0);
	if (error < 0)
		return error;
	*ret_unreadable = unreadable;
	return 0;
}

int
privileges_own_folder(const char *user, const char *directory, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	const struct passwd *passwd = getpwnam(user);
	int fd, folder, error = 0;

	if (passwd == NULL)
		return -ENOENT;
	mkdir(directory, 0755);
	fd = open(directory, flags);
	if (fd < 0)
		return -errno;
	mkdirat(fd, name, 0755);
	folder = openat(fd, name, flags | O_NOFOLLOW);
	if (folder < 0 || (geteuid() == 0 && fchown(folder, passwd->pw_uid, passwd->pw_gid) < 0))
		error = -errno;
	close(fd);
	if (error < 0 && folder >= 0)
		close(folder);
	return error < 0 ? error : folder;
}

/* Whether this is what privileges_drop left: no more than that one right. Root
   itself, as the offline commands may be, is never touched. */
static bool
was_kept(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};

	return syscall(SYS_capget, &header, data) == 0 && data[1].permitted == 0 &&
	       data[0].permitted == 1U << CAP_DAC_READ_SEARCH;
}

void
privileges_read_all(bool on)
{
	if (was_kept())
		set_capabilities(1, on);
}

void
privileges_forget(void)
{
	if (was_kept())
		set_capabilities(0, 0);
}
