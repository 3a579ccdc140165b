/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An initramfs in an image, listed by the reader in its jail: every decoder is
 * content with the system calls that are allowed there, what takes too long is
 * stopped, and the image goes on without.
 *
 * The reader is this program, executed again with "--reader".
 */
#include <fcntl.h>

#include "builder.h"
#include "image_source.h"
#include "initramfs_unit.h"
#include "reader.h"
#include "reader_protocol.h"

enum { WHY_SIZE = 200, PLACE = 8192 };

static struct reader *
new_reader(void)
{
	struct reader *reader;

	assert_int_equal(reader_new("/proc/self/exe", &reader), 0);
	return reader;
}

/* A file with the archive at PLACE. */
static int
image_of(const struct archive *archive)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_int_equal(pwrite(fd, archive->bytes, archive->length, PLACE), archive->length);
	return fd;
}

/* More than any buffer holds, not all the same. */
static void
add_large(struct archive *archive)
{
	size_t size = 12 << 20;
	uint32_t *body = malloc(size);

	assert_non_null(body);
	for (uint32_t i = 0; i < size / 4; i++)
		body[i] = i / 64;
	archive_add_bytes(archive, MODE_FILE, "large", 6, body, size);
	archive_add(archive, MODE_FILE, "last", "1");
	archive_end(archive);
	free(body);
}

static void
each_decoder_works_in_the_jail(void **state)
{
	struct reader *reader = new_reader();
	struct archive members = {0};

	(void)state;
	add_large(&members);
	for (enum packing packing = PLAIN; packing < PACKINGS; packing++) {
		struct archive archive = {0};
		struct extent where = {PLACE, 0};
		char why[WHY_SIZE] = "";
		struct index *index;
		uint32_t node;
		int fd, result;

		archive_append_packed(&archive, packing, &members);
		where.length = archive.length;
		fd = image_of(&archive);
		result = reader_index_initramfs(reader, fd, &where, &index, why, sizeof(why));
		if (result < 0)
			fail_msg("%s: %s", packing_names[packing], why);
		assert_int_equal(index_lookup(index, "last", 0, &node), 0);
		index_close(index);
		close(fd);
		free(archive.bytes);
	}
	free(members.bytes);
	reader_free(reader);
}

/* An xz stream whose header asks for a dictionary of that size: `bits` is its
   code there. No encoder is asked for that much. */
static void
append_xz(struct archive *archive, const struct archive *members, uint8_t bits)
{
	enum { BLOCK = 12 }; /* of the stream, where its block begins */

	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_options_lzma options;
	lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
	uint8_t packed[4096];

	lzma_lzma_preset(&options, 0);
	assert_int_equal(lzma_stream_encoder(&stream, filters, LZMA_CHECK_NONE), LZMA_OK);
	stream.next_in = members->bytes;
	stream.avail_in = members->length;
	stream.next_out = packed;
	stream.avail_out = sizeof(packed);
	assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	packed[BLOCK + 4] = bits;
	for (int i = 0; i < 4; i++)
		packed[BLOCK + 8 + i] = (uint8_t)(lzma_crc32(packed + BLOCK, 8, 0) >> 8 * i);
	archive_append(archive, packed, sizeof(packed) - stream.avail_out);
	lzma_end(&stream);
}

static void
memory_is_limited(void **state)
{
	static const struct {
		uint8_t bits;
		const char *why;
	} rows[] = {{31, ""} /* 192 MiB */, {36, "its xz data are damaged"} /* 1 GiB */};
	struct reader *reader = new_reader();
	struct archive members = {0};

	(void)state;
	archive_add(&members, MODE_FILE, "a", "1");
	archive_end(&members);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct archive archive = {0};
		struct extent where = {PLACE, 0};
		char why[WHY_SIZE] = "";
		struct index *index = NULL;
		int fd;

		append_xz(&archive, &members, rows[i].bits);
		where.length = archive.length;
		fd = image_of(&archive);
		reader_index_initramfs(reader, fd, &where, &index, why, sizeof(why));
		assert_string_equal(why, rows[i].why);
		index_close(index);
		close(fd);
		free(archive.bytes);
	}
	free(members.bytes);
	reader_free(reader);
}

/* Streams of bzip2, one behind the other, each of 45 MB of zeros. */
static void
add_slow(struct archive *archive)
{
	struct archive zeros = {0};

	zeros.length = zeros.room = 45 << 20;
	zeros.bytes = calloc(1, zeros.length);
	for (int i = 0; i < 80; i++) {
		struct archive stream = {0};

		if (i == 0) {
			archive_append_packed(archive, BZIP2, &zeros);
		} else {
			archive_append(&stream, archive->bytes, archive->length / (size_t)i);
			archive_append(archive, stream.bytes, stream.length);
			free(stream.bytes);
		}
	}
	free(zeros.bytes);
}

static void
what_takes_too_long_is_stopped(void **state)
{
	struct reader *reader = new_reader();
	struct archive archive = {0}, good = {0};
	struct extent where = {PLACE, 0};
	char why[WHY_SIZE] = "";
	struct index *index;
	int fd;

	(void)state;
	add_slow(&archive);
	reader_set_processor_time(reader, 1);
	where.length = archive.length;
	fd = image_of(&archive);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &index, why, sizeof(why)),
			 -EPIPE);
	assert_string_equal(why, "the reader was stopped: it took more than 1 s of processor time");
	close(fd);

	archive_add(&good, MODE_FILE, "a", "1");
	where.length = good.length;
	fd = image_of(&good);
	assert_int_equal(reader_index_initramfs(reader, fd, &where, &index, why, sizeof(why)), 0);
	index_close(index);
	close(fd);
	free(archive.bytes);
	free(good.bytes);
	reader_free(reader);
}

