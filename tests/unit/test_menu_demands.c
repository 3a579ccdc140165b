/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the menus of the shapes (shape_unit.h) must say, whatever their golden
 * files say: for each family the kernel arguments that its initramfs needs to
 * find its root over the network, and those that would keep it from doing so.
 */
#include "demand_unit.h"

/* Words are patterns of fnmatch(3), {http} is the URL of the image's tree, {iso}
   that of the image. `uefi` is "=" where the title is the same as for BIOS, and
   NULL (either) where the image has no such choice for this firmware. */
struct demand {
	const char *shape;
	const char *bios, *uefi; /* titles */
	const char *wanted;
	const char *unwanted;
};

/* No argument of these may reach a machine without the disc. */
#define DISC                                                                                       \
	"findiso=* iso-scan/filename=* fromiso=* img_dev=* img_loop=* isoboot=* BOOT_IMAGE=* "     \
	"rd.live.check mediacheck=1 checkmedia *CDLABEL=* *LABEL=* /dev/disk/*"
#define ARCHISO DISC " archisolabel=* archisosearchuuid=* archisodevice=* copytoram* archiso_n*"
#define MISO DISC " misolabel=* misodevice=* copytoram*"
#define LIVEBOOT DISC " live-media=* bootfrom=* bootid=* persistence* toram* ip=dhcp url=*"
#define CASPER DISC " file=* live-media=* toram persistent netboot=* nfsroot=* fetch=*"
#define ANACONDA DISC " root=* inst.stage2=hd:* inst.repo=hd:* inst.repo=cdrom*"
/* dracut's with a root of its own */
#define DRACUT DISC " rd.live.ram* rd.live.dir=* rd.live.squashimg=* rdinit=*"

