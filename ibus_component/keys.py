# SPDX-License-Identifier: Apache-2.0
"""One key event as IBus reports it, and the X names of what matters here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["BUTTON_MASK", "MODIFIER_KEYS", "Key", "Mask", "Sym"]


class Mask:
    """Bits of the IBus modifier state (ibustypes.h)."""

    SHIFT: Final = 1 << 0
    LOCK: Final = 1 << 1
    CONTROL: Final = 1 << 2
    ALT: Final = 1 << 3
    """MOD1"""
    NUM_LOCK: Final = 1 << 4
    """MOD2"""
    MOD3: Final = 1 << 5
    MOD4: Final = 1 << 6
    """Super, almost everywhere"""
    LEVEL3: Final = 1 << 7
    """MOD5: AltGr of European layouts"""
    FORWARD: Final = 1 << 25
    SUPER: Final = 1 << 26
    HYPER: Final = 1 << 27
    META: Final = 1 << 28
    RELEASE: Final = 1 << 30


BUTTON_MASK: Final = 0b11111 << 8
"""Mouse buttons held while typing; never looked at."""


class Sym:
    """X keysyms (keysymdef.h)."""

    VOID: Final = 0xFFFFFF
    SPACE: Final = 0x20
    BACKSPACE: Final = 0xFF08
    TAB: Final = 0xFF09
    LEFT_TAB: Final = 0xFE20
    """ISO_Left_Tab: what Shift+Tab gives"""
    RETURN: Final = 0xFF0D
    ESCAPE: Final = 0xFF1B
    DELETE: Final = 0xFFFF
    HOME: Final = 0xFF50
    LEFT: Final = 0xFF51
    UP: Final = 0xFF52
    RIGHT: Final = 0xFF53
    DOWN: Final = 0xFF54
    PAGE_UP: Final = 0xFF55
    PAGE_DOWN: Final = 0xFF56
    END: Final = 0xFF57
    HANGUL: Final = 0xFF31
    HANGUL_HANJA: Final = 0xFF34
    F1: Final = 0xFFBE
    SHIFT_L: Final = 0xFFE1
    SHIFT_R: Final = 0xFFE2
    CONTROL_L: Final = 0xFFE3
    CONTROL_R: Final = 0xFFE4
    CAPS_LOCK: Final = 0xFFE5
    META_L: Final = 0xFFE7
    META_R: Final = 0xFFE8
    ALT_L: Final = 0xFFE9
    ALT_R: Final = 0xFFEA
    SUPER_L: Final = 0xFFEB
    SUPER_R: Final = 0xFFEC
    HYPER_L: Final = 0xFFED
    HYPER_R: Final = 0xFFEE


MODIFIER_KEYS: Final = frozenset(
    {
        *range(Sym.SHIFT_L, Sym.HYPER_R + 1),
        *range(0xFE01, 0xFE10),  # ISO_Lock … ISO_Level5 …
        *range(0xFE11, 0xFE14),
        0xFF14,  # Scroll_Lock
        0xFF7E,  # Mode_switch
        0xFF7F,  # Num_Lock
    }
)
"""Keys that only modify others."""

KEYPAD_NAMES: Final = {
    0xFF89: Sym.TAB,
    0xFF8D: Sym.RETURN,
    0xFF95: Sym.HOME,
    0xFF96: Sym.LEFT,
    0xFF97: Sym.UP,
    0xFF98: Sym.RIGHT,
    0xFF99: Sym.DOWN,
    0xFF9A: Sym.PAGE_UP,
    0xFF9B: Sym.PAGE_DOWN,
    0xFF9C: Sym.END,
    0xFF9F: Sym.DELETE,
}
"""Keys of the keypad that do what a key elsewhere does."""

LEGACY_CHARACTERS: Final = {0x20AC: "€", 0x0EFF: "₩", 0xFF80: " ", 0xFFBD: "="}
"""Characters whose keysym is not their code point; rarer ones are left to the application."""

CHORD_MASK: Final = (
    Mask.CONTROL | Mask.ALT | Mask.MOD3 | Mask.MOD4 | Mask.SUPER | Mask.HYPER | Mask.META
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key going down, or up when the state has the release bit."""

    keyval: int
    """X keysym of the user's layout."""

    keycode: int
    """Evdev code (X keycode − 8) of the position; 0 when there is none."""

    state: int = 0
    """IBus modifier mask before this event."""

    @property
    def is_release(self) -> bool:
        """Whether the key goes up."""
        return bool(self.state & Mask.RELEASE)

    @property
    def is_modifier(self) -> bool:
        """Whether the key only modifies others; keys without a symbol count as such."""
        return self.keyval in MODIFIER_KEYS or self.keyval in (0, Sym.VOID)

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.state & Mask.SHIFT)

    @property
    def is_chord(self) -> bool:
        """Whether a modifier is held that makes the key a command instead of text."""
        return bool(self.state & CHORD_MASK)

    @property
    def symbol(self) -> int:
        """The keysym, with the keypad's and Shift's names of a key made one."""
        if self.keyval == Sym.LEFT_TAB:
            return Sym.TAB
        return KEYPAD_NAMES.get(self.keyval, self.keyval)

    @property
    def character(self) -> str:
        """What the user's layout types with this key; empty when it types nothing."""
        value = self.keyval
        if 0x20 <= value <= 0x7E or 0xA0 <= value <= 0xFF:
            return chr(value)
        if 0xFFAA <= value <= 0xFFB9:  # KP_Multiply … KP_9: ASCII plus 0xFF80
            return chr(value - 0xFF80)
        if 0x0100_0100 <= value <= 0x0110_FFFF:
            return _printable(value - 0x0100_0000)
        return LEGACY_CHARACTERS.get(value, "")


def _printable(code: int) -> str:
    character = chr(code)
    return character if character.isprintable() else ""
