/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalog: a counted, immutable array of images.
 */
#include "catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "image.h"
#include "loader.h"

int
catalog_new(struct image *const *images, size_t count, struct loaders *loaders,
	    struct catalog **ret_catalog)
{
	struct catalog *catalog = calloc(1, sizeof(*catalog));

	if (catalog == NULL)
		return -ENOMEM;
	catalog->images = calloc(count + 1, sizeof(struct image *));
	if (catalog->images == NULL) {
		free(catalog);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		catalog->images[i] = images[i];
	atomic_init(&catalog->references, 1);
	catalog->image_count = count;
	catalog->loaders = loaders;
	*ret_catalog = catalog;
	return 0;
}

struct catalog *
catalog_ref(struct catalog *catalog)
{
	atomic_fetch_add(&catalog->references, 1);
	return catalog;
}

void
catalog_unref(struct catalog *catalog)
{
	if (catalog == NULL || atomic_fetch_sub(&catalog->references, 1) != 1)
		return;
	for (size_t i = 0; i < catalog->image_count; i++)
		image_unref(catalog->images[i]);
	loaders_close(catalog->loaders);
	free(catalog->images);
	free(catalog);
}

/* Compares an image's name with `name`, without regard to case. */
static int
compare(const struct image *image, const char *name, size_t length)
{
	int order = strncasecmp(image->name, name, length);

	return order == 0 && image->name[length] != '\0' ? 1 : order;
}

struct image *
catalog_find(const struct catalog *catalog, const char *name, size_t length)
{
	size_t low = 0, high = catalog->image_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(catalog->images[middle], name, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	/* Names that differ only in case lie side by side. */
	for (size_t i = low; i < catalog->image_count; i++) {
		if (compare(catalog->images[i], name, length) != 0)
			break;
		if (strncmp(catalog->images[i]->name, name, length) == 0)
			return catalog->images[i];
	}
	if (low < catalog->image_count && compare(catalog->images[low], name, length) == 0)
		return catalog->images[low];
	return NULL;
}
