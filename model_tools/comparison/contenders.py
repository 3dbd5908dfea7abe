# SPDX-License-Identifier: Apache-2.0
"""The two sides of a comparison: measured now, or read from a file of `evaluate --json`.

gemma3-270m-ko         a model with the n-gram, as the daemon has them
gemma3-270m-ko:model   the model alone
ngram, unigram, kiwi   a baseline
before.json            what `evaluate --json` wrote
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.config import DaemonConfig, models_dirs
from ime_engine.errors import ConfigError
from ime_engine.service.models import find_model
from model_tools.baselines.opening import BASELINES, open_baseline
from model_tools.benchmarks.latency import summarise
from model_tools.comparison.outcomes import Outcomes, Written, parsed
from model_tools.evaluation.confidence import expected_error
from model_tools.evaluation.predictor import MIX, PREDICTORS
from model_tools.evaluation.record import Tried
from model_tools.evaluation.subject import Asked, evaluated, evaluated_baseline

__all__ = ["Contender", "check", "contender", "facts", "labels"]

SUFFIX: Final = ".json"


@dataclass(frozen=True, slots=True)
class Contender:
    """One side and what became of each position."""

    outcomes: Outcomes
    version: str
    """Digest of the model or the counts, or a release; empty where the file does not tell."""

    megabytes: float | None
    """Of the model's folder; None where there is no model, or the file does not tell."""

    p50_ms: float | None
    """Median time of a list, without D-Bus."""

    ece: float | None
    """Expected calibration error, 0 to 1."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a file of `evaluate --json`."""

    outcomes: Written
    model_digest: str = ""
    ngram_digest: str = ""
    model_bytes: int = 0
    p50_ms: float | None = None
    expected_calibration_error: float | None = None


def labels(first: str, second: str) -> tuple[str, str]:
    """Return short names of both sides that differ."""
    one, other = (Path(name).stem if name.endswith(SUFFIX) else name for name in (first, second))
    return (one, other) if one != other else (f"{one} (first)", f"{other} (second)")


def check(name: str, config: DaemonConfig) -> None:
    """Refuse a side that there is not, before anything is measured.

    Raises:
        ConfigError: the file cannot be read, or the predictor is unknown.
        ModelError: there is no such model.
    """
    if name.endswith(SUFFIX):
        _read(Path(name))
    elif name not in BASELINES:
        model, predictor = _split(name)
        find_model(model, models_dirs(config))
        if predictor not in PREDICTORS:
            raise ConfigError(f"{name}: after the colon stands one of {', '.join(PREDICTORS)}.")


def contender(name: str, config: DaemonConfig, asked: Asked) -> Contender:
    """Read or measure one side.

    Raises:
        IeumError: it cannot be read, opened or measured.
    """
    if name.endswith(SUFFIX):
        return _from_file(_read(Path(name)))
    if name in BASELINES:
        return _from_tried(evaluated_baseline(open_baseline(name, config), asked), None)
    model, predictor = _split(name)
    subject = evaluated(predictor, msgspec.structs.replace(config, model=model), asked)
    return _from_tried(subject.tried, subject.model_bytes / 1e6 or None)


def facts(one: Contender) -> Iterator[tuple[str, str]]:
    """What is told of each side beside the paired figures."""
    yield "files of the model, MB", "–" if one.megabytes is None else f"{one.megabytes:.0f}"
    yield "a list, p50 ms, in process", "–" if one.p50_ms is None else f"{one.p50_ms:.1f}"
    yield "calibration error %", "–" if one.ece is None else f"{100 * one.ece:.1f}"
    yield "digest or release", one.version[:18] or "–"


def _split(name: str) -> tuple[str, str]:
    model, colon, predictor = name.partition(":")
    return model, predictor if colon else MIX


def _from_tried(tried: Tried, megabytes: float | None) -> Contender:
    answers, waits_ms = tried.measured.answers, tried.measured.waits_ms
    p50_ms = summarise(waits_ms).p50_ms
    outcomes = parsed(tried.outcomes)
    return Contender(outcomes, tried.version, megabytes, p50_ms, expected_error(answers))


def _from_file(file: File) -> Contender:
    return Contender(
        parsed(file.outcomes),
        file.model_digest or file.ngram_digest,
        file.model_bytes / 1e6 or None,
        file.p50_ms,
        file.expected_calibration_error,
    )


def _read(path: Path) -> File:
    remedy = "name one that `python -m model_tools evaluate --json FILE` wrote"
    try:
        return msgspec.json.decode(path.read_bytes(), type=File)
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}; {remedy}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} holds no outcomes ({error}); {remedy}.") from None
