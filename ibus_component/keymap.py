# SPDX-License-Identifier: Apache-2.0
"""Positions of the US keyboard, and chords such as `Control+Alt+h`.

Dubeolsik is a matter of position: the key where a US keyboard has `r` gives ㄱ
whatever the user's Latin layout is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ibus_component.keys import CHORD_MASK, Key, Mask, Sym

__all__ = ["Chord", "any_matches", "is_at", "parse_chord", "position_character", "symbol_character"]

ROWS: Final = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
PLAIN: Final = {start + i: c for start, row, _ in ROWS for i, c in enumerate(row)}
SHIFTED: Final = {start + i: c for start, _, row in ROWS for i, c in enumerate(row)}
NAMED_POSITIONS: Final = {15: Sym.TAB, 57: Sym.SPACE}

NAMES: Final = {
    "space": Sym.SPACE,
    "BackSpace": Sym.BACKSPACE,
    "Tab": Sym.TAB,
    "Return": Sym.RETURN,
    "Escape": Sym.ESCAPE,
    "Delete": Sym.DELETE,
    "Home": Sym.HOME,
    "Left": Sym.LEFT,
    "Up": Sym.UP,
    "Right": Sym.RIGHT,
    "Down": Sym.DOWN,
    "Page_Up": Sym.PAGE_UP,
    "Page_Down": Sym.PAGE_DOWN,
    "End": Sym.END,
    "Hangul": Sym.HANGUL,
    "Hangul_Hanja": Sym.HANGUL_HANJA,
    "Shift_L": Sym.SHIFT_L,
    "Shift_R": Sym.SHIFT_R,
    "Control_L": Sym.CONTROL_L,
    "Control_R": Sym.CONTROL_R,
    "Caps_Lock": Sym.CAPS_LOCK,
    "Alt_L": Sym.ALT_L,
    "Alt_R": Sym.ALT_R,
    "Super_L": Sym.SUPER_L,
    "Super_R": Sym.SUPER_R,
    **{f"F{n}": Sym.F1 + n - 1 for n in range(1, 13)},
}
MODIFIERS: Final = {
    "Shift": Mask.SHIFT,
    "Control": Mask.CONTROL,
    "Ctrl": Mask.CONTROL,
    "Alt": Mask.ALT,
    "Super": Mask.MOD4,
}


@dataclass(frozen=True, slots=True)
class Chord:
    """A key with exactly these modifiers; locks and mouse buttons do not count."""

    symbol: int
    mask: int = 0

    def matches(self, key: Key) -> bool:
        """Whether this key event is the chord: by its symbol, or by its position."""
        return _held(key.state) == self.mask and self.is_on(key)

    def is_on(self, key: Key) -> bool:
        """Whether the chord is on this key, whatever is held with it."""
        position = PLAIN.get(key.keycode)
        at = ord(position) if position else NAMED_POSITIONS.get(key.keycode)
        return self.symbol in (key.symbol, at) or _lower(key.symbol) == self.symbol


def parse_chord(name: str) -> Chord:
    """Read `Control+Alt+h`.

    Raises:
        ValueError: No such key or modifier.
    """
    *modifiers, last = name.split("+")
    mask = 0
    for modifier in modifiers:
        if modifier not in MODIFIERS:
            raise ValueError(f"`{modifier}` in `{name}` is none of {', '.join(MODIFIERS)}")
        mask |= MODIFIERS[modifier]
    if last in NAMES:
        return Chord(NAMES[last], mask)
    if len(last) == 1 and "!" <= last <= "~":
        return Chord(ord(last.lower()), mask)
    raise ValueError(f"`{name}` names no key that is known here")


def any_matches(chords: Sequence[Chord], key: Key) -> bool:
    """Whether the key event is one of the chords; each key is asked that for many lists."""
    if not chords:
        return False
    held = _held(key.state)
    for chord in chords:  # noqa: SIM110 - a generator for each list would cost microseconds
        if chord.mask == held and chord.is_on(key):
            return True
    return False


def position_character(key: Key) -> str:
    """The US character of the key's position, Caps Lock undone; empty off the map.

    Without a position (on-screen keyboards send keycode 0) the symbol stands in.
    """
    if key.keycode:
        return (SHIFTED if key.shift else PLAIN).get(key.keycode, "")
    return symbol_character(key)


def is_at(keyval: int, keycode: int) -> bool:
    """Whether a US keyboard has this symbol at this position."""
    named = NAMED_POSITIONS.get(keycode)
    return keyval in (named, *(ord(row[keycode]) for row in (PLAIN, SHIFTED) if keycode in row))


def symbol_character(key: Key) -> str:
    """What the user's layout types with the key, Caps Lock undone."""
    character = key.character
    if character.isascii() and character.isalpha():
        return character.upper() if key.shift else character.lower()
    return character


def _held(state: int) -> int:
    held = state & (Mask.SHIFT | CHORD_MASK | Mask.LEVEL3)
    if held & Mask.ALT:
        held &= ~Mask.META  # many layouts set Meta together with Alt
    if held & (Mask.SUPER | Mask.MOD4):
        held = held & ~Mask.SUPER | Mask.MOD4
    return held


def _lower(symbol: int) -> int:
    return symbol + 0x20 if ord("A") <= symbol <= ord("Z") else symbol
