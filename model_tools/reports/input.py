# SPDX-License-Identifier: Apache-2.0
"""The JSON files of `evaluate` and `benchmark`, read back: what a page needs of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from ime_engine.errors import ConfigError
from model_tools.benchmarks.latency import QUANTILES
from model_tools.machine import Machine

__all__ = [
    "Answered",
    "Benchmark",
    "Bin",
    "Evaluation",
    "Facts",
    "Figure",
    "Peer",
    "Perplexity",
    "Score",
    "Share",
    "Shown",
    "read",
    "read_either",
]

Part = Annotated[float, msgspec.Meta(ge=0, le=1)]
Line = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]*$")]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0)]
Quantiles = Annotated[
    Sequence[Milliseconds], msgspec.Meta(min_length=len(QUANTILES), max_length=len(QUANTILES))
]


class Share(msgspec.Struct, frozen=True):
    """A share with its 95 % interval, 0 to 1."""

    value: Part
    low: Part
    high: Part


class Perplexity(msgspec.Struct, frozen=True):
    """Per syllable, with its 95 % interval."""

    value: Positive
    low: Positive
    high: Positive


class Score(msgspec.Struct, frozen=True):
    """A register, or a mean over registers."""

    name: Line
    mean: bool
    unseen: bool
    positions: Count
    shares: Mapping[str, Share]
    perplexity: Perplexity | None = None


class Bin(msgspec.Struct, frozen=True):
    """Lists whose first candidate was given about the same probability."""

    low: Part
    high: Part
    lists: Annotated[int, msgspec.Meta(ge=1)]
    said: Part
    right: Count

    def __post_init__(self) -> None:
        """Refuse more hits than lists, of which no share can be made."""
        if self.right > self.lists:
            raise ValueError("more are right than there are")


class Shown(msgspec.Struct, frozen=True):
    """What appears at one value of `min_confidence`."""

    at_least: Part
    lists: Count
    right: Count


Scores = Annotated[Sequence[Score], msgspec.Meta(min_length=1)]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Under what circumstances something was measured."""

    command: str = ""
    model: Line = ""
    model_digest: str = ""
    ngram_digest: str = ""
    seed: int
    load_before: float
    load_after: float
    machine: Machine


class Answered:
    """What the answers of a predictor have in common, whoever it is."""

    __slots__ = ()

    scores: Sequence[Score]
    p50_ms: float | None
    expected_calibration_error: float | None

    def mean(self, title: str) -> Share | None:
        """A share over all seen registers; over the unseen ones when there are no others."""
        rows = [row for row in self.scores if row.mean and title in row.shares]
        return rows[0].shares[title] if rows else None

    @property
    def perplexity(self) -> Perplexity | None:
        """Of the text under the model, over the same registers."""
        return next((row.perplexity for row in self.scores if row.mean), None)


class Peer(msgspec.Struct, Answered, frozen=True, kw_only=True):
    """A baseline that was asked at the same positions."""

    name: Line
    version: str = ""
    scores: Scores
    ms_per_query: Milliseconds
    p50_ms: Milliseconds | None = None
    calibration: Sequence[Bin] = ()
    expected_calibration_error: Part | None = None
    min_confidence: Sequence[Shown] = ()


class Evaluation(Facts, Answered, frozen=True, kw_only=True):
    """A file of `evaluate --json`."""

    scores: Scores
    ms_per_query: Milliseconds
    p50_ms: Milliseconds | None = None
    calibration: Sequence[Bin] = ()
    expected_calibration_error: Part | None = None
    min_confidence: Sequence[Shown] = ()
    predictor: str = "mix"
    beam_width: int
    deadline_ms: int
    model_bytes: int = 0
    baselines: Sequence[Peer] = ()

    @property
    def positions(self) -> int:
        """Lists that were asked for."""
        return sum(row.positions for row in self.scores if not row.mean)


class Figure(msgspec.Struct, frozen=True):
    """One row of a benchmark."""

    name: Line
    value: float
    unit: Line
    note: Line = ""
    quantiles_ms: Quantiles = ()
    at_most: float | None = None
    at_least: float | None = None
    verdict: str | None = None


class Benchmark(Facts, frozen=True, kw_only=True):
    """A file of `benchmark --json`."""

    figures: Annotated[Sequence[Figure], msgspec.Meta(min_length=1)]
    threads: int = 0
    settings: Mapping[str, object] = {}

    def waits(self) -> dict[str, tuple[float, float, float]]:
        """p50, p95 and p99 in ms by kind of request; only kinds that have all three."""
        by_name = {row.name: row.value for row in self.figures if row.unit == "ms"}
        kinds = [name.removesuffix(" p50") for name in by_name if name.endswith(" p50")]
        return {
            kind: (by_name[f"{kind} p50"], by_name[f"{kind} p95"], by_name[f"{kind} p99"])
            for kind in kinds
            if f"{kind} p95" in by_name and f"{kind} p99" in by_name
        }

    def distributions(self) -> dict[str, Sequence[float]]:
        """Waits in ms at `latency.QUANTILES`, by kind of request."""
        return {
            row.name.removesuffix(" p50"): row.quantiles_ms
            for row in self.figures
            if row.quantiles_ms
        }


Kind = TypeVar("Kind", Evaluation, Benchmark)


def read(paths: Iterable[Path], kind: type[Kind]) -> dict[str, Kind]:
    """Read files of one kind, by a label each: the file's name without its ending.

    Raises:
        ConfigError: a file is not what that command writes; names the mistake in it.
    """
    found: dict[str, Kind] = {}
    for path in paths:
        found[_label(path.stem, found)] = _read(path, kind)
    return found


def read_either(path: Path) -> Evaluation | Benchmark:
    """Read a file of either kind, by what is in it.

    Raises:
        ConfigError: it is neither; names the mistake.
    """
    try:
        document = msgspec.json.decode(path.read_bytes(), type=Mapping[str, msgspec.Raw])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        document = {}
    return _read(path, Benchmark) if "figures" in document else _read(path, Evaluation)


def _read(path: Path, kind: type[Kind]) -> Kind:
    command = kind.__name__.lower().replace("evaluation", "evaluate")
    remedy = f"name one that `python -m model_tools {command} --json FILE` wrote"
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}; {remedy}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is no result of {command} ({error}); {remedy}.") from None


def _label(stem: str, taken: Mapping[str, object]) -> str:
    """A name that is free, on one line and without characters that no page may hold."""
    name = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in stem)).strip() or "?"
    numbered = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)
