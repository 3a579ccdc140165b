/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening the folder beside an image: see companion.h.
 *
 * One walk serves both questions, whether the folder is as it was and what is
 * in it, so they cannot disagree. A file is opened by its path from the folder
 * and must lie beneath it (openat2(2), RESOLVE_BENEATH); a device or a FIFO is
 * never waited for.
 *
 * Where the folder itself is a link, it is read with no more rights than the
 * daemon's user has: a link must not show what only root may read.
 */
#include "companion.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "boot.h"
#include "privileges.h"

struct walk {
	char folder[PATH_MAX]; /* as it is opened */
	int fd;                /* of the folder */
	bool is_link;
	struct companion *companion; /* to fill, or NULL: only look */
	uint64_t identity;
	unsigned name_count;
	bool is_full; /* there are more files than can be open */
	void (*on_directory)(void *context, const char *path);
	void *context;
	int error;
};

/* --- the folder ------------------------------------------------------------ */

/* "/isos/x.iso" -> "/isos/x.d": false when that is too long. */
static bool
name_folder(const char *image_path, char folder[PATH_MAX])
{
	size_t length = strlen(image_path);

	if (length > 4 && strcasecmp(image_path + length - 4, ".iso") == 0)
		length -= 4;
	if (length + sizeof(".d") > PATH_MAX)
		return false;
	memcpy(folder, image_path, length);
	memcpy(folder + length, ".d", sizeof(".d"));
	return true;
}

/* Opens the folder: 0 or a negative errno. What a link leads to takes its place
   in walk->folder; the right to read all is then laid down. */
static int
open_folder(struct walk *walk, const struct stat *facts)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
	char *target;

	if (!S_ISLNK(facts->st_mode)) {
		walk->fd = open(walk->folder, flags | O_NOFOLLOW);
		return walk->fd == -1 ? -errno : 0;
	}
	target = realpath(walk->folder, NULL);
	if (target == NULL)
		return -errno;
	snprintf(walk->folder, sizeof(walk->folder), "%s", target);
	free(target);
	walk->is_link = true;
	privileges_read_all(false);
	walk->fd = open(walk->folder, flags);
	return walk->fd == -1 ? -errno : 0;
}

/* --- what is in it --------------------------------------------------------- */

static void
complain(struct walk *walk, const char *path, const char *what)
{
	struct companion *companion = walk->companion;

	if (companion == NULL || walk->error != 0)
		return;
	walk->error = note_add(&companion->problems, "%s%s%s: %s", companion->name,
			       path[0] != '\0' ? "/" : "", path, what);
}

static uint64_t
hash(uint64_t state, uint64_t number)
{
	return (state ^ number) * UINT64_C(0x100000001b3);
}

/* Names come in any order, so what is said of them is added up. A file's time of
   change covers its other one, and permissions too; that of a directory says no
   more than its names do, but for those that are left out. */
static void
add_identity(struct walk *walk, const char *path, const struct stat *facts)
{
	const bool is_directory = S_ISDIR(facts->st_mode);
	const uint64_t numbers[] = {
		(uint64_t)facts->st_dev,
		(uint64_t)facts->st_ino,
		facts->st_mode,
		is_directory ? 0 : (uint64_t)facts->st_size,
		is_directory ? 0 : (uint64_t)facts->st_ctim.tv_sec,
		is_directory ? 0 : (uint64_t)facts->st_ctim.tv_nsec,
	};
	uint64_t state = UINT64_C(0xcbf29ce484222325);

	for (; *path != '\0'; path++)
		state = hash(state, (unsigned char)*path);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		state = hash(state, numbers[i]);
	walk->identity += state;
}

static int
open_beneath(const struct walk *walk, const char *path)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, walk->fd, path, &how, sizeof(how));

	return fd == -1 ? -errno : (int)fd;
}

/* Keeps an open file, which it takes over. */
static void
keep_file(struct walk *walk, const char *path, int fd, const struct stat *facts)
{
	struct companion *companion = walk->companion;
	char *copy = strdup(path);

	if (copy == NULL) {
		close(fd);
		walk->error = -ENOMEM;
		return;
	}
	companion->files[companion->file_count++] = (struct companion_file){
		.path = copy,
		.fd = fd,
		.size = (uint64_t)facts->st_size,
		.mtime = facts->st_mtim.tv_sec,
		.is_executable = (facts->st_mode & S_IXUSR) != 0,
	};
}

static void
add_file(struct walk *walk, const char *path)
{
	struct stat facts;
	const char *why = NULL;
	int fd;

	if (walk->companion == NULL)
		return;
	if (walk->companion->file_count == COMPANION_FILES_MAX) {
		if (!walk->is_full)
			complain(walk, path, "not served, as are others: 128 files are");
		walk->is_full = true;
		return;
	}
	fd = open_beneath(walk, path);
	if (fd < 0) {
		why = fd == -EXDEV ? "not served: a link that leads out of the folder"
				   : strerror(-fd);
	} else if (fstat(fd, &facts) == -1 || !S_ISREG(facts.st_mode)) {
		why = S_ISDIR(facts.st_mode) ? "not served: a link to a folder"
					     : "not served: not a regular file";
	}
	if (why == NULL) {
		keep_file(walk, path, fd, &facts);
		return;
	}
	complain(walk, path, why);
	if (fd >= 0)
		close(fd);
}

static void walk_directory(struct walk *walk, int fd, const char *path, unsigned depth);

