# SPDX-License-Identifier: Apache-2.0
"""Which baselines there are, which of them can be opened here, and opening them."""

from __future__ import annotations

import argparse
import importlib.util
from dataclasses import dataclass
from typing import Final

from ime_engine.config import DaemonConfig, ngram_dirs
from ime_engine.errors import ModelNotFoundError
from ime_engine.ngram.model import NGram
from ime_engine.ranking.manners import Manners
from ime_engine.service.ngrams import find_ngram, open_allowed
from model_tools.baselines.kiwi import open_kiwi
from model_tools.baselines.unigram import Unigram
from model_tools.evaluation.predictor import NGRAM, open_predictor
from model_tools.evaluation.run import Answers

__all__ = ["BASELINES", "Baseline", "baseline_names", "installed", "open_baseline"]

UNIGRAM: Final = "unigram"
KIWI: Final = "kiwi"
BASELINES: Final = (NGRAM, UNIGRAM, KIWI)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Somebody else who answers at the same positions."""

    name: str
    """One of `BASELINES`."""

    engine: Answers
    version: str
    """Digest of its counts, or its release."""

    completes: bool
    """Whether it answers under a prefix, so that KSR can be measured."""


def baseline_names(text: str) -> tuple[str, ...]:
    """Read a list of baselines from the command line: names between commas, or `none`.

    Raises:
        argparse.ArgumentTypeError: a name is unknown.
    """
    names = [] if text == "none" else [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in BASELINES]
    if unknown:
        raise argparse.ArgumentTypeError(f"must be none, or of {', '.join(BASELINES)}")
    return tuple(dict.fromkeys(names))


def installed() -> tuple[str, ...]:
    """Return the baselines that can be opened here."""
    counts = (NGRAM, UNIGRAM) if find_ngram(ngram_dirs()) else ()
    return (*counts, KIWI) if _has_kiwi() else counts


def open_baseline(name: str, config: DaemonConfig) -> Baseline:
    """Open one of `BASELINES`.

    Raises:
        ModelError: there is no n-gram, or it cannot be opened.
        ConfigError: Kiwi is not installed.
    """
    if name == NGRAM:
        used = open_predictor(NGRAM, config)
        return Baseline(name, used.engine, used.ngram, completes=True)
    if name == UNIGRAM:
        return _unigram()
    kiwi, version = open_kiwi()
    return Baseline(name, kiwi, version, completes=False)


def _unigram() -> Baseline:
    folders = ngram_dirs()
    file = find_ngram(folders)
    if file is None:
        raise ModelNotFoundError(f"There is no n-gram that can be opened in {folders[0]}.")
    ngram = NGram.open(file)
    engine = Unigram(ngram, Manners(open_allowed()))
    return Baseline(UNIGRAM, engine, ngram.header.sha256, completes=True)


def _has_kiwi() -> bool:
    return importlib.util.find_spec("kiwipiepy") is not None
