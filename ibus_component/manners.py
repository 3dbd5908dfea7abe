# SPDX-License-Identifier: Apache-2.0
"""What a key means to the candidate list: the table of docs/design/key-manners.md.

Pure: the list's state and the key in, the meaning out. What means nothing to
the list is typed as if there were none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ibus_component.keymap import Chord, any_matches, parse_chord
from ibus_component.keys import Key, Sym
from ibus_component.lookup import CandidateList
from ibus_component.settings import Settings

__all__ = ["Act", "Bindings", "Manner", "manner_of"]


class Act(Enum):
    """What to do with the list."""

    NOTHING = auto()
    """The key is not for the list, which hides."""

    PICK = auto()
    """Accept candidate `index`."""

    ACCEPT = auto()
    """Accept the highlighted one."""

    ACCEPT_SPACE = auto()
    """Accept the highlighted one, then a space."""

    MOVE = auto()
    """Enter the list, or move `index` steps in it."""

    JUMP = auto()
    """Highlight candidate `index`."""

    LEAVE = auto()
    """Take the list away and nothing else."""

    FORGET = auto()
    """Have the highlighted one forgotten."""


@dataclass(frozen=True, slots=True)
class Manner:
    """An act and what it applies to."""

    act: Act
    index: int = 0


NOTHING: Final = Manner(Act.NOTHING)
LAST: Final = 99

ACTIVE_KEYS: Final = {
    Sym.SPACE: Manner(Act.ACCEPT_SPACE),
    Sym.RETURN: Manner(Act.ACCEPT),
    Sym.UP: Manner(Act.MOVE, -1),
    Sym.LEFT: Manner(Act.MOVE, -1),
    Sym.DOWN: Manner(Act.MOVE, 1),
    Sym.RIGHT: Manner(Act.MOVE, 1),
    Sym.HOME: Manner(Act.JUMP, 0),
    Sym.PAGE_UP: Manner(Act.JUMP, 0),
    Sym.END: Manner(Act.JUMP, LAST),
    Sym.PAGE_DOWN: Manner(Act.JUMP, LAST),
    Sym.BACKSPACE: Manner(Act.LEAVE),
    Sym.ESCAPE: Manner(Act.LEAVE),
}
FIRST_DIGIT_KEYCODE: Final = 2


@dataclass(frozen=True, slots=True)
class Bindings:
    """Chords of the settings, read once."""

    toggle: tuple[Chord, ...]
    latin: tuple[Chord, ...]
    next: tuple[Chord, ...]
    previous: tuple[Chord, ...]
    pick: tuple[Chord, ...]
    forget: tuple[Chord, ...]
    switch: tuple[Chord, ...]
    show: tuple[Chord, ...]

    @classmethod
    def of(cls, settings: Settings) -> Bindings:
        """Read the chords; "keyboard untouched" leaves out those of the passive list."""
        free = settings.keyboard_untouched
        return cls(
            toggle=_chords(settings.toggle_keys),
            latin=_chords(settings.latin_keys),
            next=() if free else _chords(settings.next_keys),
            previous=() if free else _chords(settings.previous_keys),
            pick=() if free else _chords(settings.pick_keys),
            forget=_chords(settings.forget_keys),
            switch=_chords(settings.switch_keys),
            show=_chords(settings.show_keys),
        )


def manner_of(key: Key, shown: CandidateList | None, bindings: Bindings) -> Manner:
    """What a key going down means to the list on the screen."""
    if shown is None:
        return NOTHING
    size = len(shown.candidates)
    for index, chord in enumerate(bindings.pick[:size]):
        if chord.matches(key):
            return Manner(Act.PICK, index)
    if any_matches(bindings.next, key):
        return Manner(Act.MOVE, 1)
    return _active_manner(key, size, bindings) if shown.is_active else NOTHING


def _active_manner(key: Key, size: int, bindings: Bindings) -> Manner:
    if any_matches(bindings.previous, key):
        return Manner(Act.MOVE, -1)
    if any_matches(bindings.forget, key):
        return Manner(Act.FORGET)
    if key.is_chord or key.shift:
        return NOTHING
    digit = _digit(key)
    if 0 <= digit < size:
        return Manner(Act.PICK, digit)
    return ACTIVE_KEYS.get(key.symbol, NOTHING)


def _digit(key: Key) -> int:
    """Which candidate the digit means, by position or symbol; -1 when it is no digit."""
    if FIRST_DIGIT_KEYCODE <= key.keycode < FIRST_DIGIT_KEYCODE + 9:
        return key.keycode - FIRST_DIGIT_KEYCODE
    character = key.character
    return int(character) - 1 if character.isascii() and character.isdigit() else -1


def _chords(names: tuple[str, ...]) -> tuple[Chord, ...]:
    return tuple(parse_chord(name) for name in names)
