# SPDX-License-Identifier: Apache-2.0
"""What model and n-gram must offer, and what they must not: `quality.tsv`, row by row.

Columns: expectation (`first`, `top5`, `not`), label, before, prefix, text; `\\n` is
a line end. A row is added for whatever a user found missing, or found out of place.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from ime_engine.config import DaemonConfig
from ime_engine.engine import Engine, EngineOptions
from ime_engine.protocol import Query
from ime_engine.runtime.loader import load_model
from ime_engine.service.ngrams import open_ranker
from tests.conftest import REAL_MODEL


class Row(NamedTuple):
    expectation: str
    label: str
    before: str
    prefix: str
    text: str


def read_rows() -> list[Row]:
    table = Path(__file__).with_name("quality.tsv").read_text(encoding="utf-8").splitlines()
    header, *rows = csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
    assert tuple(header) == Row._fields
    return [Row(*(cell.replace(r"\n", "\n") for cell in row)) for row in rows]


@pytest.fixture(scope="module")
def engine(real_model_dir: Path) -> Engine:
    # Quality, not speed: a busy machine must not change the list.
    loaded = load_model(real_model_dir / REAL_MODEL, "cpu")
    ranker = open_ranker(DaemonConfig())
    assert ranker.has_ngram
    return Engine(loaded, EngineOptions(deadline_ms=30_000), ranker=ranker)


@pytest.mark.real_model
@pytest.mark.parametrize("row", read_rows(), ids=lambda row: row.label)
def test_quality(engine: Engine, row: Row) -> None:
    found = [each.text for each in engine.predict(Query(row.before, row.prefix, limit=5))]

    match row.expectation:
        case "first":
            assert found[0] == row.text
        case "top5":
            assert row.text in found
        case "not":
            assert found
            assert row.text not in found
        case _:
            pytest.fail("the expectation is first, top5 or not")
