# SPDX-License-Identifier: Apache-2.0
"""The fast models that come along: built without a network, small, and worth having."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from ime_engine.config import DaemonConfig
from ime_engine.engine import Engine, EngineOptions
from ime_engine.protocol import Query
from ime_engine.runtime.loader import load_model
from ime_engine.service.ngrams import open_ranker
from model_tools.__main__ import main
from model_tools.recipe import recipe_folders
from model_tools.safetensors_file import SafetensorsFile
from tests.golden.test_quality import Row, read_rows

MOST_PARAMETERS = 30_000_000
MOST_BYTES = 32_000_000


class Fast(NamedTuple):
    """What a model is held to, of the rows that the default one keeps all of."""

    name: str
    first: float
    """Least share of the rows that ask for the first place."""

    top5: float
    """The same of those that ask for one of five."""


FAST = [Fast("gemma3-17m-ko", 0.8, 0.9), Fast("ieum-6m-ko", 0.7, 0.8)]


@pytest.mark.parametrize("fast", FAST, ids=lambda fast: fast.name)
def test_it_is_small(fast: Fast) -> None:
    (path,) = (recipe_folders()[0] / fast.name).glob("*.safetensors")
    file = SafetensorsFile(path)
    assert sum(file.tensor(name).size for name in file.names()) <= MOST_PARAMETERS
    assert path.stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("fast", FAST, ids=lambda fast: fast.name)
def test_it_is_built_from_what_lies_here_and_offers_most_of_what_the_default_does(
    fast: Fast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "nothing-fetched"))
    assert main(["build", fast.name, "--models-dir", str(tmp_path)]) == 0
    folder = tmp_path / fast.name
    assert sum(path.stat().st_size for path in folder.iterdir()) <= MOST_BYTES

    options = EngineOptions(deadline_ms=30_000)
    engine = Engine(load_model(folder, "cpu"), options, ranker=open_ranker(DaemonConfig()))
    rows = read_rows()
    kept = Counter(row.expectation for row in rows if is_kept(engine, row))
    wanted = Counter(row.expectation for row in rows)
    assert kept["not"] == wanted["not"]
    assert kept["first"] >= math.floor(fast.first * wanted["first"])
    assert kept["top5"] >= math.floor(fast.top5 * wanted["top5"])


def is_kept(engine: Engine, row: Row) -> bool:
    found = [each.text for each in engine.predict(Query(row.before, row.prefix, limit=5))]
    if row.expectation == "first":
        return found[:1] == [row.text]
    return bool(found) and (row.text in found) == (row.expectation == "top5")
