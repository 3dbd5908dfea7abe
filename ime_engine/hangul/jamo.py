# SPDX-License-Identifier: Apache-2.0
"""Hangul syllables taken apart into jamo, and put together again.

A precomposed syllable sits in a table of 19 initials x 21 medials x 28 finals
(the 28th "final" is none), laid out row by row from U+AC00, so both directions
are arithmetic and need no table:

    code = 0xAC00 + (initial * 21 + medial) * 28 + final

Jamo are shown as compatibility jamo (U+3131 to U+3163), the ones a keyboard
types; only the 51 modern ones count.

Source: The Unicode Standard, section 3.12 "Conjoining Jamo Behavior".
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = [
    "FINALS",
    "INITIALS",
    "MEDIALS",
    "Syllable",
    "compose",
    "decompose",
    "final_of",
    "is_hangul",
    "is_jamo",
    "is_syllable",
    "spell",
]

SYLLABLE_BASE: Final = 0xAC00
JAMO_FIRST: Final = "\u3131"
JAMO_LAST: Final = "\u3163"

INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
MEDIALS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS: Final[tuple[str, ...]] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
"""Index 0 is no final."""

SYLLABLES: Final = len(INITIALS) * len(MEDIALS) * len(FINALS)


class Syllable(NamedTuple):
    """A syllable as indices into the three jamo tables."""

    initial: int
    """0-18: index into `INITIALS`."""

    medial: int
    """0-20: index into `MEDIALS`."""

    final: int = 0
    """0-27: index into `FINALS`; 0 is none."""


def is_syllable(char: str) -> bool:
    """Tell whether `char` is one precomposed modern syllable."""
    return len(char) == 1 and 0 <= ord(char) - SYLLABLE_BASE < SYLLABLES


def is_jamo(char: str) -> bool:
    """Tell whether `char` is one modern compatibility jamo, such as ㄱ or ㅏ."""
    return len(char) == 1 and JAMO_FIRST <= char <= JAMO_LAST


def is_hangul(char: str) -> bool:
    """Tell whether `char` is one syllable or one compatibility jamo."""
    return is_syllable(char) or is_jamo(char)


def decompose(char: str) -> Syllable:
    """Split a precomposed syllable into its jamo indices.

    >>> decompose("값")
    Syllable(initial=0, medial=0, final=18)

    Raises:
        ValueError: `char` is not exactly one precomposed syllable.
    """
    if not is_syllable(char):
        raise ValueError("Not a Hangul syllable; pass one precomposed syllable.")
    rest, final = divmod(ord(char) - SYLLABLE_BASE, len(FINALS))
    initial, medial = divmod(rest, len(MEDIALS))
    return Syllable(initial, medial, final)


def final_of(char: str) -> int:
    """Return the index of a syllable's final, 0 for none; `char` must be a syllable."""
    return (ord(char) - SYLLABLE_BASE) % len(FINALS)


def compose(syllable: Syllable) -> str:
    """Join jamo indices into one precomposed syllable.

    >>> compose(Syllable(18, 0, 4))
    '한'
    """
    row = syllable.initial * len(MEDIALS) + syllable.medial
    return chr(SYLLABLE_BASE + row * len(FINALS) + syllable.final)


def spell(char: str) -> str:
    """Write a syllable as compatibility jamo.

    >>> spell("값")
    'ㄱㅏㅄ'

    Raises:
        ValueError: `char` is not exactly one precomposed syllable.
    """
    initial, medial, final = decompose(char)
    return INITIALS[initial] + MEDIALS[medial] + FINALS[final]
