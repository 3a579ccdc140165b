/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recipes.ini as bytes of the program. The assembler reads the file, from the
 * folder in which make runs, so no generated file and no tool is needed.
 */
#include "recipe_data.h"

__asm__(".section .rodata\n"
	".global recipe_builtin\n"
	"recipe_builtin:\n"
	".incbin \"src/recipes.ini\"\n"
	".byte 0\n"
	".previous\n");
