/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes of the families whose way hangs on more than their names: what a text
 * file of the image says, how large it is, what is in their initramfs; and of those
 * that bring all they need.
 */
#include "recipe_unit.h"

#include "cpio.h"

static const uint64_t GIB = UINT64_C(1) << 30;

/* An initramfs that has nothing that a recipe asks for. */
static const struct tree_file other[] = {{"init", NULL, 1}, {NULL, NULL, 0}};

struct family {
	const char *name;
	const char *volume;
	const char *kernel;
	struct tree_file files[5];
	const struct tree_file *initramfs; /* NULL: it cannot be read */
	uint64_t size;                     /* of the image; 0: 50000 */
	const char *before;
	const char *after; /* or, after a '!', why it is not offered */
	const char *made;  /* the members of its initrd but directories; NULL: none is made */
};

static const struct family families[] = {
	{"Ubuntu 18.04: its casper takes no url=",
	 "Ubuntu 18.04.6 LTS amd64",
	 "casper/vmlinuz",
	 {{"casper/filesystem.manifest", "bash\t4.4\ncasper\t1.394.3\nzip\t3.0\n", 0},
	  {"casper/filesystem.squashfs", NULL, 7}},
	 NULL,
	 0,
	 "boot=casper file=/cdrom/preseed/ubuntu.seed --- quiet",
	 "boot=casper live-media=/pxeiso.iso root=/dev/ram0 --- quiet",
	 "pxeiso.iso"},
	{"the same above 4 GiB",
	 "",
	 "casper/vmlinuz",
	 {{"casper/filesystem.manifest", "casper 1.394.3\n", 0},
	  {"casper/filesystem.squashfs", NULL, 7}},
	 NULL,
	 GIB * 4 + 5,
	 "boot=casper",
	 "boot=casper rdinit=/pxeiso/init live-media=/dev/dm-0 root=/dev/ram0",
	 "pxeiso.iso.00 pxeiso.iso.01 pxeiso.iso.02 pxeiso/init"},
	{"Ubuntu 20.04: its casper takes url=",
	 "",
	 "casper/vmlinuz",
	 {{"casper/filesystem.manifest", "casper\t1.445\ncasperx 1.3\n", 0},
	  {"casper/filesystem.squashfs", NULL, 7}},
	 NULL,
	 0,
	 "boot=casper",
	 "boot=casper ip=dhcp url={iso} cloud-config-url=/dev/null root=/dev/ram0",
	 NULL},
	{"Ubuntu's chooser has no image to fetch",
	 "Ubuntu 24.04",
	 "casper/vmlinuz",
	 {{"casper/minimal.squashfs", NULL, 7}},
	 NULL,
	 0,
	 "iso-chooser-menu --- quiet",
	 "iso-chooser-menu ip=dhcp --- quiet",
	 NULL},
	{"live-boot without HTTP, above 4 GiB",
	 "",
	 "live/vmlinuz",
	 {{"live/filesystem.squashfs", NULL, 7}},
	 other,
	 GIB * 4,
	 "boot=live toram",
	 "boot=live rdinit=/pxeiso/init live-media=/dev/dm-0 rootfstype=ramfs",
	 "pxeiso.iso.00 pxeiso.iso.01 pxeiso.iso.02 pxeiso/init"},
	{"dracut without livenet, whose root is too large for one file",
	 "",
	 "boot/vmlinuz",
	 {{"LiveOS/squashfs.img", NULL, GIB * 5}},
	 other,
	 GIB * 6,
	 "root=live:CDLABEL=x",
	 "root=live:CDLABEL=x rdinit=/pxeiso/init",
	 "pxeiso.iso.00 pxeiso.iso.01 pxeiso.iso.02 pxeiso.iso.03 pxeiso/init"},
	{"Calculate",
	 "CLD",
	 "boot/vmlinuz",
	 {{"livecd.squashfs", NULL, 7}},
	 other,
	 0,
	 "root=live:LABEL=CLD init=/linuxrc rd.live.squashimg=livecd.squashfs nodevfs",
	 "init=/linuxrc nodevfs root=live:/pxeiso.img rd.live.image",
	 "pxeiso.img"},
	{"Tails",
	 "TAILS 6.0",
	 "live/vmlinuz",
	 {{"live/Tails.module", NULL, 7}, {"live/filesystem.squashfs", NULL, 7}},
	 NULL,
	 0,
	 "boot=live live-media=removable nopersistence module=Tails",
	 "boot=live nopersistence live-media=/pxeiso.iso module=Tails rootfstype=ramfs",
	 "pxeiso.iso conf/conf.d/pxeiso"},
	{"Chimera",
	 "CHIMERA_LIVE",
	 "live/vmlinuz",
	 {{"live/filesystem.squashfs", NULL, 7}},
	 NULL,
	 0,
	 "boot=live live-media=CHIMERA_LIVE",
	 "boot=live live-media=/pxeiso.iso rootfstype=ramfs",
	 "pxeiso.iso conf/conf.d/pxeiso"},
	{"TrueNAS",
	 "TRUENAS",
	 "live/vmlinuz",
	 {{"TrueNAS-SCALE.update", NULL, 7}, {"live/filesystem.squashfs", NULL, 7}},
	 NULL,
	 0,
	 "boot=live",
	 "!its installer needs a disc at /cdrom",
	 NULL},
	{"Manjaro without the hook for HTTP",
	 "MANJARO",
	 "boot/vmlinuz-x86_64",
	 {{"manjaro/x86_64/rootfs.sfs", NULL, 7}},
	 other,
	 0,
	 "misobasedir=manjaro misolabel=M",
	 "misobasedir=manjaro misolabel=M rdinit=/pxeiso/init rootfstype=ramfs",
	 "pxeiso.iso pxeiso/init"},
	{"Parabola",
	 "PARA",
	 "vmlinuz",
	 {{"parabola/x86_64/airootfs.sfs", NULL, 7}},
	 NULL,
	 0,
	 "parabolaisobasedir=parabola parabolaisolabel=PARA",
	 "parabolaisobasedir=parabola parabolaisolabel=PARA rdinit=/pxeiso/init "
	 "rootfstype=ramfs copytoram=n",
	 "pxeiso.iso pxeiso/init"},
	{"SystemRescueCd 5",
	 "sysrcd-5.3.2",
	 "isolinux/rescue64",
	 {{"sysrcd.dat", NULL, 7}, {"sysrcd.md5", NULL, 1}},
	 NULL,
	 0,
	 "scandelay=1 setkmap=us",
	 "setkmap=us netboot={http}/sysrcd.dat dodhcp",
	 NULL},
	{"Agama with packages",
	 "Install-SLES-16.0-full-x86_64",
	 "boot/x86_64/loader/linux",
	 {{"LiveOS/squashfs.img", NULL, 7},
	  {"boot/x86_64/loader/linux", NULL, 7},
	  {"install/repodata/repomd.xml", NULL, 7}},
	 NULL,
	 0,
	 "mediacheck=1 quiet",
	 "quiet root=live:{http}/LiveOS/squashfs.img ip=dhcp rd.neednet=1 "
	 "inst.install_url={http}/install",
	 NULL},
	{"Silverblue",
	 "Fedora-SB",
	 "images/pxeboot/vmlinuz",
	 {{"images/install.img", NULL, 7}, {"ostree/repo/config", NULL, 7}},
	 NULL,
	 0,
	 "inst.stage2=hd:LABEL=Fedora-SB quiet",
	 "inst.stage2=hd:LABEL=Fedora-SB quiet rdinit=/pxeiso/init rootfstype=ramfs",
	 "pxeiso.iso pxeiso/init"},
	{"AlmaLinux without .treeinfo",
	 "AlmaLinux-10",
	 "images/pxeboot/vmlinuz",
	 {{"AppStream/repodata/repomd.xml", NULL, 7},
	  {"BaseOS/repodata/repomd.xml", NULL, 7},
	  {"images/install.img", NULL, 7}},
	 NULL,
	 0,
	 "inst.stage2=hd:LABEL=x",
	 "inst.stage2={http} inst.repo={http}/BaseOS inst.addrepo=AppStream,{http}/AppStream "
	 "ip=dhcp rd.neednet=1 BOOTIF=01-{mac}",
	 NULL},
	{"Mageia live",
	 "Mageia-9",
	 "boot/vmlinuz",
	 {{"loopbacks/distrib-lzma.sqfs", NULL, 7}},
	 NULL,
	 0,
	 "root=mgalive:LABEL=Mageia-9",
	 "root=mgalive:LABEL=Mageia-9 rdinit=/pxeiso/init",
	 "pxeiso.iso pxeiso/init"},
	{"antiX",
	 "antiX",
	 "antiX/vmlinuz",
	 {{"antiX/linuxfs", NULL, 7}},
	 NULL,
	 0,
	 "quiet buuid=4711",
	 "quiet rdinit=/pxeiso/init rootfstype=ramfs",
	 "pxeiso.iso pxeiso/init"},
	{"Porteus",
	 "Porteus",
	 "boot/syslinux/vmlinuz",
	 {{"porteus/base/000-kernel.xzm", NULL, 7}},
	 NULL,
	 0,
	 "changes=/porteus from=/x.iso",
	 "changes=/porteus rdinit=/pxeiso/init rootfstype=ramfs",
	 "pxeiso.iso pxeiso/init"},
	{"Android-x86",
	 "Android-x86",
	 "kernel",
	 {{"ramdisk.img", NULL, 7}, {"system.sfs", NULL, 7}},
	 NULL,
	 0,
	 "root=/dev/ram0 quiet SRC= DATA=",
	 "root=/dev/ram0 quiet SRC= DATA= rdinit=/pxeiso/init",
	 "pxeiso.iso pxeiso/init"},
	{"EasyOS",
	 "EasyOS",
	 "vmlinuz",
	 {{"easyos/easy.sfs", NULL, 7}},
	 NULL,
	 0,
	 "rw",
	 "!it keeps its root and its files on a drive",
	 NULL},
	{"Slackware",
	 "SlackDVD",
	 "kernels/huge.s/bzImage",
	 {{"isolinux/initrd.img", NULL, 7}, {"slackware64/a/x.txz", NULL, 7}},
	 NULL,
	 0,
	 "load_ramdisk=1 rw SLACK_KERNEL=huge.s",
	 "load_ramdisk=1 rw SLACK_KERNEL=huge.s",
	 NULL},
	{"Debian's netinst: its disc lies in its initramfs",
	 "Debian 12.5.0 amd64 n",
	 "install.amd/vmlinuz",
	 {{".disk/base_installable", NULL, 1},
	  {".disk/info", NULL, 9},
	  {"dists/bookworm/Release", NULL, 7},
	  {"pool/main/a.udeb", NULL, 7}},
	 NULL,
	 0,
	 "vga=788 --- quiet",
	 "vga=788 rootfstype=ramfs --- quiet",
	 "cdrom/.disk/base_installable cdrom/.disk/info cdrom/dists/bookworm/Release "
	 "cdrom/pool/main/a.udeb preseed.cfg"},
	{"SliTaz",
	 "SliTaz",
	 "boot/bzImage",
	 {{"boot/bzImage", NULL, 7}, {"boot/rootfs4.gz", NULL, 7}},
	 NULL,
	 0,
	 "rw root=/dev/null",
	 "rw root=/dev/null rootfstype=ramfs",
	 NULL},
};

