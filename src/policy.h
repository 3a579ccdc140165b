/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot policy: which file a machine is told to start, and in which style.
 *
 * Pure: facts of a request in, a boot file name or URL out. The kinds of
 * firmware are a table (DHCP-33), the loaders are another; a new architecture
 * or loader is a row in policy.c.
 *
 * Never a loop: a machine that already runs iPXE is not handed iPXE again
 * (DHCP-35), nor a loader that a person named, which may be iPXE by any name; it
 * gets our script, or on a BIOS PXELINUX. Never a URL to a TFTP client or a
 * TFTP name to an HTTP client (DHCP-53).
 */
#ifndef POLICY_H
#define POLICY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* Room for a boot file: the `file` field of a DHCP message with its NUL. */
#define POLICY_FILE_SIZE 128
/* Room for the name of a loader, as in the tree (loader.h). */
#define POLICY_LOADER_SIZE 32

/* How a machine asked to be booted (option 60, DHCP-31). */
enum policy_protocol {
	POLICY_NONE, /* not a network boot client */
	POLICY_PXE,  /* "PXEClient" */
	POLICY_HTTP, /* "HTTPClient" */
};

/* What a loader must have been built for. */
enum policy_platform {
	PLATFORM_NONE, /* no loader of ours, and none can be named */
	PLATFORM_PC_BIOS,
	PLATFORM_UEFI_X86,
	PLATFORM_UEFI_X64,
	PLATFORM_UEFI_ARM,
	PLATFORM_UEFI_ARM64,
	PLATFORM_UEFI_RISCV64,
	PLATFORM_UEFI_LOONGARCH64,
	PLATFORM_COUNT,
};

/* Loaders that the tree can serve just now. */
struct policy_loaders {
	bool has_lpxelinux;   /* lpxelinux.0, with its modules */
	bool has_snponly_efi; /* snponly.efi: iPXE over the firmware's own driver, x64 */
	bool has_ipxe_efi;    /* ipxe.efi: iPXE with drivers of its own, x64 */
};

/* What a request says of the machine. */
struct policy_machine {
	enum policy_protocol protocol;
	uint16_t arch;      /* DHCP-33 */
	bool is_ipxe;       /* iPXE asks, not the firmware (DHCP-35) */
	bool ipxe_has_http; /* that iPXE can fetch http:// (DHCP-36) */

	/* The loader that the configuration names for it, a name or a URL that
	   policy_check_loader passed. NULL: none. */
	const char *loader;
};

/* What we have to offer it. */
struct policy_site {
	struct in_addr server; /* ours, on the machine's side */
	uint16_t http_port;    /* 0: no HTTP service */
	bool has_tftp;         /* TFTP is served on its own port, 69 */
	struct policy_loaders loaders;

	/* The names that the configuration has for each platform; NULL: the
	   loader is ours to choose. */
	const char *own[PLATFORM_COUNT];
};

/* What kind of firmware `arch` is. */
enum policy_firmware { FIRMWARE_BIOS, FIRMWARE_UEFI, FIRMWARE_OTHER };
enum policy_firmware policy_firmware(uint16_t arch);

/* A short name of `arch` for people, such as "BIOS" or "UEFI x64". Never NULL. */
const char *policy_arch_name(uint16_t arch);

/* Whether the table has `arch`: a client may list several (DHCP-32). */
bool policy_is_known_arch(uint16_t arch);

/* Whether `text` can be a loader that a person names. A name is one that firmware
   and PXELINUX read right (DHCP-9, 58). A URL, if `may_be_url`, is one that UEFI
   can fetch without a name server (DHCP-52). Neither is a script: firmware would
   load it, fail, and load it again. */
bool policy_check_loader(const char *text, bool may_be_url);

/* Whether a boot file is PXELINUX, by its name. */
bool policy_is_pxelinux(const char *file);

/* Chooses the boot file of `machine`: a name without directory (DHCP-58) or an
   absolute http URL with a dotted address (DHCP-52).
   0; -EPROTONOSUPPORT: nothing of ours starts this firmware; -ENOENT: something
   would, but it is not installed or its service is off. On an error
   `*ret_why`, a static string, says what to do about it. */
int policy_choose(const struct policy_machine *, const struct policy_site *,
		  char ret_file[POLICY_FILE_SIZE], const char **ret_why);

#endif
