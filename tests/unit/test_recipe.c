/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes: what each family's arguments become, and what is said about it.
 * Recipes of a person's own are in test_recipe_file.c.
 */
#include "recipe_unit.h"

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
	{"an argument is no pattern",
	 "",
	 "vmlinuz",
	 {{"arch/x86_64/airootfs.sfs", NULL, 1}},
	 "archisobasedir=*[a]rch",
	 "archisobasedir=*[a]rch",
	 NULL,
	 0},
	{"an argument escapes nothing",
	 "",
	 "vmlinuz",
	 {{"arch/x86_64/airootfs.sfs", NULL, 1}},
	 "archisobasedir=a\\rch",
	 "archisobasedir=a\\rch",
	 NULL,
	 0},
	{"an argument may leave the root, and stays in it",
	 "",
	 "vmlinuz",
	 {{"arch/x86_64/airootfs.sfs", NULL, 1}},
	 "archisobasedir=../arch/",
	 "archisobasedir=../arch/ archiso_http_srv={http}/ ip=dhcp BOOTIF=01-{mac}",
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
	 "ro root=live:/pxeiso.img rd.live.image",
	 "Live system (dracut)",
	 2 + (1 << 30)},
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
	 "modules=loop,squashfs quiet rdinit=/pxeiso/init rootfstype=ramfs "
	 "pxeiso.mount=/media/pxeiso",
	 "Alpine Linux",
	 100000 + 512 * 1024 * 1024},
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families_are_recognised_and_changed),
		cmocka_unit_test(entry_for_another_kind_of_server_is_not_offered),
		cmocka_unit_test(each_change_has_a_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
