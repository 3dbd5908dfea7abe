# SPDX-License-Identifier: Apache-2.0
"""The other forms of what was taught: weights that stems lend, and words made of stems.

    민준이가 taught, "민준이ㄴ" typed   →   민준이는, 민준이나

Part of a lone weight goes to the stem and from there to all its forms, by how often their
particles are used: σ = 2 / (2 + c(stem)), half of it after two uses, and little once many uses
have shown which forms the user needs. Words are made only once two syllables are typed, and only
of a stem that its forms show to be a noun.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.habits import Habits, particle_of
from ime_engine.history.heat import WEIGHT
from ime_engine.history.levels import Question
from ime_engine.history.schema import PARTICLE_SUMS
from ime_engine.history.stems import evident, parts_of, stands_alone
from ime_engine.history.vocabulary import Word, words_by_stem, words_of_longer_stems

__all__ = ["LENT", "Forms"]

LENT: Final = 2.0
"""Weight of a stem of which half goes to all its forms."""

MIN_STEM: Final = 3
"""Keys of the shortest stem: a letter and a syllable of two keys (A가)."""

MIN_TYPED: Final = 4
"""Keys after which words are made: two syllables of two keys."""

LOOKED_AT: Final = 30
"""Heaviest forms under a prefix whose stems may make words."""

LEAST_SHARE: Final = 0.01
"""Particles that are rarer are not made words of."""

HABITS: Final = f"SELECT head, {WEIGHT} FROM sums WHERE context = {PARTICLE_SUMS}"
STEMS: Final = f"""
SELECT value, (SELECT total({WEIGHT}) FROM words INDEXED BY words_by_stem WHERE stem = value)
FROM json_each(:stems)
"""


class Forms:
    """Looks at stems for one question."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._shorter = self._forms_of_shorter_stems()

    @cached_property
    def typed_more(self) -> float:
        """What lending adds to the weight of all words that the keys begin.

        Weight that is lent within those words changes nothing; words whose stem is shorter than
        what is typed lend to forms that the keys rule out, and get from them.
        """
        keys, more = self._question.strokes, 0.0
        for stem, words in self._shorter.items():
            rest = keys[len(stem) :]
            shares = self._habits.after(stem, bare=words[0].bare)
            fitting = sum(share for particle, share in shares.items() if particle.startswith(rest))
            whole = sum(word.weight for word in words)
            taught = sum(word.weight for word in words if word.strokes.startswith(keys))
            more += _lent_of(whole) * (fitting * whole - taught)
        return more

    def weights(self, words: Collection[Word]) -> dict[str, float]:
        """Return the lone weight of words after lending, by their text."""
        stems = self._stem_weights({word.stem for word in words if word.stem})
        return {
            word.text: self._lent(word, stems.get(word.stem, 0.0)) if word.stem else word.weight
            for word in words
        }

    def made(self) -> Iterator[Word]:
        """Return words of evident stems that the keys begin, and that were never taught."""
        if len(self._question.strokes) < MIN_TYPED:
            return
        longer = words_of_longer_stems(self._question, LOOKED_AT)
        seen: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for word in (*longer, *(word for words in self._shorter.values() for word in words)):
            seen[word.root].append((word.text.removeprefix(word.root), word.weight))
        for stem, forms in seen.items():
            if evident(stem, forms):
                yield from self._made_of(stem, {particle for particle, _ in forms})

    def _made_of(self, stem: str, taught: set[str]) -> Iterator[Word]:
        strokes, bare = strokes_of(stem), stands_alone(stem)
        for keys, share in self._habits.after(strokes, bare=bare).items():
            if share < LEAST_SHARE or not (strokes + keys).startswith(self._question.strokes):
                continue
            particle = particle_of(keys)
            if particle not in taught and parts_of(stem + particle) == (stem, particle):
                yield Word(-1, stem + particle, strokes + keys, strokes, keys, stem, bare, 0.0)

    def _lent(self, word: Word, stem_weight: float) -> float:
        share = self._habits.share(word.stem, word.particle, bare=word.bare)
        lent = _lent_of(stem_weight)
        return (1 - lent) * word.weight + lent * share * stem_weight

    @property
    def _habits(self) -> Habits:
        kept = self._question.kept
        if kept.habits is None:
            kept.habits = Habits(dict(self._question.ask(HABITS)))
        return kept.habits

    def _stem_weights(self, stems: set[str]) -> dict[str, float]:
        kept = self._question.kept.stems
        new = [stem for stem in stems if stem not in kept]
        if new:
            kept.update(self._question.ask(STEMS, stems=json.dumps(sorted(new))))
        return kept

    def _forms_of_shorter_stems(self) -> dict[str, list[Word]]:
        """Words whose stem is shorter than what is typed, by the keys of the stem."""
        keys = self._question.strokes
        stems = [keys[:size] for size in range(MIN_STEM, len(keys))]
        found: dict[str, list[Word]] = defaultdict(list)
        for word in words_by_stem(self._question, stems):
            found[word.stem].append(word)
        return found


def _lent_of(stem_weight: float) -> float:
    """Share of the weight of a stem's forms that goes to the stem."""
    return LENT / (LENT + stem_weight)
