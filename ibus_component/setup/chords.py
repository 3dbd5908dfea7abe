# SPDX-License-Identifier: Apache-2.0
"""Which key may be bound to what; pure, so that each rule is tested without a window.

A binding must never cost a key that somebody types with. What that means depends
on when the key would be taken:

    always        toggle, hangul, hanja, switch, show, incognito   nothing that writes or moves
    passing on    latin                                            the same, but Escape
    list appeared next, pick                                       nothing that writes
    list entered  all others                                       nothing that types a character
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ibus_component.keycaps import printed
from ibus_component.keymap import MODIFIERS, NAMES, PLAIN, Chord, parse_chord
from ibus_component.keys import Key, Mask, Sym
from ibus_component.texts import _

__all__ = ["is_known", "name_of", "rival", "why_not"]

ALWAYS: Final = frozenset(
    {"togglekeys", "hangulkeys", "hanjakeys", "switchkeys", "showkeys", "incognitokeys"}
)
PASSING: Final = frozenset({"latinkeys"})
APPEARED: Final = frozenset({"nextkeys", "pickkeys"})
BARE_MODIFIERS: Final = frozenset({"togglekeys", "hangulkeys", "latinkeys", "hanjakeys"})
"""Lists in which a modifier by itself is a key."""

COMMAND: Final = Mask.CONTROL | Mask.ALT | Mask.MOD4
NAMELESS: Final = Mask.MOD3 | Mask.LEVEL3 | Mask.HYPER
WRITING: Final = frozenset({Sym.SPACE, Sym.RETURN, Sym.BACKSPACE, Sym.DELETE, Sym.ESCAPE})
MOVING: Final = frozenset({Sym.TAB, *range(Sym.HOME, Sym.END + 1)})
SHIFTS: Final = frozenset({Sym.SHIFT_L, Sym.SHIFT_R})
LEFT: Final = SHIFTS | {Sym.CONTROL_L, Sym.ALT_L, Sym.SUPER_L}
"""Modifiers that are held too often to be a key by themselves."""

ALONE: Final = LEFT | {Sym.CONTROL_R, Sym.ALT_R, Sym.SUPER_R, Sym.CAPS_LOCK}
SYMBOL_NAMES: Final = {symbol: name for name, symbol in NAMES.items()}
MODIFIER_NAMES: Final = {
    "Control": Mask.CONTROL,
    "Alt": Mask.ALT,
    "Super": Mask.MOD4,
    "Shift": Mask.SHIFT,
}


def is_known(name: str) -> bool:
    """Whether the engine can read this name."""
    try:
        parse_chord(name)
    except ValueError:
        return False
    return True


def name_of(key: Key) -> str | None:
    """The name under which exactly this key event is bound; None when there is none."""
    last = _last(key)
    if last is None or key.state & NAMELESS:
        return None
    state = key.state | (Mask.MOD4 if key.state & Mask.SUPER else 0)
    held = [name for name, mask in MODIFIER_NAMES.items() if state & mask]
    name = "+".join([*held, last])
    return name if parse_chord(name).matches(key) else None


def why_not(name: str, where: str) -> str | None:
    """The sentence that refuses a key for one of the lists; None when it may be bound.

    Args:
        name: A name that the engine can read.
        where: Key of the GSettings schema.
    """
    chord, key = parse_chord(name), printed(name)
    if chord.symbol in ALONE:
        if chord.mask or chord.symbol in LEFT or where not in BARE_MODIFIERS:
            return _("{key} alone cannot be bound here; press another key with it.").format(key=key)
        return None
    if chord.mask & COMMAND:
        return None
    if "!" <= chr(chord.symbol) <= "~":
        return _("{key} types text; hold Ctrl, Alt or Super with it.").format(key=key)
    if _is_needed(chord, where):
        return _("{key} is needed for writing; hold Ctrl, Alt or Super with it.").format(key=key)
    return None


def rival(name: str, where: str, lists: Mapping[str, Sequence[str]]) -> str | None:
    """The other list to which this key is bound at the same moments; None when it is free."""
    chord = parse_chord(name)
    for other, names in lists.items():
        if other == where or not _together(where, other):
            continue
        if any(is_known(taken) and parse_chord(taken) == chord for taken in names):
            return other
    return None


def _last(key: Key) -> str | None:
    """Name of the key without its modifiers; by place where Shift changes the symbol."""
    if key.symbol in SYMBOL_NAMES:
        return SYMBOL_NAMES[key.symbol]
    here = PLAIN.get(key.keycode)
    symbol = chr(key.symbol) if 0x21 <= key.symbol <= 0x7E else ""
    last = here if here and (key.shift or not symbol) else symbol
    return last.lower() if last and last not in MODIFIERS else None


def _is_needed(chord: Chord, where: str) -> bool:
    if where in ALWAYS | PASSING:
        allowed = {Sym.ESCAPE} if where in PASSING else set()
        if chord.symbol == Sym.SPACE and chord.mask:  # Shift+Space, the old 한/영
            return False
        return chord.symbol in (WRITING | MOVING) - allowed
    return where in APPEARED and chord.symbol in WRITING


def _together(one: str, other: str) -> bool:
    """Whether both lists are listened to at one moment."""
    entered = [name not in ALWAYS | PASSING | APPEARED for name in (one, other)]
    # Esc leaves an entered list first, and Hangul the next time.
    return not (PASSING & {one, other} and any(entered))
