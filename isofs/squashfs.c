/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A squashfs through libsquashfuse 0.1.105; see squashfs.h and squashfs_tree.h.
 *
 * That library believes what it reads (SQ-6). So each place in the metadata, the
 * index of a fragment, and the place and length of a block of data are looked
 * at here before it goes there, and its functions that cannot be guarded are not
 * used: sqfs_read_range (a short block shifts what follows, and an offset behind
 * its end reads the heap), sqfs_lookup_path and the index of directories.
 * What is still in it, it does in the reader's jail.
 *
 * The blocks of a file are of one size, but the last. Their compressed sizes
 * are a list behind its inode; where a block lies is their sum, so that to
 * begin in the middle takes the list and nothing decompressed.
 */
#include "squashfs_tree.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "squashfs_superblock.h"

/* Its headers redefine what POSIX is and the macros of configure (SQ-10). */
#include <squashfuse/squashfuse.h>
#undef PACKAGE
#undef PACKAGE_BUGREPORT
#undef PACKAGE_NAME
#undef PACKAGE_STRING
#undef PACKAGE_TARNAME
#undef PACKAGE_URL
#undef PACKAGE_VERSION
#undef VERSION

/* The library writes names of up to 65,536 bytes, whatever its header says. */
enum { NAME_ROOM = UINT16_MAX + 2 };

/* The file that is being read. */
struct open_file {
	bool is_open;
	uint64_t id;
	sqfs_inode inode;
	sqfs_blocklist list; /* `list.header` is that of the block before `next` */
	uint64_t next;       /* the number of the block that the list comes to next */
	uint64_t block_count;
};

struct squashfs {
	sqfs fs;
	sqfs_dir directory; /* that is being read */
	struct open_file file;
	char name[NAME_ROOM];
};

/* A block of a file. */
struct block {
	const uint8_t *at; /* NULL: zeros */
	uint64_t length;
};

/* --- open and close -------------------------------------------------------- */

int
squashfs_open(int fd, const struct extent *where, struct squashfs **ret_squashfs,
	      const char **ret_why)
{
	uint8_t superblock[SQUASHFS_SUPERBLOCK_SIZE] = {0};
	struct bytes bytes = {superblock, sizeof(superblock)};
	struct squashfs *squashfs;
	ssize_t count;
	int result;

	if (bytes.length > where->length)
		bytes.length = where->length;
	count = pread(fd, superblock, bytes.length, (off_t)where->offset);
	if (count < 0)
		return -errno;
	bytes.length = (size_t)count;
	result = squashfs_superblock_check(bytes, where->length, ret_why);
	if (result < 0)
		return result;

	squashfs = calloc(1, sizeof(*squashfs));
	if (!squashfs)
		return -ENOMEM;
	if (sqfs_init(&squashfs->fs, fd, where->offset) != SQFS_OK) {
		free(squashfs);
		*ret_why = "squashfs whose tables cannot be read";
		return -EBADMSG;
	}
	*ret_squashfs = squashfs;
	return 0;
}

void
squashfs_close(struct squashfs *squashfs)
{
	if (!squashfs)
		return;
	sqfs_destroy(&squashfs->fs);
	free(squashfs);
}

uint64_t
squashfs_root(const struct squashfs *squashfs)
{
	return squashfs->fs.sb.root_inode;
}

uint64_t
squashfs_bytes_used(const struct squashfs *squashfs)
{
	return squashfs->fs.sb.bytes_used;
}

int64_t
squashfs_made(const struct squashfs *squashfs)
{
	return squashfs->fs.sb.mkfs_time;
}

/* --- guards ---------------------------------------------------------------- */

static bool
lies_inside(const struct squashfs *squashfs, uint64_t offset, uint64_t length)
{
	uint64_t used = squashfs->fs.sb.bytes_used;

	return offset >= SQUASHFS_SUPERBLOCK_SIZE && offset <= used && length <= used - offset;
}

/* Whether the metadata block at `place` can be read and has `length` bytes
   from `offset` on. */
static bool
has_metadata(struct squashfs *squashfs, uint64_t place, size_t offset, size_t length)
{
	sqfs_off_t position = (sqfs_off_t)place;
	sqfs_block *block;

	return lies_inside(squashfs, place, 1) &&
	       sqfs_md_cache(&squashfs->fs, &position, &block) == SQFS_OK &&
	       offset <= block->size && length <= block->size - offset;
}

