# SPDX-License-Identifier: Apache-2.0
"""Which keys a typist presses for a text on the dubeolsik keyboard (KS X 5002)."""

from __future__ import annotations

from typing import Final

__all__ = ["UntypeableError", "count", "keys"]

FIRST_SYLLABLE: Final = 0xAC00
LAST_SYLLABLE: Final = 0xD7A3
FIRST_JAMO: Final = 0x3131


def _row(keys: str) -> tuple[str, ...]:
    return tuple(keys.split())


INITIALS: Final = tuple("rRseEfaqQtTdwWczxvg")
MEDIALS: Final = _row("k o i O j p u P h hk ho hl y n nj np nl b m ml l")
FINALS: Final = ("", *_row("r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g"))
JAMO: Final = (
    *_row("r R rt s sw sg e E f fr fa fq ft fx fv fg a q Q qt t T d w W c z x v g"),
    *MEDIALS,
)
"""Keys of ㄱ to ㅣ, in the order of the compatibility jamo."""

NAMES: Final = {
    " ": "space",
    "\n": "Return",
    ".": "period",
    ",": "comma",
    "?": "question",
    "!": "exclam",
    "~": "asciitilde",
    "-": "minus",
    ":": "colon",
    "'": "apostrophe",
    '"': "quotedbl",
    "(": "parenleft",
    ")": "parenright",
} | {digit: digit for digit in "0123456789"}
"""X's names of the keys that are no letters."""


class UntypeableError(ValueError):
    """A character that is not on the Korean keyboard."""


def keys(text: str) -> list[str]:
    """The keys in order, by X's names; a shifted jamo is its capital letter.

    Raises:
        UntypeableError: There is no key for a character.
    """
    return [key for character in text for key in _keys_of(character)]


def count(text: str) -> int:
    """How many key presses a text takes; a character that has no key counts as one.

    >>> count("닭을 "), count("꽤"), count("漢")
    (7, 3, 1)
    """
    return sum(_count_of(character) for character in text)


def _count_of(character: str) -> int:
    try:
        return len(_keys_of(character))
    except UntypeableError:
        return 1


def _keys_of(character: str) -> list[str]:
    code = ord(character)
    if FIRST_SYLLABLE <= code <= LAST_SYLLABLE:
        rest, final = divmod(code - FIRST_SYLLABLE, len(FINALS))
        initial, medial = divmod(rest, len(MEDIALS))
        return list(INITIALS[initial] + MEDIALS[medial] + FINALS[final])
    if FIRST_JAMO <= code < FIRST_JAMO + len(JAMO):
        return list(JAMO[code - FIRST_JAMO])
    if character not in NAMES:
        raise UntypeableError(f"There is no key for U+{code:04X}: use Hangul, digits and . , ? !")
    return [NAMES[character]]
