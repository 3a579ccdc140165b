/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes: what each family's arguments become, what a person's own file can
 * do, and what is said about mistakes in it.
 */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "recipe.h"
#include "recipe_data.h"
#include "tree_source.h"

static struct recipes *
builtin(void)
{
	struct text problems = {0};
	struct recipes *recipes;

	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	assert_string_equal(text_string(&problems), "");
	text_free(&problems);
	return recipes;
}

/* A boot with one Linux entry. */
static struct boot *
make_boot(const char *kernel, const char *arguments)
{
	struct boot *boot = boot_new();
	struct entry *entry;

	assert_int_equal(entry_new(ENTRY_LINUX, "live", &entry), 0);
	string_set(&entry->arguments, arguments);
	string_set(&entry->original, arguments);
	string_set(&entry->kernel.path, kernel);
	entry->kernel.size = 1000;
	menu_append(boot->menu, entry);
	return boot;
}

struct family {
	const char *name;
	const char *volume;
	const char *kernel;
	struct tree_file files[4];
	const char *before;
	const char *after;  /* or, after a '!', why it is not offered */
	const char *family; /* as it is called, NULL: none */
	uint64_t ram;
};

static const struct family families[] = {
	{"Debian live",
	 "d-live 12",
	 "live/vmlinuz-6.1",
	 {{"live/filesystem.squashfs", NULL, 1000}},
	 "boot=live components quiet splash findiso=${iso_path}",
	 "boot=live components quiet splash fetch={http}/live/filesystem.squashfs",
	 "Debian live (live-boot)",
	 1000 + (1 << 30)},
	{"live-boot: ip=dhcp would be an interface",
	 "",
	 "live/vmlinuz",
	 {{"live/a b.squashfs", NULL, 1}},
	 "boot=live ip=dhcp toram persistence ip=",
	 "boot=live ip= fetch={http}/live/a%20b.squashfs",
	 "Debian live (live-boot)",
	 1 + (1 << 30)},
	{"live-boot with several roots",
	 "",
	 "live/vmlinuz",
	 {{"live/a.squashfs", NULL, 1}, {"live/b.squashfs", NULL, 1}},
	 "boot=live",
	 "boot=live fetch={iso} rootfstype=ramfs",
	 "Debian live (live-boot)",
	 50000 + (1 << 30)},
	{"grml",
	 "grml",
	 "boot/grml/vmlinuz",
	 {{"live/grml-full/grml.squashfs", NULL, 7}, {"live/grml-small/grml.squashfs", NULL, 7}},
	 "boot=live live-media-path=/live/grml-full/ bootid=4711 \"${loopback}\" nomce",
	 "boot=live live-media-path=/live/grml-full/ nomce "
	 "fetch={http}/live/grml-full/grml.squashfs",
	 "Debian live (live-boot)",
	 7 + (1 << 30)},
	{"Arch",
	 "ARCH_202611",
	 "arch/boot/x86_64/vmlinuz-linux",
	 {{"arch/x86_64/airootfs.sfs", NULL, 1000}, {"arch/x86_64/airootfs.sha512", NULL, 1}},
	 "archisobasedir=arch archisosearchuuid=2026-11-01 cow_spacesize=1G checksum=y "
	 "cms_verify=y",
	 "archisobasedir=arch cow_spacesize=1G checksum=y archiso_http_srv={http}/ ip=dhcp "
	 "BOOTIF=01-{mac}",
	 "Arch Linux (archiso)",
	 2000 + 700 * 1024 * 1024},
	{"Arch, its own entry for NBD",
	 "ARCH_202611",
	 "arch/boot/x86_64/vmlinuz-linux",
	 {{"arch/x86_64/airootfs.sfs", NULL, 1}},
	 "archisobasedir=arch archiso_nbd_srv=${pxeserver}",
	 "archisobasedir=arch archiso_http_srv={http}/ ip=dhcp BOOTIF=01-{mac}",
	 "Arch Linux (archiso)",
	 2 + 700 * 1024 * 1024},
	{"SystemRescue",
	 "RESCUE1200",
	 "sysresccd/boot/x86_64/vmlinuz",
	 {{"sysresccd/x86_64/airootfs.sfs", NULL, 1}},
	 "archisobasedir=sysresccd archisolabel=RESCUE1200 iomem=relaxed copytoram checksum",
	 "archisobasedir=sysresccd iomem=relaxed checksum archiso_http_srv={http}/ ip=dhcp "
	 "BOOTIF=01-{mac}",
	 "SystemRescue",
	 2 + (1 << 30)},
	{"Manjaro",
	 "MANJARO_KDE",
	 "boot/vmlinuz-x86_64",
	 {{"manjaro/x86_64/rootfs.sfs", NULL, 1}},
	 "misobasedir=manjaro misolabel=MANJARO_KDE quiet driver=free",
	 "misobasedir=manjaro quiet driver=free miso_http_srv={http}/ ip=dhcp BOOTIF=01-{mac}",
	 "Manjaro (miso)",
	 3 + 700 * 1024 * 1024},
	{"Fedora live",
	 "Fedora-WS-Live",
	 "images/pxeboot/vmlinuz",
	 {{"LiveOS/squashfs.img", NULL, 1}},
	 "root=live:CDLABEL=Fedora-WS-Live rd.live.image rd.live.check quiet rhgb",
	 "rd.live.image quiet rhgb root=live:{http}/LiveOS/squashfs.img ip=dhcp rd.neednet=1 "
	 "BOOTIF=01-{mac}",
	 "Fedora live (dracut)",
	 1 + 1536 * 1024 * 1024ULL},
	{"openSUSE live",
	 "openSUSE_Tumbleweed_KDE_Live",
	 "boot/x86_64/loader/linux",
	 {{"LiveOS/squashfs.img", NULL, 1}, {"boot/x86_64/loader/linux", NULL, 1}},
	 "root=live:CDLABEL=x rd.live.image rd.live.overlay.persistent rd.live.overlay.cowfs=ext4",
	 "rd.live.image root=live:{iso} ip=dhcp rd.neednet=1 ramdisk_size=4144",
	 "openSUSE live (kiwi)",
	 50000 + 1536 * 1024 * 1024ULL},
	{"Void",
	 "VOID_LIVE",
	 "boot/vmlinuz",
	 {{"LiveOS/squashfs.img", NULL, 1}},
	 "root=live:CDLABEL=VOID_LIVE ro",
	 "!its initramfs cannot use a network",
	 "Live system (dracut)",
	 0},
	{"RHEL DVD",
	 "RHEL-9",
	 "isolinux/vmlinuz",
	 {{"BaseOS/repodata/repomd.xml", NULL, 1}, {"images/install.img", NULL, 1}},
	 "inst.stage2=hd:LABEL=RHEL-9 quiet",
	 "quiet inst.repo={http} ip=dhcp rd.neednet=1 BOOTIF=01-{mac}",
	 "Anaconda installer",
	 1 + (3ULL << 30)},
	{"Fedora netinst",
	 "Fedora-E",
	 "isolinux/vmlinuz",
	 {{"images/install.img", NULL, 1}},
	 "inst.stage2=hd:LABEL=x quiet",
	 "quiet inst.stage2={http} ip=dhcp rd.neednet=1 BOOTIF=01-{mac}",
	 "Anaconda installer",
	 1 + (3ULL << 30)},
	{"Ubuntu, before ---",
	 "Ubuntu",
	 "casper/vmlinuz",
	 {{"casper/minimal.squashfs", NULL, 1}, {"casper/other.squashfs", NULL, 1}},
	 "iso-scan/filename=${iso_path} --- quiet splash",
	 "ip=dhcp url={iso} cloud-config-url=/dev/null root=/dev/ram0 --- quiet splash",
	 "Ubuntu (casper)",
	 50000 + (2ULL << 30)},
	{"CoreOS",
	 "fedora-coreos",
	 "images/pxeboot/vmlinuz",
	 {{"images/pxeboot/rootfs.img", NULL, 1}},
	 "rw coreos.liveiso=fedora-coreos ignition.firstboot",
	 "rw ignition.firstboot coreos.live.rootfs_url={http}/images/pxeboot/rootfs.img ip=dhcp "
	 "rd.neednet=1",
	 "Fedora CoreOS",
	 2 + (2ULL << 30)},
	{"openSUSE installer",
	 "openSUSE-Leap",
	 "boot/x86_64/loader/linux",
	 {{"CHECKSUMS", NULL, 1}},
	 "splash=silent mediacheck=1 install=cd:/",
	 "splash=silent install={http} netsetup=dhcp BOOTIF=01-{mac}",
	 "openSUSE installer (linuxrc)",
	 1000 + (1 << 30)},
	{"Alpine",
	 "alpine-std",
	 "boot/vmlinuz-lts",
	 {{"apks/.boot_repository", NULL, 1}},
	 "modules=loop,squashfs quiet",
	 "!the initramfs of its disc cannot use a network",
	 "Alpine Linux",
	 0},
	{"no family",
	 "",
	 "vmlinuz",
	 {{"initrd", NULL, 1}},
	 "quiet BOOT_IMAGE=/vmlinuz initrd=/initrd x=$y",
	 "quiet",
	 NULL,
	 0},
};

