/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packages with an installer for the network: the one whose kernel is the image's is
 * taken by itself, of the others a person is told. Booted in
 * tests/boot/test_installers.py.
 */
#include "recipe_unit.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "companion.h"
#include "netboot_package.h"

static const char INFO[] = "Debian GNU/Linux 12.11.0 \"Bookworm\" - Official amd64 NETINST";

static char folder[] = "/tmp/pxeiso-packages-XXXXXX";

/* A kernel for x86 that says this version, without a NUL byte: a test's files are
   texts. Or one that says none. */
static const char *
make_kernel(const char *version)
{
	static char kernel[1024];

	memset(kernel, 'x', sizeof(kernel));
	memcpy(kernel + 0x202, "HdrS", 4);
	kernel[0x20e] = kernel[0x20f] = 1; /* at 0x101, and 0x200 */
	snprintf(kernel + 0x301, sizeof(kernel) - 0x301, "%s (debian-kernel) #1 SMP", version);
	if (version[0] == '\0')
		kernel[0x202] = 'x';
	return kernel;
}

static void
make_file(const char *processor, const char *look, const char *name, const char *content)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/12/%s/%s/debian-installer/%s/%s", folder, processor, look,
		 processor, name);
	for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')) != NULL;
	     slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
install(const char *processor, const char *version)
{
	for (int i = 0; i < 2; i++) {
		make_file(processor, i == 0 ? "text" : "gtk", "linux", make_kernel(version));
		make_file(processor, i == 0 ? "text" : "gtk", "initrd.gz", "initrd");
	}
}

static int
remove_file(const char *path, const struct stat *facts, int type, struct FTW *where)
{
	(void)facts;
	(void)type;
	return where->level > 0 ? remove(path) : 0;
}

static int
uninstall(void **state)
{
	(void)state;
	return nftw(folder, remove_file, 8, FTW_DEPTH | FTW_PHYS);
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	uninstall(state);
	return rmdir(folder);
}

static const struct {
	const char *name;
	const char *info, *own;          /* the image's: NULL, there is none */
	const char *processor, *version; /* the package's: NULL, there is none */
	const char *taken;               /* its name, or NULL */
	const char *why;                 /* a part of what is said, or "" for nothing */
} rows[] = {
	{"the same kernel", INFO, "6.1.0-37-amd64", "amd64", "6.1.0-37-amd64",
	 "debian-installer-12-netboot-amd64", ""},
	{"another one", INFO, "6.1.0-35-amd64", "amd64", "6.1.0-37-amd64", NULL,
	 "debian-installer-12-netboot-amd64 is not used: its kernel is 6.1.0-37-amd64, the "
	 "image's 6.1.0-35-amd64."},
	{"a version that begins the same", INFO, "6.1.0-3-amd64", "amd64", "6.1.0-37-amd64", NULL,
	 "is not used"},
	{"none is installed", INFO, "6.1.0-35-amd64", NULL, NULL, NULL,
	 "where debian-installer-12-netboot-amd64 is installed with the kernel 6.1.0-35-amd64"},
	{"for other machines", INFO, "6.1.0-35-686", "amd64", "6.1.0-37-amd64", NULL,
	 "where debian-installer-12-netboot-i386 is installed"},
	{"i386", INFO, "6.1.0-37-686", "i386", "6.1.0-37-686", "debian-installer-12-netboot-i386",
	 ""},
	{"arm64, whose kernel says no version", INFO, "", "arm64", "",
	 "debian-installer-12-netboot-arm64", ""},
	{"another release", "Debian GNU/Linux 11.1.0 \"Bullseye\"", "6.1.0-37-amd64", "amd64",
	 "6.1.0-37-amd64", NULL, "where debian-installer-11-netboot-amd64 is installed"},
	{"not Debian's", "Devuan GNU/Linux 12.11.0", "6.1.0-37-amd64", "amd64", "6.1.0-37-amd64",
	 NULL, ""},
	{"nothing is said", NULL, "6.1.0-37-amd64", "amd64", "6.1.0-37-amd64", NULL, ""},
	{"no kernel of an installer", INFO, NULL, "amd64", "6.1.0-37-amd64", NULL, ""},
};

