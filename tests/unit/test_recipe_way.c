/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which way an entry goes, what else there is, and a user's choice: by the file
 * beside the image and by the configuration.
 */
#include "recipe_unit.h"

#include "recipe_data.h"
#include "recipe_way.h"

static const struct tree_file LIVE[] = {
	{"initrd", NULL, 10}, {"live/filesystem.squashfs", NULL, 1000}, {NULL, NULL, 0}};
static const struct tree_file CASPER[] = {
	{"casper/minimal.squashfs", NULL, 1000}, {"initrd", NULL, 10}, {NULL, NULL, 0}};
static const struct tree_file DRACUT[] = {
	{"LiveOS/squashfs.img", NULL, 1000}, {"initrd", NULL, 10}, {NULL, NULL, 0}};
static const struct tree_file ARCH[] = {
	{"arch/x86_64/airootfs.sfs", NULL, 1000}, {"initrd", NULL, 10}, {NULL, NULL, 0}};
static const struct tree_file ANTIX[] = {
	{"antiX/linuxfs", NULL, 1000}, {"initrd", NULL, 10}, {NULL, NULL, 0}};
static const struct tree_file PLAIN[] = {{"initrd", NULL, 10}, {NULL, NULL, 0}};

/* An initramfs that can do all that is asked. */
static const struct tree_file ABLE[] = {
	{"bin/sh", NULL, 1},
	{"hooks/archiso_pxe_http", NULL, 1},
	{"lib/live/boot/9990-mount-http.sh", NULL, 1},
	{"lib/modules/6.1/kernel/drivers/net/virtio_net.ko", NULL, 1},
	{"sbin/livenetroot", NULL, 1},
	{"scripts/casper", NULL, 1},
	{NULL, NULL, 0},
};

/* An image with one entry, which is called "live". */
struct sample {
	struct tree tree, inner, folder;
	struct tree_initramfs initramfs[2];
	struct tree_file files[2]; /* of the folder beside it */
	struct boot *boot;
};

static void
sample_init(struct sample *sample, const struct tree_file *files, const char *kernel,
	    const char *arguments)
{
	struct entry *entry;

	*sample = (struct sample){.boot = make_boot(kernel, arguments)};
	entry = sample->boot->menu->entries;
	entry->initrds = calloc(1, sizeof(*entry->initrds));
	entry->initrds[entry->initrd_count++] = (struct entry_file){strdup("initrd"), 10};
	tree_init(&sample->tree, files);
	tree_init(&sample->inner, ABLE);
	sample->initramfs[0] = (struct tree_initramfs){.path = "initrd", .tree = &sample->inner};
	sample->tree.initramfs = sample->initramfs;
	sample->tree.source.image_size = 50000;
}

/* Writes the file "way" beside the image. */
static void
sample_choose(struct sample *sample, const char *content)
{
	sample->files[0] = (struct tree_file){"way", content, 0};
	tree_init(&sample->folder, sample->files);
	sample->folder.source.name = "x.d";
	sample->tree.source.companion = &sample->folder.source;
}

static const struct entry *
sample_apply(struct sample *sample, const struct recipes *recipes)
{
	assert_int_equal(recipes_apply(recipes, &sample->tree.source, sample->boot), 0);
	return sample->boot->menu->entries;
}

static void
join(const struct entry_note *note, char *words, size_t size)
{
	for (words[0] = '\0'; note != NULL; note = note->next)
		snprintf(words + strlen(words), size - strlen(words), "%s%s",
			 words[0] != '\0' ? " " : "", note->text);
}

