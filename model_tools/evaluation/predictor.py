# SPDX-License-Identifier: Apache-2.0
"""Who answers in an evaluation: model and n-gram together, or one of them alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from ime_engine.config import DaemonConfig, models_dirs, ngram_dirs
from ime_engine.errors import ModelNotFoundError
from ime_engine.metrics import Metrics
from ime_engine.protocol import Candidate, Query
from ime_engine.runtime.manifest import read_manifest
from ime_engine.service.models import find_model, open_model
from ime_engine.service.ngrams import open_ranker, open_standby
from ime_engine.standby import Standby
from model_tools.evaluation.run import Answers
from model_tools.progress import say

__all__ = ["MIX", "MODEL", "NGRAM", "PREDICTORS", "Used", "open_predictor"]

MIX: Final = "mix"
MODEL: Final = "model"
NGRAM: Final = "ngram"
PREDICTORS: Final = (MIX, MODEL, NGRAM)


@dataclass(frozen=True, slots=True)
class Used:
    """A predictor and what it rests on."""

    engine: Answers
    model: str
    """Digest of the model's graph; empty where none takes part."""

    ngram: str
    """Digest of the n-gram's counts; empty where none takes part."""


class Alone:
    """The n-gram as a predictor that keeps nothing."""

    def __init__(self, standby: Standby) -> None:
        self._standby = standby

    def predict(self, query: Query) -> list[Candidate]:
        """Candidates, best first."""
        return self._standby.predict(query)

    def clear(self) -> None:
        """Nothing is kept."""


def open_predictor(name: str, config: DaemonConfig) -> Used:
    """Open who is to answer.

    Args:
        name: One of `PREDICTORS`.
        config: The settings; their model is opened unless the n-gram answers alone.

    Raises:
        ModelError: the model or the n-gram that takes part cannot be opened.
    """
    config = msgspec.structs.replace(config, ngram=name != MODEL)
    if name == NGRAM:
        return _ngram(config)
    folder = find_model(config.model, models_dirs(config))
    ranker = open_ranker(config)
    say(f"opening {folder.name}")
    digest = read_manifest(folder).digest
    return Used(open_model(folder, config, Metrics(), ranker).engine, digest, ranker.digest)


def _ngram(config: DaemonConfig) -> Used:
    standby = open_standby(config)
    if standby is None:
        raise ModelNotFoundError(f"There is no n-gram that can be opened in {ngram_dirs()[0]}.")
    return Used(Alone(standby), "", open_ranker(config).digest)