/* --- as a source ----------------------------------------------------------- */

/* The index of an image whose files 0, 1, ... are the first bytes of that at PLACE,
   each one byte shorter than the one before, and "same" is 0; "pieces" lies in
   two, "empty" nowhere. */
static struct index *
image_index(uint64_t length, int count)
{
	struct volume volume = {.image_size = PLACE + length, .tree = TREE_ROCK_RIDGE};
	struct builder builder;
	struct index *index;
	const char *why;
	int memfd;

	assert_int_equal(builder_init(&builder), 0);
	for (int i = 0; i < count; i++) {
		char name[12];
		struct bytes text = {(const uint8_t *)name, 0};

		text.length = (size_t)snprintf(name, sizeof(name), "%d", i);
		builder_add(&builder, 0, NODE_FILE, text, 0);
		builder_add_extent(&builder, (struct extent){PLACE, length - (uint64_t)i});
	}
	builder_add(&builder, 0, NODE_FILE, (struct bytes){(const uint8_t *)"same", 4}, 0);
	builder_add_extent(&builder, (struct extent){PLACE, length});
	builder_add(&builder, 0, NODE_FILE, (struct bytes){(const uint8_t *)"pieces", 6}, 0);
	builder_add_extent(&builder, (struct extent){PLACE, 8});
	builder_add_extent(&builder, (struct extent){0, 8});
	builder_add(&builder, 0, NODE_FILE, (struct bytes){(const uint8_t *)"empty", 5}, 0);
	builder_close_directory(&builder, 0, 1);
	assert_int_equal(builder_write(&builder, &volume, &memfd), 0);
	assert_int_equal(index_map(memfd, volume.image_size, &index, &why), 0);
	close(memfd);
	builder_clear(&builder);
	return index;
}

static void
image_shows_its_initramfs_as_a_source(void **state)
{
	struct reader *reader = new_reader();
	struct archive archive = {0};
	struct image_source image;
	const struct source *tree, *again;
	unsigned budget = SOURCE_GLOB_BUDGET;
	struct source_node node, nodes[3];
	struct index *index;
	const char *why;
	char *bytes;
	size_t length;
	int fd;

	(void)state;
	archive_add(&archive, MODE_DIRECTORY, "usr", "");
	archive_add(&archive, MODE_LINK, "lib", "usr");
	archive_add(&archive, MODE_FILE, "lib/File", "1234");
	archive_end(&archive);
	fd = image_of(&archive);
	index = image_index(archive.length, 12);
	image_source_init(&image, "test", index, fd, reader);

	assert_int_equal(source_initramfs(&image.source, "0", &tree, &why), 0);
	assert_int_equal(source_find(tree, "LIB/file", &node), 0);
	assert_string_equal(node.path, "usr/File");
	assert_int_equal(node.size, 4);
	assert_int_equal(source_glob(tree, "**/File", &budget, nodes, 3), 1);
	assert_int_equal(source_read(tree, "usr/File", 100, &bytes, &length), -EIO);
	assert_int_equal(source_initramfs(tree, "usr/File", &again, &why), -ENOTSUP);
	assert_int_equal(source_initramfs(&image.source, "0", &again, &why), 0);
	assert_ptr_equal(tree, again);
	assert_int_equal(source_initramfs(&image.source, "same", &again, &why), 0);
	assert_ptr_equal(tree, again);

	assert_int_equal(source_initramfs(&image.source, "gone", &again, &why), -ENOENT);
	assert_int_equal(source_initramfs(&image.source, "pieces", &again, &why), -EBADMSG);
	assert_string_equal(why, "it does not lie in one piece");
	assert_int_equal(source_initramfs(&image.source, "empty", &again, &why), -EBADMSG);
	assert_string_equal(why, "it is empty");
	for (char name[] = "1"; name[0] <= '7'; name[0]++)
		source_initramfs(&image.source, name, &again, &why);
	assert_int_equal(source_initramfs(&image.source, "8", &again, &why), -EMFILE);
	assert_string_equal(why, "the image has too many of them");

	image_source_clear(&image);
	index_close(index);
	close(fd);
	free(archive.bytes);
	reader_free(reader);
}

/* Without a reader nobody is to blame. */
static void
image_without_a_reader_has_none_to_ask(void **state)
{
	struct index *index = image_index(100, 1);
	const struct source *tree;
	struct image_source image;
	const char *why;

	(void)state;
	image_source_init(&image, "test", index, -1, NULL);
	assert_int_equal(source_initramfs(&image.source, "0", &tree, &why), -ENOTSUP);
	image_source_clear(&image);
	index_close(index);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_decoder_works_in_the_jail),
		cmocka_unit_test(memory_is_limited),
		cmocka_unit_test(what_takes_too_long_is_stopped),
		cmocka_unit_test(image_shows_its_initramfs_as_a_source),
		cmocka_unit_test(image_without_a_reader_has_none_to_ask),
	};

	if (argc == 2 && strcmp(argv[1], "--reader") == 0)
		reader_serve(READER_FD);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
