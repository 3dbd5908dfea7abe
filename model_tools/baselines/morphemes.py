# SPDX-License-Identifier: Apache-2.0
"""Next eojeols from a model of next morphemes: a small beam, pure.

    오늘 점심은 │ 먹/VV ─► 었/EP ─► 다/EF      먹었다    P(먹) · P(었) · P(다) · P(end)
               │ 무엇/NP ─► 을/JKO             무엇을
               │ 잘/MAG                        잘

A model of morphemes knows no spaces. Whether a morpheme goes on with the eojeol is what the
model's own rules of spacing say of it and the one before; all that does not go on ends it:

    P(end | m_1 … m_n) = 1 − Σ P(m | …) over the m that are written onto m_n

The first morpheme must be one that can begin a word, since a space stands before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from ime_engine.hangul.eojeol import is_eojeol
from ime_engine.scored import Scored

__all__ = ["Morpheme", "MorphemeModel", "likely_eojeols"]

WIDTH: Final = 8
"""Beginnings of an eojeol that are kept open."""

LONGEST: Final = 6
"""Most morphemes of an eojeol: a noun with 이/VCP, two endings before the last, and a particle."""

BOUND: Final = ("J", "E", "XS", "VCP", "Z")
"""Tags, by what they begin with, of what is written onto the morpheme before."""

NO_WORDS: Final = ("S", "W", "U")
"""Tags of punctuation, foreign letters, digits, addresses and of what is unknown."""


class Morpheme(NamedTuple):
    """A morpheme as the model knows it."""

    number: int
    form: str
    """Empty where it stands for all words of a kind that the model does not know one by one."""

    tag: str
    """Part of speech, in the tag set of the Sejong corpus."""


Likely = Sequence[tuple[Morpheme, float]]
"""What may come next with its probability, likeliest first; may be cut off at the end."""


class MorphemeModel(Protocol):
    """What the search asks."""

    def analyse(self, text: str) -> list[int]:
        """Return the numbers of a text's morphemes."""
        ...

    def following(self, numbers: Sequence[int]) -> Likely:
        """Return the likeliest morphemes after some others."""
        ...

    def attached(self, one: Morpheme, other: Morpheme) -> bool:
        """Tell whether two morphemes are written without a space between them."""
        ...

    def joined(self, morphemes: Sequence[Morpheme]) -> str:
        """Write morphemes as text, contracted as the language has it."""
        ...


@dataclass(frozen=True, slots=True)
class _Open:
    morphemes: tuple[Morpheme, ...]
    probability: float


def likely_eojeols(model: MorphemeModel, before: str, limit: int) -> list[Scored]:
    """Return the likeliest next eojeols, ties in code point order.

    Args:
        model: Asked once a beginning.
        before: Text before the eojeol, which a space ends.
        limit: Most eojeols wanted.
    """
    context = model.analyse(before)
    finished: dict[str, float] = {}
    beams = _widest(_beginnings(model.following(context)))
    for _ in range(LONGEST):
        grown: list[_Open] = []
        for beam in beams:
            after = list(_continuations(model, context, beam))
            end = beam.probability - sum(one.probability for one in after)
            text = model.joined(beam.morphemes)
            if is_eojeol(text) and end > 0:
                finished[text] = finished.get(text, 0.0) + end
            grown += after
        beams = _still_of_use(_widest(grown), finished, limit)
    ranked = sorted(finished.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Scored(text, min(probability, 1.0)) for text, probability in ranked[:limit]]


def _beginnings(likely: Likely) -> Iterator[_Open]:
    """Open what may begin a word; all probability belongs to what is not written on."""
    free = 1.0 - sum(p for morpheme, p in likely if morpheme.tag.startswith(BOUND))
    for morpheme, probability in likely:
        if _is_word(morpheme) and not morpheme.tag.startswith(BOUND):
            yield _Open((morpheme,), probability / max(free, probability))


def _continuations(model: MorphemeModel, context: Sequence[int], beam: _Open) -> Iterator[_Open]:
    numbers = [*context, *(morpheme.number for morpheme in beam.morphemes)]
    for morpheme, probability in model.following(numbers):
        if _is_word(morpheme) and model.attached(beam.morphemes[-1], morpheme):
            yield _Open((*beam.morphemes, morpheme), beam.probability * probability)


def _is_word(morpheme: Morpheme) -> bool:
    return morpheme.form != "" and not morpheme.tag.startswith(NO_WORDS)


def _widest(opened: Iterator[_Open] | Sequence[_Open]) -> list[_Open]:
    return sorted(opened, key=lambda one: (-one.probability, one.morphemes))[:WIDTH]


def _still_of_use(beams: list[_Open], finished: dict[str, float], limit: int) -> list[_Open]:
    """Leave out what is less likely than the last of a full list already."""
    listed = sorted(finished.values(), reverse=True)[:limit]
    least = listed[-1] if len(listed) == limit else 0.0
    return [beam for beam in beams if beam.probability > least]
