# SPDX-License-Identifier: Apache-2.0
"""The events of a keyboard, by the names that its keys have on a US one."""

from __future__ import annotations

from dataclasses import replace

from ibus_component.keymap import NAMES, PLAIN, SHIFTED
from ibus_component.keys import Key, Mask, Sym

__all__ = ["BOARDS", "CARET_KEYS", "MODIFIER_KEYS", "MODIFIER_MASKS", "SHIFTED", "key", "name_of"]

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
    "Hangul_Hanja": 123,
    "kr104_Right_Alt": 100,
    "kr104_Right_Control": 97,
    "Super_L": 125,
    "KP_Enter": 96,
    "KP_2": 80,
    "Insert": 110,
}
KEYVALS = {
    **NAMES,
    "KP_Enter": 0xFF8D,
    "KP_2": 0xFFB2,
    "Insert": 0xFF63,
    # A Korean keyboard of 104 keys has no keys of their own for these, and no right modifiers.
    "kr104_Right_Alt": Sym.HANGUL,
    "kr104_Right_Control": Sym.HANGUL_HANJA,
}
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
_FRENCH = (
    ("qwazm;1234567890-!@#$%^&*()", "azqw,m&é\"'(-è_çà)1234567890"),
    ("QWAZM:,<.>/?", "AZQW?M;.:/!§"),
)
BOARDS: dict[str, dict[str, str]] = {
    "us": {},
    "screen": {},
    "french": {us: own for row in _FRENCH for us, own in zip(*row, strict=True)},
    "dvorak": dict(
        zip(
            "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
            "',.pyfgcrl/=aoeuidhtns-;qjkxbmwvz",
            strict=True,
        )
    ),
}
"""Keyboards, by what they have at a place of the US one; an on-screen one sends no places."""


def key(name: str, state: int = 0, board: str = "us") -> Key:
    """The event of a key, which is called by the character or X name it has on a US keyboard.

    On the on-screen keyboard, which has symbols and no places, that is the symbol.
    """
    event = _us_key(name, state)
    if name in KEYVALS or name == "space":
        return replace(event, keycode=0) if board == "screen" else event
    own = BOARDS[board].get(chr(event.keyval), chr(event.keyval))
    return Key(ord(own), 0 if board == "screen" else event.keycode, state)


def _us_key(name: str, state: int) -> Key:
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
    names = [n for n, v in KEYVALS.items() if v == keyval and keycode in (0, KEYCODES.get(n, 0))]
    return names[0] if names else chr(keyval)
