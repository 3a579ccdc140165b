/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a machine boots by itself, after which time, and whether a menu is shown
 * before.
 */
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "machine.h"
#include "menu_part.h"

void
menu_set_machine(struct menu_context *context, const struct machine_menu *menu)
{
	context->boot_self = menu->boot_self;
	context->timeout_ms = menu->timeout * 1000;
	context->times_images = menu->times_images;
	context->boots_at_once = menu->boots_at_once;
	context->serial = menu->has_serial;
	context->arguments = menu->arguments;
}

static bool
is_local(const char *boot_self)
{
	return boot_self == NULL || strcmp(boot_self, "local") == 0;
}

/* The image that `boot_self` names, NULL if there is none, and the label behind it,
   NULL if it names no entry. */
static const struct menu_image *
find_image(const char *boot_self, const struct menu_image *images, size_t count,
	   const char **ret_label)
{
	size_t length = strcspn(boot_self, ":");

	for (size_t i = 0; i < count; i++) {
		if (images[i].boot == NULL || strlen(images[i].name) != length ||
		    strncasecmp(images[i].name, boot_self, length) != 0)
			continue;
		*ret_label = boot_self[length] == ':' ? boot_self + length + 1 : NULL;
		return &images[i];
	}
	return NULL;
}

struct menu_self
menu_find_self(enum menu_format format, const struct menu_context *context,
	       const struct menu_image *images, size_t count)
{
	const struct menu_self local = {NULL, NULL};
	struct menu_self self = local;
	char buffer[MENU_WHY_SIZE];
	const char *label;

	if (!is_local(context->boot_self))
		self.image = find_image(context->boot_self, images, count, &label);
	if (self.image == NULL)
		return local;
	if (label == NULL)
		return menu_keeps_start(format, context, self.image,
					menu_of(format, self.image->boot))
			       ? self
			       : local;
	self.entry = menu_entry_of(format, self.image->boot, label);
	while (self.entry != NULL && self.entry->submenu != NULL && self.entry->password == NULL)
		self.entry = menu_first_choice(format, context, self.image, self.entry->submenu);
	return self.entry != NULL && self.entry->submenu == NULL &&
			       menu_why_not(format, context, self.image, self.entry, buffer) == NULL
		       ? self
		       : local;
}

bool
menu_knows(const char *boot_self, const struct menu_image *images, size_t count)
{
	const struct menu_image *image;
	const struct entry *entry;
	const char *label;

	if (is_local(boot_self))
		return true;
	image = find_image(boot_self, images, count, &label);
	if (image == NULL)
		return false;
	if (label != NULL) {
		entry = menu_entry_of(MENU_IPXE, image->boot, label);
		return entry != NULL && entry->unavailable == NULL;
	}
	entry = menu_of(MENU_IPXE, image->boot)->entries;
	while (entry != NULL && !menu_is_choice(entry))
		entry = entry->next;
	return entry != NULL;
}

/* Whether the entry can be started by itself: nobody is there for a password. */
static bool
can_boot_alone(enum menu_format format, const struct menu_context *context,
	       const struct menu_self *self)
{
	char buffer[MENU_WHY_SIZE];

	return self->entry != NULL && self->entry->submenu == NULL &&
	       self->entry->password == NULL &&
	       menu_why_not(format, context, self->image, self->entry, buffer) == NULL;
}

bool
menu_boots_alone(enum menu_format format, const struct menu_context *context,
		 const struct menu_image *images, size_t count, struct menu_self *ret_self)
{
	struct menu_self self = menu_find_self(format, context, images, count);

	if (!context->boots_at_once)
		return false;
	if (self.image != NULL && self.entry == NULL)
		self.entry = menu_first_choice(format, context, self.image,
					       menu_of(format, self.image->boot));
	while (self.entry != NULL && self.entry->submenu != NULL && self.entry->password == NULL)
		self.entry = menu_first_choice(format, context, self.image, self.entry->submenu);
	if (self.image == NULL ? !is_local(context->boot_self)
			       : !can_boot_alone(format, context, &self))
		return false;
	*ret_self = self;
	return true;
}

/* Whether all machines that are shown the menu can start `entry`: those that cannot
   would start its first line. */
static bool
is_for_all(enum menu_format format, const struct menu_context *context,
	   const struct menu_image *image, const struct entry *entry)
{
	if (format == MENU_PXELINUX || entry->firmware == ENTRY_FOR_ANY)
		return true;
	return entry->firmware == ENTRY_FOR_BIOS ? context->is_bios
						 : !context->is_bios && image->boot->uefi != NULL;
}

unsigned
menu_image_timeout(enum menu_format format, const struct menu_context *context,
		   const struct menu_image *image)
{
	const struct entry *first;
	const struct menu *menu;
	bool is_chosen, is_kept;

	if (image->boot == NULL)
		return 0;
	menu = menu_of(format, image->boot);
	first = menu_first_choice(format, context, image, menu);
	is_kept = menu_keeps_start(format, context, image, menu);
	if (first != NULL && (!is_kept || !is_for_all(format, context, image, first)))
		return 0;
	is_chosen = menu_find_self(format, context, image, 1).image != NULL;
	if (context->times_images || (menu->timeout_ms == 0 && is_chosen))
		return context->timeout_ms;
	return is_kept ? menu->timeout_ms : 0;
}