static void
the_kernel_decides(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tree_file files[3] = {{NULL, NULL, 0}};
		struct netboot_package package;
		struct tree tree;
		char kernel[1024];
		size_t count = 0;
		const char *taken;

		uninstall(state);
		if (rows[i].processor != NULL)
			install(rows[i].processor, rows[i].version);
		if (rows[i].info != NULL)
			files[count++] = (struct tree_file){".disk/info", rows[i].info, 0};
		if (rows[i].own != NULL) {
			memcpy(kernel, make_kernel(rows[i].own), sizeof(kernel));
			files[count++] = (struct tree_file){"install.amd/vmlinuz", kernel, 0};
		}
		tree_init(&tree, files);
		assert_int_equal(netboot_package_open(folder, &tree.source, &package), 0);
		taken = package.files != NULL ? package.files->name : NULL;
		if ((taken == NULL) != (rows[i].taken == NULL) ||
		    (taken != NULL && strcmp(taken, rows[i].taken) != 0))
			fail_msg("%s: %s", rows[i].name, taken);
		if (rows[i].why[0] == '\0' ? package.why[0] != '\0'
					   : strstr(package.why, rows[i].why) == NULL)
			fail_msg("%s: \"%s\"", rows[i].name, package.why);
		netboot_package_close(&package);
	}
}

/* The graphical entry has the graphical initrd; one with another kernel has neither. */
static void
entries_with_its_kernel_take_it(void **state)
{
	static const struct tree_file answers[] = {{"preseed.cfg", NULL, 1}, {NULL, NULL, 0}};
	static const struct {
		const char *kernel, *initrd, *taken;
	} entries[] = {
		{"install.amd/vmlinuz", "install.amd/initrd.gz", "@netboot/initrd.gz"},
		{"install.amd/vmlinuz", "install.amd/gtk/initrd.gz", "@netboot/gtk/initrd.gz"},
		{"install.386/vmlinuz", "install.386/initrd.gz", "install.386/initrd.gz"},
	};
	struct recipes *recipes = builtin();
	struct netboot_package package;
	struct tree tree, beside;

	uninstall(state);
	install("amd64", "6.1.0-37-amd64");
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		const struct tree_file files[] = {
			{".disk/base_installable", NULL, 1},
			{".disk/info", INFO, 0},
			{"dists/bookworm/Release", NULL, 1},
			{"install.amd/vmlinuz", make_kernel("6.1.0-37-amd64"), 0},
			{NULL, NULL, 0}};
		struct boot *boot = make_boot(entries[i].kernel, "vga=788 --- quiet");
		struct entry *entry = boot->menu->entries;

		tree_init(&tree, files);
		tree_init(&beside, answers);
		assert_int_equal(netboot_package_open(folder, &tree.source, &package), 0);
		tree.source.companion = &beside.source;
		tree.source.package = &package.files->source;
		tree.source.package_kernel = package.kernel;
		entry->initrds = calloc(1, sizeof(*entry->initrds));
		entry->initrds[entry->initrd_count++] =
			(struct entry_file){strdup(entries[i].initrd), 1000};
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		assert_string_equal(entry->initrds[0].path, entries[i].taken);
		if (strncmp(entries[i].taken, "@netboot", 8) == 0) {
			assert_non_null(strstr(entry->arguments, " mirror/http/directory={path} "));
			assert_non_null(strstr(entry->arguments, "{http}/@d/preseed.cfg"));
			assert_true(strncmp(entry->kernel.path, "@netboot/", 9) == 0);
			assert_int_equal(entry->initrds[0].size, strlen("initrd"));
		}
		netboot_package_close(&package);
		boot_free(boot);
	}
	recipes_free(recipes);
}

static void
a_package_that_comes_or_goes_is_noticed(void **state)
{
	uint64_t none, first, second;

	uninstall(state);
	none = netboot_package_identity(folder);
	install("amd64", "6.1.0-37-amd64");
	first = netboot_package_identity(folder);
	assert_int_equal(first, netboot_package_identity(folder));
	install("i386", "6.1.0-37-686");
	second = netboot_package_identity(folder);
	assert_true(none != first && first != second && none != second);
	assert_int_equal(netboot_package_identity("/nowhere/at/all"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_decides),
		cmocka_unit_test(entries_with_its_kernel_take_it),
		cmocka_unit_test(a_package_that_comes_or_goes_is_noticed),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
