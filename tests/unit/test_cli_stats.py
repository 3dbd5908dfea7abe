# SPDX-License-Identifier: Apache-2.0
"""`ieum stats`: from counts to figures, to lines in a terminal, to a page."""

from __future__ import annotations

import datetime
import unicodedata
from html.parser import HTMLParser

import pytest

from ime_engine.cli import stats
from ime_engine.cli.output import blocks, width
from ime_engine.cli.stats.chart import Bar, bars, round_top
from ime_engine.cli.stats.figures import COUNTS, Figures, figures_of, last_days, share, total
from ime_engine.cli.stats.page import page

TODAY = datetime.date(2026, 3, 1)
BUSY = Figures(9_000, 1_000, 2_100, 400, 100, 250)
COUNTED = {"2026-02-27": BUSY, "2026-03-01": Figures(10, 0, 3, 2, 0, 2)}


class Page(HTMLParser):
    """Reads a page; every element that is opened is closed."""

    VOID = ("meta",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class TestFigures:
    def test_a_share_is_of_what_would_have_been_typed(self) -> None:
        assert BUSY.saved == 0.1
        assert BUSY.accepted == 0.25

    def test_of_nothing_the_share_is_nothing(self) -> None:
        assert (Figures().saved, Figures().accepted, share(1, 0)) == (0, 0, 0)

    def test_a_share_is_never_more_than_all(self) -> None:
        assert Figures(lists_shown=1, lists_used=2).accepted == 1

    def test_counts_come_by_name_and_unknown_ones_are_passed_over(self) -> None:
        counts = {name: at for at, name in enumerate(COUNTS, start=1)}
        assert figures_of({**counts, "moons": 9}) == Figures(1, 2, 3, 4, 5, 6)
        assert figures_of({"keys": 5}) == Figures(keys=5)

    def test_the_sum_of_no_day_is_nothing(self) -> None:
        assert total([]) == Figures()
        assert total(COUNTED.values()).keys == 9_010


class TestLastDays:
    def test_a_day_without_counts_is_there_too(self) -> None:
        days = last_days(COUNTED, 14, TODAY)
        assert [day for day, _ in days] == ["2026-02-27", "2026-02-28", "2026-03-01"]
        assert days[1][1] == Figures()

    def test_no_more_than_were_asked_for(self) -> None:
        assert [day for day, _ in last_days(COUNTED, 1, TODAY)] == ["2026-03-01"]

    def test_of_nothing_today_is_left(self) -> None:
        assert last_days({}, 14, TODAY) == [("2026-03-01", Figures())]

    def test_a_day_that_is_still_to_come_hides_nothing(self) -> None:
        days = last_days(COUNTED, 14, datetime.date(2026, 2, 1))
        assert days[-1][0] == "2026-03-01"


class TestTerminal:
    def test_every_line_fits_into_80_cells(self) -> None:
        counted = {"2026-02-27": Figures(99_999, 9_999, 99_999, 9_999, 9_999, 9_999), **COUNTED}
        told = stats.report(counted, last_days(counted, 14, TODAY), 80)
        assert max(width(line) for line in told.splitlines()) <= 80

    def test_the_best_day_has_the_longest_bar_and_an_idle_one_none(self) -> None:
        best, idle, poor = stats.report(COUNTED, last_days(COUNTED, 14, TODAY), 80).splitlines()[
            -3:
        ]
        assert best.endswith("█")
        assert best.startswith("2026-02-27    2,100  9,000  1,000  10.0%")
        assert idle[-1] == poor[-1] == "%"

    def test_the_sum_is_told_first(self) -> None:
        told = stats.report(COUNTED, last_days(COUNTED, 1, TODAY), 80)
        assert told.startswith("keystrokes saved  1,000  of 10,010 (10.0%)\n")
        assert "since 2026-02-27, on 2 days" in told

    @pytest.mark.parametrize("columns", [10, 80, 500])
    def test_any_terminal_will_do(self, columns: int) -> None:
        assert "█" in stats.report(COUNTED, last_days(COUNTED, 14, TODAY), columns)

    @pytest.mark.parametrize(("of", "cells"), [(0.0, 0), (0.01, 1), (0.5, 5), (1.0, 10), (7.0, 10)])
    def test_a_bar_is_as_long_as_its_share(self, of: float, cells: int) -> None:
        assert len(blocks(of, 10)) == cells


class TestPage:
    def test_it_holds_everything_itself(self) -> None:
        text = page(last_days(COUNTED, 90, TODAY), total(COUNTED.values()), "2026-02-27")
        read = Page(text)

        tags = {tag for tag, _ in read.elements}
        assert {"svg", "table", "style"} <= tags
        assert not tags & {"script", "link", "img", "iframe"}
        assert not [v for _, given in read.elements for v in given.values() if "//" in (v or "")]
        assert "url(" not in text
        assert "prefers-color-scheme: dark" in text

    def test_figures_stand_in_it_and_every_day_has_its_bar(self) -> None:
        read = Page(page(last_days(COUNTED, 90, TODAY), total(COUNTED.values()), "2026-02-27"))

        assert {"1,000", "since 2026-02-27", "2026-02-28: 0 (0.0%)"} <= set(read.words)
        bars = [given for tag, given in read.elements if tag == "rect"]
        assert len([given for given in bars if given["class"] == "slot"]) == 2 * 3
        assert len([given for given in bars if given["class"] == "b0"]) == 2

    @pytest.mark.parametrize("count", [1, 2, 90, 400])
    def test_bars_stay_within_the_drawing(self, count: int) -> None:
        days = [Bar(f"2026-01-{at:02}", (at, 2 * at), "") for at in range(1, count + 1)]
        for tag, given in Page(bars(days, "a < b")).elements:
            if tag == "rect":
                assert 0 <= float(given["x"] or "") < 640
                assert float(given["x"] or "") + float(given["width"] or "") <= 640.1
                assert float(given["y"] or "") + float(given["height"] or "") <= 176.1
            if tag == "svg":
                assert given["aria-label"] == "a < b"

    def test_dates_never_crowd(self) -> None:
        days = [Bar(f"2026-01-{at:02}", (at,), "") for at in range(1, 91)]
        dates = [word for word in Page(bars(days, "")).words if word.startswith("01-")]
        assert len(dates) <= 6
        assert dates[0] == "01-90"

    @pytest.mark.parametrize("highest", [0, 1, 4, 5, 99, 100, 101, 12_345, 10**9])
    def test_the_axis_ends_above_the_highest_at_a_number_in_four_parts(self, highest: int) -> None:
        top = round_top(highest)
        assert highest <= top <= max(4, 2.1 * highest)
        assert top % 4 == 0


def test_no_bar_of_characters_is_wider_than_it_looks() -> None:
    assert {unicodedata.east_asian_width(sign) for sign in blocks(1, 3)} <= {"A", "N"}
