# SPDX-License-Identifier: Apache-2.0
"""Files that are damaged, newer, or none of ours, and clocks that jump."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from ime_engine.history.history import History, Limits, Row
from ime_engine.history.schema import VERSION
from tests.taught import DAY_S, Clock, history_of, teach

NAME = "history.sqlite3"
MOMENT = "20270115T080000Z"
ROWS = [
    Row(f"{chr(0xAC00 + 7 * n)}뷁", (), 1.0 + n % 5, 9, 1, 1_799_000_000.0 + n) for n in range(1500)
]
PAIRS = [
    Row(after.eojeol, (before.eojeol,), 1.0, 1, 0, 1_799_000_000.0)
    for before, after in pairwise(ROWS)
]
PAGE = 4096


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A history of 3,000 rows, closed."""
    with history_of(tmp_path) as history:
        history.merge([*ROWS, *PAIRS])
        history.tally("2027-01-15", {"keys": 7})
    return tmp_path / NAME


def asides(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{NAME}*") if f"{NAME}-" not in path.name)


def opened(folder: Path, clock: Clock | None = None) -> tuple[str, list[Row]]:
    """The notice and the rows of a history that is opened anew, and works."""
    with history_of(folder, clock=clock) as history:
        assert not history.problem
        rows = list(history.rows())
        teach(history, "새로운 말이다")
        assert list(history.rows("새로운"))
        notice = history.notice
    with history_of(folder, clock=clock) as again:
        assert not again.notice
    return notice, rows


class TestDamage:
    @pytest.mark.parametrize("seed", range(5))
    def test_flipped_bytes_in_the_middle(self, large: Path, seed: int) -> None:
        random, content = Random(seed), bytearray(large.read_bytes())
        for _ in range(3):
            at = random.randrange(2, len(content) // PAGE) * PAGE
            content[at : at + 200] = random.randbytes(200)
        large.write_bytes(content)
        notice, rows = opened(large.parent)
        aside = f"{NAME}.damaged-{MOMENT}"
        assert asides(large.parent) == [NAME, aside]
        assert aside in notice
        assert notice.count("\n") == 0
        assert f"{len(rows):d} entries" in notice
        assert set(rows) <= {*ROWS, *PAIRS}
        assert len(rows) > 1500

    @pytest.mark.parametrize("percent", range(20, 100, 10))
    def test_cut_short(self, large: Path, percent: int) -> None:
        content = large.read_bytes()
        large.write_bytes(content[: len(content) * percent // 100])
        notice, rows = opened(large.parent)
        assert "was damaged" in notice
        assert set(rows) <= {*ROWS, *PAIRS}
        assert len(rows) > 100

    @pytest.mark.parametrize(
        "content", [b"no database at all" * 500, b"SQLite format 3\0" + b"\xff" * 9000]
    )
    def test_no_database(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / NAME).write_bytes(content)
        notice, rows = opened(tmp_path)
        assert "0 entries could be read" in notice
        assert not rows
        assert (tmp_path / f"{NAME}.damaged-{MOMENT}").read_bytes() == content

    def test_somebody_elses_database(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / NAME)) as connection:
            connection.execute("CREATE TABLE recipes (name TEXT)")
        notice, _ = opened(tmp_path)
        assert "was damaged" in notice

    def test_an_empty_file_is_a_new_one(self, tmp_path: Path) -> None:
        (tmp_path / NAME).touch()
        notice, rows = opened(tmp_path)
        assert not notice
        assert not rows

    def test_a_missing_table(self, large: Path) -> None:
        with closing(sqlite3.connect(large)) as connection:
            connection.execute("DROP TABLE pairs")
        notice, rows = opened(large.parent)
        assert "was damaged" in notice
        assert rows == ROWS

    def test_text_that_is_none(self, large: Path) -> None:
        content, word = large.read_bytes(), ROWS[700].eojeol.encode()
        assert word in content
        large.write_bytes(content.replace(word, b"\xff" * len(word)))
        _, rows = opened(large.parent)
        lost = {*ROWS, *PAIRS} - set(rows)
        assert {word for row in lost for word in (row.eojeol, *row.context)} >= {ROWS[700].eojeol}
        assert len(lost) <= 3

    def test_counts_by_day_are_carried_over(self, large: Path) -> None:
        content = bytearray(large.read_bytes())
        content[-PAGE:] = b"\xff" * PAGE
        large.write_bytes(content)
        with history_of(large.parent) as history:
            assert "was damaged" in history.notice
            assert [tally.counts for tally in history.tallies()] == [{"keys": 7}]

    def test_forgetting_reaches_what_was_set_aside(self, large: Path) -> None:
        content = large.read_bytes()
        large.write_bytes(content[: len(content) // 2])
        with history_of(large.parent) as history:
            assert len(asides(large.parent)) == 2
            history.forget("없는말")
            assert len(asides(large.parent)) == 2
            history.forget(ROWS[3].eojeol)
            assert asides(large.parent) == [NAME]

    def test_twice_in_a_second(self, tmp_path: Path) -> None:
        for _ in range(2):
            (tmp_path / NAME).write_bytes(b"no database at all" * 500)
            with history_of(tmp_path):
                pass
        aside = f"{NAME}.damaged-{MOMENT}"
        assert asides(tmp_path) == [NAME, aside, f"{aside}-2"]

    def test_while_it_is_in_use(self, large: Path) -> None:
        with history_of(large.parent) as history:
            content = bytearray(large.read_bytes())
            content[PAGE:] = b"\xff" * (len(content) - PAGE)
            large.write_bytes(content)
            Path(f"{large}-wal").unlink()
            teach(history, "하나 둘이")
            history.recall(())
            teach(history, "하나 둘이")
            assert "was damaged" in history.notice
            assert not history.problem
            assert "둘이" in history.recall(("하나",)).offered

    def test_deleted_while_it_is_in_use(self, large: Path) -> None:
        with history_of(large.parent) as history:
            for path in list(large.parent.glob(f"{NAME}*")):
                path.unlink()
            teach(history, "하나 둘이")
            assert not history.problem
            assert history.recall(("하나",)).offered == ("둘이", "하나")
        assert large.exists()


class TestNewer:
    def test_is_kept_as_it_is(self, large: Path) -> None:
        with closing(sqlite3.connect(large)) as connection:
            connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        content = large.read_bytes()
        notice, rows = opened(large.parent)
        aside = large.with_name(f"{NAME}.newer-{MOMENT}")
        assert aside.name in notice
        assert "newer version" in notice
        assert not rows
        assert aside.read_bytes() == content


class TestClock:
    def weights(self, history: History) -> dict[str, float]:
        recall = history.recall(())
        return {word: recall.probabilities[word] * recall.size for word in recall.offered}

    @pytest.mark.parametrize("days", [-1, -400, -20_000])
    def test_back(self, tmp_path: Path, days: float) -> None:
        clock = Clock()
        with history_of(tmp_path, ["뷁", "뷁", "쀍"], clock=clock) as history:
            before = history.recall(())
            clock.forward(days)
            assert history.recall(()) == before
            teach(history, "뷁")
            after = history.recall(())
            assert after.size == pytest.approx(4)
            assert max(row.last_used for row in history.rows()) == clock.now_s
            clock.forward(60)
            assert history.recall(()).size == pytest.approx(2)

    def test_far_ahead_and_back(self, tmp_path: Path) -> None:
        """A clock that was wrong for one word must not spoil all others."""
        clock = Clock()
        with history_of(tmp_path, ["뷁"] * 4, clock=clock) as history:
            clock.forward(3650)
            teach(history, "쀍")
            clock.forward(-3650)
            teach(history, "뚫")
            recall = history.recall(())
            assert recall.offered == ("뷁", "쀍", "뚫")
            assert recall.size == pytest.approx(6)

    def test_back_while_it_was_closed(self, tmp_path: Path) -> None:
        clock = Clock()
        with history_of(tmp_path, ["뷁", "뷁"], clock=clock):
            pass
        clock.forward(-100)
        with history_of(tmp_path, clock=clock) as history:
            assert history.recall(()).size == pytest.approx(2)
            assert {row.last_used for row in history.rows()} == {clock.now_s}

    def test_a_few_seconds_are_nothing(self, tmp_path: Path) -> None:
        clock = Clock()
        with history_of(tmp_path, ["뷁"], clock=clock) as history:
            clock.forward(-10 / DAY_S)
            teach(history, "뷁")
            assert history.recall(()).size == pytest.approx(2)

    def test_another_half_life_keeps_what_weighs(self, tmp_path: Path) -> None:
        clock = Clock()
        with history_of(tmp_path, ["뷁"] * 3, clock=clock) as history:
            rows = list(history.rows())
        clock.forward(10)
        limits = Limits(half_life_days=10)
        with history_of(tmp_path, clock=clock, limits=limits) as history:
            assert list(history.rows()) == rows
            assert history.recall(()).size == pytest.approx(1.5)