/* --- inodes ---------------------------------------------------------------- */

static int
get_inode(struct squashfs *squashfs, uint64_t id, sqfs_inode *ret_inode)
{
	uint64_t place = squashfs->fs.sb.inode_table_start + (id >> 16);

	if (!has_metadata(squashfs, place, id & UINT16_MAX, 1))
		return -EBADMSG;
	return sqfs_inode_get(&squashfs->fs, ret_inode, id) == SQFS_OK ? 0 : -EBADMSG;
}

static enum node_kind
kind_of(const sqfs_inode *inode)
{
	switch (inode->base.inode_type) {
	case SQUASHFS_DIR_TYPE:
	case SQUASHFS_LDIR_TYPE:
		return NODE_DIRECTORY;
	case SQUASHFS_REG_TYPE:
	case SQUASHFS_LREG_TYPE:
		return NODE_FILE;
	case SQUASHFS_SYMLINK_TYPE:
	case SQUASHFS_LSYMLINK_TYPE:
		return NODE_LINK;
	default:
		return NODE_OTHER;
	}
}

int
squashfs_status(struct squashfs *squashfs, uint64_t id, struct squashfs_status *ret_status)
{
	sqfs_inode inode;
	int result = get_inode(squashfs, id, &inode);

	if (result < 0)
		return result;
	ret_status->kind = kind_of(&inode);
	ret_status->mtime = inode.base.mtime;
	ret_status->size = ret_status->kind == NODE_FILE ? inode.xtra.reg.file_size : 0;
	return 0;
}

int
squashfs_target(struct squashfs *squashfs, uint64_t id, char *buffer, size_t size)
{
	sqfs_inode inode;
	int result = get_inode(squashfs, id, &inode);

	if (result < 0)
		return result;
	if (kind_of(&inode) != NODE_LINK || inode.xtra.symlink_size >= size)
		return -EBADMSG;
	return sqfs_readlink(&squashfs->fs, &inode, buffer, &size) == SQFS_OK ? 0 : -EBADMSG;
}

/* --- directories ----------------------------------------------------------- */

int
squashfs_directory_open(struct squashfs *squashfs, uint64_t id)
{
	uint64_t place = squashfs->fs.sb.directory_table_start;
	sqfs_inode inode;
	int result = get_inode(squashfs, id, &inode);

	if (result < 0)
		return result;
	if (kind_of(&inode) != NODE_DIRECTORY ||
	    sqfs_dir_open(&squashfs->fs, &inode, &squashfs->directory, 0) != SQFS_OK)
		return -EBADMSG;
	/* An empty one is nowhere. */
	place += inode.xtra.dir.start_block;
	if (squashfs->directory.total > 0 &&
	    !has_metadata(squashfs, place, inode.xtra.dir.offset, 1))
		return -EBADMSG;
	return 0;
}

int
squashfs_directory_next(struct squashfs *squashfs, struct bytes *ret_name, uint64_t *ret_inode)
{
	sqfs_dir *directory = &squashfs->directory;
	sqfs_dir_entry entry;
	sqfs_err error = SQFS_OK;

	sqfs_dentry_init(&entry, squashfs->name);
	if (!sqfs_dir_next(&squashfs->fs, directory, &entry, &error))
		return error == SQFS_OK ? 0 : -EBADMSG;
	/* A header may claim more entries than there are bytes. */
	if (directory->offset > directory->total || entry.name_size > SQUASHFS_NAME_MAX)
		return -EBADMSG;
	*ret_name = (struct bytes){(const uint8_t *)squashfs->name, entry.name_size};
	*ret_inode = entry.inode;
	return 1;
}

/* --- files ----------------------------------------------------------------- */

/* Begins, or begins again, the list of the blocks of a file. */
static int
open_file(struct squashfs *squashfs, uint64_t id)
{
	struct open_file *file = &squashfs->file;

	file->is_open = false;
	if (get_inode(squashfs, id, &file->inode) < 0 || kind_of(&file->inode) != NODE_FILE)
		return -EBADMSG;
	file->is_open = true;
	file->id = id;
	file->next = 0;
	file->block_count = sqfs_blocklist_count(&squashfs->fs, &file->inode);
	sqfs_blocklist_init(&squashfs->fs, &file->inode, &file->list);
	return 0;
}

