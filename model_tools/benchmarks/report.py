# SPDX-License-Identifier: Apache-2.0
"""What was measured against what is required, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from model_tools.benchmarks.latency import Latency
from model_tools.tables import markdown_table

__all__ = ["TARGETS", "Row", "Target", "as_json", "latency_rows", "table", "verdict"]


@dataclass(frozen=True, slots=True)
class Target:
    """The most a figure may be, or the least."""

    bound: float
    unit: str
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}"

    def is_met_by(self, value: float) -> bool:
        """Whether a figure is up to it."""
        return value >= self.bound if self.at_least else value <= self.bound


TARGETS: Final = {
    "new context p50": Target(45, "ms"),
    "new context p95": Target(90, "ms"),
    "new context p99": Target(150, "ms"),
    "one more key p50": Target(25, "ms"),
    "one more key p95": Target(60, "ms"),
    "ratio to the naive torch beam": Target(8, "×", at_least=True),
    "cached p95": Target(3, "ms"),
    "typing, next list in time": Target(99, "%", at_least=True),
    "typing, completion in time": Target(99, "%", at_least=True),
    "distinct answers": Target(30, "/s", at_least=True),
    "repeated answers": Target(1000, "/s", at_least=True),
    "name owned after start": Target(500, "ms"),
    "n-gram answer after start": Target(500, "ms"),
    "ready after start": Target(2000, "ms"),
    "daemon RSS": Target(260, "MB"),
    "Learn in the daemon p95": Target(1, "ms"),
    "recall in the daemon p95": Target(2, "ms"),
    "key round trip p50, ratio to ibus-hangul": Target(1.3, "×"),
    "key round trip p99, ratio to ibus-hangul": Target(1.5, "×"),
    "engine RSS": Target(30, "MB"),
}
"""Requirements by the name of the figure; a figure without one is only recorded."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure."""

    name: str
    value: float
    unit: str
    note: str = ""
    """What it rests on, such as the number of requests."""

    quantiles_ms: tuple[float, ...] = ()
    """The whole distribution beside its median, at `latency.QUANTILES`; empty elsewhere."""

    @property
    def target(self) -> Target | None:
        """What is required of it, if anything."""
        return TARGETS.get(self.name)


def latency_rows(name: str, latency: Latency, note: str = "") -> list[Row]:
    """The percentiles of one kind of request."""
    counted = f"{latency.count} requests" + (f", {note}" if note else "")
    return [
        Row(f"{name} p50", latency.p50_ms, "ms", counted, latency.quantiles_ms),
        Row(f"{name} p95", latency.p95_ms, "ms"),
        Row(f"{name} p99", latency.p99_ms, "ms"),
    ]


def verdict(row: Row) -> str:
    """Met or missed; empty for a figure nothing is required of."""
    if row.target is None:
        return ""
    return "met" if row.target.is_met_by(row.value) else "missed"


def table(rows: Sequence[Row]) -> str:
    """Figure, target and verdict as a Markdown table."""
    cells = [
        [
            row.name,
            row.note,
            f"{_number(row.value)} {row.unit}",
            str(row.target or ""),
            verdict(row),
        ]
        for row in rows
    ]
    return markdown_table(["figure", "of", "measured", "target", "verdict"], cells, left=2)


def as_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The rows as plain values."""
    return [_plain(row) | _bounds(row.target) | {"verdict": verdict(row) or None} for row in rows]


def _plain(row: Row) -> dict[str, object]:
    return {name: value for name, value in asdict(row).items() if name != "quantiles_ms" or value}


def _bounds(target: Target | None) -> dict[str, float | None]:
    most = target.bound if target and not target.at_least else None
    return {"at_most": most, "at_least": target.bound if target and target.at_least else None}


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}".removesuffix(".0") if value >= 10 else f"{value:.2f}".removesuffix(".00")
