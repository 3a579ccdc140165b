/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * No directive is without its golden file: each word of SYS-4, SYS-5, SYS-7, SYS-8
 * and GRUB-2, and each key of systemd-boot, stands in a case.
 */
#include "directive_unit.h"

static struct text inputs;

/* Whether the inputs have the word, or the words. */
static bool
is_used(const char *word)
{
	const char *all = text_string(&inputs);
	size_t length = strlen(word);

	for (const char *found = all; (found = strcasestr(found, word)) != NULL; found++) {
		if (strchr("\n\t ;{", found == all ? '\n' : found[-1]) != NULL &&
		    strchr(" \t\n;", found[length]) != NULL)
			return true;
	}
	return false;
}

/* All but the remark in the first line. */
static void
gather(void)
{
	size_t remark = strcspn(this.expected, "\n");

	text_append_bytes(&inputs, this.expected + remark, this.input_length - remark);
}

/* What the languages have words for. */
static const char *const words[] = {
	"kernel",
	"linux",
	"boot",
	"bss",
	"pxe",
	"fdimage",
	"comboot",
	"com32",
	"config",
	"localboot",
	"append",
	"initrd",
	"sysappend",
	"ipappend",
	"default",
	"ui",
	"ontimeout",
	"onerror",
	"timeout",
	"totaltimeout",
	"prompt",
	"implicit",
	"allowoptions",
	"noescape",
	"nocomplete",
	"nohalt",
	"console",
	"serial",
	"display",
	"say",
	"font",
	"kbdmap",
	"f0",
	"f1",
	"f12",
	"include",
	"path",
	"sendcookies",
	"pxeretry",
	"menu title",
	"menu label",
	"menu default",
	"menu hide",
	"menu passwd",
	"menu master passwd",
	"menu shiftkey",
	"menu save",
	"menu nosave",
	"menu immediate",
	"menu noimmediate",
	"menu onerror",
	"menu include",
	"menu background",
	"menu hidden",
	"menu hiddenkey",
	"menu clear",
	"menu autoboot",
	"menu tabmsg",
	"menu notabmsg",
	"menu passprompt",
	"menu color",
	"menu colour",
	"menu msgcolor",
	"menu separator",
	"menu disable",
	"menu disabled",
	"menu indent",
	"menu begin",
	"menu end",
	"menu exit",
	"menu start",
	"menu help",
	"menu resolution",
	"menu width",
	"menu margin",
	"menu passwordmargin",
	"menu rows",
	"menu tabmsgrow",
	"menu cmdlinerow",
	"menu endrow",
	"menu passwordrow",
	"menu timeoutrow",
	"menu helpmsgrow",
	"menu helpmsgendrow",
	"menu hiddenrow",
	"menu hshift",
	"menu vshift",
	"menuentry",
	"submenu",
	"set",
	"unset",
	"export",
	"if",
	"elif",
	"for",
	"while",
	"until",
	"function",
	"return",
	"linux16",
	"linuxefi",
	"initrd16",
	"initrdefi",
	"multiboot",
	"multiboot2",
	"module",
	"module2",
	"chainloader",
	"source",
	"configfile",
	"search",
	"probe",
	"regexp",
	"loopback",
	"insmod",
	"loadfont",
	"background_image",
	"terminal_input",
	"terminal_output",
	"echo",
	"sleep",
	"clear",
	"play",
	"reboot",
	"halt",
	"exit",
	"fwsetup",
	"title",
	"version",
	"options",
	"efi",
	"uki",
	"sort-key",
	"devicetree",
	"password",
};

static void
each_directive_has_a_case(void **state)
{
	(void)state;
	directive_each(gather);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!is_used(words[i]))
			fail_msg("no case has %s", words[i]);
	}
	text_free(&inputs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_directive_has_a_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
