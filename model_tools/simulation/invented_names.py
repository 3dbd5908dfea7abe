# SPDX-License-Identifier: Apache-2.0
"""Names and places that nobody knows, and sentences that somebody writes about them.

    surname + two syllables      한서린, 도하율            stand where a sentence has 친구를, 아이가
    two or three + a kind        무라골식당, 새온시장      stand where it has 학교에서, 방을

A sentence gives its place to a name where it has a noun with a particle of the kind that the name
takes; the particle is put right for the end of the name (을 or 를).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ime_engine.hangul.eojeol import without_trailing
from ime_engine.hangul.jamo import FINALS, decompose
from ime_engine.history.stems import parts_of

__all__ = ["Name", "Slot", "names", "slots_in"]

SURNAMES: Final = (
    "김이박최정강조윤장임한오서신권황안송류홍고문양손배백허남심노하곽성차주우구민진나도"
)
GIVEN: Final = (
    "가강건경고관광규근기나남다단담도동두라란람래려련로루류른름리린림마만명무미민바배별보봄빈"
    "사산상새샘서석선설성세소솔송수숙순슬승시신아안애여연엽영예온완용우욱운원유윤율은음의이인일"
    "재정제조종주준중지진찬창채천철초춘치태하학한해향현형혜호홍화환효훈휘희"
)
PLACES: Final = (
    "가갈강개건고곡골관광구군금기길깊남내너노논누눈능다단달담당대덕도독돌동두둔들등마말매명모목"
    "무문물미바반방밤배백버벌별보복봉부북분비사산삼상새샘서석선설성세소솔송수숲승시신안암양여연열"
    "영예오온올왕용우운울원월유율은음인자작장재전정제조종주중지진찬창천청초추춘충큰탄탑태토통파팔평"
    "포풍하학한함해향현호홍화황회흥희"
)
KINDS: Final = ("시장", "식당", "서점", "공원", "병원", "동", "리", "역", "카페", "빵집")

AFTER_VOWEL: Final = {"이": "가", "을": "를", "과": "와"}
"""What stands for a particle after a vowel."""

AFTER_CONSONANT: Final = {vowel: consonant for consonant, vowel in AFTER_VOWEL.items()}

PERSON: Final = ("이", "을", "의", "과", "에게")
PLACE: Final = ("이", "을", "의", "과", "에서", "에")
"""Particles that names take, as they are after a consonant."""

OPENING: Final = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class Name:
    """An invented name."""

    text: str
    particles: tuple[str, ...]
    """Those that it takes."""

    def form(self, particle: str) -> str:
        """The name with a particle, or with what stands for it after a vowel."""
        bare = not FINALS[decompose(self.text[-1]).final]
        return self.text + (AFTER_VOWEL.get(particle, particle) if bare else particle)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a sentence has a noun that may be another one."""

    sentence: str
    start: int
    end: int
    """Of the eojeol without what follows it."""

    particle: str
    """That of the noun, as it is after a consonant."""

    @property
    def before(self) -> str:
        """Text before the noun."""
        return self.sentence[: self.start]

    def filled(self, form: str) -> str:
        """The sentence with something else in its place."""
        return self.before + form + self.sentence[self.end :]


def names(count: int, known: Callable[[str], bool], rng: np.random.Generator) -> list[Name]:
    """Invent names and places, as many of each; no two alike.

    Args:
        count: How many.
        known: Tells of a form whether anybody knows it; names with such a form are left out.
        rng: Source of the syllables.
    """
    made: dict[str, Name] = {}
    while len(made) < count:
        name = _place(rng) if len(made) % 2 else _person(rng)
        forms = {name.text, *(name.form(particle) for particle in name.particles)}
        if not any(map(known, forms)):
            made.setdefault(name.text, name)
    return list(made.values())


def slots_in(sentences: Sequence[str]) -> Iterator[Slot]:
    """Places for names: one a sentence at most, never its first eojeol."""
    for sentence in sentences:
        for found in list(re.finditer(r"\S+", sentence))[1:]:
            word = without_trailing(found.group())
            parts = None if OPENING.search(word) else parts_of(word)
            particle = parts and AFTER_CONSONANT.get(parts.particle, parts.particle)
            if particle in {*PERSON, *PLACE}:
                start = found.start()
                yield Slot(sentence, start, start + len(word), particle)
                break


def _person(rng: np.random.Generator) -> Name:
    given = "".join(_drawn(GIVEN, rng) for _ in range(2))
    return Name(_drawn(SURNAMES, rng) + given, PERSON)


def _place(rng: np.random.Generator) -> Name:
    syllables = "".join(_drawn(PLACES, rng) for _ in range(int(rng.integers(2, 4))))
    return Name(syllables + KINDS[int(rng.integers(len(KINDS)))], PLACE)


def _drawn(letters: str, rng: np.random.Generator) -> str:
    return letters[int(rng.integers(len(letters)))]
