# SPDX-License-Identifier: Apache-2.0
"""The file of the history: who may read it, how it grows old, shrinks and forgets."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ime_engine.errors import HistoryError
from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history import schema
from ime_engine.history.connect import connect
from ime_engine.history.history import History, Tally
from ime_engine.history.lesson import Lesson
from ime_engine.ngram.context import START
from tests.taught import history_of, teach

SENTENCES = ["오늘 민준이가 왔어요", "민준이가 왔다", "내일 민준이가 온다"]


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=lambda mask: f"umask {mask:03o}")
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


class TestModes:
    @pytest.mark.usefixtures("umask")
    def test_only_its_owner_may_read_it(self, tmp_path: Path) -> None:
        folder = tmp_path / "state" / "ieum"
        with history_of(folder, SENTENCES):
            names = {"history.sqlite3", "history.sqlite3-wal", "history.sqlite3-shm"}
            assert modes(folder) == dict.fromkeys(names, 0o600)
        for each in (folder, folder.parent):
            assert stat.S_IMODE(each.stat().st_mode) == 0o700

    def test_what_was_open_to_others_is_closed(self, tmp_path: Path) -> None:
        folder = tmp_path / "ieum"
        with history_of(folder, SENTENCES) as history:
            path = history.path
        folder.chmod(0o755)
        path.chmod(0o644)
        with history_of(folder):
            assert set(modes(folder).values()) == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_something_that_is_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "ieum").write_text("a file", encoding="utf-8")
        with pytest.raises(HistoryError, match="is no folder of yours"):
            History.open(tmp_path / "ieum")
        with pytest.raises(HistoryError, match="is no folder of yours"):
            History.open(tmp_path / "ieum" / "below")


class TestForgetting:
    def test_drops_the_word_as_eojeol_and_as_context(self, tmp_path: Path) -> None:
        with history_of(tmp_path, SENTENCES) as history:
            dropped = [row for row in history.rows() if "민준이가" in (row.eojeol, *row.context)]
            assert history.forget("민준이가") == len(dropped)
            assert not list(history.rows("민준이가"))
            assert {row.eojeol for row in history.rows()} == {
                "오늘",
                "왔어요",
                "왔다",
                "내일",
                "온다",
            }

    @pytest.mark.parametrize("eojeol", ["민준이가", "오늘", "왔어요"])
    def test_leaves_no_byte_in_any_file(self, tmp_path: Path, eojeol: str) -> None:
        filler = [
            " ".join(f"{a}{b}다" for b in "가나다라마바사") for a in "고노도로모보소오조코토포호"
        ]
        with history_of(tmp_path, [*SENTENCES, *filler, *SENTENCES]) as history:
            assert eojeol.encode() in all_bytes(tmp_path)
            assert history.forget(eojeol)
            for trace in (eojeol, strokes_of(eojeol)):
                assert trace.encode() not in all_bytes(tmp_path)
            assert history.recall((START,)).probabilities

    def test_also_what_is_not_written_yet(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["하나"]) as history:
            history.learn(Lesson((), "비밀이"))
            assert history.forget("비밀이") == 1
            assert "비밀이".encode() not in all_bytes(tmp_path)

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        with history_of(tmp_path, SENTENCES) as history:
            before = list(history.rows())
            assert history.forget("없는말") == history.forget("") == history.forget(START) == 0
            assert list(history.rows()) == before

    def test_sums_stay_right(self, tmp_path: Path) -> None:
        (tmp_path / "b").mkdir()
        with (
            history_of(tmp_path / "a", [*SENTENCES, "모레 봐요"]) as forgetful,
            history_of(tmp_path / "b", ["오늘", "내일", "모레 봐요"]) as other,
        ):
            for word in ("민준이가", "왔어요", "왔다", "온다"):
                forgetful.forget(word)
            for context, keys in [((), ""), ((START,), ""), ((START,), "d"), ((), "dh"), ((), "a")]:
                assert forgetful.recall(context, keys) == other.recall(context, keys)

    def test_clear(self, tmp_path: Path) -> None:
        with history_of(tmp_path, SENTENCES) as history:
            history.tally("2027-01-15", {"keys": 7})
            rows = len(list(history.rows()))
            aside = tmp_path / "history.sqlite3.damaged-20270115T080000Z"
            aside.write_text("민준이가", encoding="utf-8")
            assert history.clear() == rows
            assert not list(history.rows()) + history.tallies()
            for eojeol in ("민준이가", "오늘", "왔어요"):
                assert eojeol.encode() not in all_bytes(tmp_path)
            teach(history, "다시")
            assert history.recall(()).offered == ("다시",)


class TestMigration:
    def test_of_the_first_version(self, tmp_path: Path) -> None:
        path = tmp_path / "history.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            schema.migrate(connection, schema.STEPS[:1])
            connection.execute("INSERT INTO facts VALUES ('newest', 1799999999)")
            connection.execute("INSERT INTO words VALUES (1, '뷁', 'qnpfr', NULL, 20833, 1, 0, 5)")
            connection.execute("INSERT INTO sums VALUES (-1, '', 20833, 1)")
        with history_of(tmp_path) as history:
            assert not history.notice
            assert history.recall(()).offered == ("뷁",)
            history.tally("2027-01-15", {"keys": 1})
            history.flush()
            assert history.tallies() == [Tally("2027-01-15", {"keys": 1})]
        with closing(connect(path, "ro")) as connection:
            assert schema.version_of(connection) == schema.VERSION == 4

    def test_a_step_that_fails_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "history.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            schema.migrate(connection)
            with pytest.raises(sqlite3.OperationalError):
                schema.migrate(connection, (*schema.STEPS, "CREATE TABLE a (b); no SQL"))
            assert schema.version_of(connection) == schema.VERSION
            assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'a'").fetchall()


class TestThreads:
    def test_version_tells_of_changes(self, tmp_path: Path) -> None:
        with history_of(tmp_path) as history, history_of(tmp_path) as other:
            versions = [history.version, history.version]
            for taught in (history, other):
                teach(taught, "하나")
                versions.append(history.version)
        assert versions[0] == versions[1]
        assert len(set(versions)) == 3

    def test_many_at_once(self, tmp_path: Path) -> None:
        with history_of(tmp_path) as history:
            threads = [
                threading.Thread(target=teach, args=(history, *["하나 둘이"] * 20))
                for _ in range(5)
            ]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                history.recall(("하나",), "", ("둘이",))
            for thread in threads:
                thread.join()
            assert history.recall(("하나",)).count == pytest.approx(100)

    def test_after_the_end(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["하나"]) as history:
            history.close()
            history.close()
            history.learn(Lesson((), "둘이"))
            history.tally("2027-01-15", {"keys": 1})
            history.flush()
            assert history.recall((), "", ("하나",)).probabilities == {"하나": 0.0}
            with pytest.raises(HistoryError, match=r"is closed\.$"):
                history.forget("하나")
            with pytest.raises(HistoryError, match=r"cannot be read\.$"):
                list(history.rows())


class TestTallies:
    def test_add_up_by_day(self, tmp_path: Path) -> None:
        with history_of(tmp_path) as history:
            history.tally("2027-01-16", {"keys": 5})
            history.tally("2027-01-15", {"keys": 3, "keys_saved": 1})
            history.tally("2027-01-15", {"keys": 4})
            history.flush()
            assert history.tallies() == [
                Tally("2027-01-15", {"keys": 7, "keys_saved": 1}),
                Tally("2027-01-16", {"keys": 5}),
            ]

    @pytest.mark.parametrize(
        ("day", "counts"),
        [
            ("어제", {"keys": 1}),
            ("2027-1-15", {"keys": 1}),
            ("2027-01-15", {"민준이가": 1}),
            ("2027-01-15", {"keys": -1}),
            ("2027-01-15", {"keys": 1 << 50}),
        ],
    )
    def test_carry_no_text(self, tmp_path: Path, day: str, counts: dict[str, int]) -> None:
        with history_of(tmp_path) as history, pytest.raises(ValueError, match=r"\.$"):
            history.tally(day, counts)
