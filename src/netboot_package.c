/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding the package that fits an image: see netboot_package.h.
 *
 *      FOLDER/12/amd64/text/debian-installer/amd64/{linux,initrd.gz}
 *      FOLDER/12/amd64/gtk/debian-installer/amd64/{linux,initrd.gz}
 *
 * A kernel for x86 says its version (x86/boot, kernel_version). One for arm64 does not:
 * it has to be the same file, as far as its length and its first bytes tell.
 */
#include "netboot_package.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "companion.h"
#include "hash.h"
#include "source.h"

enum {
	HEAD_SIZE = 32 * 1024, /* what a loader reads of a kernel for x86, at most */
	X86_MAGIC = 0x202,
	X86_VERSION = 0x20e, /* where its text lies, less 0x200 */
	VERSION_SIZE = 64,
	RELEASES_MAX = 100,
};

static const char *const PROCESSORS[] = {"amd64", "i386", "arm64"};

enum { PROCESSOR_COUNT = sizeof(PROCESSORS) / sizeof(PROCESSORS[0]) };

/* How a kernel begins. */
struct kernel {
	unsigned char head[HEAD_SIZE];
	size_t length; /* of that */
	uint64_t size; /* of the whole */
	char version[VERSION_SIZE];
};

/* The first word of its version: "6.1.0-50-amd64", or "". */
static void
read_version(struct kernel *kernel)
{
	const unsigned char *head = kernel->head;
	size_t offset, length = 0;

	kernel->version[0] = '\0';
	if (kernel->length < X86_VERSION + 2 || memcmp(head + X86_MAGIC, "HdrS", 4) != 0)
		return;
	offset = 0x200 + (head[X86_VERSION] | (size_t)head[X86_VERSION + 1] << 8);
	while (length < VERSION_SIZE - 1 && offset + length < kernel->length &&
	       head[offset + length] > ' ' && head[offset + length] < 0x7f) {
		kernel->version[length] = (char)head[offset + length];
		length++;
	}
	kernel->version[length] = '\0';
}

static bool
is_same_kernel(const struct kernel *a, const struct kernel *b)
{
	if (a->version[0] != '\0' || b->version[0] != '\0')
		return strcmp(a->version, b->version) == 0;
	return a->size == b->size && a->length == b->length &&
	       memcmp(a->head, b->head, a->length) == 0;
}

/* --- the image ------------------------------------------------------------- */

/* The release of Debian that the image says it is of: 0, it is not Debian's. */
static unsigned
find_release(const struct source *image)
{
	static const char debian[] = "Debian GNU/Linux ";
	struct source_node node;
	unsigned release = 0;
	size_t length;
	char *info;

	if (source_find(image, ".disk/info", &node) < 0 ||
	    source_read(image, node.path, 1024, &info, &length) < 0)
		return 0;
	if (strncmp(info, debian, strlen(debian)) == 0)
		release = (unsigned)strtoul(info + strlen(debian), NULL, 10);
	free(info);
	return release < RELEASES_MAX ? release : 0;
}

static bool
read_image_kernel(const struct source *image, struct source_node *ret_node, struct kernel *kernel)
{
	unsigned budget = SOURCE_GLOB_BUDGET;
	int length;

	if (source_glob(image, "install*/vmlinuz", &budget, ret_node, 1) == 0)
		return false;
	length = source_head(image, ret_node->path, kernel->head, HEAD_SIZE);
	kernel->length = length > 0 ? (size_t)length : 0;
	kernel->size = ret_node->size;
	read_version(kernel);
	return kernel->length > 0;
}

/* --- the packages ---------------------------------------------------------- */

static void
name_file(char path[PATH_MAX], const char *folder, unsigned release, const char *processor,
	  const char *look, const char *name)
{
	snprintf(path, PATH_MAX, "%s/%u/%s/%s/debian-installer/%s/%s", folder, release, processor,
		 look, processor, name);
}

