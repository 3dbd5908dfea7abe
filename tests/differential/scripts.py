# SPDX-License-Identifier: Apache-2.0
"""Random scripts: what a typist, a mouse and a window manager may do, in a few letters each.

A script is a row of steps. A step is a key by its name (`r`, `R`, `BackSpace`, `Shift+space`,
`Control+a`, `Caps:r`), a key that overlaps the next one (`r~`), or something else that
happens: `click` into the text, `blur` (the window loses the focus and gets it back), `focus`
(the other text field gets it), `rest` (the hands lie still until a list may have come).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

__all__ = ["LAYOUTS", "OTHERS", "Script", "for_peer", "script", "with_rests", "without_rests"]

Script = tuple[str, ...]

LAYOUTS: Final = ("2", "2y", "39", "3f", "3s", "3y", "32", "ro", "ahn")
"""Keyboards of libhangul."""

LEFT: Final = "qwertasdfgzxcv"
RIGHT: Final = "yuiophjklbnm"
DIGITS: Final = "1234567890"
SIGNS: Final = ".,?!;:'\"/<>()[]{}-_=+~@#$%^&*|\\`"
CHORDS: Final = ("Control+a", "Control+z", "Control+Left", "Alt+f", "Super_L")
TAPS: Final = ("Shift_L", "Control_L", "Alt_L", "Caps_Lock")
TOGGLES: Final = ("Hangul", "Hangul", "Shift+space", "Alt_R")
IDLE_TAPS: Final = frozenset(TAPS) - {"Shift_L"}
"""Modifiers that by themselves end a syllable in ibus-hangul, and nothing in ours (A11)."""
OTHERS: Final = ("click", "blur", "focus", "rest")
"""Steps that are no keys."""
ACCEPT_KEYS: Final = ("Tab",)
"""What enters a list; everything else that scripts hold leaves a passive list alone."""

WEIGHTS: Final[Mapping[str, float]] = {
    "syllable": 22,
    "letter": 30,
    "shifted": 7,
    "space": 8,
    "BackSpace": 9,
    "digit": 4,
    "sign": 6,
    "Return": 2,
    "Escape": 1,
    "Tab": 1,
    "Left": 1,
    "toggle": 2.5,
    "tap": 1,
    "chord": 0.7,
    "capital": 0.7,
    "click": 1.2,
    "blur": 0.8,
    "focus": 1.2,
}
"""How often a step is of a kind."""
LONGEST: Final = 22
OVERLAPS: Final = 0.15
"""Share of letters that go up after the next key went down."""


def script(seed: str) -> Script:
    """The script of a seed: always the same, 1 to LONGEST random choices long.

    It ends in Hangul mode if it began there, so that another one can follow.
    """
    chance = random.Random(seed)
    kinds = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=chance.randint(1, LONGEST))
    steps = [step for kind in kinds for step in _steps(kind, chance)]
    toggles = sum(step in TOGGLES for step in steps)
    return (*steps, *(("Hangul",) if toggles % 2 else ()))


def for_peer(steps: Script) -> Script:
    """What ibus-hangul gets instead: without the modifiers that must not change any text."""
    return tuple(step for step in steps if step not in IDLE_TAPS)


def without_rests(steps: Script) -> Script:
    """The same keys without a pause."""
    return tuple(step for step in steps if step != "rest")


def with_rests(steps: Script, seed: str) -> Script:
    """The script with rests where a list may come, and without the keys that enter one."""
    chance = random.Random(seed)
    rested: list[str] = []
    for step in steps:
        if step not in ACCEPT_KEYS:
            rested.append(step)
        if step == "space" or (len(step) == 1 and chance.random() < 0.08):
            rested.append("rest")
    return tuple(rested)


def _steps(kind: str, chance: random.Random) -> list[str]:
    match kind:
        case "syllable":  # one hand, the other, and often the first again, as in two-set syllables
            letters = [chance.choice(LEFT), chance.choice(RIGHT)]
            letters += [chance.choice(LEFT)] if chance.random() < 0.5 else []
            return [_overlapping(letter, chance) for letter in letters]
        case "letter":
            return [_overlapping(chance.choice(LEFT + RIGHT), chance)]
        case "shifted":
            return [chance.choice((LEFT + RIGHT).upper())]
        case "digit":
            return [chance.choice(DIGITS)]
        case "sign":
            return [chance.choice(SIGNS)]
        case "toggle":
            return [chance.choice(TOGGLES)]
        case "tap":
            return [chance.choice(TAPS)]
        case "chord":
            return [chance.choice(CHORDS)]
        case "capital":
            return ["Caps:" + chance.choice(LEFT + RIGHT)]
    return [kind]


def _overlapping(letter: str, chance: random.Random) -> str:
    return letter + "~" if chance.random() < OVERLAPS else letter
