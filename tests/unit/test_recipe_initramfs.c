/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes that ask what is in an entry's initrds: facts before guesses, each
 * initrd opened once, and only when it decides something.
 */
#include "recipe_unit.h"

enum { INITRDS_MAX = 4 };

/* An image with one entry, and what is in its initrds. */
struct sample {
	struct tree tree;
	struct tree trees[INITRDS_MAX];
	struct tree_initramfs initramfs[INITRDS_MAX + 1];
	unsigned asked; /* how often one was opened */
	unsigned count;
	struct boot *boot;
};

static void
sample_init(struct sample *sample, const struct tree_file *files, const char *arguments)
{
	*sample = (struct sample){.boot = make_boot("boot/vmlinuz", arguments)};
	tree_init(&sample->tree, files);
	sample->tree.initramfs = sample->initramfs;
}

/* Gives the entry an initrd with `files` in it, or (NULL) one that cannot be read. */
static void
sample_add(struct sample *sample, const char *path, const struct tree_file *files)
{
	struct entry *entry = sample->boot->menu->entries;
	struct tree *tree = &sample->trees[sample->count];

	tree_init(tree, files);
	sample->initramfs[sample->count++] = (struct tree_initramfs){
		.path = path,
		.tree = files != NULL ? tree : NULL,
		.why = "its xz data are damaged",
		.ret_asked = &sample->asked,
	};
	entry->initrds = realloc(entry->initrds, sample->count * sizeof(*entry->initrds));
	entry->initrds[entry->initrd_count++] = (struct entry_file){strdup(path), 1000};
}

static const struct entry *
sample_apply(struct sample *sample, const struct recipes *recipes)
{
	assert_int_equal(recipes_apply(recipes, &sample->tree.source, sample->boot), 0);
	return sample->boot->menu->entries;
}

static struct recipes *
make_recipes(const char *content)
{
	struct text problems = {0};
	struct recipes *recipes = builtin();

	assert_int_equal(recipes_add(recipes, "own.ini", content, &problems), 0);
	assert_string_equal(text_string(&problems), "");
	text_free(&problems);
	return recipes;
}