/* The paths of the members but directories, as words. */
static void
describe(const struct cpio *cpio, struct text *text)
{
	const struct member *member = cpio != NULL ? cpio->members : NULL;

	for (; member != NULL; member = member->next) {
		if (member->kind != MEMBER_DIRECTORY)
			text_printf(text, "%s%s", text->length > 0 ? " " : "", member->path);
	}
}

static void
check_family(const struct family *family, const struct boot *boot)
{
	const struct entry *entry = boot->menu->entries;
	struct text made = {0};

	if (boot->family == NULL)
		fail_msg("%s: not recognised", family->name);
	if (family->after[0] == '!') {
		if (entry->unavailable == NULL ||
		    strcmp(entry->unavailable, family->after + 1) != 0)
			fail_msg("%s: %s", family->name, entry->unavailable);
		return;
	}
	if (entry->unavailable != NULL || strcmp(entry->arguments, family->after) != 0)
		fail_msg("%s:\nis        %s\nshould be %s\n%s", family->name, entry->arguments,
			 family->after, entry->unavailable);
	if (entry->ram == 0)
		fail_msg("%s: nobody knows what memory it needs", family->name);
	describe(boot->archives, &made);
	if (strcmp(text_string(&made), family->made != NULL ? family->made : "") != 0)
		fail_msg("%s: made %s", family->name, text_string(&made));
	text_free(&made);
}