static void
families_are_recognised_and_changed(void **state)
{
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *family = &families[i];
		struct boot *boot = make_boot(family->kernel, "");
		struct entry *entry = boot->menu->entries;
		struct text escaped = {0};
		struct tree tree;

		for (const char *c = family->before; *c != '\0'; c++)
			text_printf(&escaped, *c == '{' ? "{%c" : "%c", *c);
		string_set(&entry->arguments, text_string(&escaped));
		text_free(&escaped);
		tree_init(&tree, family->files);
		tree.source.volume_id = family->volume;
		tree.source.image_size = 50000;
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		if (family->after[0] == '!') {
			if (entry->unavailable == NULL ||
			    strcmp(entry->unavailable, family->after + 1) != 0)
				fail_msg("%s: %s", family->name, entry->unavailable);
		} else if (strcmp(entry->arguments, family->after) != 0) {
			fail_msg("%s:\nis        %s\nshould be %s", family->name, entry->arguments,
				 family->after);
		}
		if ((family->family == NULL) != (boot->family == NULL) ||
		    (family->family != NULL && strcmp(boot->family, family->family) != 0))
			fail_msg("%s: family %s", family->name, boot->family);
		if (entry->ram != family->ram)
			fail_msg("%s: ram %llu", family->name, (unsigned long long)entry->ram);
		boot_free(boot);
	}
	recipes_free(recipes);
}

