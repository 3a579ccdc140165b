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

/* Whether clients of `format` can be told to start `entry` by themselves. */
static bool
can_start(enum menu_format format, const struct entry *entry)
{
	return entry->unavailable == NULL &&
	       (format != MENU_PXELINUX || entry->firmware != ENTRY_FOR_UEFI) &&
	       (format == MENU_IPXE || entry->kind != ENTRY_SANBOOT);
}

struct menu_self
menu_find_self(enum menu_format format, const char *boot_self, const struct menu_image *images,
	       size_t count)
{
	struct menu_self self = {NULL, NULL};
	const char *colon = boot_self != NULL ? strchr(boot_self, ':') : NULL;
	size_t length;

	if (is_local(boot_self))
		return self;
	length = colon != NULL ? (size_t)(colon - boot_self) : strlen(boot_self);
	for (size_t i = 0; i < count; i++) {
		const struct menu_image *image = &images[i];

		if (image->boot == NULL || strlen(image->name) != length ||
		    strncasecmp(image->name, boot_self, length) != 0)
			continue;
		if (colon != NULL)
			self.entry = menu_entry_of(format, image->boot, colon + 1);
		if (colon == NULL ? menu_first_choice(menu_of(format, image->boot)) != NULL
				  : self.entry != NULL && can_start(format, self.entry))
			self.image = image;
	}
	if (self.image == NULL)
		self.entry = NULL;
	return self;
}

bool
menu_knows(const char *boot_self, const struct menu_image *images, size_t count)
{
	return is_local(boot_self) ||
	       menu_find_self(MENU_IPXE, boot_self, images, count).image != NULL;
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
	struct menu_self self = menu_find_self(format, context->boot_self, images, count);

	if (!context->boots_at_once)
		return false;
	if (self.image != NULL && self.entry == NULL)
		self.entry = menu_first_choice(menu_of(format, self.image->boot));
	while (self.entry != NULL && self.entry->submenu != NULL && self.entry->password == NULL)
		self.entry = menu_first_choice(self.entry->submenu);
	if (self.image == NULL ? !is_local(context->boot_self)
			       : !can_boot_alone(format, context, &self))
		return false;
	*ret_self = self;
	return true;
}

unsigned
menu_image_timeout(enum menu_format format, const struct menu_context *context,
		   const struct menu_image *image)
{
	const struct menu *menu;
	bool is_chosen;

	if (image->boot == NULL)
		return 0;
	menu = menu_of(format, image->boot);
	is_chosen = menu_find_self(format, context->boot_self, image, 1).image != NULL;
	if (context->times_images || (menu->timeout_ms == 0 && is_chosen))
		return context->timeout_ms;
	return menu_first_choice(menu) != NULL ? menu->timeout_ms : 0;
}
