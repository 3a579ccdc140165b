/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indexes kept between starts: the same as before, never of other bytes, and
 * whatever lies in the folder, nothing worse than a start that takes longer.
 */
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "index_cache.h"
#include "initramfs_unit.h"
#include "reader.h"
#include "reader_protocol.h"

static char folder_path[] = "/tmp/pxeiso-cache-XXXXXX";
static int folder;

static int
remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
	(void)facts;
	(void)kind;
	(void)place;
	return remove(path);
}

static int
make_folder(void **state)
{
	(void)state;
	memcpy(folder_path + strlen(folder_path) - 6, "XXXXXX", 6);
	folder = mkdtemp(folder_path) ? open(folder_path, O_RDONLY | O_DIRECTORY) : -1;
	return folder < 0 ? -1 : 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	close(folder);
	return nftw(folder_path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* An image that is an initramfs, and its index. */
static struct index *
make_index(int *ret_fd, struct extent *ret_where)
{
	struct archive archive = {0};
	struct index *index = NULL;
	const char *why;
	int memfd;

	archive_add(&archive, MODE_DIRECTORY, "usr", "");
	archive_add(&archive, MODE_FILE, "usr/a", "1234");
	archive_add(&archive, MODE_LINK, "b", "usr/a");
	archive_end(&archive);
	*ret_fd = memfd_create("image", MFD_CLOEXEC);
	*ret_where = (struct extent){0, archive.length};
	assert_int_equal(pwrite(*ret_fd, archive.bytes, archive.length, 0), archive.length);
	assert_int_equal(initramfs_index(*ret_fd, ret_where, &memfd, &why), 0);
	assert_int_equal(index_map(memfd, INDEX_OF_UNPACKED, &index, &why), 0);
	assert_non_null(index);
	close(memfd);
	free(archive.bytes);
	return index;
}

static void
index_comes_back_as_it_was(void **state)
{
	struct text before = {0}, after = {0};
	struct index *index, *loaded = NULL;
	struct extent where;
	int fd;

	(void)state;
	index = make_index(&fd, &where);
	assert_int_equal(index_cache_load(folder, "x.index", INDEX_OF_UNPACKED, &loaded), -ENOENT);
	index_cache_store(folder, "x.index", index);
	index_cache_store(folder, "x.index", index);
	assert_int_equal(index_cache_load(folder, "x.index", INDEX_OF_UNPACKED, &loaded), 0);
	assert_non_null(loaded);
	print_nodes(index, &before);
	print_nodes(loaded, &after);
	assert_string_equal(text_string(&before), text_string(&after));
	index_close(loaded);
	/* Not as that of an image. */
	assert_int_equal(index_cache_load(folder, "x.index", 1000, &loaded), -EBADMSG);
	text_free(&before);
	text_free(&after);
	index_close(index);
	close(fd);
}

static void
other_bytes_have_another_name(void **state)
{
	const struct timespec later[2] = {{1, 5}, {1, 6}};
	char first[INDEX_CACHE_NAME_SIZE], second[INDEX_CACHE_NAME_SIZE];
	struct extent where = {2048, 100};
	int fd = memfd_create("image", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(ftruncate(fd, 5000), 0);
	assert_int_equal(futimens(fd, (const struct timespec[2]){{1, 5}, {1, 5}}), 0);
	assert_int_equal(index_cache_name(fd, &where, first), 0);
	assert_int_equal(index_cache_name(fd, &where, second), 0);
	assert_string_equal(first, second);
	assert_null(strchr(first, '/'));

	where.offset += 2048;
	index_cache_name(fd, &where, second);
	assert_string_not_equal(first, second);
	where = (struct extent){2048, 101};
	index_cache_name(fd, &where, second);
	assert_string_not_equal(first, second);
	where.length = 100;
	assert_int_equal(futimens(fd, later), 0);
	index_cache_name(fd, &where, second);
	assert_string_not_equal(first, second);
	close(fd);
	assert_int_equal(index_cache_name(-1, &where, second), -EBADF);
}

/* Each byte changed, each length cut: refused, or another index that is sound. */
static void
changed_files_are_checked(void **state)
{
	struct index *index, *loaded;
	struct extent where;
	char bytes[8192];
	size_t length;
	int fd, file;

	(void)state;
	index = make_index(&fd, &where);
	length = index_length(index);
	assert_true(length < sizeof(bytes));
	memcpy(bytes, index_bytes(index), length);
	file = openat(folder, "x.index", O_RDWR | O_CREAT, 0600);
	for (size_t i = 0; i < length; i++) {
		bytes[i] ^= 0x41;
		assert_int_equal(pwrite(file, bytes, length, 0), length);
		bytes[i] ^= 0x41;
		if (index_cache_load(folder, "x.index", INDEX_OF_UNPACKED, &loaded) == 0) {
			struct text text = {0};

			print_nodes(loaded, &text);
			text_free(&text);
			index_close(loaded);
		}
	}
	assert_int_equal(pwrite(file, bytes, length, 0), length);
	for (size_t i = length; i-- > 0;) {
		assert_int_equal(ftruncate(file, (off_t)i), 0);
		assert_int_equal(index_cache_load(folder, "x.index", INDEX_OF_UNPACKED, &loaded),
				 -EBADMSG);
	}
	assert_int_equal(ftruncate(file, (off_t)1 << 40), 0);
	assert_int_equal(index_cache_load(folder, "x.index", INDEX_OF_UNPACKED, &loaded), -EBADMSG);
	close(file);
	index_close(index);
	close(fd);
}

/* Links, pipes and folders in place of a file. */
static void
only_files_are_read_and_written(void **state)
{
	struct index *index, *loaded;
	struct extent where;
	struct stat facts;
	int fd;

	(void)state;
	index = make_index(&fd, &where);
	index_cache_store(folder, "x.index", index);
	assert_int_equal(symlinkat("x.index", folder, "link.index"), 0);
	assert_int_equal(mkfifoat(folder, "pipe.index", 0600), 0);
	assert_int_equal(mkdirat(folder, "folder.index", 0700), 0);
	assert_int_equal(index_cache_load(folder, "link.index", INDEX_OF_UNPACKED, &loaded),
			 -ELOOP);
	assert_true(index_cache_load(folder, "pipe.index", INDEX_OF_UNPACKED, &loaded) < 0);
	assert_true(index_cache_load(folder, "folder.index", INDEX_OF_UNPACKED, &loaded) < 0);

	/* A link where the new file grows, and one that it replaces. */
	assert_int_equal(symlinkat("/dev/full", folder, "new.part"), 0);
	index_cache_store(folder, "link.index", index);
	assert_int_equal(fstatat(folder, "link.index", &facts, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISREG(facts.st_mode));
	assert_int_equal(facts.st_mode & 0777, 0600);
	assert_int_equal(faccessat(folder, "new.part", F_OK, AT_SYMLINK_NOFOLLOW), -1);
	index_cache_store(folder, "folder.index", index);
	index_cache_store(-1, "x.index", index);
	index_close(index);
	close(fd);
}

/* No image fills the disk. */
static void
large_ones_are_not_kept(void **state)
{
	struct archive archive = {0};
	struct index *index = NULL;
	const char *why;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		char name[8];

		snprintf(name, sizeof(name), "%u", i);
		archive_add(&archive, MODE_FILE, name, "");
	}
	assert_int_equal(list_bytes(archive.bytes, archive.length, &index, &why), 0);
	assert_non_null(index);
	assert_true(index_length(index) > INDEX_CACHE_FILE_SIZE);
	index_cache_store(folder, "x.index", index);
	assert_int_equal(faccessat(folder, "x.index", F_OK, 0), -1);
	index_close(index);
	free(archive.bytes);
}

/* The one that was not used for longest makes room. */
static void
files_are_limited(void **state)
{
	struct index *index;
	struct extent where;
	int fd;

	(void)state;
	index = make_index(&fd, &where);
	for (unsigned i = 0; i < INDEX_CACHE_FILES_MAX; i++) {
		const struct timespec times[2] = {{1000 + i, 0}, {1000 + i, 0}};
		char name[20];

		snprintf(name, sizeof(name), "%u.index", i);
		index_cache_store(folder, name, index);
		assert_int_equal(utimensat(folder, name, times, 0), 0);
	}
	index_cache_touch(folder, "0.index");
	index_cache_store(folder, "new.index", index);
	assert_int_equal(faccessat(folder, "0.index", F_OK, 0), 0);
	assert_int_equal(faccessat(folder, "1.index", F_OK, 0), -1);
	assert_int_equal(faccessat(folder, "2.index", F_OK, 0), 0);
	assert_int_equal(faccessat(folder, "new.index", F_OK, 0), 0);
	index_close(index);
	close(fd);
}

/* What one reader found, the next need not look for: this one could not. */
static void
reader_remembers_an_initramfs(void **state)
{
	struct index *index, *again = NULL;
	struct reader *reader;
	struct extent where;
	char why[200];
	int fd;

	(void)state;
	index = make_index(&fd, &where);
	index_close(index);
	assert_int_equal(reader_new("/proc/self/exe", &reader), 0);
	reader_set_cache(reader, dup(folder), false);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &again, why, sizeof(why)), 0);
	index_close(again);
	reader_free(reader);

	assert_int_equal(reader_new("/no/such/program", &reader), 0);
	assert_true(reader_index_initramfs(reader, fd, &where, &again, why, sizeof(why)) < 0);
	reader_set_cache(reader, dup(folder), false);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &again, why, sizeof(why)), 0);
	assert_int_equal(index_node_count(again), 4);
	index_close(again);
	where.length -= 4;
	assert_true(reader_index_initramfs(reader, fd, &where, &again, why, sizeof(why)) < 0);
	reader_free(reader);
	close(fd);
}

