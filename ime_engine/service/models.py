# SPDX-License-Identifier: Apache-2.0
"""Model folders: which there are, where one lies, and how one is opened.

A folder is a model when it holds a manifest. Names are folder names, so a
name from the bus is checked before it becomes a path.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from ime_engine.config import DaemonConfig
from ime_engine.errors import IeumError, InputError, ModelError, ModelNotFoundError
from ime_engine.metrics import Metrics
from ime_engine.protocol import Candidate, Query
from ime_engine.runtime.manifest import MANIFEST_NAME, read_manifest
from ime_engine.stopping import Stop, never

if TYPE_CHECKING:
    from ime_engine.ranking.ranker import Ranker, Remembering
    from ime_engine.standby import Standby

__all__ = [
    "EngineLike",
    "Opened",
    "describe",
    "explained",
    "find_model",
    "list_models",
    "open_model",
    "open_standby",
]

MOST_THREADS: Final = 2
"""A third thread gains a tenth at best, and typing needs a core."""

LONGEST_NAME: Final = 100


class EngineLike(Protocol):
    """What the service asks of the engine; in a worker's thread, `cached` and `key` in any."""

    def cached(self, query: Query) -> list[Candidate] | None:
        """An answer given a moment ago, or None."""
        ...

    def key(self, query: Query) -> Hashable:
        """What queries share that have the same answer."""
        ...

    def predict(self, query: Query, stop: Stop = never) -> list[Candidate]:
        """Candidates, best first; SupersededError when told to stop before they are there."""
        ...

    def prepare(self, query: Query, stop: Stop = never) -> list[Candidate]:
        """The same for a question that nobody has asked yet."""
        ...

    def forget(self, eojeol: str) -> int:
        """Drop what is remembered of an eojeol; return how many records went."""
        ...

    def clear(self) -> None:
        """Drop everything that is remembered."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A model that is ready to be asked."""

    engine: EngineLike
    where: Callable[[], str]
    """Tells where it runs now: cpu or cuda."""

    @property
    def device(self) -> str:
        """Where it runs now: cpu or cuda."""
        return self.where()


def find_model(name: str, folders: Sequence[Path]) -> Path:
    """Folder of the model of this name; the first of `folders` wins.

    Raises:
        InputError: The name cannot be a folder name.
        ModelNotFoundError: There is no such folder, or no manifest in it.
    """
    printable = name.isprintable() and 0 < len(name) <= LONGEST_NAME
    if not printable or name.startswith(".") or any(sign in name for sign in "/\\"):
        raise InputError("A model's name is the name of its folder: no slash, no leading dot.")
    for folder in folders:
        if (folder / name / MANIFEST_NAME).is_file():
            return folder / name
    if any((folder / name).is_dir() for folder in folders):
        raise ModelNotFoundError(
            f"The model folder {name} has no {MANIFEST_NAME}; "
            f"run `ieum model build {name}` to build it again."
        )
    raise ModelNotFoundError(
        f"There is no model {name} in {' or '.join(str(folder) for folder in folders)}; "
        f"run `ieum model build {name}`, or name another in `daemon.model`."
    )


def list_models(folders: Sequence[Path]) -> dict[str, Path]:
    """Every model folder by name, sorted."""
    found: dict[str, Path] = {}
    for folder in folders:
        for manifest in sorted(folder.glob(f"*/{MANIFEST_NAME}")):
            if not manifest.parent.name.startswith("."):
                found.setdefault(manifest.parent.name, manifest.parent)
    return dict(sorted(found.items()))


def describe(folder: Path) -> dict[str, str | int]:
    """What a model folder says of itself; its weights are not read."""
    facts: dict[str, str | int] = {"name": folder.name, "path": str(folder)}
    try:
        manifest = read_manifest(folder)
    except ModelError as error:
        return {**facts, "problem": str(error)}
    return {
        **facts,
        "family": manifest.family,
        "precision": manifest.precision,
        "licence": manifest.licence,
        "created": manifest.created,
        "digest": manifest.digest,
        "bytes": sum(entry.bytes for entry in manifest.files.values()),
    }


def open_model(
    folder: Path,
    config: DaemonConfig,
    metrics: Metrics,
    ranker: Ranker | None = None,
    history: Remembering | None = None,
) -> Opened:
    """Open a model folder and put an engine before it.

    Args:
        folder: The model's own folder.
        config: The settings.
        metrics: Where the engine counts.
        ranker: What makes one list of the model's and the n-gram's; by default as the
            settings say, with the history.
        history: What the user taught.

    Takes a second and imports the libraries of the runtime: for the worker.

    Raises:
        ModelError: The folder or a file of it is missing, altered or unusable.
    """
    from ime_engine.engine import Engine, EngineOptions
    from ime_engine.runtime.loader import load_model
    from ime_engine.runtime.turns import Batch
    from ime_engine.service.ngrams import open_ranker

    batch = Batch(config.batch_size, config.batch_wait_ms / 1000)
    loaded = load_model(folder, config.device, threads_of(config), batch)
    options = EngineOptions(
        beam_width=config.beam_width,
        context_tokens=config.context_tokens,
        deadline_ms=config.deadline_ms,
        cache_ttl_s=config.cache_ttl_s,
        cache_entries=config.cache_entries,
    )
    ranker = ranker or open_ranker(config, history)
    engine = Engine(loaded, options, ranker=ranker, metrics=metrics)
    return Opened(engine, loaded.where)


def open_standby(config: DaemonConfig, history: Remembering | None = None) -> Standby | None:
    """Open what answers while there is no model; None without an n-gram.

    Imports numpy, like `open_model`: for the worker.
    """
    from ime_engine.service import ngrams

    return ngrams.open_standby(config, history)


def explained(error: Exception, name: str) -> IeumError:
    """Why a model could not be loaded, the remedy included."""
    remedy = f"run `ieum model build {name}` to build it again."
    if not isinstance(error, IeumError):
        cause = type(error).__name__
        return ModelError(f"The model {name} could not be loaded ({cause}); {remedy}")
    sentence = str(error)
    if not isinstance(error, ModelError) or "`" in sentence:
        return error
    return type(error)(f"{sentence.rstrip('.')}; {remedy}")


def threads_of(config: DaemonConfig) -> int:
    """Threads of one forward pass; 0 in the settings takes the cores, at most two."""
    return config.threads or min(MOST_THREADS, len(os.sched_getaffinity(0)))