static void
each_family_goes_its_way(void **state)
{
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *family = &families[i];
		struct boot *boot = make_boot(family->kernel, family->before);
		struct entry *entry = boot->menu->entries;
		struct tree tree, inner;
		struct tree_initramfs initramfs[2] = {
			{.path = "initrd",
			 .tree = family->initramfs != NULL ? &inner : NULL,
			 .why = "damaged"}};

		tree_init(&tree, family->files);
		tree_init(&inner, family->initramfs != NULL ? family->initramfs : other);
		tree.initramfs = initramfs;
		tree.source.volume_id = family->volume;
		tree.source.image_size = family->size != 0 ? family->size : 50000;
		entry->initrds = calloc(1, sizeof(*entry->initrds));
		entry->initrds[entry->initrd_count++] = (struct entry_file){strdup("initrd"), 1000};
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		check_family(family, boot);
		boot_free(boot);
	}
	recipes_free(recipes);
}

static const struct {
	const char *name;
	struct tree_file files[3];
	const char *why; /* a part of it */
} systems[] = {
	{"Windows", {{"bootmgr", NULL, 1}, {"sources/boot.wim", NULL, 1}}, "it needs wimboot"},
	{"VMware ESXi", {{"B.B00", NULL, 1}, {"BOOT.CFG", NULL, 1}}, "boot.cfg"},
	{"FreeBSD", {{"boot/kernel/kernel", NULL, 1}, {"boot/loader.efi", NULL, 1}}, "over NFS"},
};

