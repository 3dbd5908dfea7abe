# SPDX-License-Identifier: Apache-2.0
"""Has one predictor answer everything that is asked, and its model read the same sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ime_engine.config import DaemonConfig, models_dirs
from ime_engine.runtime.loader import load_model
from ime_engine.runtime.manifest import read_manifest
from ime_engine.service.models import find_model, threads_of
from model_tools.baselines.opening import Baseline
from model_tools.comparison.outcomes import text_digests
from model_tools.evaluation.perplexity import Reading, Sentence, read_sentence
from model_tools.evaluation.predictor import NGRAM, open_predictor
from model_tools.evaluation.record import Tried, tried
from model_tools.evaluation.registers import Register
from model_tools.evaluation.run import Measured, Over, Plan, measure

__all__ = ["Asked", "Subject", "evaluated", "evaluated_baseline"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What everybody is asked."""

    registers: Sequence[Register]
    plan: Plan
    over: Over[Any]
    """Goes through work and shows how far it is."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A predictor of ours, measured."""

    tried: Tried
    model_digest: str
    """Empty where no model takes part."""

    model_bytes: int
    """Of all files of the model's folder; 0 where none takes part."""

    ngram_digest: str


def evaluated(predictor: str, config: DaemonConfig, asked: Asked) -> Subject:
    """Measure model and n-gram, or one of them.

    Args:
        predictor: One of `evaluation_predictor.PREDICTORS`.
        config: The settings; they name the model.
        asked: What to ask.

    Raises:
        ModelError: what takes part cannot be opened, or fails.
    """
    used = open_predictor(predictor, config)
    measured = measure(used.engine, asked.registers, asked.plan, asked.over)
    readings: list[Reading] = []
    size = 0
    if predictor != NGRAM:
        readings = _readings(config, asked, measured)
        manifest = read_manifest(find_model(config.model, models_dirs(config)))
        size = sum(entry.bytes for entry in manifest.files.values())
    texts = text_digests(asked.registers)
    version = used.model or used.ngram
    done = tried(predictor, version, texts, measured, asked.plan.seed, readings)
    return Subject(done, used.model, size, used.ngram)


def evaluated_baseline(baseline: Baseline, asked: Asked) -> Tried:
    """Ask a baseline at the same positions; no keys of one that cannot complete an eojeol."""
    plan = asked.plan if baseline.completes else replace(asked.plan, ksr_positions=None)
    measured = measure(baseline.engine, asked.registers, plan, asked.over)
    texts = text_digests(asked.registers)
    return tried(baseline.name, baseline.version, texts, measured, plan.seed)


def _readings(config: DaemonConfig, asked: Asked, measured: Measured) -> list[Reading]:
    """Have the model read each sentence that a list was asked in, by itself."""
    texts = {register.name: register.sentences for register in asked.registers}
    places = dict.fromkeys((a.position.register, a.position.sentence) for a in measured.answers)
    sentences = [Sentence(name, number, texts[name][number]) for name, number in places]
    folder = find_model(config.model, models_dirs(config))
    loaded = load_model(folder, config.device, threads_of(config))
    read = (read_sentence(loaded, one) for one in asked.over(sentences, "sentences"))
    return [one for one in read if one is not None]
