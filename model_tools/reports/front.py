# SPDX-License-Identifier: Apache-2.0
"""What accuracy costs in time: each evaluation beside the wait that belongs to it.

A benchmark belongs to an evaluation when model, beam and the n-gram's part are the same. Only
where every evaluation has one are waits those of a client; otherwise all are the mean time of a
question within `evaluate`, so that points of one plot are always of one kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from model_tools.reports.input import Benchmark, Evaluation, Share

__all__ = ["ACCURACY", "WAIT", "Point", "belonging", "front", "points"]

ACCURACY: Final = "NEA@5"
WAIT: Final = "new context"
LEAST_MS: Final = 0.05
"""`evaluate` rounds to a tenth of a millisecond; 0 has no place on a logarithmic axis."""


@dataclass(frozen=True, slots=True)
class Point:
    """One predictor in one setting."""

    name: str
    wait_ms: float
    p95_ms: float | None
    """None where the wait is a mean."""

    share: Share
    """Mean NEA@5 over registers."""


def points(
    evaluations: Mapping[str, Evaluation], benchmarks: Mapping[str, Benchmark]
) -> list[Point]:
    """Place each evaluation that has a mean."""
    placed = {name: one for name, one in evaluations.items() if one.mean(ACCURACY)}
    waits = {name: _wait(belonging(one, benchmarks.values())) for name, one in placed.items()}
    of_clients = all(waits.values())
    made = []
    for name, one in placed.items():
        share, wait = one.mean(ACCURACY), waits[name]
        assert share is not None
        if of_clients and wait is not None:
            made.append(Point(name, max(wait[0], LEAST_MS), max(wait[1], LEAST_MS), share))
        else:
            made.append(Point(name, max(one.ms_per_query, LEAST_MS), None, share))
    return made


def belonging(evaluation: Evaluation, benchmarks: Iterable[Benchmark]) -> Benchmark | None:
    """Find the benchmark of the same model in the same setting that has waits."""
    wanted = (evaluation.model_digest, evaluation.beam_width, evaluation.predictor)
    for one in benchmarks:
        predictor = "mix" if one.settings.get("ngram", False) else "model"
        if wanted == (one.model_digest, one.settings.get("beam_width"), predictor) and _wait(one):
            return one
    return None


def front(placed: Sequence[Point]) -> list[Point]:
    """Those that no other beats in both, from the quickest on."""
    kept: list[Point] = []
    for point in sorted(placed, key=lambda each: (each.wait_ms, -each.share.value)):
        if not kept or point.share.value > kept[-1].share.value:
            kept.append(point)
    return kept


def _wait(benchmark: Benchmark | None) -> tuple[float, float, float] | None:
    return benchmark.waits().get(WAIT) if benchmark is not None else None
