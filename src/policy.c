/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot policy as two tables: what each architecture is (DHCP-33), and
 * which loader starts which platform, the preferred one first.
 *
 * The numbers are IANA's "Processor Architecture Types" (RFC 4578, 5970).
 */
#include "policy.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PXELINUX "lpxelinux.0"

struct arch {
	uint16_t number;
	enum policy_firmware firmware;
	enum policy_platform platform;
	bool is_http;
	const char *name;
};

static const struct arch archs[] = {
	{0, FIRMWARE_BIOS, PLATFORM_PC_BIOS, false, "BIOS"},
	{1, FIRMWARE_OTHER, PLATFORM_NONE, false, "PC98"},
	{2, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI Itanium"},
	{3, FIRMWARE_OTHER, PLATFORM_NONE, false, "Alpha"},
	{4, FIRMWARE_BIOS, PLATFORM_NONE, false, "Arc x86"},
	{5, FIRMWARE_OTHER, PLATFORM_NONE, false, "Lean Client"},
	{6, FIRMWARE_UEFI, PLATFORM_UEFI_X86, false, "UEFI x86"},
	{7, FIRMWARE_UEFI, PLATFORM_UEFI_X64, false, "UEFI x64"},
	{8, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI Xscale"},
	/* RFC 4578 swapped 7 and 9 until its erratum of 2016: firmware sends
	   either for x64 (DHCP-34). */
	{9, FIRMWARE_UEFI, PLATFORM_UEFI_X64, false, "UEFI x64"},
	{10, FIRMWARE_UEFI, PLATFORM_UEFI_ARM, false, "UEFI ARM"},
	{11, FIRMWARE_UEFI, PLATFORM_UEFI_ARM64, false, "UEFI ARM64"},
	{12, FIRMWARE_OTHER, PLATFORM_NONE, false, "PowerPC Open Firmware"},
	{13, FIRMWARE_OTHER, PLATFORM_NONE, false, "PowerPC ePAPR"},
	{14, FIRMWARE_OTHER, PLATFORM_NONE, false, "POWER OPAL"},
	{15, FIRMWARE_UEFI, PLATFORM_UEFI_X86, true, "UEFI x86 HTTP"},
	{16, FIRMWARE_UEFI, PLATFORM_UEFI_X64, true, "UEFI x64 HTTP"},
	{17, FIRMWARE_UEFI, PLATFORM_NONE, true, "UEFI EBC HTTP"},
	{18, FIRMWARE_UEFI, PLATFORM_UEFI_ARM, true, "UEFI ARM HTTP"},
	{19, FIRMWARE_UEFI, PLATFORM_UEFI_ARM64, true, "UEFI ARM64 HTTP"},
	{20, FIRMWARE_BIOS, PLATFORM_NONE, true, "BIOS HTTP"},
	{21, FIRMWARE_OTHER, PLATFORM_NONE, false, "U-Boot ARM"},
	{22, FIRMWARE_OTHER, PLATFORM_NONE, false, "U-Boot ARM64"},
	{23, FIRMWARE_OTHER, PLATFORM_NONE, true, "U-Boot ARM HTTP"},
	{24, FIRMWARE_OTHER, PLATFORM_NONE, true, "U-Boot ARM64 HTTP"},
	{25, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI RISC-V 32"},
	{26, FIRMWARE_UEFI, PLATFORM_NONE, true, "UEFI RISC-V 32 HTTP"},
	{27, FIRMWARE_UEFI, PLATFORM_UEFI_RISCV64, false, "UEFI RISC-V 64"},
	{28, FIRMWARE_UEFI, PLATFORM_UEFI_RISCV64, true, "UEFI RISC-V 64 HTTP"},
	{29, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI RISC-V 128"},
	{30, FIRMWARE_UEFI, PLATFORM_NONE, true, "UEFI RISC-V 128 HTTP"},
	{31, FIRMWARE_OTHER, PLATFORM_NONE, false, "s390 basic"},
	{32, FIRMWARE_OTHER, PLATFORM_NONE, false, "s390 extended"},
	{33, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI MIPS 32"},
	{34, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI MIPS 64"},
	{35, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI Sunway 32"},
	{36, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI Sunway 64"},
	{37, FIRMWARE_UEFI, PLATFORM_NONE, false, "UEFI LoongArch 32"},
	{38, FIRMWARE_UEFI, PLATFORM_NONE, true, "UEFI LoongArch 32 HTTP"},
	{39, FIRMWARE_UEFI, PLATFORM_UEFI_LOONGARCH64, false, "UEFI LoongArch 64"},
	{40, FIRMWARE_UEFI, PLATFORM_UEFI_LOONGARCH64, true, "UEFI LoongArch 64 HTTP"},
	{41, FIRMWARE_OTHER, PLATFORM_NONE, false, "ARM rpiboot"},
};

static const struct arch unknown_arch = {0xffff, FIRMWARE_OTHER, PLATFORM_NONE, false,
					 "unknown architecture"};

/* Loaders, the preferred one of a platform first. */
struct loader_row {
	const char *file;
	enum policy_platform platform;
	size_t available; /* offset of its bool in struct policy_loaders */
	const char *install;
};

static const struct loader_row loader_rows[] = {
	{PXELINUX, PLATFORM_PC_BIOS, offsetof(struct policy_loaders, has_lpxelinux),
	 "no loader for BIOS machines: install PXELINUX (Debian: pxelinux, syslinux-common)"},
	/* The firmware's own driver is known to work: it has just sent this
	   request. */
	{"snponly.efi", PLATFORM_UEFI_X64, offsetof(struct policy_loaders, has_snponly_efi),
	 "no loader for UEFI x64 machines: install iPXE (Debian: ipxe)"},
	{"ipxe.efi", PLATFORM_UEFI_X64, offsetof(struct policy_loaders, has_ipxe_efi),
	 "no loader for UEFI x64 machines: install iPXE (Debian: ipxe)"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct arch *
find_arch(uint16_t number)
{
	for (size_t i = 0; i < COUNT(archs); i++)
		if (archs[i].number == number)
			return &archs[i];
	return &unknown_arch;
}

enum policy_firmware
policy_firmware(uint16_t arch)
{
	return find_arch(arch)->firmware;
}

const char *
policy_arch_name(uint16_t arch)
{
	return find_arch(arch)->name;
}

bool
policy_is_known_arch(uint16_t arch)
{
	return find_arch(arch) != &unknown_arch;
}

static int
choose_loader(enum policy_platform platform, const struct policy_loaders *loaders,
	      const char **ret_file, const char **ret_why)
{
	int error = -EPROTONOSUPPORT;

	*ret_why = platform == PLATFORM_NONE
			   ? "no loader of ours starts this architecture"
			   : "no loader of ours starts this architecture: name one of your own in "
			     "[loaders]";
	for (size_t i = 0; i < COUNT(loader_rows); i++) {
		const struct loader_row *row = &loader_rows[i];
		bool is_available;

		if (platform == PLATFORM_NONE || row->platform != platform)
			continue;
		memcpy(&is_available, (const char *)loaders + row->available, sizeof(bool));
		if (is_available) {
			*ret_file = row->file;
			return 0;
		}
		*ret_why = row->install;
		error = -ENOENT;
	}
	return error;
}

static void
format_url(const struct policy_site *site, const char *file, char ret_url[POLICY_FILE_SIZE])
{
	char server[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &site->server, server, sizeof(server));
	if (site->http_port == 80)
		snprintf(ret_url, POLICY_FILE_SIZE, "http://%s/%s", server, file);
	else
		snprintf(ret_url, POLICY_FILE_SIZE, "http://%s:%u/%s", server, site->http_port,
			 file);
}

static bool
is_url(const char *text)
{
	return strncasecmp(text, "http://", 7) == 0;
}

/* "192.0.2.1" or "192.0.2.1:8080" before the first '/', and something behind it. */
static bool
has_dotted_host(const char *text)
{
	char host[INET_ADDRSTRLEN];
	size_t length = strspn(text, "0123456789.");
	struct in_addr address;
	char *end = (char *)text + length;

	if (length == 0 || length >= sizeof(host))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	if (*end == ':' && (!isdigit((unsigned char)end[1]) || strtoul(end + 1, &end, 10) > 65535))
		return false;
	return inet_pton(AF_INET, host, &address) == 1 && end[0] == '/' && end[1] != '\0';
}

static bool
ends_in(const char *text, size_t length, const char *suffix)
{
	size_t end = strlen(suffix);

	return length >= end && strncasecmp(text + length - end, suffix, end) == 0;
}

/* A menu or a module: no firmware can start it. */
static bool
is_no_program(const char *text)
{
	size_t length = strcspn(text, "?#");

	return ends_in(text, length, ".ipxe") || ends_in(text, length, ".cfg") ||
	       ends_in(text, length, ".c32");
}

bool
policy_is_pxelinux(const char *file)
{
	return ends_in(file, strlen(file), "pxelinux.0");
}

bool
policy_check_loader(const char *text, bool may_be_url)
{
	/* what RFC 3986 has in a path and behind it */
	static const char url_signs[] = "-._~%!$&'()*+,;=:@/?";
	static const char name_signs[] = "-.+";
	const char *signs = is_url(text) ? url_signs : name_signs;
	size_t length = strlen(text);

	if (length == 0 || is_no_program(text))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) && strchr(signs, text[i]) == NULL)
			return false;
	if (!is_url(text))
		return length < POLICY_LOADER_SIZE && text[0] != '.';
	return may_be_url && length < POLICY_FILE_SIZE && has_dotted_host(text + 7);
}

/* A loader that is a URL, for UEFI's HTTP boot alone (DHCP-53). */
static int
use_url(const char *url, bool use_http, char ret_file[POLICY_FILE_SIZE], const char **ret_why)
{
	if (!use_http) {
		*ret_why = "the loader that [machine] or [subnet] names for it is a URL, and it "
			   "boots over TFTP: name a file instead";
		return -EPROTONOSUPPORT;
	}
	snprintf(ret_file, POLICY_FILE_SIZE, "%s", url);
	return 0;
}

/* What iPXE gets: never a loader, which could be iPXE again and would never
   end. PXELINUX is none, and shows the menus of a BIOS best. */
static const char *
choose_for_ipxe(const struct policy_machine *machine, const struct policy_site *site)
{
	const struct arch *arch = find_arch(machine->arch);
	bool is_ours = machine->loader == NULL && site->own[arch->platform] == NULL;

	return arch->firmware == FIRMWARE_BIOS && is_ours && site->has_tftp &&
			       site->loaders.has_lpxelinux
		       ? PXELINUX
		       : "boot.ipxe";
}

int
policy_choose(const struct policy_machine *machine, const struct policy_site *site,
	      char ret_file[POLICY_FILE_SIZE], const char **ret_why)
{
	const struct arch *arch = find_arch(machine->arch);
	const char *file = machine->loader != NULL ? machine->loader : site->own[arch->platform];
	bool use_http = machine->protocol == POLICY_HTTP;
	int error = 0;

	/* It says both "PXE" and "HTTP": whatever it got, it could not use
	   (DHCP-53). */
	if (arch->is_http && !use_http) {
		*ret_why = "asks for PXE with an architecture of HTTP boot";
		return -EPROTONOSUPPORT;
	}
	if (machine->is_ipxe) {
		file = choose_for_ipxe(machine, site);
		use_http = strcmp(file, PXELINUX) != 0 && machine->ipxe_has_http &&
			   site->http_port != 0;
	} else if (file == NULL) {
		error = choose_loader(arch->platform, &site->loaders, &file, ret_why);
	} else if (is_url(file)) {
		return use_url(file, use_http, ret_file, ret_why);
	}
	if (error < 0)
		return error;
	if (use_http ? site->http_port == 0 : !site->has_tftp) {
		*ret_why = use_http ? "it boots over HTTP, which is switched off"
				    : "it boots over TFTP, which is switched off";
		return -ENOENT;
	}
	if (use_http)
		format_url(site, file, ret_file);
	else
		snprintf(ret_file, POLICY_FILE_SIZE, "%s", file);
	return 0;
}