/* Nor is what nobody can read tried again; what says nothing about the bytes is. */
static void
reader_remembers_what_cannot_be_read(void **state)
{
	static const char damaged[] = "\x1f\x8b no gzip";
	const struct extent where = {0, sizeof(damaged)};
	char why[200] = "", again[200] = "";
	struct index *index;
	struct reader *reader;
	int fd = memfd_create("image", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(write(fd, damaged, sizeof(damaged)), sizeof(damaged));
	assert_int_equal(reader_new("/proc/self/exe", &reader), 0);
	reader_set_cache(reader, dup(folder), false);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &index, why, sizeof(why)),
			 -EBADMSG);
	assert_string_not_equal(why, "");
	reader_free(reader);

	assert_int_equal(reader_new("/no/such/program", &reader), 0);
	reader_set_cache(reader, dup(folder), true);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &index, again, sizeof(again)),
			 -EBADMSG);
	assert_string_equal(again, why);
	reader_free(reader);
	close(fd);

	index_cache_store_failure(folder, "a.index", -EFBIG, "large");
	index_cache_store_failure(folder, "b.index", -ETIMEDOUT, "slow");
	assert_int_equal(index_cache_load_failure(folder, "a.index", why, 4), -EFBIG);
	assert_string_equal(why, "lar");
	assert_int_equal(index_cache_load(folder, "a.index", INDEX_OF_UNPACKED, &index), -EBADMSG);
	assert_int_equal(index_cache_load_failure(folder, "b.index", why, 4), 0);
	assert_int_equal(faccessat(folder, "b.index", F_OK, 0), -1);
}

