# SPDX-License-Identifier: Apache-2.0
"""Model folders: which there are, where one lies, and how one is opened.

A folder is a model when it holds a manifest. Names are folder names, so a
name from the bus is checked before it becomes a path.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from ime_engine.config import DaemonConfig
from ime_engine.errors import InputError, ModelError, ModelNotFoundError
from ime_engine.metrics import Metrics
from ime_engine.protocol import Candidate, Query
from ime_engine.runtime.manifest import MANIFEST_NAME, read_manifest

__all__ = ["EngineLike", "Opened", "describe", "find_model", "list_models", "open_model"]

MOST_THREADS: Final = 4
"""More threads than this make a small model slower, not faster."""

LONGEST_NAME: Final = 100


class EngineLike(Protocol):
    """What the service asks of the engine; in the worker's thread, `cached` in any."""

    def cached(self, query: Query) -> list[Candidate] | None:
        """An answer given a moment ago, or None."""
        ...

    def predict(self, query: Query) -> list[Candidate]:
        """Candidates, best first."""
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
    device: str
    """Where it runs: cpu or cuda."""


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


def open_model(folder: Path, config: DaemonConfig, metrics: Metrics) -> Opened:
    """Open a model folder and put an engine before it.

    Takes a second and imports the libraries of the runtime: for the worker.

    Raises:
        ModelError: The folder or a file of it is missing, altered or unusable.
    """
    from ime_engine.engine import Engine, EngineOptions
    from ime_engine.runtime.loader import load_model

    loaded = load_model(folder, config.device, threads_of(config))
    options = EngineOptions(
        beam_width=config.beam_width,
        context_tokens=config.context_tokens,
        deadline_ms=config.deadline_ms,
        cache_ttl_s=config.cache_ttl_s,
        cache_entries=config.cache_entries,
    )
    return Opened(Engine(loaded, options, metrics=metrics), loaded.device)


def threads_of(config: DaemonConfig) -> int:
    """Threads of one forward pass; 0 in the settings takes the cores, at most four."""
    return config.threads or min(MOST_THREADS, len(os.sched_getaffinity(0)))