static void
entry_for_another_kind_of_server_is_not_offered(void **state)
{
	const struct tree_file files[] = {{"arch/x86_64/airootfs.sfs", NULL, 1}, {NULL, NULL, 0}};
	struct boot *boot =
		make_boot("vmlinuz", "archisobasedir=arch archiso_nfs_srv=192.0.2.9:/x");
	struct recipes *recipes = builtin();
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	assert_non_null(boot->menu->entries->unavailable);
	assert_true(boot->menu->entries->is_hidden);
	boot_free(boot);
	recipes_free(recipes);
}

/* Changes are told with their reason, and arguments added twice only once. */
static void
each_change_has_a_note(void **state)
{
	const struct tree_file files[] = {{"LiveOS/squashfs.img", NULL, 1}, {NULL, NULL, 0}};
	struct boot *boot = make_boot("vmlinuz", "root=live:LABEL=x rd.live.image rd.neednet=1");
	struct recipes *recipes = builtin();
	struct entry *entry = boot->menu->entries;
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	entry->sysappend = 3;
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	assert_string_equal(entry->arguments,
			    "rd.live.image rd.neednet=1 root=live:{http}/LiveOS/squashfs.img "
			    "ip=dhcp BOOTIF=01-{mac}");
	assert_true(tree_has_note(entry->notes, "removed root=live:LABEL=x: dracut fetches"));
	assert_true(tree_has_note(entry->notes, "added ip=dhcp: dracut fetches"));
	assert_false(tree_has_note(entry->notes, "added rd.neednet=1"));
	assert_string_equal(entry->root.path, "LiveOS/squashfs.img");
	assert_string_equal(entry->needs, "http");
	assert_int_equal(entry->sysappend, 0);
	boot_free(boot);
	recipes_free(recipes);
}