/* A person looks for the image in the menu, and finds the reason there. */
static void
image_without_linux_says_why(void **state)
{
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
		struct boot *boot = boot_new();
		const struct entry *entry;
		struct tree tree;

		tree_init(&tree, systems[i].files);
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		entry = boot->menu->entries;
		if (entry == NULL || strcmp(entry->title, systems[i].name) != 0 ||
		    strstr(entry->unavailable, systems[i].why) == NULL) {
			fail_msg("%s: not said", systems[i].name);
			return;
		}
		assert_null(entry->next);
		assert_string_equal(boot->family, systems[i].name);
		boot_free(boot);
	}
	recipes_free(recipes);
}

static void
image_with_linux_is_not_judged_as_a_whole(void **state)
{
	const struct tree_file files[] = {{"sources/boot.wim", NULL, 1}, {NULL, NULL, 0}};
	struct boot *boot = make_boot("vmlinuz", "quiet");
	struct recipes *recipes = builtin();
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	assert_null(boot->menu->entries->next);
	assert_null(boot->menu->entries->unavailable);
	boot_free(boot);
	recipes_free(recipes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_family_goes_its_way),
		cmocka_unit_test(image_without_linux_says_why),
		cmocka_unit_test(image_with_linux_is_not_judged_as_a_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
