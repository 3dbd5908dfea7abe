# SPDX-License-Identifier: Apache-2.0
"""The lists at one place without the history and with it; what anybody may say is asked once.

text before, keys ─► Engine.everybody (the dear part) ─┬─► Ranker.listed without a history
                                                       └─► Ranker.listed with it
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, cast

import msgspec

from ime_engine.config import load_config, models_dirs
from ime_engine.hangul.eojeol import is_word_char, normalised, split_opening
from ime_engine.metrics import Metrics
from ime_engine.ngram.model import NGram
from ime_engine.protocol import Candidate, Query
from ime_engine.ranking.ranker import Ranker
from ime_engine.ranking.weights import parse_personal
from ime_engine.runtime.manifest import read_manifest
from ime_engine.service.models import find_model, open_model
from ime_engine.service.ngrams import open_ranker
from model_tools.evaluation.accuracy import CUTOFFS
from model_tools.progress import say

__all__ = ["Knowing", "Opened", "Place", "open_everybody"]

NO_DEADLINE_MS: Final = 10_000


class Knowing(Protocol):
    """What is asked of the engine."""

    def everybody(self, query: Query, foregoing: str = "") -> list[Candidate]:
        """What anybody may say, where this was written before."""
        ...

    def clear(self) -> None:
        """Forget what was read."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """Model and n-gram, and what they are."""

    engine: Knowing
    ranker: Ranker
    """Without a history."""

    model: str
    """Its name."""

    model_digest: str


def open_everybody(model: str | None, ngram: Path | None, personal: Path | None = None) -> Opened:
    """Open what anybody's list is made of.

    Args:
        model: Name of the model; the configured one by default.
        ngram: Counts in place of the installed ones, mixed by the same weights.
        personal: Weights of the history in place of the installed ones.

    Raises:
        ModelError: one of them cannot be opened.
    """
    config = load_config()
    config = msgspec.structs.replace(config, model=model or config.model)
    folder = find_model(config.model, models_dirs(config))
    ranker = open_ranker(config)
    counts = NGram.open(ngram) if ngram is not None else None
    if counts is not None:
        digest = counts.header.sha256
        ranker = Ranker(counts, ranker.weights, ranker.manners, digest, personal=ranker.personal)
    if personal is not None:
        ranker.personal = parse_personal(personal.read_bytes())
    say(f"opening {folder.name}")
    engine = cast("Knowing", open_model(folder, config, Metrics(), ranker).engine)
    return Opened(engine, ranker, folder.name, read_manifest(folder).digest)


class Place:
    """One place in a text: what is offered there after any keys.

    Args:
        engine: Asked once for each prefix; what it kept of other places is dropped first.
        before: Text before the eojeol.
        foregoing: What the model reads before that, of what was written.
    """

    def __init__(self, engine: Knowing, before: str, foregoing: str = "") -> None:
        engine.clear()
        self.before = before
        self._foregoing = foregoing
        self._engine = engine
        self._asked: dict[str, list[Candidate]] = {}

    def everybody(self, prefix: str) -> list[Candidate]:
        """What anybody may say; nothing where keys were typed that begin no eojeol."""
        if prefix not in self._asked:
            query = Query(self.before, prefix, limit=CUTOFFS[-1], deadline_ms=NO_DEADLINE_MS)
            answered = all(map(is_word_char, split_opening(normalised(prefix))[1]))
            self._asked[prefix] = self._engine.everybody(query, self._foregoing) if answered else []
        return self._asked[prefix]

    def offered(self, prefix: str, ranker: Ranker) -> tuple[str, ...]:
        """The list of a ranker, best first, as the daemon would give it."""
        opening, word = split_opening(normalised(prefix))
        if not all(map(is_word_char, word)):
            return ()
        known = self.everybody(prefix)
        listed = ranker.listed(known, self.before, word, CUTOFFS[-1], private=False)
        return tuple(opening + each.text for each in listed)