/* Looks at `name` in the directory at `path`. */
static void
walk_name(struct walk *walk, int directory, const char *path, const char *name, unsigned depth)
{
	char whole[SOURCE_PATH_SIZE];
	struct stat facts, target;
	int length =
		snprintf(whole, sizeof(whole), "%s%s%s", path, path[0] != '\0' ? "/" : "", name);

	if (length < 0 || (size_t)length >= sizeof(whole) ||
	    fstatat(directory, name, &facts, AT_SYMLINK_NOFOLLOW) == -1)
		return;
	add_identity(walk, whole, &facts);
	if (S_ISLNK(facts.st_mode) && fstatat(directory, name, &target, 0) == 0)
		add_identity(walk, whole, &target);
	if (S_ISDIR(facts.st_mode) && depth == COMPANION_DEPTH_MAX) {
		complain(walk, whole, "not served: too deep");
	} else if (S_ISDIR(facts.st_mode)) {
		int fd = openat(directory, name,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

		if (fd == -1)
			complain(walk, whole, strerror(errno));
		else
			walk_directory(walk, fd, whole, depth + 1);
	} else if (S_ISREG(facts.st_mode) || S_ISLNK(facts.st_mode)) {
		add_file(walk, whole);
	} else {
		complain(walk, whole, "not served: not a regular file");
	}
}

static int
is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Goes through the directory `fd`, which it takes over. */
static void
walk_directory(struct walk *walk, int fd, const char *path, unsigned depth)
{
	char directory[PATH_MAX + SOURCE_PATH_SIZE];
	struct dirent **names;
	int count;

	snprintf(directory, sizeof(directory), "%s%s%s", walk->folder, path[0] != '\0' ? "/" : "",
		 path);
	if (walk->on_directory != NULL)
		walk->on_directory(walk->context, directory);
	count = scandirat(fd, ".", &names, is_shown, compare_names);
	if (count < 0)
		complain(walk, path, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (walk->name_count++ == COMPANION_NAMES_MAX)
			complain(walk, path, "holds too many names: the others are not served");
		if (walk->name_count <= COMPANION_NAMES_MAX && walk->error == 0)
			walk_name(walk, fd, path, names[i]->d_name, depth);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	close(fd);
}

/* Looks at the whole folder: false when there is none. */
static bool
walk_folder(struct walk *walk)
{
	struct stat facts;
	int error, fd;

	if (lstat(walk->folder, &facts) == -1)
		return false;
	add_identity(walk, "", &facts);
	error = open_folder(walk, &facts);
	fd = error == 0 ? fcntl(walk->fd, F_DUPFD_CLOEXEC, 0) : -1;
	if (fd >= 0 && fstat(fd, &facts) == 0)
		add_identity(walk, "", &facts);
	if (fd >= 0)
		walk_directory(walk, fd, "", 0);
	else
		complain(walk, "", error == -ENOTDIR ? "not a folder" : strerror(-error));
	if (walk->is_link)
		privileges_read_all(true);
	if (error == 0)
		close(walk->fd);
	walk->identity |= 1; /* none has the number of no folder */
	return true;
}

/* --- the whole ------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	const struct companion_file *left = a, *right = b;

	return strcmp(left->path, right->path);
}

static struct companion *
companion_new(const char *folder)
{
	struct companion *companion = calloc(1, sizeof(*companion));
	const char *slash = strrchr(folder, '/');

	if (companion == NULL)
		return NULL;
	companion->name = strdup(slash != NULL ? slash + 1 : folder);
	companion->files = calloc(COMPANION_FILES_MAX + 1, sizeof(*companion->files));
	if (companion->name == NULL || companion->files == NULL) {
		companion_free(companion);
		return NULL;
	}
	return companion;
}

int
companion_open(const char *image_path, struct companion **ret_companion, uint64_t *ret_identity)
{
	struct walk walk = {.fd = -1};

	*ret_companion = NULL;
	*ret_identity = 0;
	if (!name_folder(image_path, walk.folder))
		return 0;
	walk.companion = companion_new(walk.folder);
	if (walk.companion == NULL)
		return -ENOMEM;
	if (!walk_folder(&walk)) {
		companion_free(walk.companion);
		return 0;
	}
	if (walk.error == 0)
		walk.error = companion_add_texts(walk.companion);
	if (walk.error < 0) {
		companion_free(walk.companion);
		return walk.error;
	}
	qsort(walk.companion->files, walk.companion->file_count, sizeof(struct companion_file),
	      compare);
	companion_source_init(walk.companion);
	*ret_companion = walk.companion;
	*ret_identity = walk.identity;
	return 0;
}

uint64_t
companion_identity(const char *image_path, void (*on_directory)(void *context, const char *path),
		   void *context)
{
	struct walk walk = {.fd = -1, .on_directory = on_directory, .context = context};

	if (!name_folder(image_path, walk.folder) || !walk_folder(&walk))
		return 0;
	return walk.identity;
}

void
companion_free(struct companion *companion)
{
	if (companion == NULL)
		return;
	for (size_t i = 0; i < companion->file_count; i++) {
		free(companion->files[i].path);
		if (companion->files[i].fd >= 0)
			close(companion->files[i].fd);
	}
	free(companion->files);
	free(companion->name);
	notes_free(companion->problems);
	free(companion);
}

const struct companion_file *
companion_find(const struct companion *companion, const char *path)
{
	const struct companion_file *found = NULL;

	for (size_t i = 0; i < companion->file_count; i++) {
		if (strcmp(companion->files[i].path, path) == 0)
			return &companion->files[i];
		if (found == NULL && strcasecmp(companion->files[i].path, path) == 0)
			found = &companion->files[i];
	}
	return found;
}
