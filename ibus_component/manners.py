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
from ibus_component.keys import Key
from ibus_component.lookup import CandidateList
from ibus_component.settings import Settings

__all__ = ["Act", "Bindings", "Manner", "digit_of", "manner_of"]


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

FIRST_DIGIT_KEYCODE: Final = 2


@dataclass(frozen=True, slots=True)
class Bindings:
    """Chords of the settings, read once."""

    toggle: tuple[Chord, ...]
    hangul: tuple[Chord, ...]
    latin: tuple[Chord, ...]
    hanja: tuple[Chord, ...]
    switch: tuple[Chord, ...]
    show: tuple[Chord, ...]
    incognito: tuple[Chord, ...]
    next: tuple[Chord, ...]
    pick: tuple[Chord, ...]
    active: tuple[tuple[Chord, Manner], ...]
    """What keys mean once the user has entered the list; the first that matches counts."""

    @classmethod
    def of(cls, settings: Settings) -> Bindings:
        """Read the chords; "keyboard untouched" leaves out those of the passive list."""
        free = settings.preset == "keyboard-untouched"
        return cls(
            toggle=_chords(settings.toggle_keys),
            hangul=_chords(settings.hangul_keys),
            latin=_chords(settings.latin_keys),
            hanja=_chords(settings.hanja_keys),
            switch=_chords(settings.switch_keys),
            show=_chords(settings.show_keys),
            incognito=_chords(settings.incognito_keys),
            next=() if free else _chords(settings.next_keys),
            pick=() if free else _chords(settings.pick_keys),
            active=_active(settings),
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
    for chord, manner in bindings.active:
        if chord.matches(key):
            return manner
    if key.is_chord or key.shift:
        return NOTHING
    digit = digit_of(key)
    return Manner(Act.PICK, digit) if 0 <= digit < size else NOTHING


def digit_of(key: Key) -> int:
    """Which row the digit means, from 0, by position or symbol; -1 when it is no digit."""
    if FIRST_DIGIT_KEYCODE <= key.keycode < FIRST_DIGIT_KEYCODE + 9:
        return key.keycode - FIRST_DIGIT_KEYCODE
    character = key.character
    return int(character) - 1 if character.isascii() and character.isdigit() else -1


def _active(settings: Settings) -> tuple[tuple[Chord, Manner], ...]:
    table = (
        (settings.previous_keys, Manner(Act.MOVE, -1)),
        (settings.forget_keys, Manner(Act.FORGET)),
        (settings.accept_keys, Manner(Act.ACCEPT)),
        (settings.accept_space_keys, Manner(Act.ACCEPT_SPACE)),
        (settings.leave_keys, Manner(Act.LEAVE)),
        (settings.up_keys, Manner(Act.MOVE, -1)),
        (settings.down_keys, Manner(Act.MOVE, 1)),
        (settings.first_keys, Manner(Act.JUMP, 0)),
        (settings.last_keys, Manner(Act.JUMP, LAST)),
    )
    return tuple((chord, manner) for names, manner in table for chord in _chords(names))


def _chords(names: tuple[str, ...]) -> tuple[Chord, ...]:
    return tuple(parse_chord(name) for name in names)
