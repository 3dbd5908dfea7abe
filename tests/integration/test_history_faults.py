# SPDX-License-Identifier: Apache-2.0
"""What may happen to a history while it is written: it is whole afterwards, and typing went on."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from ime_engine.errors import HistoryError
from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history import writer
from ime_engine.history.connect import connect
from ime_engine.history.history import History, Limits
from ime_engine.history.lesson import Lesson
from tests.big_history import NOW_S, make_big_history
from tests.integration.history_writers import Writing, word_of
from tests.integration.small_disks import SmallDisk, bounded_files, read_only, tmpfs
from tests.taught import Clock, history_of, teach

KILLS = 200
AT_ONCE = 8
"""Writers that are alive together, two in each folder."""

OLDEST_S = 1.6
"""Age at which a writer is killed at the latest."""


def words_in(path: Path) -> set[str]:
    with closing(connect(path, "ro")) as connection:
        return {word for (word,) in connection.execute("SELECT text FROM words")}


def is_whole(path: Path) -> bool:
    """Whether SQLite finds nothing wrong, and every sum is that of its rows."""
    with closing(connect(path, "ro")) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        sums = connection.execute("SELECT members FROM sums WHERE context = -1 AND head = ''")
        rows = connection.execute("SELECT count(*) FROM words")
        return bool(verdict == "ok" and sums.fetchall() in ([], rows.fetchall()))


class TestKilled:
    @pytest.mark.timeout(300)
    def test_at_two_hundred_moments(self, tmp_path: Path) -> None:
        random, numbers, missing = Random(5), iter(range(KILLS)), []
        folders = [tmp_path / f"history {number}" for number in range(AT_ONCE // 2)]
        for _ in range(KILLS // AT_ONCE):
            writing = [Writing(folders[n // 2], next(numbers)) for n in range(AT_ONCE)]
            moments = sorted(
                (time.monotonic() + random.uniform(0, OLDEST_S), n) for n in range(AT_ONCE)
            )
            for moment, n in moments:
                time.sleep(max(moment - time.monotonic(), 0))
                settled = writing[n].kill(older_s=1)
                path = writing[n].folder / "history.sqlite3"
                assert is_whole(path)
                missing += sorted(set(settled) - words_in(path))
        assert next(numbers, None) is None
        assert not missing
        for folder in folders:
            with closing(History.open(folder)) as history:
                assert not history.notice + history.problem
                assert history.totals().words > KILLS

    @pytest.mark.timeout(120)
    def test_while_it_forgets(self, tmp_path: Path) -> None:
        random, path = Random(6), tmp_path / "history.sqlite3"
        for number in range(12):
            writing = Writing(tmp_path, number, forgets=True)
            time.sleep(random.uniform(0, 0.8))
            forgotten = writing.kill()
            assert is_whole(path)
            content = b"".join(each.read_bytes() for each in tmp_path.glob("history*"))
            assert not [word for word in forgotten if word.encode() in content]


class TestTwoAtOnce:
    @pytest.mark.timeout(120)
    def test_every_lesson_counts_once(self, tmp_path: Path) -> None:
        writing = [Writing(tmp_path, number, lessons=400) for number in range(3)]
        taught = [word for each in writing for word in each.wait()]
        with closing(History.open(tmp_path)) as history:
            assert {row.eojeol for row in history.rows()} == {*taught, "함께"}
            (together,) = [row for row in history.rows("함께") if not row.context]
            assert together.uses == 3 * 400
        assert is_whole(tmp_path / "history.sqlite3")

    def test_one_forgets_what_the_other_knows(self, tmp_path: Path) -> None:
        with history_of(tmp_path, ["하나 둘이"]) as one, history_of(tmp_path) as other:
            version = other.version
            assert other.recall(("하나",)).offered[0] == "둘이"
            one.forget("둘이")
            assert other.version != version
            assert other.recall(("하나",)).offered == ("하나",)
            other.clear()
            teach(one, "셋이")
            assert [row.eojeol for row in other.rows() if not row.context] == ["셋이"]


class TestFull:
    @pytest.fixture(params=[tmpfs, bounded_files], ids=["small disk", "bounded files"])
    def small_disk(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallDisk]:
        with request.param(tmp_path / "disk") as disk:
            yield disk

    @pytest.fixture(autouse=True)
    def soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writer, "RETRY_S", 0.1)

    def test_full_and_free_again(
        self, small_disk: SmallDisk, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        with history_of(small_disk.folder, ["하나 둘이"] * 3) as history:
            small_disk.fill()
            slowest_s = 0.0
            for number in range(1500):
                begun = time.perf_counter()
                history.learn(Lesson((), word_of(7, number)))
                slowest_s = max(slowest_s, time.perf_counter() - begun)
                if number % 300 == 0:
                    history.flush()
                    time.sleep(0.15)
            history.flush()
            assert history.problem == small_disk.sentence
            assert history.recall(("하나",)).offered[0] == "둘이"
            small_disk.free()
            time.sleep(0.15)
            teach(history, "넷이")
            assert not history.problem
            assert history.recall(()).probabilities["넷이"] > 0
            path = history.path
        assert is_whole(path)
        assert slowest_s < 0.5
        said = [record.getMessage() for record in caplog.records]
        assert said == [small_disk.sentence, "the history is written to again"]

    def test_full_from_the_start(self, small_disk: SmallDisk) -> None:
        small_disk.fill()
        with history_of(small_disk.folder, ["하나 둘이"]) as history:
            assert history.problem == small_disk.sentence
            assert not history.recall(()).offered
            with pytest.raises(HistoryError, match=small_disk.sentence):
                history.clear()
            small_disk.free()
            time.sleep(0.15)
            teach(history, "넷이")
            assert not history.problem
            assert history.recall(()).offered == ("넷이",)


class TestReadOnly:
    def test_is_read_and_says_so(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        folder = tmp_path / "ieum"
        with history_of(folder, ["하나 둘이"] * 2):
            pass
        with read_only(folder), history_of(folder, ["셋이 넷이"]) as history:
            assert history.problem == (
                "Nothing new is learned: the history's folder cannot be written to."
            )
            assert history.recall(("하나",)).offered == ("둘이", "하나")
            assert history.totals().words == 2
            with pytest.raises(HistoryError, match="cannot be written to"):
                history.forget("둘이")
            assert len(caplog.records) == 1
        with history_of(folder, ["셋이"]) as history:
            assert not history.problem
            assert {row.eojeol for row in history.rows()} == {"하나", "둘이", "셋이"}

    def test_without_a_history(self, tmp_path: Path) -> None:
        folder = tmp_path / "ieum"
        folder.mkdir()
        with read_only(folder), history_of(folder, ["하나"]) as history:
            assert "cannot be written to" in history.problem
            assert history.version == -1
            assert not history.recall(()).offered
            with pytest.raises(HistoryError, match="cannot be read"):
                history.totals()


class TestJumpingClock:
    def test_nothing_grows_or_breaks(self, tmp_path: Path) -> None:
        random, clock = Random(3), Clock()
        words = [word_of(1, number) for number in range(30)]
        with history_of(tmp_path, clock=clock) as history:
            for number in range(60):
                clock.forward(random.choice([-4000, -30, -0.01, 0, 0, 0.5, 30, 4000]))
                teach(history, f"{random.choice(words)} {random.choice(words)}")
                recall = history.recall((), "", words)
                assert recall.size <= 2 * (number + 1) * (1 + 1e-9)
                assert sum(recall.probabilities[word] for word in words) <= 1 + 1e-9
            path = history.path
        assert is_whole(path)


class TestMillion:
    @pytest.mark.timeout(300)
    def test_opens_recalls_and_shrinks(self, tmp_path: Path) -> None:
        path = make_big_history(tmp_path, words=200_000, pairs=400_000, triples=400_000)
        with closing(sqlite3.connect(path)) as connection:
            query = "SELECT text, id FROM words ORDER BY heat DESC LIMIT 1"
            (hottest, number) = connection.execute(query).fetchone()
            query = "SELECT count(*) FROM pairs WHERE second = ?"
            (followers,) = connection.execute(query, (number,)).fetchone()
        clock = Clock(NOW_S)
        large = Limits(entries=1_000_000, bytes=1 << 30)
        with history_of(tmp_path, clock=clock, limits=large) as history:
            assert not history.notice + history.problem
            assert history.recall(()).offered[0] == hottest
            assert history.recall(("모름", hottest)).distinct == followers
            keys = strokes_of(hottest)[:3]
            assert all(
                strokes_of(each).startswith(keys) for each in history.recall((), keys).offered
            )
            teach(history, "새로운 말이다")
            assert history.recall(("새로운",)).offered[0] == "말이다"
        with history_of(tmp_path, ["새로운 말이다"], clock=clock, limits=Limits()) as history:
            totals = history.totals()
            assert max(totals.words, totals.pairs, totals.triples) <= 100_000
            assert totals.words > 90_000
            assert history.recall(()).offered[0] == hottest
            assert history.recall(("새로운",)).offered[0] == "말이다"
            assert path.stat().st_size <= Limits().bytes
        assert is_whole(path)
