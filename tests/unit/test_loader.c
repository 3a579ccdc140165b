/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search for loaders, in folders made for each test below a root of its
 * own. Files hold just the words that the search reads.
 */
#include "unit.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader.h"

#define CORE "xx\nPXELINUX 6.04 lwIP 20200816 \r\nxx"
#define SYSDUMP "xx\nSYSDUMP 6.04 20200816\nxx"
#define OLD_SYSDUMP "xx\nSYSDUMP 6.03 20141006\nxx"
#define DEBIAN_CORE "/usr/lib/PXELINUX"
#define DEBIAN_MODULES "/usr/lib/syslinux/modules/bios"

static char root[] = "/tmp/pxeiso-loader-XXXXXX";

static int
new_root(void **state)
{
	(void)state;
	memcpy(root + sizeof(root) - 7, "XXXXXX", 6);
	return mkdtemp(root) ? 0 : -1;
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status, (void)kind, (void)walk;
	return remove(path);
}

static int
remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Writes `text` to a file below the root, with its folders. */
static void
put(const char *folder, const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s/", root, folder);
	for (char *slash = strchr(path + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	strncat(path, name, sizeof(path) - strlen(path) - 1);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* `own` is the user's folder below the root, or NULL. */
static struct loaders *
search(const char *own)
{
	char directory[512];
	struct loaders *loaders = NULL;
	struct loader_places places = {.root = root, .directory = own ? directory : NULL};

	snprintf(directory, sizeof(directory), "%s%s", root, own ? own : "");
	assert_int_equal(loaders_open(&places, &loaders), 0);
	return loaders;
}

/* Where a loader was found, without the root; "" if it was not. */
static const char *
place_of(const struct loaders *loaders, const char *name)
{
	const struct loader *loader = loaders_find(loaders, name);
	return loader ? loader->path + strlen(root) : "";
}

static void
put_debian_set(void)
{
	put(DEBIAN_CORE, "lpxelinux.0", CORE);
	put(DEBIAN_CORE, "pxelinux.0", "PXELINUX 6.04 PXE 20200816 \n");
	put(DEBIAN_MODULES, "ldlinux.c32", "");
	put(DEBIAN_MODULES, "menu.c32", "");
	put(DEBIAN_MODULES, "sysdump.c32", SYSDUMP);
}

static void
debian_set_is_found_with_all_its_modules(void **state)
{
	(void)state;
	put_debian_set();
	struct loaders *loaders = search(NULL);
	assert_string_equal(place_of(loaders, "lpxelinux.0"), DEBIAN_CORE "/lpxelinux.0");
	assert_string_equal(place_of(loaders, "pxelinux.0"), DEBIAN_CORE "/pxelinux.0");
	assert_string_equal(place_of(loaders, "menu.c32"), DEBIAN_MODULES "/menu.c32");
	assert_int_equal(loaders_count(loaders), 5);
	loaders_close(loaders);
}

static void
loader_has_its_bytes_as_one_extent(void **state)
{
	char bytes[64] = "";

	(void)state;
	put_debian_set();
	struct loaders *loaders = search(NULL);
	const struct loader *core = loaders_find(loaders, "lpxelinux.0");
	assert_non_null(core);
	assert_int_equal(core->size, strlen(CORE));
	assert_int_equal(core->extent_count, 1);
	assert_int_equal(core->extents[0].offset, 0);
	assert_int_equal(core->extents[0].length, strlen(CORE));
	assert_int_equal(pread(core->fd, bytes, sizeof(bytes), 0), strlen(CORE));
	assert_string_equal(bytes, CORE);
	loaders_close(loaders);
}

static void
names_are_found_in_any_case(void **state)
{
	(void)state;
	put_debian_set();
	struct loaders *loaders = search(NULL);
	assert_string_equal(place_of(loaders, "LDLINUX.C32"), DEBIAN_MODULES "/ldlinux.c32");
	assert_null(loaders_find(loaders, "ldlinux.c3"));
	assert_null(loaders_find(loaders, "a-name-that-is-longer-than-any-loader-has.c32"));
	loaders_close(loaders);
}

static void
core_without_ldlinux_is_passed_over(void **state)
{
	(void)state;
	put(DEBIAN_CORE, "lpxelinux.0", CORE);
	put("/usr/share/syslinux", "lpxelinux.0", CORE);
	put("/usr/share/syslinux", "ldlinux.c32", "");
	struct loaders *loaders = search(NULL);
	assert_string_equal(place_of(loaders, "lpxelinux.0"), "/usr/share/syslinux/lpxelinux.0");
	assert_non_null(strstr(loaders_missing(loaders), "has no ldlinux.c32 of its build"));
	loaders_close(loaders);
}

static void
modules_of_another_build_are_never_mixed(void **state)
{
	(void)state;
	put_debian_set();
	put(DEBIAN_MODULES, "sysdump.c32", OLD_SYSDUMP);
	struct loaders *loaders = search(NULL);
	assert_int_equal(loaders_count(loaders), 0);
	assert_non_null(strstr(loaders_missing(loaders), "of another build"));
	loaders_close(loaders);
}

static void
modules_that_say_no_build_are_trusted(void **state)
{
	(void)state;
	put_debian_set();
	put(DEBIAN_MODULES, "sysdump.c32", "stripped");
	struct loaders *loaders = search(NULL);
	assert_int_equal(loaders_count(loaders), 5);
	loaders_close(loaders);
}

static void
own_folder_wins_with_its_whole_set(void **state)
{
	(void)state;
	put_debian_set();
	put("/own", "lpxelinux.0", "PXELINUX 6.03 lwIP 20141006 \n");
	put("/own", "ldlinux.c32", "");
	put("/own", "sysdump.c32", OLD_SYSDUMP);
	struct loaders *loaders = search("/own");
	assert_string_equal(place_of(loaders, "lpxelinux.0"), "/own/lpxelinux.0");
	/* Not Debian's: it is of another build. */
	assert_string_equal(place_of(loaders, "menu.c32"), "");
	loaders_close(loaders);
}

static void
own_folder_without_a_set_lends_only_single_loaders(void **state)
{
	(void)state;
	put_debian_set();
	put("/own", "ldlinux.c32", "mine");
	put("/own", "memdisk", "mine");
	put("/usr/lib/syslinux", "memdisk", "Debian's");
	struct loaders *loaders = search("/own");
	assert_string_equal(place_of(loaders, "ldlinux.c32"), DEBIAN_MODULES "/ldlinux.c32");
	assert_string_equal(place_of(loaders, "memdisk"), "/own/memdisk");
	loaders_close(loaders);
}

static void
own_folder_may_use_a_distribution_s_name(void **state)
{
	(void)state;
	put("/own", "memtest86+x64.bin", "");
	struct loaders *loaders = search("/own");
	assert_string_equal(place_of(loaders, "memtest"), "/own/memtest86+x64.bin");
	loaders_close(loaders);
}

static void
single_loaders_are_found_where_distributions_put_them(void **state)
{
	static const struct {
		const char *folder, *file, *name;
	} rows[] = {
		{"/usr/lib/syslinux", "memdisk", "memdisk"},
		{"/usr/share/syslinux", "memdisk", "memdisk"},
		{"/usr/lib/ipxe", "snponly.efi", "snponly.efi"},
		{"/usr/share/ipxe", "ipxe-snponly-x86_64.efi", "snponly.efi"},
		{"/usr/lib/ipxe", "undionly.kpxe", "undionly.kpxe"},
		{"/boot", "memtest86+x64.bin", "memtest"},
		{"/boot/memtest86+", "memtest.bin", "memtest"},
		{"/boot", "memtest86+x64.efi", "memtest.efi"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		remove_root(state);
		new_root(state);
		put(rows[i].folder, rows[i].file, "x");
		struct loaders *loaders = search(NULL);
		if (!loaders_find(loaders, rows[i].name))
			fail_msg("%s/%s was not found", rows[i].folder, rows[i].file);
		loaders_close(loaders);
	}
}

static void
what_is_missing_is_said_with_its_package(void **state)
{
	(void)state;
	struct loaders *loaders = search(NULL);
	const char *missing = loaders_missing(loaders);
	assert_int_equal(loaders_count(loaders), 0);
	assert_null(loaders_find(loaders, "lpxelinux.0"));
	assert_non_null(strstr(missing, "install pxelinux and syslinux-common (Debian)"));
	assert_non_null(strstr(missing, "memdisk was not found"));
	assert_non_null(strstr(missing, "snponly.efi was not found"));
	assert_non_null(strstr(missing, "install memtest86+"));
	assert_null(strstr(missing, "undionly"));
	loaders_close(loaders);
}

static void
folders_and_fifos_are_no_loaders(void **state)
{
	char path[512];

	(void)state;
	put("/usr/lib/syslinux", "beside", "");
	snprintf(path, sizeof(path), "%s/usr/lib/syslinux/memdisk", root);
	assert_int_equal(mkfifo(path, 0644), 0);
	struct loaders *loaders = search(NULL);
	assert_null(loaders_find(loaders, "memdisk"));
	loaders_close(loaders);
	remove(path);
	mkdir(path, 0755);
	loaders = search(NULL);
	assert_null(loaders_find(loaders, "memdisk"));
	loaders_close(loaders);
}

static void
odd_names_in_a_modules_folder_are_left_out(void **state)
{
	(void)state;
	put_debian_set();
	put(DEBIAN_MODULES, "bad name.c32", "");
	put(DEBIAN_MODULES, "a-name-that-is-longer-than-any-loader-has.c32", "");
	put(DEBIAN_MODULES, "README", "");
	struct loaders *loaders = search(NULL);
	assert_int_equal(loaders_count(loaders), 5);
	loaders_close(loaders);
}

/* A user's own loaders keep their names; PXELINUX is taken as a set or not at all. */
static void
what_else_is_in_the_users_folder_can_be_asked_for(void **state)
{
	(void)state;
	put_debian_set();
	put("/own", "shimx64.efi", "shim");
	put("/own", "grubx64.efi", "grub");
	put("/own", "snponly.efi", "mine");
	put("/own", "pxelinux.0", "alone");
	put("/own", "menu.c32", "alone");
	put("/own", ".hidden", "");
	put("/own", "two words", "");
	struct loaders *loaders = search("/own");
	assert_string_equal(place_of(loaders, "shimx64.efi"), "/own/shimx64.efi");
	assert_string_equal(place_of(loaders, "grubx64.efi"), "/own/grubx64.efi");
	assert_string_equal(place_of(loaders, "snponly.efi"), "/own/snponly.efi");
	assert_string_equal(place_of(loaders, "pxelinux.0"), DEBIAN_CORE "/pxelinux.0");
	assert_string_equal(place_of(loaders, "menu.c32"), DEBIAN_MODULES "/menu.c32");
	assert_string_equal(place_of(loaders, ".hidden"), "");
	assert_int_equal(loaders_count(loaders), 8);
	loaders_close(loaders);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_root, remove_root)
	const struct CMUnitTest tests[] = {
		TEST(debian_set_is_found_with_all_its_modules),
		TEST(loader_has_its_bytes_as_one_extent),
		TEST(names_are_found_in_any_case),
		TEST(core_without_ldlinux_is_passed_over),
		TEST(modules_of_another_build_are_never_mixed),
		TEST(modules_that_say_no_build_are_trusted),
		TEST(own_folder_wins_with_its_whole_set),
		TEST(own_folder_without_a_set_lends_only_single_loaders),
		TEST(own_folder_may_use_a_distribution_s_name),
		TEST(single_loaders_are_found_where_distributions_put_them),
		TEST(what_is_missing_is_said_with_its_package),
		TEST(folders_and_fifos_are_no_loaders),
		TEST(odd_names_in_a_modules_folder_are_left_out),
		TEST(what_else_is_in_the_users_folder_can_be_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
