# SPDX-License-Identifier: Apache-2.0
"""What everybody and the history said at positions of simulated users, and what came.

    text of a user ─► typed, taught ─┬─► evenly drawn positions
                                     └─► positions whose two words before were typed together before

The second kind is where the history knows most, and seldom drawn by chance. It is told by what
stands before, never by what came, so that the history is not believed more than it is right.
Each position is asked twice: before the first key, and after some of the keys.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.hangul.eojeol import normalised, split_opening
from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.recall import Recall
from ime_engine.ngram.context import context_of
from ime_engine.protocol import Candidate
from ime_engine.ranking.personal import features
from model_tools.evaluation.accuracy import stream
from model_tools.evaluation.registers import Register
from model_tools.evaluation.run import Over
from model_tools.fitting.history_weights import Gave
from model_tools.simulation.lists import Knowing, Place
from model_tools.simulation.text import Eojeol, eojeols_of, spread
from model_tools.simulation.user import FIELD, User

__all__ = ["Record", "collect", "drawn", "gave", "repeated"]

WORDS: Final = 2
"""Of a context that counts as typed before."""


@dataclass(frozen=True, slots=True)
class Record:
    """One question and what was known when it was asked."""

    user: str
    target: str
    """What came; empty when it was punctuation only."""

    prefix: str
    """What was typed of it."""

    others: tuple[Candidate, ...]
    """The list of model and n-gram."""

    recall: Recall
    """What the history said."""

    @property
    def word(self) -> str:
        """What was typed, without opening punctuation."""
        return split_opening(normalised(self.prefix))[1]

    @property
    def came(self) -> str:
        """The target as the lists have it: without opening punctuation that was typed."""
        return self.target.removeprefix(split_opening(normalised(self.prefix))[0])

    @property
    def features(self) -> tuple[float, ...]:
        """Value of each of `ranking.personal.FEATURES`."""
        return features(self.recall, self.others)


def collect(
    user: User, engine: Knowing, text: Register, count: int, seed: int, over: Over[Eojeol]
) -> Iterator[Record]:
    """Type a text; ask at drawn positions, right before they are typed.

    Args:
        user: Has taught nothing yet.
        engine: What anybody may say.
        text: Of one user, in its order.
        count: Positions drawn of each of the two kinds; 0 is all.
        seed: Of the draw.
        over: Goes through the eojeols and shows how far it is.
    """
    eojeols = list(eojeols_of(text))
    asked = drawn(eojeols, count, stream(seed, text.name))
    for at, eojeol in enumerate(over(eojeols, text.name)):
        if at in asked:
            user.history.flush()
            yield from _asked(user, engine, eojeol, seed)
        position = eojeol.position
        user.types(position.sentence, position.before, eojeol.text)


def drawn(eojeols: Sequence[Eojeol], count: int, rng: np.random.Generator) -> set[int]:
    """Draw positions of both kinds, each evenly over the text; some may be of both."""
    places = [at for at, eojeol in enumerate(eojeols) if eojeol.follows]
    again = repeated(eojeols)
    kinds = (places, [at for at in places if at in again])
    return {some[at] for some in kinds for at in spread(len(some), count, rng)}


def repeated(eojeols: Iterable[Eojeol]) -> set[int]:
    """The eojeols whose two words before, or one and the sentence start, were typed before."""
    seen: set[tuple[str, ...]] = set()
    found = set()
    for at, eojeol in enumerate(eojeols):
        context = context_of(eojeol.position.before)
        if len(context) == WORDS and context in seen:
            found.add(at)
        seen.add(context)
    return found


def gave(records: Sequence[Record], *, own_words: bool = True) -> Gave:
    """Return what both sides gave to what came, or to all that neither lists.

    Args:
        records: What was known, and what came.
        own_words: Whether words that the history alone offers count each for itself; else they
            count among all that is not listed, so that ways with and without a history are held
            against the same words.
    """
    return Gave(*np.array([_chances(record, own_words=own_words) for record in records]).T)


def _chances(record: Record, *, own_words: bool) -> tuple[float, float, float, float]:
    others = {each.text: each.probability for each in record.others}
    own = record.recall.probabilities
    if not own_words:
        own = {text: own.get(text, 0.0) for text in others}
    all_both = sum(math.sqrt(p * own.get(text, 0.0)) for text, p in others.items())
    if record.came in others or record.came in own:
        mine, theirs = own.get(record.came, 0.0), others.get(record.came, 0.0)
        return mine, theirs, math.sqrt(mine * theirs), all_both
    return max(1.0 - sum(own.values()), 0.0), max(1.0 - sum(others.values()), 0.0), 0.0, all_both


def _asked(user: User, engine: Knowing, eojeol: Eojeol, seed: int) -> Iterator[Record]:
    position = eojeol.position
    place = Place(engine, position.before, user.foregoing.text(position.before, FIELD))
    prefixes = typed_prefixes(position.target)[:-1]
    random = stream(seed, f"{position.register} {position.sentence} {len(position.before)}")
    chosen = [prefixes[int(random.integers(len(prefixes)))]] if prefixes else []
    for prefix in ("", *chosen):
        others = tuple(place.everybody(prefix))
        word = split_opening(normalised(prefix))[1]
        recall = user.history.recall(
            context_of(position.before), strokes_of(word), [each.text for each in others]
        )
        yield Record(position.register, position.target, prefix, others, recall)