static const struct row {
	const char *name;
	const struct tree_file *files;
	const char *kernel, *arguments, *choice; /* "": none */
	enum entry_way way;
	const char *after, *others;
} rows[] = {
	{"live-boot", LIVE, "live/vmlinuz", "boot=live", "", WAY_HTTP,
	 "boot=live fetch={http}/live/filesystem.squashfs",
	 "cpio wrapper live-boot-several passthrough"},
	{"live-boot by cpio", LIVE, "live/vmlinuz", "boot=live", "cpio", WAY_CPIO,
	 "boot=live live-media=/pxeiso.iso rootfstype=ramfs",
	 "wrapper live-boot-several passthrough http"},
	{"live-boot, all of its medium", LIVE, "live/vmlinuz", "boot=live", "live-boot-several",
	 WAY_HTTP, "boot=live fetch={iso} rootfstype=ramfs", "cpio wrapper passthrough http"},
	{"live-boot, untouched but for what no disc has", LIVE, "live/vmlinuz",
	 "boot=live findiso=/x", "passthrough", WAY_PASSTHROUGH, "boot=live",
	 "cpio wrapper live-boot-several http"},
	{"casper by cpio", CASPER, "casper/vmlinuz", "boot=casper toram ---", "cpio", WAY_CPIO,
	 "boot=casper live-media=/pxeiso.iso root=/dev/ram0 ---", NULL},
	{"dracut by cpio", DRACUT, "vmlinuz", "root=live:LABEL=x", "cpio", WAY_CPIO,
	 "root=live:/pxeiso.img rd.live.image", NULL},
	{"dracut by the wrapper", DRACUT, "vmlinuz", "root=live:LABEL=x", "wrapper", WAY_WRAPPER,
	 "root=live:LABEL=x rdinit=/pxeiso/init", NULL},
	{"dracut, the whole image", DRACUT, "vmlinuz", "root=live:LABEL=x", "dracut-live-image",
	 WAY_HTTP, "root=live:{iso} rd.live.image ip=dhcp rd.neednet=1 BOOTIF=01-{mac}", NULL},
	{"archiso by the wrapper", ARCH, "vmlinuz", "archisobasedir=arch archisolabel=x", "wrapper",
	 WAY_WRAPPER,
	 "archisobasedir=arch archisolabel=x rdinit=/pxeiso/init rootfstype=ramfs copytoram=n",
	 NULL},
	{"its own way", ARCH, "vmlinuz", "archisobasedir=arch", "http", WAY_HTTP,
	 "archisobasedir=arch archiso_http_srv={http}/ ip=dhcp BOOTIF=01-{mac}",
	 "wrapper passthrough"},
	{"any system by the wrapper", PLAIN, "vmlinuz", "quiet", "wrapper", WAY_WRAPPER,
	 "quiet rdinit=/pxeiso/init rootfstype=ramfs", "passthrough"},
	{"any system with a root by the wrapper", PLAIN, "vmlinuz", "root=LABEL=x", "wrapper",
	 WAY_WRAPPER, "root=LABEL=x rdinit=/pxeiso/init", "passthrough"},
	{"a comment before it, and behind", PLAIN, "vmlinuz", "quiet",
	 "# because\r\n\r\n  wrapper # so\r\n", WAY_WRAPPER,
	 "quiet rdinit=/pxeiso/init rootfstype=ramfs", "passthrough"},
};

static void
a_choice_is_the_first_recipe_of_its_way(void **state)
{
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		const struct entry *entry;
		struct sample sample;
		char others[400];

		sample_init(&sample, row->files, row->kernel, row->arguments);
		if (row->choice[0] != '\0')
			sample_choose(&sample, row->choice);
		entry = sample_apply(&sample, recipes);
		join(entry->other_ways, others, sizeof(others));
		if (entry->way != row->way || strcmp(entry->arguments, row->after) != 0)
			fail_msg("%s: %s, %s", row->name, entry_way_name(entry->way),
				 entry->arguments);
		if (row->others != NULL && strcmp(others, row->others) != 0)
			fail_msg("%s: other ways %s", row->name, others);
		if (sample.boot->problems != NULL)
			fail_msg("%s: %s", row->name, sample.boot->problems->text);
		boot_free(sample.boot);
	}
	recipes_free(recipes);
}

