# SPDX-License-Identifier: Apache-2.0
"""What doctor sees of the history, without changing a byte of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ime_engine.cli.checks import Level, history
from ime_engine.cli.history.kept import DAMAGED, NEWER, UNREADABLE, Kept, probe_history
from ime_engine.history.history import History
from ime_engine.history.lesson import Lesson
from ime_engine.paths import state_dir
from tests.unit.test_doctor import WELL, found


@pytest.fixture
def file() -> Path:
    """A store with something in it, closed."""
    taught = History.open(state_dir())
    taught.learn(Lesson(("<s>",), "민준이가"))
    taught.close()
    return taught.path


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {each.name: (each.stat().st_mode, each.read_bytes()) for each in folder.iterdir()}


def check(seen: Kept) -> Level:
    return found(replace(WELL, history=seen), "history").level


def test_where_nothing_was_kept_nothing_is_made(private_home: Path) -> None:
    seen = probe_history()

    assert (seen.folder_mode, seen.file_mode, seen.problem, seen.writable) == (0, 0, "", True)
    assert list((private_home / "state").iterdir()) == []
    assert check(seen) is Level.OK


def test_a_sound_store_is_left_as_it_is(file: Path) -> None:
    before = contents(file.parent)
    seen = probe_history()

    assert seen == Kept(str(file.parent), 0o700, 0o600)
    assert check(seen) is Level.OK
    assert contents(file.parent) == before


def test_a_store_that_is_in_use_is_sound_too() -> None:
    history = History.open(state_dir())
    try:
        history.learn(Lesson((), "민준이가"))
        history.flush()
        assert check(probe_history()) is Level.OK
    finally:
        history.close()


@pytest.mark.parametrize("end", ["", "-wal"])
def test_any_file_that_others_may_read_is_found(end: str, file: Path) -> None:
    other = file.with_name(file.name + end)
    other.touch()
    other.chmod(0o640)
    seen = probe_history()
    assert seen.file_mode == 0o640 | 0o600
    assert check(seen) is Level.FAIL


def test_a_folder_that_others_may_enter_is_found(file: Path) -> None:
    file.parent.chmod(0o755)
    assert check(probe_history()) is Level.FAIL


def test_a_damaged_store_is_told_and_left(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    before = contents(file.parent)
    seen = probe_history()

    assert seen.problem == DAMAGED
    assert seen.remedy
    assert contents(file.parent) == before


def test_a_store_of_a_newer_version_is_told(file: Path) -> None:
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA user_version = 99")
    assert probe_history().problem == NEWER


def test_a_store_that_cannot_be_opened_is_told(file: Path) -> None:
    file.unlink()
    file.mkdir()
    assert probe_history().problem == UNREADABLE


def test_a_store_that_cannot_be_written_to_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda place, _: Path(place) != file)
    seen = probe_history()
    assert not seen.writable
    assert history(replace(WELL, history=seen)).level is Level.WARN
