# SPDX-License-Identifier: Apache-2.0
"""The events of a US keyboard, by the names of its keys."""

from __future__ import annotations

from ibus_component.keymap import NAMES, PLAIN, SHIFTED
from ibus_component.keys import Key, Mask, Sym

__all__ = ["CARET_KEYS", "MODIFIER_KEYS", "MODIFIER_MASKS", "SHIFTED", "key", "name_of"]

KEYCODES = {
    **{name: 59 + n - 1 for n, name in enumerate([f"F{n}" for n in range(1, 11)], 1)},
    "Escape": 1,
    "BackSpace": 14,
    "Tab": 15,
    "Return": 28,
    "Control_L": 29,
    "Shift_L": 42,
    "Shift_R": 54,
    "Alt_L": 56,
    "space": 57,
    "Caps_Lock": 58,
    "Control_R": 97,
    "Alt_R": 100,
    "Home": 102,
    "Up": 103,
    "Page_Up": 104,
    "Left": 105,
    "Right": 106,
    "End": 107,
    "Down": 108,
    "Page_Down": 109,
    "Delete": 111,
    "Hangul": 122,
    "Super_L": 125,
    "KP_Enter": 96,
    "KP_2": 80,
    "Insert": 110,
}
KEYVALS = {**NAMES, "KP_Enter": 0xFF8D, "KP_2": 0xFFB2, "Insert": 0xFF63}
CHARACTER_CODES = {c: code for row in (PLAIN, SHIFTED) for code, c in row.items()}
MODIFIER_KEYS = {
    "Shift": "Shift_L",
    "Control": "Control_L",
    "Alt": "Alt_L",
    "Super": "Super_L",
}
MODIFIER_MASKS = {
    "Shift_L": Mask.SHIFT,
    "Shift_R": Mask.SHIFT,
    "Control_L": Mask.CONTROL,
    "Control_R": Mask.CONTROL,
    "Alt_L": Mask.ALT,
    "Alt_R": Mask.ALT,
    "Super_L": Mask.MOD4 | Mask.SUPER,
}
CARET_KEYS = {"Left", "Right", "Home", "End"}


def key(name: str, state: int = 0) -> Key:
    """The event of a key of a US keyboard: a character or an X name."""
    if name == "Tab" and state & Mask.SHIFT:
        return Key(Sym.LEFT_TAB, KEYCODES[name], state)
    if name in KEYVALS:
        return Key(KEYVALS[name], KEYCODES.get(name, 0), state)
    if name.isalpha() and state & Mask.LOCK:
        name = name.swapcase()
        return Key(ord(name), CHARACTER_CODES[name.swapcase()], state)
    return Key(ord(name), CHARACTER_CODES[name], state)


def name_of(keyval: int, keycode: int) -> str:
    """The name of the key of an event."""
    names = [n for n, v in KEYVALS.items() if v == keyval and KEYCODES.get(n, 0) == keycode]
    return names[0] if names else chr(keyval)
