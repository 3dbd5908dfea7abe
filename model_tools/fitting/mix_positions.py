# SPDX-License-Identifier: Apache-2.0
"""What both sides said at positions of a text, and what came.

At each position the engine is asked twice: before the first key, and after some of the keys
of the eojeol that came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.protocol import Query
from ime_engine.ranking.evidence import Evidence
from ime_engine.ranking.mixture import Weights, model_probability
from model_tools.evaluation.accuracy import Position, sample, stream
from model_tools.evaluation.registers import Register
from model_tools.evaluation.run import Over

__all__ = ["Asked", "Outcome", "Record", "Witness", "collect", "outcome"]

NO_DEADLINE_MS = 10_000


class Witness(Protocol):
    """What is asked of the engine."""

    def evidence(self, query: Query) -> Evidence:
        """What both lists say, not ranked yet."""
        ...

    def clear(self) -> None:
        """Forget what was read."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a position, and what is typed of its eojeol."""

    position: Position
    prefix: str


@dataclass(frozen=True, slots=True)
class Record:
    """One question and what was known when it was asked."""

    asked: Asked
    evidence: Evidence

    @property
    def register(self) -> str:
        """Kind of text."""
        return self.asked.position.register

    @property
    def target(self) -> str:
        """What came; empty when it was punctuation only."""
        return self.asked.position.target


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each side gave to what came; to all unlisted words together when it is one of them."""

    model: float
    ngram: float


def collect(
    engine: Witness, registers: Sequence[Register], count: int, seed: int, over: Over[Position]
) -> list[Record]:
    """Ask twice at each drawn position: before the first key, and after some keys.

    Args:
        engine: Asked one query at a time.
        registers: Text by register.
        count: Positions drawn of each register; 0 is all.
        seed: Of the draws.
        over: Goes through positions and shows how far it is.
    """
    drawn = [one for text in registers for one in sample(text.positions(), count, seed)]
    return [
        record for position in over(drawn, "lists") for record in _asked(engine, position, seed)
    ]


def outcome(record: Record, weights: Weights) -> Outcome:
    """Return what a mixture of these lists can be made of at this position."""
    evidence = record.evidence
    model = model_probability(evidence, weights)
    if record.target in model:
        return Outcome(model[record.target], evidence.ngram.get(record.target, 0.0))
    return Outcome(_rest(model), _rest(evidence.ngram))


def _asked(engine: Witness, position: Position, seed: int) -> Iterator[Record]:
    engine.clear()
    prefixes = typed_prefixes(position.target)[:-1]
    random = stream(seed, f"{position.register} {position.sentence} {len(position.before)}")
    chosen = [prefixes[int(random.integers(len(prefixes)))]] if prefixes else []
    for prefix in ("", *chosen):
        query = Query(position.before, prefix, deadline_ms=NO_DEADLINE_MS)
        yield Record(Asked(position, prefix), engine.evidence(query))


def _rest(likely: Mapping[str, float]) -> float:
    return max(1.0 - sum(likely.values()), 0.0)