static const struct demand demands[] = {
	/* archiso */
	{"arch", "Arch Linux install medium (x86_64, BIOS)", "=",
	 "archisobasedir=arch archiso_http_srv={http}/ ip=dhcp BOOTIF=01-*", ARCHISO},
	{"arch", "Arch Linux install medium (x86_64, BIOS) with speech", "=",
	 "archiso_http_srv={http}/ accessibility=on", ARCHISO},
	{"arch-grub", "Arch Linux install medium (x86_64, BIOS)",
	 "Arch Linux install medium (x86_64, x64 UEFI)",
	 "archisobasedir=arch archiso_http_srv={http}/ ip=dhcp BOOTIF=01-*", ARCHISO},
	{"arch-systemd-boot", "Arch Linux install medium (x86_64, BIOS)",
	 "Arch Linux install medium (x86_64, UEFI)",
	 "archisobasedir=arch archiso_http_srv={http}/ ip=dhcp BOOTIF=01-*", ARCHISO},
	{"cachyos", "CachyOS live medium", "=",
	 "archiso_http_srv={http}/ ip=dhcp BOOTIF=01-* nvme_load=yes", ARCHISO},
	{"cachyos", "CachyOS live medium, LTS kernel, in memory", "=",
	 "archiso_http_srv={http}/ checksum=y *linux-cachyos-lts *linux-cachyos-lts.img", ARCHISO},
	{"endeavouros", NULL, "EndeavourOS, NVIDIA graphics (UEFI)",
	 "archisolabel=EOS_202303 copytoram=n rdinit=/pxeiso/init driver=nonfree "
	 "cow_spacesize=10G made:/pxeiso.iso made:/pxeiso/init",
	 "archiso_http_srv=* ip=dhcp"},
	{"systemrescue", "Boot the rescue system with default options", "=",
	 "archisobasedir=sysresccd archiso_http_srv={http}/ ip=dhcp BOOTIF=01-* iomem=relaxed "
	 "*/intel_ucode.img */amd_ucode.img */sysresccd.img",
	 ARCHISO},
	{"systemrescuecd-5", "1) Default boot options", "=",
	 "*/rescue64 */initram.igz netboot={http}/sysrcd.dat dodhcp", "scandelay=* */rescue32"},
	{"artix", "From Stick or HDD: artix.x86_64", "=",
	 "label=ARTIX_202504 overlay=livefs rdinit=/pxeiso/init rootfstype=ramfs made:/pxeiso.iso",
	 "ip=dhcp img_dev=*"},
	{"parabola", "Boot Parabola (x86_64)", "=",
	 "parabolaisobasedir=parabola parabolaisolabel=PARA_202204 rdinit=/pxeiso/init copytoram=n "
	 "made:/pxeiso.iso made:/pxeiso/init",
	 "archiso_http_srv=* ip=dhcp"},
	{"systemrescue", "Verify the medium, then boot", NULL, "checksum", ARCHISO},
	/* miso */
	{"manjaro", "Boot Manjaro with open-source drivers", "=",
	 "misobasedir=manjaro miso_http_srv={http}/ ip=dhcp BOOTIF=01-* driver=free lang=en_US "
	 "tz=UTC keytable=us",
	 MISO},
	{"garuda", "Boot Garuda with open source drivers", "=",
	 "misobasedir=garuda miso_http_srv={http}/ ip=dhcp BOOTIF=01-* driver=free", MISO},
	/* dracut */
	{"fedora-live", "Start Fedora Live", "=",
	 "root=live:{http}/LiveOS/squashfs.img rd.live.image ip=dhcp rd.neednet=1 BOOTIF=01-*",
	 DRACUT},
	{"fedora-live", "Start Fedora Live in basic graphics mode", "=",
	 "root=live:{http}/LiveOS/squashfs.img nomodeset", DRACUT},
	{"fedora-kiwi", "Start Fedora-Workstation-Live", "=",
	 "root=live:{http}/LiveOS/squashfs.img rd.live.image ip=dhcp rd.neednet=1", DRACUT},
	{"tumbleweed-live", "KDE Live", "=",
	 "root=live:{iso} ip=dhcp rd.neednet=1 ramdisk_size=102948?",
	 DISC " rd.live.overlay.persistent* rd.live.overlay.cowfs=* rd.kiwi.live.pxe"},
	{"leap-agama", "Install Leap 16.0", "=",
	 "root=live:{http}/LiveOS/squashfs.img ip=dhcp rd.neednet=1", DRACUT},
	{"kairos", "Kairos", "=",
	 "root=live:{http}/rootfs.squashfs ip=dhcp rd.neednet=1 netboot rd.cos.disable "
	 "console=ttyS0",
	 DRACUT},
	{"harvester", "Harvester Installer v1.5", "=",
	 "root=live:{http}/rootfs.squashfs ip=dhcp rd.neednet=1 netboot rd.cos.disable", DRACUT},
	{"fedora-coreos", "Fedora CoreOS (Live)", "=",
	 "coreos.live.rootfs_url={http}/images/pxeboot/rootfs.img ip=dhcp rd.neednet=1 "
	 "ignition.firstboot ignition.platform.id=metal */ignition.img",
	 DISC " coreos.liveiso=*"},
	{"hrmpf", "hrmpf, a rescue system", "=",
	 "root=live:{http}/LiveOS/squashfs.img ip=dhcp rd.neednet=1 init=/sbin/init rd.luks=0",
	 DRACUT " made:*"},
	{"mageia-live", NULL, "Install Mageia Live",
	 "root=mgalive:LABEL=Mageia-9-Plasma-x86_64 install rdinit=/pxeiso/init made:/pxeiso.iso",
	 "ip=dhcp rootfstype=*"},
	{"void", "Void Linux 6.12 x86_64", "=",
	 "root=live:/pxeiso.img made:/pxeiso.img init=/sbin/init rd.luks=0", DRACUT},
	{"gentoo", "Boot LiveCD (kernel: gentoo)", "=",
	 "root=live:/pxeiso.img cdroot dokeymap made:/pxeiso.img", DRACUT " ip=dhcp"},
	{"calculate", NULL, "Calculate Linux",
	 "root=live:/pxeiso.img init=/linuxrc nodevfs made:/pxeiso.img", DRACUT " ip=dhcp"},
	{"bazzite", NULL, "Start the live system",
	 "root=live:CDLABEL=titanoboa_boot rd.live.image rdinit=/pxeiso/init made:/pxeiso.iso.00 "
	 "made:/pxeiso.iso.01 made:/pxeiso/init",
	 "made:/pxeiso.iso ip=dhcp"},
	{"gentoo-genkernel", "Gentoo", "=",
	 "root=/dev/ram0 init=/linuxrc looptype=squashfs loop=/image.squashfs cdroot "
	 "made:/image.squashfs",
	 DISC},
	/* installers of Red Hat's family */
	{"rocky-dvd", "Install Rocky Linux 9.4", "=",
	 "inst.repo={http} ip=dhcp rd.neednet=1 BOOTIF=01-*", ANACONDA},
	{"rocky-dvd", "Rescue an installed Rocky Linux 9.4", "=", "inst.repo={http} inst.rescue",
	 ANACONDA},
	{"rocky-dvd", "Run a memory test", NULL, "*/isolinux/memtest", "inst.* ip=* INITRD"},
	{"fedora-netinst", "Install Fedora 42", "=",
	 "inst.stage2={http} ip=dhcp rd.neednet=1 BOOTIF=01-*", ANACONDA " inst.repo=*"},
	{"silverblue", NULL, "Install Fedora 42",
	 "inst.stage2=hd:LABEL=Fedora-SB-ostree-x86_64-42 rdinit=/pxeiso/init rootfstype=ramfs "
	 "made:/pxeiso.iso made:/pxeiso/init",
	 "inst.stage2=http* inst.repo=* rd.live.check ip=dhcp"},
	/* live-boot */
	{"debian-live", "Live system (amd64)", "=",
	 "boot=live components fetch={http}/live/filesystem.squashfs", LIVEBOOT},
	{"debian-live-grub", "Live system (amd64)", "=",
	 "boot=live components fetch={http}/live/filesystem.squashfs", LIVEBOOT},
	{"kali", "Live system (amd64)", "=", "boot=live fetch={http}/live/filesystem.squashfs",
	 LIVEBOOT},
	{"kali-grub", "Live system (amd64)", "=", "boot=live fetch={http}/live/filesystem.squashfs",
	 LIVEBOOT},
	{"clonezilla", "Clonezilla live (VGA 800x600)", "=",
	 "fetch={http}/live/filesystem.squashfs ocs_live_run=* ocs_live_batch=* "
	 "union=overlay",
	 LIVEBOOT},
	{"gparted", "GParted Live (Default settings)", "=",
	 "fetch={http}/live/filesystem.squashfs union=overlay username=user", LIVEBOOT},
	{"grml", "grml64-full - advanced", "=",
	 "fetch={http}/live/grml64-full/grml64-full.squashfs live-media-path=/live/grml64-full/",
	 LIVEBOOT},
	{"devuan-live", "Live session", "=",
	 "fetch={http}/live/filesystem.squashfs username=devuan", LIVEBOOT},
	{"finnix", "Live system", "=", "fetch={http}/live/filesystem.squashfs", LIVEBOOT},
	{"lmde", "Start LMDE", "Start LMDE 6 64-bit",
	 "boot=live fetch={http}/live/filesystem.squashfs username=mint", LIVEBOOT},
	{"tails", "Tails", "=",
	 "live-media=/pxeiso.iso module=Tails rootfstype=ramfs made:/pxeiso.iso "
	 "made:/conf/conf.d/pxeiso",
	 "live-media=removable fetch=* findiso=*"},
	{"vyos", "Live system (amd64) - KVM console", "=",
	 "fetch={iso} nopersistence noautologin console=tty0", LIVEBOOT},
	{"chimera", "Chimera Linux (6.12.30, in memory)", "=",
	 "boot=live init=/usr/bin/init live-media=/pxeiso.iso made:/pxeiso.iso rootfstype=ramfs",
	 "live-media=CHIMERA_LIVE fetch=* toram"},
	/* casper */
	{"mint-19", NULL, "Start Linux Mint 19.3 Xfce 64-bit",
	 "boot=casper live-media=/pxeiso.iso root=/dev/ram0 made:/pxeiso.iso",
	 "url=* ip=dhcp file=* iso-scan/filename=*"},
	{"ubuntu-mini", "Choose an Ubuntu version to install", "=", "iso-chooser-menu ip=dhcp ---",
	 "url=* root=*"},
	{"ubuntu", "Try or Install Ubuntu", "=",
	 "ip=dhcp url={iso} cloud-config-url=/dev/null root=/dev/ram0 ---", CASPER},
	{"ubuntu-beside", "Try or Install Ubuntu", "=", "url={iso} autoinstall ds=nocloud-net;s=*/",
	 CASPER},
	{"ubuntu-server", "Try or Install Ubuntu Server", "=",
	 "ip=dhcp url={iso} cloud-config-url=/dev/null root=/dev/ram0 */casper/vmlinuz "
	 "*/casper/initrd",
	 CASPER},
	{"ubuntu-server", "Ubuntu Server with the HWE kernel", "=",
	 "url={iso} */casper/hwe-vmlinuz */casper/hwe-initrd", CASPER},
	{"mint", "Start Linux Mint", "Start Linux Mint 22 Cinnamon 64-bit",
	 "boot=casper uuid=* username=mint hostname=mint ip=dhcp url={iso} "
	 "cloud-config-url=/dev/null root=/dev/ram0",
	 CASPER},
	{"pop-os", "Try or Install Pop_OS", "=",
	 "boot=casper live-media-path=/casper_pop-os_22.04_amd64_intel_debug_52 ip=dhcp url={iso} "
	 "cloud-config-url=/dev/null root=/dev/ram0 username=pop-os",
	 CASPER},
	{"rescuezilla", "French", "=", "url={iso} ip=dhcp locale=fr_FR root=/dev/ram0", CASPER},
	/* others */
	{"debian-netinst-beside", "Install", "=",
	 "mirror/country=manual mirror/protocol=http mirror/http/hostname=192.0.2.1:8080 "
	 "mirror/http/directory=/images/debian-netinst-beside mirror/http/proxy= "
	 "debian-installer/allow_unauthenticated=true",
	 DISC " root=*"},
	{"opensuse", "Installation", "=", "install={http} netsetup=dhcp", DISC " install=cd:*"},
	{"proxmox", "Install Proxmox VE (Graphical)", "=",
	 "ramdisk_size=16777216 rw quiet splash=silent made:/proxmox.iso", DISC},
	{"proxmox", "Test memory (Legacy BIOS)", NULL, "*/memtest86%2Bx64.bin", "made:*"},
	{"nixos", "NixOS 25.11 Installer", "=",
	 "init=/nix/store/* root=LABEL=nixos-minimal-25.11-x86_64 rdinit=/pxeiso/init "
	 "made:/pxeiso.iso made:/pxeiso/init",
	 "findiso=* ip=dhcp"},
	{"alpine", "Linux lts", "=", "modules=loop,* made:/pxeiso.iso made:/pxeiso/init",
	 "alpine_dev=* ip=dhcp"},
	{"mx", NULL, "MX-23 x64 (a test)",
	 "quiet rdinit=/pxeiso/init made:/pxeiso.iso made:/pxeiso/init", DISC " buuid=*"},
	{"porteus", "Always Fresh", NULL,
	 "nomagic rdinit=/pxeiso/init made:/pxeiso.iso made:/pxeiso/init", DISC " from=*"},
	{"krd-2018", "Rescue disk, with pictures", "=",
	 "netboot={http}/data/ loadsrm=000-core.srm,001-kernel.srm,003-kl.srm,005-bases.srm dodhcp "
	 "dostartx",
	 DISC},
	{"krd-2018", "What is in this machine", "=",
	 "netboot={http}/data/ loadsrm=000-core.srm,003-kl.srm dodhcp hwinfo", DISC},
	{"ubuntu-installer", "Install Ubuntu Server", "=",
	 "*/netboot/ubuntu-installer/amd64/linux */netboot/ubuntu-installer/amd64/initrd.gz "
	 "mirror/http/hostname=192.0.2.1:8080 mirror/http/directory=/images/ubuntu-installer quiet",
	 DISC " file=* */install/vmlinuz */install/initrd.gz"},
	{"photon", "Install", "=", "root=/dev/ram0 repo={http}/RPMS", DISC " photon.media=*"},
	{"ipfire", "Unattended", "=", "installer.download-url={iso} installer.unattended", DISC},
	{"slax", "Run Slax (Fresh start)", "=", "from={iso} slax.flags=automount", "ip=*"},
	{"puppy", "Start Puppy", "=",
	 "pfix=* root=/dev/ram0 made:/puppy_bookwormpup64_10.0.6.sfs "
	 "made:/zdrv_bookwormpup64_10.0.6.sfs made:/fdrv_* made:/adrv_*",
	 DISC " pmedia=* psubdir=*"},
	{"puppy", "Start Puppy at the command line", "=",
	 "pfix=nox,ram root=/dev/ram0 made:/puppy_*", "pfix=ram pfix=nox pmedia=*"},
	{"tinycore", "Boot Core Plus with the FLWM desktop", "=",
	 "made:/tmp/builtin/optional/Xvesa.tcz made:/tmp/builtin/optional/flwm.tcz "
	 "made:/tmp/builtin/onboot.lst",
	 "cde"},
	{"tinycore", "Boot Core to the command line", "=", "base */core.gz", "made:*"},
	{"talos", "Talos ISO", "=", "talos.platform=metal */initramfs.xz", DISC " made:*"},
	{"flatcar", "flatcar", "Flatcar", "flatcar.autologin */cpio.gz", DISC " made:*"},
	{"slitaz", "SliTaz Live", "=",
	 "*/rootfs4.gz */rootfs3.gz */rootfs2.gz */rootfs1.gz rw root=/dev/null", DISC " made:*"},
	{"fatdog", "Start Fatdog64", "=", "rootfstype=ramfs */initrd", DISC " made:*"},
	{"pclinuxos", NULL, "LiveCD", "livecd=livecd rdinit=/pxeiso/init made:/pxeiso.iso", DISC},
	{"android-x86", "Live CD - Run without installation", "=",
	 "root=/dev/ram0 SRC= rdinit=/pxeiso/init made:/pxeiso.iso", DISC},
	{"slackware", "huge.s", "Slackware 15.0 huge.s kernel",
	 "SLACK_KERNEL=huge.s */isolinux/initrd.img", DISC},
	{"memtest86plus", "Memtest86+", "=", "*/memtest86plus/*", ""},
	{"gentoo-genkernel", "memtest86", NULL, "*/boot/memtest86", "made:* root=*"},
	{"porteus", "Memory test", NULL, "*/boot/syslinux/memtest", "INITRD"},
};

