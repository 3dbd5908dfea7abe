# SPDX-License-Identifier: Apache-2.0
"""What may be kept of what a user writes, and what never.

Never: what is no word (addresses, e-mail), what is somebody's number (card, resident, telephone,
account), what may be a password, and the words that are offered to nobody. A number is told
from a year by its length, and by standing in a row of numbers: a card number that is typed in
groups of four is four numbers, each harmless alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ime_engine.hangul.eojeol import normalised
from ime_engine.history.lesson import Lesson, storable
from ime_engine.ngram.context import START, context_of, read_token

__all__ = ["Allowed", "lesson_of", "never_kept", "nobody"]

Allowed = Callable[[str], bool]
"""Tells whether a word may be offered to anybody."""

MAX_DIGITS: Final = 4
MAX_MIXED: Final = 4
"""Letters and digits in a row that may be mixed: 5G, KF94 and MP3 are words."""

NUMBER: Final = re.compile(r"[\d\s.,:()/+\-–—]*\d[\d\s.,:()/+\-–—]*")
"""A number however it is written."""

RUN: Final = re.compile(r"[A-Za-z0-9]+")
JUMPS: Final = re.compile(r"[a-z][A-Z]")
MAX_JUMPS: Final = 2
"""Capitals inside of a word: LaTeX has two, a password more."""

BLANK: Final = re.compile(r"\s")
LOOK_BACK: Final = 160
"""Characters before an eojeol that are looked at, as for its context."""


def never_kept(text: str) -> bool:
    """Tell whether an eojeol has the shape of something private.

    >>> [never_kept(text) for text in ("2024년", "KF94", "12345", "1234", "qwer1234", "가@나.kr")]
    [False, False, True, True, True, True]
    """
    digits = sum(char.isdigit() for char in text)
    if digits > MAX_DIGITS or (digits and NUMBER.fullmatch(text)):
        return True
    return "@" in text or "://" in text or any(_may_be_password(run) for run in RUN.findall(text))


def nobody(word: str) -> bool:
    """Tell of no word that everybody uses it."""
    return not word


def lesson_of(
    before: str,
    eojeol: str,
    *,
    accepted: bool,
    allowed: Allowed,
    everyday: Callable[[str], bool] = nobody,
) -> Lesson | None:
    """Return what is learned of an eojeol, or None when it must not be kept.

    Args:
        before: Text before it, spaces as typed, of any length.
        eojeol: What was typed or picked; punctuation around it does not count.
        accepted: Whether it was picked from a list.
        allowed: Whether a word may be offered to anybody.
        everyday: Whether everybody uses a word: such a word is kept as context though it was
            not taught. It may stand in a text that the user did not write.
    """
    eojeol = normalised(eojeol)
    opening = _since_blank(before[-LOOK_BACK:])
    word = read_token(eojeol).word
    # What hangs together with the text before it is an eojeol only together with that.
    if word is None or read_token(normalised(opening + eojeol)).word != word:
        return None
    if never_kept(word) or never_kept(eojeol) or not storable(word) or not allowed(word):
        return None
    clear = before[: len(before) - len(opening)]
    if any(char.isdigit() for char in word) and _ends_in_number(clear[-LOOK_BACK:]):
        return None
    context = context_of(clear)
    fit = (each for each in context if each != START and everyday(each) and not never_kept(each))
    return Lesson(context, word, accepted, frozenset(fit))


def _since_blank(before: str) -> str:
    """The characters before an eojeol that no blank parts from it."""
    return BLANK.split(before)[-1]


def _ends_in_number(before: str) -> bool:
    """Tell whether the last thing before an eojeol is a number."""
    last = before.split()[-1:]
    return bool(last and NUMBER.fullmatch(last[0]))


def _may_be_password(run: str) -> bool:
    """Tell whether letters and digits in a row look like a secret rather than a name."""
    mixed = not run.isalpha() and not run.isdigit()
    return (mixed and len(run) > MAX_MIXED) or len(JUMPS.findall(run)) > MAX_JUMPS
