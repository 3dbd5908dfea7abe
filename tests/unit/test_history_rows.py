# SPDX-License-Identifier: Apache-2.0
"""The history as rows: shown, exported, imported, and the coldest of them dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from ime_engine.history.history import Limits, Row
from ime_engine.ngram.context import START
from tests.taught import Clock, history_of, teach

SENTENCES = ["오늘 민준이가 왔어요", "민준이가 왔다", "내일 민준이가 온다"]


class TestRows:
    def test_words_then_pairs_then_triples(self, tmp_path: Path) -> None:
        clock = Clock()
        with history_of(tmp_path, ["하나 둘이"], clock=clock) as history:
            rows = list(history.rows())
        assert [(row.context, row.eojeol) for row in rows] == [
            *[((), "하나"), ((), "둘이"), ((START,), "하나"), (("하나",), "둘이")],
            ((START, "하나"), "둘이"),
        ]
        assert rows[0] == Row("하나", (), 1.0, 1, 0, clock.now_s)

    def test_found_by_a_part(self, tmp_path: Path) -> None:
        with history_of(tmp_path, SENTENCES) as history:
            found = {(row.eojeol, row.context) for row in history.rows("오늘")}
        assert found == {
            ("오늘", ()),
            ("오늘", (START,)),
            ("민준이가", ("오늘",)),
            ("민준이가", (START, "오늘")),
            ("왔어요", ("오늘", "민준이가")),
        }

    def test_the_heaviest_first_where_few_are_wanted(self, tmp_path: Path) -> None:
        with history_of(tmp_path, SENTENCES) as history:
            assert next(history.rows(limit=1)).eojeol == "민준이가"
            assert len(list(history.rows(limit=9))) == 9

    def test_more_than_a_page(self, tmp_path: Path) -> None:
        rows = [Row(f"{chr(0xAC00 + n)}뷁", (), 1.0, 1, 0, 5.0) for n in range(4500)]
        with history_of(tmp_path) as history:
            assert history.merge(rows) == 4500
            assert list(history.rows()) == rows

    @pytest.mark.parametrize(
        "row",
        [
            Row("두 말", (), 1.0, 1, 0, 5.0),
            Row("1234567", (), 1.0, 1, 0, 5.0),
            Row("가나", ("다라", "마바", "사아"), 1.0, 1, 0, 5.0),
            Row("가나", (), 1.0, 1, 2, 5.0),
            Row("가나", (START,), 1.0, 0, 0, 5.0),
            Row("가나", (), float("nan"), 1, 0, 5.0),
            Row("가나", (), 0.0, 1, 0, 5.0),
            Row("가나", (), 1.0, 1, 0, float("inf")),
            Row("가나", ("모르는말",), 1.0, 1, 0, 5.0),
            Row(START, (START,), 1.0, 1, 0, 5.0),
        ],
    )
    def test_merge_refuses(self, tmp_path: Path, row: Row) -> None:
        with history_of(tmp_path) as history:
            assert history.merge([row]) == 0
            assert not list(history.rows())

    def test_nothing_imported_is_heavier_than_its_uses_or_newer_than_now(
        self, tmp_path: Path
    ) -> None:
        clock = Clock()
        with history_of(tmp_path, clock=clock) as history:
            assert history.merge([Row("가나", (), 1e9, 3, 2, clock.now_s * 2)]) == 1
            assert list(history.rows()) == [Row("가나", (), 2.0, 3, 2, clock.now_s)]


class TestLimits:
    def test_the_heaviest_stay(self, tmp_path: Path) -> None:
        rows = [
            Row(f"{chr(0xAC00 + n)}뷁", (), 1.0 + n, 1000, 0, 1_799_000_000.0) for n in range(300)
        ]
        with history_of(tmp_path, limits=Limits(entries=100)) as history:
            history.merge(rows)
            kept = [row.eojeol for row in history.rows()]
            assert kept == [row.eojeol for row in rows[-98:]]
            assert history.recall(()).distinct == 98

    def test_a_dropped_word_takes_its_pairs_along(self, tmp_path: Path) -> None:
        with history_of(tmp_path, limits=Limits(entries=3)) as history:
            teach(history, *["뷁 쀍"] * 3, "뚫", "꽗", "쫡")
            history.merge([])
            words = {row.eojeol for row in history.rows() if not row.context}
            assert len(words) == 2
            assert {w for row in history.rows() for w in row.context} <= {*words, START}

    def test_bytes(self, tmp_path: Path) -> None:
        rows = [Row(f"{chr(0xAC00 + n)}뷁", (), 1.0, 1, 0, 5.0 + n) for n in range(9000)]
        most = 1 << 19
        with history_of(tmp_path, limits=Limits(bytes=most)) as history:
            history.merge(rows)
            totals = history.totals()
            path = history.path
        assert path.stat().st_size <= most
        assert 500 < totals.words < 9000
        assert totals.newest == rows[-1].last_used
