# SPDX-License-Identifier: Apache-2.0
"""What an eojeol is: the run between two spaces that a list may offer.

An eojeol here is made of Hangul syllables, ASCII letters and digits. Lone jamo
are fragments, save those that are written on purpose (ㅋㅋ, ㅠㅠ). Punctuation
at its end is not part of it: 부탁드립니다. and 부탁드립니다 are one eojeol.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ime_engine.hangul.jamo import is_syllable

__all__ = [
    "MAX_SYLLABLES",
    "PARTICLES",
    "at_text_start",
    "is_eojeol",
    "is_word_char",
    "normalised",
    "split_opening",
    "trim_before",
    "without_trailing",
]

MAX_SYLLABLES: Final = 15
"""Longest eojeol that is offered, in characters; longer ones are run-together text."""

TILDES: Final = "~～"
"""Not punctuation to Unicode, yet used as such at the end of a Korean eojeol."""

BLANKS: Final = " \t\u00a0\u3000"
LINE_ENDS: Final = "\n\r\u2028\u2029"

WORD: Final = re.compile(r"[가-힣A-Za-z0-9]*(?:[ㅋㅎ]+|[ㅠㅜ]+|ㅇㅇ|ㄴㄴ|ㄱㄱ|ㅇㅋ|ㄷㄷ|ㅂㅂ)?")
"""A word, then at most one run of the jamo people write for laughing, crying, yes, no …"""

PARTICLES: Final = frozenset(
    {"을", "를", "은", "는", "의", "에서", "에게", "으로", "께서"}
    | {"에는", "에도", "에서는", "에서도", "에게는", "으로는", "으로도"}
)
"""Never words of their own, though some texts write them apart (확인 을); others, such as 이,
가, 만, 도 and 로, are spelt like words."""

SCRIPT_RUN: Final = re.compile(r"[가-힣ㄱ-ㅣ]+|[A-Za-z]+")
MAX_SCRIPT_RUNS: Final = 3


def is_word_char(char: str) -> bool:
    """Tell whether `char` may stand in an eojeol: a syllable, a jamo, an ASCII letter or digit."""
    return is_syllable(char) or "ㄱ" <= char <= "ㅣ" or (char.isascii() and char.isalnum())


def is_eojeol(text: str) -> bool:
    """Tell whether `text`, without punctuation at its end, may be offered.

    >>> [is_eojeol(text) for text in ("안녕하세요", "PC방", "네ㅋㅋ", "3월")]
    [True, True, True, True]
    >>> [is_eojeol(text) for text in ("", "안녕ㅎㅏ", "ㄱ", "가 나", "가a나b다", "…")]
    [False, False, False, False, False, False]
    """
    if not 0 < len(text) <= MAX_SYLLABLES or not WORD.fullmatch(text):
        return False
    if len(text) == 1 and not (is_syllable(text) or text.isdigit()):
        return False
    return len(SCRIPT_RUN.findall(text)) <= MAX_SCRIPT_RUNS


def without_trailing(eojeol: str) -> str:
    """Take away the punctuation at the end.

    >>> without_trailing("갔어요?!”")
    '갔어요'
    """
    end = len(eojeol)
    while end and _is_punctuation(eojeol[end - 1]):
        end -= 1
    return eojeol[:end]


def split_opening(prefix: str) -> tuple[str, str]:
    """Split what stands before the word: quotes, brackets.

    >>> split_opening("“안녕")
    ('“', '안녕')
    """
    start = 0
    while start < len(prefix) and _is_punctuation(prefix[start]):
        start += 1
    return prefix[:start], prefix[start:]


def normalised(text: str) -> str:
    """Return text in normalisation form C, as models and keyboards write Hangul."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def trim_before(before: str) -> str:
    """Take away the blanks that separate `before` from the eojeol to come; line ends stay."""
    return before.rstrip(BLANKS)


def at_text_start(before: str) -> bool:
    """Tell whether the next eojeol opens a text or a line: no space comes before it."""
    trimmed = trim_before(before)
    return not trimmed or trimmed[-1] in LINE_ENDS


def _is_punctuation(char: str) -> bool:
    return char in TILDES or unicodedata.category(char)[0] == "P"