static void
the_way_is_told_with_reason_and_fact(void **state)
{
	struct recipes *recipes = builtin();
	const struct entry *entry;
	struct sample sample;

	(void)state;
	sample_init(&sample, LIVE, "live/vmlinuz", "boot=live");
	entry = sample_apply(&sample, recipes);
	assert_string_equal(entry->way_why, "live-boot fetches its root over HTTP, and asks for "
					    "an address by itself");
	assert_string_equal(entry->way_fact,
			    "initramfs initrd: has lib/live/boot/9990-mount-http.sh");
	boot_free(sample.boot);

	sample_init(&sample, LIVE, "live/vmlinuz", "boot=live");
	sample_choose(&sample, "cpio");
	entry = sample_apply(&sample, recipes);
	assert_string_equal(entry->way_why,
			    "chosen in x.d/way: the image travels in memory, in the initramfs");
	boot_free(sample.boot);

	sample_init(&sample, PLAIN, "vmlinuz", "quiet");
	entry = sample_apply(&sample, recipes);
	assert_int_equal(entry->way, WAY_PASSTHROUGH);
	assert_string_equal(entry->way_why, "no recipe fits: its arguments are passed on");
	assert_null(entry->way_fact);
	boot_free(sample.boot);
	recipes_free(recipes);
}

static void
what_is_not_possible_is_told_and_not_done(void **state)
{
	static const struct {
		const char *name;
		const struct tree_file *files;
		const char *kernel, *arguments, *choice, *problem, *after;
	} cases[] = {
		{"no such way", LIVE, "live/vmlinuz", "boot=live", "cpoi",
		 "x.d/way: cpoi: no way and no recipe is called so; ways are http, cpio, wrapper "
		 "and passthrough",
		 "boot=live fetch={http}/live/filesystem.squashfs"},
		{"a way that is none to choose", LIVE, "live/vmlinuz", "boot=live", "unsupported",
		 "x.d/way: unsupported: no way and no recipe is called so; ways are http, cpio, "
		 "wrapper and passthrough",
		 "boot=live fetch={http}/live/filesystem.squashfs"},
		{"two words", PLAIN, "vmlinuz", "quiet", "wrapper cpio",
		 "x.d/way: cpio: one word is enough", "quiet rdinit=/pxeiso/init rootfstype=ramfs"},
		{"no recipe of that way", PLAIN, "vmlinuz", "quiet", "cpio",
		 "x.d/way: cpio is not possible for 1 entry, such as live; it can have its own, "
		 "passthrough, wrapper",
		 "quiet"},
		{"a recipe of another family", LIVE, "live/vmlinuz", "boot=live", "archiso",
		 "x.d/way: archiso is not possible for 1 entry, such as live; it can have its own, "
		 "http, cpio, wrapper, live-boot-several, passthrough",
		 "boot=live fetch={http}/live/filesystem.squashfs"},
		{"a way that no server has", ANTIX, "antiX/vmlinuz", "quiet", "http",
		 "x.d/way: http is not possible for 1 entry, such as live; it can have its own, ",
		 NULL},
	};
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct entry_note *problem;
		const struct entry *entry;
		struct sample sample;

		sample_init(&sample, cases[i].files, cases[i].kernel, cases[i].arguments);
		sample_choose(&sample, cases[i].choice);
		entry = sample_apply(&sample, recipes);
		problem = sample.boot->problems;
		if (problem == NULL || problem->next != NULL ||
		    strncmp(problem->text, cases[i].problem, strlen(cases[i].problem)) != 0)
			fail_msg("%s: %s", cases[i].name, problem != NULL ? problem->text : "");
		if (cases[i].after != NULL && strcmp(entry->arguments, cases[i].after) != 0)
			fail_msg("%s: %s", cases[i].name, entry->arguments);
		boot_free(sample.boot);
	}
	recipes_free(recipes);
}

/* An image too large for one file of an initramfs cannot go by cpio. */
static void
what_is_too_large_is_not_possible(void **state)
{
	struct recipes *recipes = builtin();
	struct text problems = {0};
	struct sample sample;
	char others[400];

	(void)state;
	assert_int_equal(recipes_add(recipes, "own.ini",
				     "[own]\nwhen = chosen\ninitrd = /x image\n", &problems),
			 0);
	sample_init(&sample, PLAIN, "vmlinuz", "quiet");
	join(sample_apply(&sample, recipes)->other_ways, others, sizeof(others));
	assert_string_equal(others, "cpio wrapper");
	boot_free(sample.boot);

	sample_init(&sample, PLAIN, "vmlinuz", "quiet");
	sample.tree.source.image_size = UINT64_C(5) << 30;
	join(sample_apply(&sample, recipes)->other_ways, others, sizeof(others));
	assert_string_equal(others, "wrapper");
	boot_free(sample.boot);
	recipes_free(recipes);
	text_free(&problems);
}

