# SPDX-License-Identifier: Apache-2.0
"""The eojeol at the end of a text, if all of it was typed.

before   "“오늘 날씨가?!"     what stands before the caret
token          "날씨가?!"     since the last space; what opens it, `“`, is no part of it
eojeol         "날씨가"       nor are the signs at its end
typed        "늘 날씨가?!"    covers the eojeol: it was typed, its beginning too
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ibus_component.begun import LONGEST, OPENING
from ibus_component.surrounding import ends_eojeol

__all__ = ["Eojeol", "eojeol_at", "is_end", "typed_at"]

ENDING: Final = frozenset(".,!?;:…~)]}>\"'”’」』》〉。，！？～")
"""Signs behind which no eojeol goes on; `-`, `/` or `@` may stand within something else."""


@dataclass(frozen=True, slots=True)
class Eojeol:
    """A finished eojeol."""

    before: str
    """The text before it."""

    text: str


def is_end(character: str) -> bool:
    """Whether an eojeol is finished by this character."""
    return character.isspace() or character in ENDING


def eojeol_at(before: str) -> Eojeol | None:
    """The eojeol that the text ends with, without the signs around it.

    None when there is no Hangul in it, when there is a sign within it (what may be an
    address, a number, two eojeols), and when it is longer than any eojeol.

    >>> eojeol_at("오늘 (학교에서,")
    Eojeol(before='오늘 (', text='학교에서')
    >>> eojeol_at("메일@주소"), eojeol_at("3.5배"), eojeol_at("OK"), eojeol_at("오늘 ")
    (None, None, None, None)
    """
    end = len(before)
    while end and not before[end - 1].isalnum() and not before[end - 1].isspace():
        end -= 1
    start = end
    while start and not before[start - 1].isspace():
        start -= 1
    while start < end and before[start] in OPENING:
        start += 1
    text = before[start:end]
    if not text.isalnum() or len(text) > LONGEST or not ends_eojeol(text):
        return None
    return Eojeol(before[:start], text)


def typed_at(before: str, typed: str, *, from_start: bool) -> Eojeol | None:
    """The same, if every character of it was typed since its beginning.

    Args:
        before: The text before the caret.
        typed: What was committed there since the caret last moved, less what was erased.
        from_start: Whether nothing, or a line break, is known to stand before `before`.
    """
    found = eojeol_at(before)
    if found is None or not typed.endswith(before[len(found.before) :]):
        return None
    # What opens it may itself stand behind a letter that nobody has told.
    opened = found.before.rstrip(OPENING)
    return found if opened or from_start else None
