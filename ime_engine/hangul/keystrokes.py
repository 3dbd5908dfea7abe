# SPDX-License-Identifier: Apache-2.0
"""Text as the keys that type it on a dubeolsik keyboard.

    할   → g k f          하려 → g k f u
    까   → R k            (one key, with Shift)
    과   → r h k          (compound vowels and finals take two keys)

The syllable that is still being composed changes its shape with the next key
(할 becomes 하려), the keys do not: this is why prefixes are compared by keys.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from ime_engine.hangul.jamo import is_jamo, is_syllable, spell

__all__ = ["keys_of", "matches", "strokes_of"]

SIMPLE: Final = dict(
    zip(
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        strict=True,
    )
)
VOWELS: Final = {"ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅝ": "nj", "ㅞ": "np", "ㅟ": "nl", "ㅢ": "ml"}
FINALS: Final = dict(
    zip(
        "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ",
        ["rt", "sw", "sg", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "qt"],
        strict=True,
    )
)
KEYS: Final = SIMPLE | VOWELS | FINALS

FULLWIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
"""Moves ASCII out of the way of the keys."""


def keys_of(text: str) -> str:
    """Return the keys that type `text`; what is not Hangul stands for itself.

    >>> keys_of("할"), keys_of("과"), keys_of("까"), keys_of("ㅋㅋ 3월")
    ('gkf', 'rhk', 'Rk', 'zz 3dnjf')
    """
    return "".join(_keys_of_char(char) for char in unicodedata.normalize("NFC", text))


def strokes_of(text: str) -> str:
    """Return keys that tell Hangul from Latin: g typed as ㅎ is not the letter g.

    >>> strokes_of("한g")
    'gksｇ'
    """
    return "".join(map(_strokes_of_char, unicodedata.normalize("NFC", text)))


def matches(prefix: str, candidate: str) -> bool:
    """Tell whether the keys of `prefix` begin those of `candidate`.

    >>> matches("할", "하려고"), matches("안녕ㅎ", "안녕하세요"), matches("하", "호")
    (True, True, False)

    Latin letters match Latin letters only, though they lie on the same keys:

    >>> matches("gks", "한글"), matches("gi", "git")
    (False, True)
    """
    return strokes_of(candidate).startswith(strokes_of(prefix))


@lru_cache(maxsize=4096)
def _keys_of_char(char: str) -> str:
    if is_syllable(char):
        return "".join(KEYS[jamo] for jamo in spell(char))
    return KEYS.get(char, char)


@lru_cache(maxsize=4096)
def _strokes_of_char(char: str) -> str:
    is_hangul = is_syllable(char) or is_jamo(char)
    return _keys_of_char(char) if is_hangul else char.translate(FULLWIDTH)