/* What cannot boot over a network is shown, with the reason. */
static const struct refusal {
	const char *shape;
	const char *title;
	const char *why; /* its begin */
} refusals[] = {
	{"mageia", "Install Mageia 9", "it takes no port in a URL"},
	{"leap-agama", "Check the medium", "it reads a disc through"},
	{"openbsd", "OpenBSD", ""},
	{"netbsd", "NetBSD", ""},
	{"illumos", "illumos, SmartOS", ""},
	{"truenas", "Start TrueNAS SCALE Installation", "its installer needs a disc"},
	{"esxi", "VMware ESXi", ""},
	{"windows", "Windows", ""},
	{"xcp-ng", "XCP-ng, XenServer", "these menus cannot load Xen"},
	{"qubes", "Qubes OS", "these menus cannot load Xen"},
	{"easyos", "EasyOS", ""},
	{"freebsd", "FreeBSD", ""},
	{"proxmox", "Rescue Boot", "its kernel is not in the image"},
};

static struct shape shape;
static struct recipes *recipes;
static char *families; /* src/recipes.ini, without those that were seen */

static int
set_up(void **state)
{
	struct text problems = {0};

	(void)state;
	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	text_free(&problems);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	recipes_free(recipes);
	return 0;
}

static void
check_demand(const struct demand *demand, enum menu_format format, const char *title)
{
	char block[DEMAND_TEXT] = "";

	if (title == NULL)
		return;
	if (!demand_find(&shape, format, title, block))
		fail_msg("%s: \"%s\" is not in the menu of %s", demand->shape, title,
			 format == MENU_PXELINUX ? "BIOS" : "UEFI");
	demand_check(&shape, title, block, demand->wanted, true);
	demand_check(&shape, title, block, demand->unwanted, false);
}

