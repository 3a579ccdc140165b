# SPDX-License-Identifier: GPL-3.0-or-later
"""What a terminal on the serial line would show.

SeaBIOS and PXELINUX draw their menus with the cursor movements of a VT100; this follows them on a grid of characters, so
that a test or the demonstration can read a menu as a person sees it. No colours, no scrolling regions.
"""

import re

ROWS, COLUMNS = 30, 80
TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b[()%](.)|\x1b(.)|(.)", re.S)
GRAPHICS = str.maketrans("lqkxmjtuvwn", "┌─┐│└┘├┤┴┬┼")


class Screen:
    """feed() it the bytes of the line, then ask for text()."""

    def __init__(self):
        self._rows = [[" "] * COLUMNS for _ in range(ROWS)]
        self._row = self._column = 0
        self._graphics = False

    def feed(self, data):
        """data: bytes, in as many pieces as they come, but escapes and characters whole."""
        for match in TOKEN.finditer(data.decode(errors="replace")):
            arguments, command, _, _, character = match.groups()
            if command:
                numbers = [int(number or 0) for number in arguments.lstrip("?").split(";")] if arguments else [0]
                self._move_or_erase(command, numbers)
            elif character:
                self._put(character)
        return self

    def text(self):
        """The lines that are not empty, one string."""
        lines = ("".join(row).rstrip() for row in self._rows)
        return "\n".join(line for line in lines if line)

    def cursor_line(self):
        """The line that the cursor is in: menus leave it at the chosen one."""
        return "".join(self._rows[self._row]).rstrip()

    def _move_or_erase(self, command, numbers):
        first = numbers[0]
        if command in "Hf":
            self._row = min(max(first, 1), ROWS) - 1
            self._column = min(max(numbers[1] if len(numbers) > 1 else 1, 1), COLUMNS) - 1
        elif command == "J" and first == 2:
            self._rows = [[" "] * COLUMNS for _ in range(ROWS)]
        elif command == "K":
            self._rows[self._row][self._column :] = [" "] * (COLUMNS - self._column)
        elif command in "ABCD":
            step = max(first, 1) * (1 if command in "BC" else -1)
            if command in "AB":
                self._row = min(max(self._row + step, 0), ROWS - 1)
            else:
                self._column = min(max(self._column + step, 0), COLUMNS - 1)

    def _put(self, character):
        if character == "\n":
            self._next_row()
        elif character == "\r":
            self._column = 0
        elif character == "\b":
            self._column = max(self._column - 1, 0)
        elif character in "\x0e\x0f":
            self._graphics = character == "\x0e"
        elif character >= " ":
            if self._column == COLUMNS:
                self._column = 0
                self._next_row()
            self._rows[self._row][self._column] = character.translate(GRAPHICS) if self._graphics else character
            self._column += 1

    def _next_row(self):
        if self._row == ROWS - 1:
            self._rows = self._rows[1:] + [[" "] * COLUMNS]
        else:
            self._row += 1
