# SPDX-License-Identifier: Apache-2.0
"""The keys of a US keyboard, for whoever plays a person typing."""

from __future__ import annotations

from typing import Final

__all__ = ["NAMED", "RELEASE", "key_of"]

SHIFT: Final = 1 << 0
RELEASE: Final = 1 << 30
NAMED: Final = {
    "BackSpace": (0xFF08, 14),
    "Tab": (0xFF09, 15),
    "Return": (0xFF0D, 28),
    "Escape": (0xFF1B, 1),
    "Left": (0xFF51, 105),
    "Up": (0xFF52, 103),
    "Right": (0xFF53, 106),
    "Down": (0xFF54, 108),
    "Delete": (0xFFFF, 111),
    "Shift": (0xFFE1, 42),
    "Hangul": (0xFF31, 122),
    "Hangul_Hanja": (0xFF34, 123),
    "F9": (0xFFC6, 67),
    "Control_R": (0xFFE4, 97),
    "VoidSymbol": (0xFFFFFF, 0),
}
ROWS: Final = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
SPACE: Final = (0x20, 57, 0)


def key_of(name: str) -> tuple[int, int, int]:
    """Keyval, evdev keycode and state of a US key: a character or a name like BackSpace."""
    if name in NAMED:
        return (*NAMED[name], 0)
    if name == " ":
        return SPACE
    for first, plain_row, shifted_row in ROWS:
        if (at := plain_row.find(name)) >= 0:
            return ord(name), first + at, 0
        if (at := shifted_row.find(name)) >= 0:
            return ord(name), first + at, SHIFT
    raise ValueError(f"no key of a US keyboard is called {name!r}")