/* Applies `content` on top of the built-in recipes to one entry. */
static void
check_own(const char *content, const char *before, const char *after)
{
	const struct tree_file files[] = {{"live/one.squashfs", NULL, 5}, {NULL, NULL, 0}};
	struct boot *boot = make_boot("live/vmlinuz", before);
	struct recipes *recipes = builtin();
	struct text problems = {0};
	struct tree tree;

	tree_init(&tree, files);
	assert_int_equal(recipes_add(recipes, "own.ini", content, &problems), 0);
	assert_string_equal(text_string(&problems), "");
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	assert_string_equal(boot->menu->entries->arguments, after);
	text_free(&problems);
	boot_free(boot);
	recipes_free(recipes);
}

static void
own_recipe_comes_first(void **state)
{
	(void)state;
	check_own("[mine]\nargument = boot=live\nadd = mine={arg:x} {server}:{port}\n",
		  "boot=live x=7", "boot=live x=7 mine=7 {server}:{port}");
}

static void
own_recipe_replaces_the_one_of_its_name(void **state)
{
	(void)state;
	check_own("[live-boot]\nargument = boot=live\nadd = a\n b\n", "boot=live", "boot=live a b");
}

static void
first_of_own_recipes_wins(void **state)
{
	(void)state;
	check_own("[one]\nargument = boot=live\nwithout = no/such\nadd = one\n"
		  "[two]\nargument = boot=live\nadd = two\n",
		  "boot=live", "boot=live one");
	check_own("[one]\nargument = boot=live\nwithout = live/*\nadd = one\n"
		  "[two]\nargument = other|boot=l*\nadd = two\n",
		  "boot=live", "boot=live two");
}

struct mistake {
	const char *content;
	const char *problem; /* the start of what is said */
};

