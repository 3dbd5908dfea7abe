# SPDX-License-Identifier: Apache-2.0
"""Particles that follow nouns, by the letter that the noun ends with.

    vowel      는 가 를 와 로         민준이는
    rieul      은 이 을 과 로         서울은, 서울로
    consonant  은 이 을 과 으로       학원은, 학원으로

The shares are thousandths of how often each ends the words of data/ngram/everyday.ngram, lowered
by hand for those that end verbs too; no particle at all has 250. A user's own habits start there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from ime_engine.hangul.jamo import FINALS, final_of, is_syllable

__all__ = [
    "EVERY",
    "LAST_CHARS",
    "LONGEST",
    "NOUNS_ONLY",
    "PARTICLES",
    "Ending",
    "agrees",
    "ending_of",
    "listed",
]

Ending = Literal["vowel", "rieul", "consonant"]
"""What a noun ends with."""


def listed(table: str) -> frozenset[str]:
    """Read a table of words."""
    return frozenset(table.split())


ENDINGS: Final[tuple[Ending, ...]] = tuple(
    "rieul" if final == "ㄹ" else "consonant" if final else "vowel" for final in FINALS
)
"""By the index of the final."""


def _shares(table: str) -> dict[str, float]:
    """Read a table of particles and shares."""
    cells = table.split()
    return dict(zip(cells[::2], map(float, cells[1::2]), strict=True))


BARE: Final = {"": 250.0}

ANYWHERE: Final = _shares("""
    의 31  에 27  도 13  에서 9.3  만 6.2  하고 3  에게 2.4  에는 1.7  까지 1.2  부터 1.1
    에서는 0.9  보다 0.8  에도 0.7  한테 0.7  들이 0.7  들은 0.5  들을 0.5  들의 0.5
    처럼 0.4  대로 0.3  에서도 0.3  마다 0.2  입니다 2  인데 0.5  께 0.2  께서 0.1
    에게는 0.1  한테는 0.1  만큼 0.1  밖에 0.1  조차 0.1  마저 0.1  에게서 0.1
    한테서 0.1  까지는 0.1  만은 0.1
""")
AFTER_VOWEL: Final = _shares("""
    는 40  를 29  가 22  와 6.5  야 2  나 1  랑 1  라고 0.5  라는 0.4  예요 0.5  라도 0.2  네 0.2
    와는 0.1  라서 0.1  라면 0.1
""")
AFTER_CONSONANT: Final = _shares("""
    을 39  이 29  은 15  과 9.1  아 1  이나 0.9  이랑 1  이라고 0.4  이라는 0.3
    이에요 0.5  이야 0.4  이라도 0.1  과는 0.1  이라서 0.1  이라면 0.1
""")
TO_VOWEL_OR_RIEUL: Final = _shares("로 23  로는 0.4  로도 0.3")
TO_CONSONANT: Final = _shares("으로 10  으로는 0.2  으로도 0.1")

PARTICLES: Final[Mapping[Ending, Mapping[str, float]]] = MappingProxyType(
    {
        "vowel": BARE | ANYWHERE | AFTER_VOWEL | TO_VOWEL_OR_RIEUL,
        "rieul": BARE | ANYWHERE | AFTER_CONSONANT | TO_VOWEL_OR_RIEUL,
        "consonant": BARE | ANYWHERE | AFTER_CONSONANT | TO_CONSONANT,
    }
)
"""Share of each particle, by what the noun ends with."""

EVERY: Final = frozenset(particle for each in PARTICLES.values() for particle in each)
LONGEST: Final = max(map(len, EVERY))
LAST_CHARS: Final = frozenset(particle[-1] for particle in EVERY if particle)
"""What does not end in one of these has no particle."""

NOUNS_ONLY: Final = listed("""
    을 를 이 가 의 에서 에게 한테 과 와 으로 이랑 랑 까지 부터 처럼 보다 입니다 이에요 예요 에는
    에서는 에서도 들이 들은 들을 들의 께서 께 한테는 에게는 한테서 에게서 밖에 이라고 이라는
""")
"""Those that hardly ever end a verb: what stands before one of them is a noun."""


def ending_of(stem: str) -> Ending | None:
    """Return what a noun ends with; None when it does not end in a Hangul syllable."""
    if not stem or not is_syllable(stem[-1]):
        return None
    return ENDINGS[final_of(stem[-1])]


def agrees(stem: str, particle: str) -> bool:
    """Tell whether a particle may follow a noun.

    >>> agrees("학교", "로"), agrees("서울", "로"), agrees("집", "로"), agrees("집", "으로")
    (True, True, False, True)
    """
    ending = ending_of(stem)
    return ending is not None and particle in PARTICLES[ending]