static const struct family {
	const char *name;
	const char *volume;
	const struct tree_file files[3];
	const struct tree_file initramfs[4]; /* none: it cannot be read */
	const char *before;
	const char *argument; /* one of those afterwards */
	const char *note;
} families[] = {
	{"dracut with livenet, whatever its name",
	 "VOID_LIVE",
	 {{"LiveOS/squashfs.img", NULL, 1}},
	 {{"usr/bin/x", NULL, 1}, {"usr/sbin/livenetroot", NULL, 1}, {"sbin/livenetroot", NULL, 1}},
	 "root=live:CDLABEL=VOID_LIVE",
	 "root=live:{http}/LiveOS/squashfs.img",
	 "initramfs initrd.img: has sbin/livenetroot"},
	{"dracut without livenet, whatever its name",
	 "Fedora-WS-Live-42",
	 {{"LiveOS/squashfs.img", NULL, 1}},
	 {{"usr/sbin/dmsquash-live-root", NULL, 1}},
	 "root=live:CDLABEL=Fedora",
	 "root=live:/pxeiso.img",
	 "initramfs initrd.img: no sbin/livenetroot|bin/livenetroot"},
	{"dracut that cannot be read, by its name",
	 "VOID_LIVE",
	 {{"LiveOS/squashfs.img", NULL, 1}},
	 {{NULL, NULL, 0}},
	 "root=live:CDLABEL=VOID_LIVE",
	 "root=live:/pxeiso.img",
	 "[dracut-without-network] is a guess by the volume id, VOID_LIVE"},
	{"dracut that cannot be read, of no known name",
	 "Fedora-WS-Live-42",
	 {{"LiveOS/squashfs.img", NULL, 1}},
	 {{NULL, NULL, 0}},
	 "root=live:CDLABEL=Fedora",
	 "root=live:{http}/LiveOS/squashfs.img",
	 "initramfs initrd.img: cannot be read: its xz data are damaged"},
	{"kiwi, whatever its name",
	 "CDROM",
	 {{"LiveOS/squashfs.img", NULL, 1}, {"boot/x86_64/loader/linux", NULL, 1}},
	 {{"sbin/kiwi-live-root", NULL, 1}},
	 "root=live:CDLABEL=CDROM",
	 "root=live:{iso}",
	 "initramfs initrd.img: has sbin/kiwi-live-root"},
	{"built by kiwi, but not for its own live root",
	 "openSUSE_Live",
	 {{"LiveOS/squashfs.img", NULL, 1}, {"boot/x86_64/loader/linux", NULL, 1}},
	 {{"sbin/livenetroot", NULL, 1}},
	 "root=live:CDLABEL=x",
	 "root=live:{http}/LiveOS/squashfs.img",
	 "initramfs initrd.img: no sbin/kiwi-live-root|bin/kiwi-live-root"},
	{"archiso with its hook",
	 "ARCH",
	 {{"arch/x86_64/airootfs.sfs", NULL, 1}},
	 {{"hooks/archiso_pxe_http", NULL, 1}},
	 "archisobasedir=arch",
	 "archiso_http_srv={http}/",
	 "initramfs initrd.img: has hooks/archiso_pxe_http"},
	{"archiso without its hook",
	 "ARCH",
	 {{"arch/x86_64/airootfs.sfs", NULL, 1}},
	 {{"hooks/archiso", NULL, 1}},
	 "archisobasedir=arch",
	 "rdinit=/pxeiso/init",
	 "initramfs initrd.img: no hooks/archiso_pxe_http"},
	{"live-boot with HTTP",
	 "d-live",
	 {{"live/filesystem.squashfs", NULL, 1}},
	 {{"usr/lib/live/boot/9990-mount-http.sh", NULL, 1}},
	 "boot=live",
	 "fetch={http}/live/filesystem.squashfs",
	 "initramfs initrd.img: has usr/lib/live/boot/9990-mount-http.sh"},
	{"live-boot without HTTP",
	 "d-live",
	 {{"live/filesystem.squashfs", NULL, 1}},
	 {{"usr/lib/live/boot/9990-main.sh", NULL, 1}},
	 "boot=live",
	 "live-media=/pxeiso.iso",
	 "initramfs initrd.img: no lib/live/boot/9990-mount-http.sh|usr/lib/live"},
	{"Slax with drivers",
	 "Slax",
	 {{"slax/01-core.sb", NULL, 1}},
	 {{"lib/modules/6.1.0/kernel/drivers/net/ethernet/intel/e1000/e1000.ko", NULL, 1}},
	 "slax.flags=perch",
	 "from={iso}",
	 "initramfs initrd.img: has lib/modules/6.1.0/kernel/drivers/net/ethernet/intel/"},
	{"Slax without drivers",
	 "Slax",
	 {{"slax/01-core.sb", NULL, 1}},
	 {{"bin/@mount.httpfs2", NULL, 1}},
	 "slax.flags=perch",
	 "slax.flags=perch",
	 "initramfs initrd.img: no lib/modules/*/kernel/drivers/net/ethernet/"},
	{"a driver is there",
	 "d-live",
	 {{"live/filesystem.squashfs", NULL, 1}},
	 {{"lib/modules/6.1.0/kernel/drivers/net/usb/cdc_ether.ko.zst", NULL, 1},
	  {"usr/lib/live/boot/9990-mount-http.sh", NULL, 1}},
	 "boot=live",
	 "fetch={http}/live/filesystem.squashfs",
	 "initramfs initrd.img: has lib/modules/6.1.0/kernel/drivers/net/usb/cdc_ether.ko.zst"},
	{"no driver is there",
	 "d-live",
	 {{"live/filesystem.squashfs", NULL, 1}},
	 {{"lib/modules/6.1.0/kernel/drivers/net/dummy.ko", NULL, 1},
	  {"usr/lib/live/boot/9990-mount-http.sh", NULL, 1}},
	 "boot=live",
	 "fetch={http}/live/filesystem.squashfs",
	 "Its initramfs has no driver for a network card"},
};