static void
mistakes_name_file_and_line_and_stop_nothing_else(void **state)
{
	static const struct mistake mistakes[] = {
		{"[a]\nargument = x\nfrob = 1\n", "own.ini:3: [a] has no key \"frob\"\n"},
		{"key = 1\n", "own.ini:1: a key before the first [section]\n"},
		{"[a]\nargument = x\nadd = {nothing}\n", "own.ini:3: [a] add: no such {token}"},
		{"[a]\nargument = x\nadd = {http\n", "own.ini:3: [a] add: a '{' without its '}'"},
		{"[a]\nargument = x\nram = 2*cats\n", "own.ini:3: [a] ram: not a sum"},
		{"[a]\nargument = x\nram = 1G+\n", "own.ini:3: [a] ram: not a sum"},
		{"[a]\nargument = x\nfetches = disc\n", "own.ini:3: [a] fetches: is \"file\""},
		{"[a]\nargument = x\nneeds = nfs\n", "own.ini:3: [a] needs: is \"http\""},
		{"[a]\nargument = x\nnonsense\n[b]\n", "own.ini:3: neither [section] nor"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const struct tree_file files[] = {{"x", NULL, 1}, {NULL, NULL, 0}};
		struct boot *boot = make_boot("vmlinuz", "good");
		struct recipes *recipes = builtin();
		struct text problems = {0};
		struct text content = {0};
		struct tree tree;

		text_printf(&content, "%s[good]\nargument = good\nadd = fine\n",
			    mistakes[i].content);
		assert_int_equal(recipes_add(recipes, "own.ini", text_string(&content), &problems),
				 0);
		if (strncmp(text_string(&problems), mistakes[i].problem,
			    strlen(mistakes[i].problem)) != 0)
			fail_msg("%s: %s", mistakes[i].content, text_string(&problems));
		tree_init(&tree, files);
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		assert_string_equal(boot->menu->entries->arguments, "good fine");
		text_free(&content);
		text_free(&problems);
		boot_free(boot);
		recipes_free(recipes);
	}
}

static void
line_that_is_too_long_is_a_mistake(void **state)
{
	struct recipes *recipes = builtin();
	struct text problems = {0};
	struct text content = {0};

	(void)state;
	text_append(&content, "[a]\nadd = ");
	for (int i = 0; i < 100; i++)
		text_append(&content, "x=y ");
	text_append(&content, "\n");
	assert_int_equal(recipes_add(recipes, "own.ini", text_string(&content), &problems), 0);
	assert_non_null(strstr(text_string(&problems), "own.ini:2: longer than"));
	text_free(&content);
	text_free(&problems);
	recipes_free(recipes);
}

static void
directory_is_read_in_the_order_of_names(void **state)
{
	char directory[] = "/tmp/pxeiso-recipes-XXXXXX";
	const struct tree_file files[] = {{"x", NULL, 1}, {NULL, NULL, 0}};
	static const char *const names[][2] = {
		{"b.ini", "[two]\nargument = good\nadd = two\n"},
		{"a.ini", "[one]\nargument = good\nadd = one\n"},
		{"c.txt", "[three]\nfrob = 1\n"},
	};
	struct boot *boot = make_boot("vmlinuz", "good");
	struct text problems = {0};
	struct recipes *recipes;
	struct tree tree;
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	for (size_t i = 0; i < 3; i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", directory, names[i][0]);
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(names[i][1], file);
		fclose(file);
	}
	assert_int_equal(recipes_new(directory, &problems, &recipes), 0);
	assert_string_equal(text_string(&problems), "");
	tree_init(&tree, files);
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	assert_string_equal(boot->menu->entries->arguments, "good one");
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i][0]);
		unlink(path);
	}
	rmdir(directory);
	boot_free(boot);
	recipes_free(recipes);
	assert_int_equal(recipes_new("/no/such/directory", &problems, &recipes), 0);
	assert_string_equal(text_string(&problems),
			    "/no/such/directory: No such file or directory\n");
	text_free(&problems);
	recipes_free(recipes);
}

static void
memory_is_a_sum(void **state)
{
	static const struct {
		const char *formula;
		bool is_valid;
		uint64_t bytes;
	} rows[] = {
		{"0", true, 0},
		{"700M", true, 700 * 1024 * 1024},
		{"2*file+1K", true, 2 * 10 + 1024},
		{"file+iso+load", true, 10 + 200 + 3000},
		{"1G+1G", true, 2ULL << 30},
		{"", false, 0},
		{"+", false, 0},
		{"file+", false, 0},
		{"2*", false, 0},
		{"2*2", false, 0},
		{"1T", false, 0},
		{"101*iso", false, 0},
		{"99999999999999999999", false, 0},
		{"1000000G", false, 0},
		{"-1", false, 0},
	};
	const struct recipe_sizes sizes = {.file = 10, .iso = 200, .load = 3000};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t bytes = 0;

		if (recipe_ram(rows[i].formula, &sizes, &bytes) != rows[i].is_valid ||
		    bytes != rows[i].bytes)
			fail_msg("\"%s\": %llu", rows[i].formula, (unsigned long long)bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families_are_recognised_and_changed),
		cmocka_unit_test(entry_for_another_kind_of_server_is_not_offered),
		cmocka_unit_test(each_change_has_a_note),
		cmocka_unit_test(own_recipe_comes_first),
		cmocka_unit_test(own_recipe_replaces_the_one_of_its_name),
		cmocka_unit_test(first_of_own_recipes_wins),
		cmocka_unit_test(mistakes_name_file_and_line_and_stop_nothing_else),
		cmocka_unit_test(line_that_is_too_long_is_a_mistake),
		cmocka_unit_test(directory_is_read_in_the_order_of_names),
		cmocka_unit_test(memory_is_a_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