/* The bytes of a block, from the library's cache. `length` is what it must have. */
static int
read_block(struct squashfs *squashfs, sqfs_cache *cache, uint64_t place, uint32_t header,
	   struct block *block)
{
	sqfs_block *found;
	uint32_t size;
	bool is_compressed;

	sqfs_data_header(header, &is_compressed, &size);
	if (size == 0 || size > squashfs->fs.sb.block_size || !lies_inside(squashfs, place, size) ||
	    sqfs_data_cache(&squashfs->fs, cache, (sqfs_off_t)place, header, &found) != SQFS_OK ||
	    found->size < block->length)
		return -EBADMSG;
	*block = (struct block){found->data, found->size};
	return 0;
}

/* Block `number` of the file; its length is known already. */
static int
view_block(struct squashfs *squashfs, uint64_t number, struct block *block)
{
	struct open_file *file = &squashfs->file;
	const uint64_t length = block->length;
	int result = 0;

	if (number + 1 < file->next)
		result = open_file(squashfs, file->id);
	while (result == 0 && file->next <= number) {
		if (sqfs_blocklist_next(&file->list) != SQFS_OK)
			result = -EBADMSG;
		file->next++;
	}
	if (result == 0 && file->list.input_size > 0)
		result = read_block(squashfs, &squashfs->fs.data_cache, file->list.block,
				    file->list.header, block);
	block->length = length;
	return result;
}

/* The end of a file that shares a block with the ends of others. */
static int
view_fragment(struct squashfs *squashfs, struct block *block)
{
	const sqfs_table *table = &squashfs->fs.frag_table;
	const sqfs_inode *inode = &squashfs->file.inode;
	const uint64_t index = inode->xtra.reg.frag_idx, start = inode->xtra.reg.frag_off;
	const uint64_t length = block->length;
	struct squashfs_fragment_entry entry;
	uint64_t offset;
	int result;

	if (index >= squashfs->fs.sb.fragments)
		return -EBADMSG;
	offset = index * sizeof(entry);
	if (!has_metadata(squashfs, table->blocks[offset / SQUASHFS_METADATA_BLOCK],
			  offset % SQUASHFS_METADATA_BLOCK, sizeof(entry)) ||
	    sqfs_frag_entry(&squashfs->fs, &entry, (uint32_t)index) != SQFS_OK)
		return -EBADMSG;
	block->length = start + length;
	result = read_block(squashfs, &squashfs->fs.frag_cache, entry.start_block, entry.size,
			    block);
	if (result < 0)
		return result;
	*block = (struct block){block->at + start, length};
	return 0;
}

/* The bytes of the file from `offset` on, to the end of its block; none at its
   end. */
static int
view_file(struct squashfs *squashfs, uint64_t offset, struct block *ret_block)
{
	const struct open_file *file = &squashfs->file;
	const uint64_t size = file->inode.xtra.reg.file_size;
	const uint64_t block_size = squashfs->fs.sb.block_size;
	const uint64_t number = offset / block_size, within = offset % block_size;
	struct block block = {NULL, block_size};
	int result;

	*ret_block = (struct block){NULL, 0};
	if (offset >= size)
		return 0;
	if (block.length > size - number * block_size)
		block.length = size - number * block_size;
	result = number < file->block_count ? view_block(squashfs, number, &block)
					    : view_fragment(squashfs, &block);
	if (result < 0)
		return result;
	*ret_block = (struct block){block.at ? block.at + within : NULL, block.length - within};
	return 0;
}

ssize_t
squashfs_read(struct squashfs *squashfs, uint64_t inode, uint64_t offset, void *buffer,
	      size_t length, const char **ret_why)
{
	struct open_file *file = &squashfs->file;
	uint8_t *to = buffer;
	struct block block = {NULL, 1};
	size_t done = 0;
	int result = 0;

	if (!file->is_open || file->id != inode)
		result = open_file(squashfs, inode);
	while (result == 0 && done < length && block.length > 0) {
		result = view_file(squashfs, offset + done, &block);
		if (result < 0)
			break;
		if (block.length > length - done)
			block.length = length - done;
		if (block.at)
			memcpy(to + done, block.at, block.length);
		else
			memset(to + done, 0, block.length);
		done += block.length;
	}
	if (result < 0)
		file->is_open = false;
	if (result == 0 || done > 0)
		return (ssize_t)done;
	*ret_why = "the squashfs is damaged there";
	return result;
}