static void
entries_have_what_their_family_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(demands) / sizeof(demands[0]); i++) {
		const struct demand *demand = &demands[i];
		bool is_same = demand->uefi != NULL && strcmp(demand->uefi, "=") == 0;

		shape_open(&shape, demand->shape, recipes);
		check_demand(demand, MENU_PXELINUX, demand->bios);
		check_demand(demand, MENU_IPXE, is_same ? demand->bios : demand->uefi);
		shape_close(&shape);
	}
}

/* How a menu of `format` tells of it, as far as it begins. */
static void
format_refusal(enum menu_format format, const struct refusal *refusal, char line[512])
{
	if (format == MENU_PXELINUX)
		snprintf(line, 512, "\n  MENU LABEL %s\n  MENU DISABLE\n\nLABEL -\n  MENU LABEL %s",
			 refusal->title, refusal->why);
	else if (format == MENU_IPXE)
		snprintf(line, 512, "\nitem --gap -- %s\nitem --gap -- - %s", refusal->title,
			 refusal->why);
	else
		snprintf(line, 512, "\nmenuentry '%s'' (not offered)' {\n\techo '  ''%s",
			 refusal->title, refusal->why);
}

static void
what_cannot_boot_is_shown_with_the_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		shape_open(&shape, refusals[i].shape, recipes);
		for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
			const struct menu_image image = shape_image(&shape);
			struct text menu = {0};
			char line[512];

			menu_render_image(format, &shape_context, &image, &menu);
			format_refusal(format, &refusals[i], line);
			if (strstr(text_string(&menu), line) == NULL)
				fail_msg("%s lacks \"%s\"", shape.name, line);
			text_free(&menu);
		}
		shape_close(&shape);
	}
}

/* Takes the families of this menu off the list. */
static void
strike(char *list, const struct menu *menu)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		char line[128], *found;

		snprintf(line, sizeof(line), "\nname = %s\n",
			 entry->recipe != NULL ? entry->recipe : "");
		while ((found = strstr(list, line)) != NULL)
			found[1] = '-';
		if (entry->submenu != NULL)
			strike(list, entry->submenu);
	}
}

static void
strike_shape(const struct shape *one)
{
	strike(families, boot_menu(one->boot, ENTRY_FOR_BIOS));
	strike(families, boot_menu(one->boot, ENTRY_FOR_UEFI));
}

static void
each_family_has_a_shape(void **state)
{
	char *rest;

	(void)state;
	families = shape_read_file("src/recipes.ini");
	assert_non_null(families);
	shape_each(strike_shape);
	rest = strstr(families, "\nname = ");
	if (rest != NULL)
		fail_msg("no shape is of the family %.*s", (int)strcspn(rest + 8, "\n"), rest + 8);
	free(families);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_have_what_their_family_needs),
		cmocka_unit_test(what_cannot_boot_is_shown_with_the_reason),
		cmocka_unit_test(each_family_has_a_shape),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
