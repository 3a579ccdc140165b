/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of ours that stand in a companion as if the user had put them there:
 * what starts an installer with the user's answers where no kernel argument can.
 */
#include <errno.h>
#include <string.h>

#include "companion.h"

/* The live system of Arch Linux fetches what script= names, and runs it when
   somebody is logged in, as root is by itself. */
static const char archinstall[] =
	"#!/bin/sh\n"
	"# Installs with the answers in archinstall.json, which lies beside this, and,\n"
	"# if that is there, archinstall-creds.json.\n"
	"for word in $(cat /proc/cmdline); do\n"
	"\tcase $word in script=*) url=${word#script=} ;; esac\n"
	"done\n"
	"url=${url%/*}\n"
	"cd /tmp || exit 1\n"
	"curl -fsSo archinstall.json \"$url/archinstall.json\" || exit 1\n"
	"set -- --config archinstall.json --silent\n"
	"if curl -fsSo archinstall-creds.json \"$url/archinstall-creds.json\"; then\n"
	"\tset -- \"$@\" --creds archinstall-creds.json\n"
	"fi\n"
	"exec archinstall \"$@\"\n";

int
companion_add_texts(struct companion *companion)
{
	struct companion_file *file = &companion->files[companion->file_count];

	if (companion_find(companion, "archinstall.json") == NULL ||
	    companion_find(companion, "archinstall.sh") != NULL)
		return 0;
	*file = (struct companion_file){
		.path = strdup("archinstall.sh"),
		.fd = -1,
		.size = sizeof(archinstall) - 1,
		.text = archinstall,
	};
	if (file->path == NULL)
		return -ENOMEM;
	companion->file_count++;
	return 0;
}
