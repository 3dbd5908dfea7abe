# SPDX-License-Identifier: Apache-2.0
"""Tiny models of each family with weights for torch beside an exact graph."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ime_engine.engine import EngineOptions
from ime_engine.runtime.loader import LoadedModel, load_model
from model_tools.build import build_model
from tests.integration.models import (
    gemma3_recipe,
    gpt2_recipe,
    package_source,
    write_gemma3_gguf,
    write_gpt2_folder,
)

CONTEXT = 512
FAMILIES = ["gemma3", "windowed gemma3", "gpt2"]
OPTIONS = EngineOptions(deadline_ms=60_000, min_end=0.0, min_probability=0.0)
"""So that a random model has something to say."""


def build_families(folder: Path) -> dict[str, Path]:
    """Build a model of each family; return their folders by name."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        return {name: _built(name, folder / name) for name in FAMILIES}


def in_torch(folder: Path) -> LoadedModel:
    """Open a model in torch, on the CPU."""
    return load_model(folder, "cpu", threads=1, runtime="torch")


def _built(name: str, folder: Path) -> Path:
    source = folder / "source"
    if name == "gpt2":
        build_model(gpt2_recipe(), folder / name, write_gpt2_folder(source), "fp32", "float32")
        return folder / name
    source.mkdir(parents=True)
    # A graph counts its window in columns, and has none where that is the whole context.
    write_gemma3_gguf(source / "tiny.gguf", window=8 if "windowed" in name else CONTEXT)
    recipe = gemma3_recipe(package_source(source, (source / "tiny.gguf").read_bytes()))
    recipe = msgspec.structs.replace(recipe, context_length=CONTEXT)
    build_model(recipe, folder / name, source, "fp32", "float32")
    return folder / name
