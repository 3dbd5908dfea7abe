# SPDX-License-Identifier: Apache-2.0
"""Opens the counts of everyday Korean and what lies beside them.

    <folder>/<name>.ngram       the counts
             <name>.mix.json    how far they are trusted beside the model
             personal.mix.json  how far what the user taught is trusted beside both
             left_out.txt       words that are never offered

Whatever is missing or damaged costs one line in the log and never the daemon: without
counts the model answers alone, without weights both are trusted everywhere alike.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from ime_engine.config import DaemonConfig, ngram_dirs
from ime_engine.errors import ModelError
from ime_engine.ngram.model import NGram
from ime_engine.ranking.left_out import Allowed, any_word, read_left_out
from ime_engine.ranking.manners import Manners
from ime_engine.ranking.mixture import FIXED, Weights
from ime_engine.ranking.personal import UNFITTED, PersonalWeights
from ime_engine.ranking.ranker import Ranker, Remembering
from ime_engine.ranking.weights import parse_personal, parse_weights
from ime_engine.standby import Standby

__all__ = ["find_ngram", "open_allowed", "open_ranker", "open_standby"]

log = logging.getLogger(__name__)

SUFFIX: Final = ".ngram"
WEIGHTS_SUFFIX: Final = ".mix.json"
PERSONAL: Final = "personal.mix.json"
LEFT_OUT: Final = "left_out.txt"


def open_standby(config: DaemonConfig, history: Remembering | None = None) -> Standby | None:
    """What answers while there is no model; None without counts."""
    ranker = open_ranker(config, history)
    return Standby(ranker) if ranker.has_ngram else None


def open_ranker(config: DaemonConfig, history: Remembering | None = None) -> Ranker:
    """What makes one list of all that is offered; the counts are opened once, for all who ask.

    Args:
        config: The settings.
        history: What the user taught.
    """
    return _open(ngram_dirs(), config.ngram).beside(history)


def find_ngram(folders: Sequence[Path]) -> Path | None:
    """The counts in the first folder that has any."""
    files = (file for folder in folders for file in sorted(folder.glob(f"*{SUFFIX}")))
    return next(files, None)


@lru_cache(maxsize=2)
def _open(folders: tuple[Path, ...], wanted: bool) -> Ranker:
    manners, personal = Manners(open_allowed(folders)), _personal(folders)
    file = find_ngram(folders) if wanted else None
    try:
        ngram = NGram.open(file) if file else None
    except ModelError as error:
        log.warning("%s The model answers alone.", sentence(error))
        return Ranker(manners=manners, personal=personal)
    if file is None or ngram is None:
        if wanted:
            log.warning("There is no n-gram in %s; the model answers alone.", folders[0])
        return Ranker(manners=manners, personal=personal)
    digest = ngram.header.sha256
    weights = _weights(file.with_suffix(WEIGHTS_SUFFIX), digest)
    return Ranker(ngram, weights, manners, digest, personal=personal)


def _weights(file: Path, digest: str) -> Weights:
    try:
        return parse_weights(file.read_bytes(), digest)
    except (OSError, ModelError) as error:
        log.warning("%s: %s Model and n-gram are mixed by a fixed share.", file, sentence(error))
        return FIXED


def _personal(folders: Sequence[Path]) -> PersonalWeights:
    files = [file for folder in folders if (file := folder / PERSONAL).is_file()]
    try:
        return parse_personal(files[0].read_bytes()) if files else UNFITTED
    except (OSError, ModelError) as error:
        log.warning("%s: %s What is learned counts by a rule of thumb.", files[0], sentence(error))
        return UNFITTED


@lru_cache(maxsize=2)
def open_allowed(folders: tuple[Path, ...] = ()) -> Allowed:
    """What tells whether a word may be offered; every word may where there is no list.

    Args:
        folders: Where the list is looked for; by default where the counts are.
    """
    folders = folders or ngram_dirs()
    files = [file for folder in folders if (file := folder / LEFT_OUT).is_file()]
    if not files:
        log.warning("There is no %s in %s; no word is left out.", LEFT_OUT, folders[0])
        return any_word
    try:
        return read_left_out(files[0].read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("%s: %s No word is left out of the lists.", files[0], sentence(error))
        return any_word


def sentence(error: Exception) -> str:
    """What went wrong, as a sentence of its own."""
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{told[:1].upper()}{told[1:].rstrip('.')}."