static bool
has_argument(const char *arguments, const char *argument)
{
	char padded[1000], wanted[200];

	snprintf(padded, sizeof(padded), " %s ", arguments);
	snprintf(wanted, sizeof(wanted), " %s ", argument);
	return strstr(padded, wanted) != NULL;
}

static void
facts_decide_before_names_do(void **state)
{
	struct recipes *recipes = builtin();

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *family = &families[i];
		const struct entry *entry;
		struct sample sample;

		sample_init(&sample, family->files, family->before);
		sample.tree.source.volume_id = family->volume;
		sample.tree.source.image_size = 50000;
		sample_add(&sample, "initrd.img",
			   family->initramfs[0].path != NULL ? family->initramfs : NULL);
		entry = sample_apply(&sample, recipes);
		if (!has_argument(entry->arguments, family->argument))
			fail_msg("%s: %s", family->name, entry->arguments);
		if (!tree_has_note(entry->notes, family->note)) {
			for (const struct entry_note *note = entry->notes; note; note = note->next)
				print_message("%s\n", note->text);
			fail_msg("%s: no note \"%s\"", family->name, family->note);
		}
		if (sample.asked != 1)
			fail_msg("%s: opened %u times", family->name, sample.asked);
		boot_free(sample.boot);
	}
	recipes_free(recipes);
}

static const char OWN[] = "[own]\n"
			  "argument = own\n"
			  "initramfs = a b|c\n"
			  "no-initramfs = d **/e\n"
			  "guess = GUESS*\n"
			  "add = fits\n";

static const struct question {
	const char *name;
	const char *files[2][3]; /* in two initrds; "!": it cannot be read */
	bool fits, is_guessed;   /* is_guessed: fits where the volume id says so */
} questions[] = {
	{"all in one", {{"a", "b"}}, true, true},
	{"the other way", {{"a", "c"}}, true, true},
	{"in two together", {{"a"}, {"c"}}, true, true},
	{"one is missing", {{"a"}, {"x"}}, false, false},
	{"what must not be", {{"a", "b", "d"}}, false, false},
	{"what must not be, in the other", {{"a", "b"}, {"d"}}, false, false},
	{"what must not be, anywhere", {{"a", "b", "x/y/e"}}, false, false},
	{"what must not be, at the top", {{"a", "b", "e"}}, false, false},
	{"nothing can be read", {{"!"}}, false, true},
	{"found in the other, but that may hold more", {{"!"}, {"a", "b"}}, false, true},
	{"perhaps in the other", {{"!"}, {"a"}}, false, true},
	{"known to be wrong", {{"a", "b", "d"}, {"!"}}, false, false},
	{"no initrd", {{NULL}}, false, true},
};

static bool
answer(const struct question *question, const struct recipes *recipes, const char *volume)
{
	struct tree_file files[2][4] = {0};
	struct sample sample;
	bool fits;

	sample_init(&sample, files[0], "own");
	sample.tree.source.volume_id = volume;
	for (size_t i = 0; i < 2 && question->files[i][0] != NULL; i++) {
		bool is_bad = question->files[i][0][0] == '!';

		for (size_t k = 0; k < 3 && question->files[i][k] != NULL; k++)
			files[i][k] = (struct tree_file){question->files[i][k], NULL, 1};
		sample_add(&sample, i == 0 ? "first" : "second", is_bad ? NULL : files[i]);
	}
	fits = has_argument(sample_apply(&sample, recipes)->arguments, "fits");
	boot_free(sample.boot);
	return fits;
}

