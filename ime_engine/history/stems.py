# SPDX-License-Identifier: Apache-2.0
"""What a noun and its particles have in common, so that 학교에 also helps 학교에서.

    민준이가 → 민준이 + 가          서울로 → 서울 + 로          갔어요 → 갔어요 (no particle)

An eojeol has one stem: before the longest particle that agrees with it, or itself. Not every stem
is a noun (생각하 in 생각하는); that costs nothing where only real words are compared, and
`evident` keeps it out where words are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ime_engine.history.particles import (
    EVERY,
    LAST_CHARS,
    LONGEST,
    NOUNS_ONLY,
    agrees,
    ending_of,
    listed,
)

__all__ = ["MIN_STEM", "Parts", "evident", "parts_of", "stands_alone"]

MIN_STEM: Final = 2
"""Least syllables of a stem: one alone is more often the end of something else."""

SURE: Final = 1.25
"""Weight after which one form is enough to take a stem for a noun: it was used twice, and typed
once of these."""

VERBS: Final = listed("""
    들어 올라 걸어 돌아 넘어 찾아 데려 가져 따라 내려 나아 다가 살아 이어 흘러 건너 지나 뛰어 날아
    물러 끌려 쫓아 옮겨 달려 몰려 굴러 밀려 다녀 나와 들려 빠져 떠나 모여 같아 많아
""")
"""Go before 가 and its like, and are no nouns."""


class Parts(NamedTuple):
    """An eojeol as stem and particle."""

    stem: str
    particle: str
    """Empty for a stem alone."""


def parts_of(eojeol: str) -> Parts | None:
    """Split an eojeol; None when it has no stem of two characters that ends in a syllable.

    >>> parts_of("학교에서"), parts_of("나는")
    (Parts(stem='학교', particle='에서'), Parts(stem='나는', particle=''))
    """
    longest = min(LONGEST, len(eojeol) - MIN_STEM) if eojeol[-1:] in LAST_CHARS else 0
    for size in range(longest, 0, -1):
        particle = eojeol[-size:]
        if particle in EVERY and agrees(eojeol[:-size], particle):
            return Parts(eojeol[:-size], particle)
    if len(eojeol) >= MIN_STEM and ending_of(eojeol):
        return Parts(eojeol, "")
    return None


def stands_alone(stem: str) -> bool:
    """Tell whether a stem is an eojeol without a particle: 민준이 is not, but 민준 and 이."""
    parts = parts_of(stem)
    return parts is not None and not parts.particle


def evident(stem: str, forms: Iterable[tuple[str, float]]) -> bool:
    """Tell whether the forms that were seen of a stem show that it is a noun.

    Args:
        stem: As `parts_of` gives it.
        forms: Particle and weight of each form.
    """
    seen = [(particle, weight) for particle, weight in forms if particle]
    sure = sum(weight for particle, weight in seen if particle in NOUNS_ONLY)
    if not sure or stem in VERBS:
        return False
    return sure >= SURE or len({particle for particle, _ in seen}) > 1