/* Opens a regular file: -1, there is none. */
static int
open_file(const char *path, struct stat *ret_facts)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0 && (fstat(fd, ret_facts) == -1 || !S_ISREG(ret_facts->st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
read_kernel(const char *path, struct kernel *kernel)
{
	struct stat facts;
	int fd = open_file(path, &facts);
	ssize_t got;

	if (fd < 0)
		return false;
	got = pread(fd, kernel->head, HEAD_SIZE, 0);
	close(fd);
	kernel->length = got > 0 ? (size_t)got : 0;
	kernel->size = (uint64_t)facts.st_size;
	read_version(kernel);
	return kernel->length > 0;
}

/* Opens the files of the package, in the order of their names there. */
static int
open_files(const char *folder, unsigned release, const char *processor,
	   struct companion **ret_files)
{
	static const struct {
		const char *look, *name, *path;
	} names[] = {{"gtk", "initrd.gz", "gtk/initrd.gz"},
		     {"gtk", "linux", "gtk/linux"},
		     {"text", "initrd.gz", "initrd.gz"},
		     {"text", "linux", "linux"}};
	struct companion *files = calloc(1, sizeof(*files));
	char path[PATH_MAX];

	if (files == NULL || (files->files = calloc(4, sizeof(*files->files))) == NULL ||
	    asprintf(&files->name, "debian-installer-%u-netboot-%s", release, processor) < 0) {
		companion_free(files);
		return -ENOMEM;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct stat facts;
		int fd;

		name_file(path, folder, release, processor, names[i].look, names[i].name);
		fd = open_file(path, &facts);
		if (fd < 0)
			continue;
		files->files[files->file_count++] = (struct companion_file){
			.path = strdup(names[i].path),
			.fd = fd,
			.size = (uint64_t)facts.st_size,
			.mtime = facts.st_mtim.tv_sec,
		};
		if (files->files[files->file_count - 1].path == NULL) {
			companion_free(files);
			return -ENOMEM;
		}
	}
	companion_source_init(files);
	*ret_files = files;
	return 0;
}

/* The processor of Debian's that a kernel of this version is for, as far as that says. */
static const char *
processor_of(const char *version)
{
	const char *last = strrchr(version, '-');

	for (size_t i = 0; i < PROCESSOR_COUNT && last != NULL; i++) {
		if (strcmp(last + 1, PROCESSORS[i]) == 0)
			return PROCESSORS[i];
	}
	return strstr(version, "-686") != NULL ? "i386" : NULL;
}

/* The search of one image's package. */
struct search {
	const char *folder;
	unsigned release;
	const char *wanted;       /* the processor that the image's kernel is for, or NULL */
	struct kernel own, other; /* the image's, and a package's */
};

/* Looks at the package for one processor: it is taken, or what is wrong with it is said. */
static int
try_package(struct search *search, const char *processor, struct netboot_package *package)
{
	char path[PATH_MAX];

	name_file(path, search->folder, search->release, processor, "text", "linux");
	if (!read_kernel(path, &search->other))
		return 0;
	if (is_same_kernel(&search->own, &search->other))
		return open_files(search->folder, search->release, processor, &package->files);
	if (search->wanted == processor)
		snprintf(
			package->why, sizeof(package->why),
			"debian-installer-%u-netboot-%s is not used: its kernel is %s, the image's "
			"%s. It fits an image of its own point release; or put linux and initrd.gz "
			"of the image's release beside the image",
			search->release, processor, search->other.version, search->own.version);
	return 0;
}

/* What is said where no package is installed. */
static void
advise(const struct search *search, struct netboot_package *package)
{
	if (search->wanted != NULL)
		snprintf(package->why, sizeof(package->why),
			 "where debian-installer-%u-netboot-%s is installed with the kernel %s, "
			 "this installer boots over HTTP",
			 search->release, search->wanted, search->own.version);
}

int
netboot_package_open(const char *folder, const struct source *image,
		     struct netboot_package *ret_package)
{
	struct netboot_package package = {0};
	struct source_node node;
	struct search *search;
	int error = 0;

	*ret_package = package;
	search = calloc(1, sizeof(*search));
	if (search == NULL)
		return -ENOMEM;
	search->folder = folder;
	search->release = find_release(image);
	if (search->release == 0 || !read_image_kernel(image, &node, &search->own)) {
		free(search);
		return 0;
	}
	search->wanted = processor_of(search->own.version);
	advise(search, &package);
	for (size_t i = 0; i < PROCESSOR_COUNT && package.files == NULL && error == 0; i++)
		error = try_package(search, PROCESSORS[i], &package);
	free(search);
	if (package.files != NULL) {
		package.why[0] = '\0';
		package.kernel = strdup(node.path);
		error = package.kernel == NULL ? -ENOMEM : 0;
	}
	if (error < 0)
		netboot_package_close(&package);
	*ret_package = package;
	return error;
}

void
netboot_package_close(struct netboot_package *package)
{
	companion_free(package->files);
	free(package->kernel);
	*package = (struct netboot_package){0};
}

/* What tells one state of a package from another. */
static uint64_t
hash_package(uint64_t hash, const char *folder, unsigned release, const char *processor)
{
	char path[PATH_MAX];
	struct stat facts;

	name_file(path, folder, release, processor, "text", "linux");
	if (stat(path, &facts) == -1)
		return hash;
	hash = hash_bytes(hash, &facts.st_ino, sizeof(facts.st_ino));
	hash = hash_bytes(hash, &facts.st_size, sizeof(facts.st_size));
	return hash_bytes(hash, &facts.st_ctim, sizeof(facts.st_ctim));
}

uint64_t
netboot_package_identity(const char *folder)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	uint64_t identity = 0;

	if (directory == NULL)
		return 0;
	/* They come in any order, so what is said of each is added up. */
	while ((entry = readdir(directory)) != NULL) {
		unsigned release = (unsigned)strtoul(entry->d_name, NULL, 10);

		for (size_t i = 0; i < PROCESSOR_COUNT && release > 0; i++)
			identity += hash_package(HASH_START + i, folder, release, PROCESSORS[i]);
	}
	closedir(directory);
	return identity;
}
