# SPDX-License-Identifier: Apache-2.0
"""Asks the engine at every position that is drawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.protocol import Candidate, Query
from model_tools.evaluation.accuracy import CUTOFFS, Position, rank_of, sample
from model_tools.evaluation.keystrokes_saved import type_eojeol
from model_tools.evaluation.registers import Register
from model_tools.evaluation.report import Answer, Typed

__all__ = ["Answers", "Measured", "Over", "Plan", "measure"]

T = TypeVar("T")

Over = Callable[[Sequence[T], str], Iterable[T]]
"""Goes through a list of work of that title; shows how far it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask."""

    positions: int
    """Drawn per register for NEA; 0 is all."""

    ksr_positions: int | None
    """Drawn per register for KSR; 0 is all, None leaves it out."""

    seed: int
    deadline_ms: int
    """What one search may take, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came back."""

    answers: tuple[Answer, ...]
    typed: tuple[Typed, ...]
    queries: int
    took_s: float
    waits_ms: tuple[float, ...] = ()
    """(answers,) what each list before the first key took."""

    @property
    def ms_per_query(self) -> float:
        """Mean time of a question, in ms, to a tenth."""
        return round(1000 * self.took_s / max(self.queries, 1), 1)


class Answers(Protocol):
    """What is asked of the engine."""

    def predict(self, query: Query) -> list[Candidate]:
        """Candidates, best first."""
        ...

    def clear(self) -> None:
        """Drop everything that is remembered."""
        ...


class Asking:
    """An engine asked for lists of texts; counts.

    It was opened for this and holds no history. What it keeps of other texts is
    dropped before each position: with weights and activations in int8 a list
    depends a little on how much of its context was read at once, so that the
    order of the positions would show in the figures.
    """

    def __init__(self, engine: Answers, deadline_ms: int) -> None:
        self._engine = engine
        self._deadline_ms = deadline_ms
        self.queries = 0
        self.waits_ms: list[float] = []

    def offer(self, before: str, prefix: str) -> list[str]:
        """Texts of the list, best first."""
        return [candidate.text for candidate in self._ask(before, prefix)]

    def answer(self, position: Position) -> Answer:
        """The list before the first key."""
        self._engine.clear()
        begun = time.perf_counter_ns()
        offered = self._ask(position.before, "")
        self.waits_ms.append((time.perf_counter_ns() - begun) / 1e6)
        texts = tuple(candidate.text for candidate in offered)
        probability = offered[0].probability if offered else 0.0
        return Answer(position, texts, rank_of(position.target, texts), probability)

    def type(self, position: Position) -> Typed:
        """The target, key by key."""
        self._engine.clear()
        prefixes = typed_prefixes(position.target)
        cost = type_eojeol(
            position.target, prefixes, lambda prefix: self.offer(position.before, prefix)
        )
        return Typed(position, cost)

    def _ask(self, before: str, prefix: str) -> list[Candidate]:
        self.queries += 1
        query = Query(before, prefix, limit=CUTOFFS[-1], deadline_ms=self._deadline_ms)
        return self._engine.predict(query)


def measure(
    engine: Answers, registers: Sequence[Register], plan: Plan, over: Over[Position]
) -> Measured:
    """Ask for every drawn position, then type those drawn for KSR.

    Args:
        engine: Asked one query at a time.
        registers: Text by register.
        plan: What to ask.
        over: Goes through positions and shows how far it is.
    """
    asking = Asking(engine, plan.deadline_ms)
    started = time.monotonic()
    answers = [asking.answer(one) for one in over(_drawn(registers, plan.positions, plan), "lists")]
    typed: list[Typed] = []
    if plan.ksr_positions is not None:
        drawn = _drawn(registers, plan.ksr_positions, plan)
        typed = [asking.type(one) for one in over(drawn, "keys")]
    took_s = time.monotonic() - started
    return Measured(tuple(answers), tuple(typed), asking.queries, took_s, tuple(asking.waits_ms))


def _drawn(registers: Sequence[Register], count: int, plan: Plan) -> list[Position]:
    return [one for text in registers for one in sample(text.positions(), count, plan.seed)]
