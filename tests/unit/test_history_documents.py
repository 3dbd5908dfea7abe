# SPDX-License-Identifier: Apache-2.0
"""What a document teaches and how far it was read are on disk together, or neither is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from ime_engine.errors import HistoryError
from ime_engine.history import history as facade
from ime_engine.history.history import History
from ime_engine.history.lesson import Lesson

LESSONS = [Lesson(("<s>",), "민준이가"), Lesson(("<s>", "민준이가"), "왔다")]
DIGEST = "c0ffee"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    opened = History.open(tmp_path / "ieum")
    yield opened
    opened.close()


def words(history: History) -> set[str]:
    return {row.eojeol for row in history.rows() if not row.context}


def test_of_an_unknown_document_nothing_was_read(history: History) -> None:
    assert history.read_up_to(DIGEST) == 0


def test_when_teaching_returns_both_are_there_for_another_program(
    history: History, tmp_path: Path
) -> None:
    history.teach(LESSONS, DIGEST, 3 << 40)
    other = History.open(tmp_path / "ieum")

    assert other.read_up_to(DIGEST) == 3 << 40
    assert words(other) == {"민준이가", "왔다"}
    other.close()


def test_documents_are_told_apart_and_the_last_word_counts(history: History) -> None:
    history.teach(LESSONS, DIGEST, 10)
    history.teach([], DIGEST, 4)
    history.teach([], "other", 7)
    assert (history.read_up_to(DIGEST), history.read_up_to("other")) == (4, 7)


def test_what_cannot_be_noted_is_not_learned_either(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(facade, "note_read", full)
    with pytest.raises(HistoryError):
        history.teach(LESSONS, DIGEST, 10)
    assert words(history) == set()
    assert history.read_up_to(DIGEST) == 0


def test_with_the_words_goes_what_tells_where_they_came_from(history: History) -> None:
    history.teach(LESSONS, DIGEST, 10)
    history.clear()
    assert history.read_up_to(DIGEST) == 0


def test_after_the_end_nothing_is_taught(history: History) -> None:
    history.close()
    with pytest.raises(HistoryError):
        history.teach(LESSONS, DIGEST, 10)