static void
what_is_not_known_is_guessed(void **state)
{
	struct recipes *recipes = make_recipes(OWN);

	(void)state;
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const struct question *question = &questions[i];

		if (answer(question, recipes, "other") != question->fits)
			fail_msg("%s: %sfits", question->name, question->fits ? "no longer " : "");
		if (answer(question, recipes, "GUESSED") != question->is_guessed)
			fail_msg("%s, guessed: not so", question->name);
	}
	recipes_free(recipes);
}

/* It takes seconds, so nobody asks whose other conditions do not hold; and what
   one entry was told, the next need not ask again. */
static void
initrds_are_opened_when_they_decide(void **state)
{
	static const struct tree_file none[] = {{NULL, NULL, 0}};
	struct recipes *recipes = make_recipes(OWN);
	struct entry *second;
	struct sample sample;

	(void)state;
	sample_init(&sample, none, "not it");
	sample_add(&sample, "initrd", none);
	sample_apply(&sample, recipes);
	assert_int_equal(sample.asked, 0);
	boot_free(sample.boot);

	/* Nor for a driver alone. */
	sample_init(&sample, none, "photon.media=cdrom");
	sample_add(&sample, "initrd", none);
	assert_string_equal(sample_apply(&sample, recipes)->needs, "http");
	assert_int_equal(sample.asked, 0);
	boot_free(sample.boot);

	sample_init(&sample, none, "own");
	sample_add(&sample, "initrd", none);
	assert_int_equal(entry_new(ENTRY_LINUX, "second", &second), 0);
	string_set(&second->arguments, "own");
	second->initrds = calloc(1, sizeof(*second->initrds));
	second->initrds[second->initrd_count++] = (struct entry_file){strdup("initrd"), 1000};
	menu_append(sample.boot->menu, second);
	sample_apply(&sample, recipes);
	assert_int_equal(sample.asked, 1);
	assert_true(tree_has_note(second->notes, "initramfs initrd: no a"));
	boot_free(sample.boot);
	recipes_free(recipes);
}

/* Of an initramfs with too many names to look at, nothing is known. */
static void
endless_initramfs_is_not_known(void **state)
{
	static struct tree_file many[2001];
	static char names[2000][32];
	struct recipes *recipes = make_recipes("[own]\nargument = own\n"
					       "no-initramfs = **/x*y\nguess = yes\nadd = fits\n");
	const struct entry *entry;
	struct sample sample;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(names[i], sizeof(names[i]), "d%04u/f", i);
		many[i] = (struct tree_file){names[i], NULL, 1};
	}
	sample_init(&sample, &many[2000], "own");
	sample_add(&sample, "initrd", many);
	sample.tree.source.volume_id = "yes";
	entry = sample_apply(&sample, recipes);
	assert_true(has_argument(entry->arguments, "fits"));
	assert_false(tree_has_note(entry->notes, "guess"));
	boot_free(sample.boot);
	recipes_free(recipes);

	recipes = make_recipes("[own]\nargument = own\nno-initramfs = **/**/**/**/**/x*y **/z\n"
			       "guess = yes\nadd = fits\n");
	for (unsigned i = 0; i < 2000; i++)
		snprintf(names[i], sizeof(names[i]), "d/d/d/d/d/d/d/d%04u/f", i);
	sample_init(&sample, &many[2000], "own");
	sample_add(&sample, "initrd", many);
	sample.tree.source.volume_id = "yes";
	entry = sample_apply(&sample, recipes);
	assert_true(tree_has_note(entry->notes, "too many files to look for"));
	assert_true(tree_has_note(entry->notes, "[own] is a guess"));
	boot_free(sample.boot);
	recipes_free(recipes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_decide_before_names_do),
		cmocka_unit_test(what_is_not_known_is_guessed),
		cmocka_unit_test(initrds_are_opened_when_they_decide),
		cmocka_unit_test(endless_initramfs_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
