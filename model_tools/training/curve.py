# SPDX-License-Identifier: Apache-2.0
"""What was seen on the way: a point a step, shown while it runs and written at the end."""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Callable, Iterator, Sequence

import msgspec

from model_tools.stages import note

__all__ = ["Point", "line", "perplexity", "shown"]


class Point(msgspec.Struct, frozen=True):
    """One step."""

    step: int
    """From 1; 0 is before the first."""

    loss: float | None
    """On what was learned from, before the step; nats a token, or the mix of a distillation."""

    held_out_loss: float | None
    """On what is held out, after the step; nats a token, None where it was not looked at."""

    tokens_per_s: float | None
    rate: float
    """Learning rate."""


def perplexity(loss: float) -> float:
    """Return e to a loss in nats a token; infinite where that is too large a number."""
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf


def line(point: Point, steps: int) -> str:
    """Say a point in one line."""
    parts = [f"step {point.step}/{steps}"]
    if point.loss is not None:
        parts.append(f"loss {point.loss:.3f}")
    if point.held_out_loss is not None:
        parts.append(f"held out {point.held_out_loss:.3f}")
    if point.tokens_per_s is not None:
        parts.append(f"{point.tokens_per_s:,.0f} tokens/s")
    return ", ".join(parts)


@contextlib.contextmanager
def shown(steps: int) -> Iterator[Callable[[Point], None]]:
    """Give what shows a point: in a bar on a terminal, elsewhere a line for each look held out."""
    if not sys.stderr.isatty():
        yield lambda point: _write(point, steps)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Learning", total=steps)
        latest: list[Point] = []

        def show(point: Point) -> None:
            latest.append(_latest(latest, point))
            del latest[:-1]
            bar.update(task, completed=point.step, description=line(latest[-1], steps))

        yield show


def _latest(before: Sequence[Point], point: Point) -> Point:
    """Carry the last loss held out along, so that the line does not flicker."""
    if point.held_out_loss is not None or not before:
        return point
    return msgspec.structs.replace(point, held_out_loss=before[-1].held_out_loss)


def _write(point: Point, steps: int) -> None:
    if point.held_out_loss is not None:
        note(line(point, steps))