/* The last section that matches, without regard to case; the folder beside the
   image before all. */
static void
the_configuration_can_choose(void **state)
{
	struct recipes *recipes = builtin();
	struct sample sample;

	(void)state;
	assert_int_equal(recipes_choose(recipes, "*", "nonsense", "x.conf:1: [image *]"), 0);
	assert_int_equal(recipes_choose(recipes, "TE*", "cpio", "x.conf:3: [image TE*]"), 0);
	assert_int_equal(recipes_choose(recipes, "other", "wrapper", "x.conf:5: [image other]"), 0);
	sample_init(&sample, LIVE, "live/vmlinuz", "boot=live");
	assert_string_equal(sample_apply(&sample, recipes)->way_why,
			    "chosen in x.conf:3: [image TE*]: the image travels in memory, in the "
			    "initramfs");
	boot_free(sample.boot);

	sample_init(&sample, LIVE, "live/vmlinuz", "boot=live");
	sample_choose(&sample, "passthrough");
	assert_int_equal(sample_apply(&sample, recipes)->way, WAY_PASSTHROUGH);
	boot_free(sample.boot);

	sample_init(&sample, LIVE, "live/vmlinuz", "boot=live");
	sample.tree.source.name = "none";
	assert_int_equal(sample_apply(&sample, recipes)->way, WAY_HTTP);
	assert_true(tree_has_note(sample.boot->problems, "x.conf:1: [image *]: nonsense: no way"));
	boot_free(sample.boot);
	recipes_free(recipes);
}

/* A kernel alone has no root, and an entry for another kind of server none here. */
static void
some_entries_have_no_choice(void **state)
{
	struct recipes *recipes = builtin();
	const struct entry *entry;
	struct sample sample;

	(void)state;
	sample_init(&sample, PLAIN, "boot/memtest", "");
	free(sample.boot->menu->entries->initrds[0].path);
	sample.boot->menu->entries->initrd_count = 0;
	sample_choose(&sample, "wrapper");
	entry = sample_apply(&sample, recipes);
	assert_int_equal(entry->way, WAY_PASSTHROUGH);
	assert_null(entry->other_ways);
	assert_null(sample.boot->problems);
	boot_free(sample.boot);

	sample_init(&sample, ARCH, "vmlinuz", "archisobasedir=arch archiso_nbd_srv=192.0.2.9");
	sample_choose(&sample, "wrapper");
	entry = sample_apply(&sample, recipes);
	assert_true(entry->is_hidden);
	assert_null(sample.boot->problems);
	boot_free(sample.boot);
	recipes_free(recipes);
}

/* "wrapper" is the script, or the program where nothing could run that. */
static void
an_initramfs_without_shell_gets_the_program(void **state)
{
	struct recipes *recipes = builtin();
	const struct entry *entry;
	struct sample sample;
	uint64_t with_script;

	(void)state;
	sample_init(&sample, PLAIN, "vmlinuz", "quiet");
	sample_choose(&sample, "wrapper");
	entry = sample_apply(&sample, recipes);
	assert_true(tree_has_note(entry->notes, "initramfs initrd: has bin/sh"));
	with_script = entry->initrds[1].size;
	boot_free(sample.boot);

	sample_init(&sample, PLAIN, "vmlinuz", "quiet");
	sample_choose(&sample, "wrapper");
	tree_init(&sample.inner, PLAIN);
	entry = sample_apply(&sample, recipes);
	assert_true(tree_has_note(entry->notes, "initramfs initrd: no bin/sh|usr/bin/sh"));
	assert_true(entry->initrds[1].size > with_script + 2000);
	boot_free(sample.boot);
	recipes_free(recipes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_choice_is_the_first_recipe_of_its_way),
		cmocka_unit_test(the_way_is_told_with_reason_and_fact),
		cmocka_unit_test(what_is_not_possible_is_told_and_not_done),
		cmocka_unit_test(what_is_too_large_is_not_possible),
		cmocka_unit_test(the_configuration_can_choose),
		cmocka_unit_test(some_entries_have_no_choice),
		cmocka_unit_test(an_initramfs_without_shell_gets_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