/* Who only looks changes nothing, not even a time. */
static void
reader_can_leave_the_folder_as_it_is(void **state)
{
	const struct timespec then[2] = {{1000, 0}, {1000, 0}};
	char name[INDEX_CACHE_NAME_SIZE], why[200];
	struct index *index, *found;
	struct reader *reader;
	struct extent where;
	struct stat facts;
	int fd;

	(void)state;
	index = make_index(&fd, &where);
	index_cache_name(fd, &where, name);
	assert_int_equal(reader_new("/proc/self/exe", &reader), 0);
	reader_set_cache(reader, dup(folder), true);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &found, why, sizeof(why)), 0);
	index_close(found);
	assert_int_equal(faccessat(folder, name, F_OK, 0), -1);

	index_cache_store(folder, name, index);
	assert_int_equal(utimensat(folder, name, then, 0), 0);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &found, why, sizeof(why)), 0);
	index_close(found);
	assert_int_equal(fstatat(folder, name, &facts, 0), 0);
	assert_int_equal(facts.st_mtim.tv_sec, 1000);
	reader_set_cache(reader, dup(folder), false);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &found, why, sizeof(why)), 0);
	index_close(found);
	assert_int_equal(fstatat(folder, name, &facts, 0), 0);
	assert_true(facts.st_mtim.tv_sec > 1000);
	reader_free(reader);
	index_close(index);
	close(fd);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(index_comes_back_as_it_was, make_folder,
						remove_folder),
		cmocka_unit_test(other_bytes_have_another_name),
		cmocka_unit_test_setup_teardown(changed_files_are_checked, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(only_files_are_read_and_written, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(large_ones_are_not_kept, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(files_are_limited, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(reader_remembers_an_initramfs, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(reader_remembers_what_cannot_be_read, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(reader_can_leave_the_folder_as_it_is, make_folder,
						remove_folder),
	};

	if (argc == 2 && strcmp(argv[1], "--reader") == 0)
		reader_serve(READER_FD);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
