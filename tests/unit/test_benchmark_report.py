# SPDX-License-Identifier: Apache-2.0
"""Percentiles, verdicts and the machine line, by hand."""

from __future__ import annotations

import json
import mmap
import os
from pathlib import Path

import pytest

from ime_engine.errors import ConfigError
from model_tools import machine
from model_tools.benchmarks.latency import summarise
from model_tools.benchmarks.report import TARGETS, Row, as_json, latency_rows, table, verdict
from model_tools.report_file import check_destination, write_json, write_whole
from model_tools.tables import markdown_table


def test_percentiles_of_one_to_a_hundred_and_one_are_themselves() -> None:
    waits = summarise([float(wait) for wait in range(1, 102)])
    assert (waits.count, waits.p50_ms, waits.p95_ms, waits.p99_ms, waits.max_ms) == (
        101, 51.0, 96.0, 100.0, 101.0,
    )  # fmt: skip


def test_percentiles_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        summarise([])


@pytest.mark.parametrize(("value", "judged"), [(44.9, "met"), (45.0, "met"), (45.1, "missed")])
def test_a_target_is_met_up_to_and_with_its_bound(value: float, judged: str) -> None:
    assert verdict(Row("new context p50", value, "ms")) == judged


@pytest.mark.parametrize(("value", "judged"), [(29.9, "missed"), (30.0, "met"), (30.1, "met")])
def test_some_targets_are_the_least_that_is_needed(value: float, judged: str) -> None:
    row = Row("distinct answers", value, "/s")
    assert (verdict(row), str(row.target)) == (judged, "≥ 30 /s")
    (figure,) = as_json([row])
    assert (figure["at_most"], figure["at_least"]) == (None, 30)


def test_a_figure_without_a_target_is_recorded_without_a_verdict() -> None:
    assert verdict(Row("typed in order p50", 1e9, "ms")) == ""


def test_the_required_figures_are_those_of_the_requirements() -> None:
    figures = {name: (target.bound, target.unit) for name, target in TARGETS.items()}
    assert figures == {
        "new context p50": (45, "ms"),
        "new context p95": (90, "ms"),
        "new context p99": (150, "ms"),
        "one more key p50": (25, "ms"),
        "one more key p95": (60, "ms"),
        "ratio to the naive torch beam": (8, "×"),
        "cached p95": (3, "ms"),
        "typing, next list in time": (99, "%"),
        "typing, completion in time": (99, "%"),
        "distinct answers": (30, "/s"),
        "repeated answers": (1000, "/s"),
        "name owned after start": (500, "ms"),
        "n-gram answer after start": (500, "ms"),
        "ready after start": (2000, "ms"),
        "daemon RSS": (260, "MB"),
        "key round trip p50, ratio to ibus-hangul": (1.3, "×"),
        "key round trip p99, ratio to ibus-hangul": (1.5, "×"),
        "Learn in the daemon p95": (1, "ms"),
        "recall in the daemon p95": (2, "ms"),
        "engine RSS": (30, "MB"),
    }


def test_the_table_shows_figure_target_and_verdict() -> None:
    rows = [*latency_rows("cached", summarise([4.0, 6.0])), Row("daemon RSS", 251.26, "MB")]
    drawn = [line.split("|")[1:-1] for line in table(rows).splitlines()]
    cells = [[cell.strip() for cell in line] for line in drawn]
    assert cells[2] == ["cached p50", "2 requests", "5 ms", "", ""]
    assert cells[3] == ["cached p95", "", "5.90 ms", "≤ 3 ms", "missed"]
    assert cells[5] == ["daemon RSS", "", "251 MB", "≤ 260 MB", "met"]


def test_the_report_holds_the_bound_with_each_figure() -> None:
    rows = as_json(
        [Row("engine RSS", 20.0, "MB", "one engine"), Row("typed in order p50", 9, "ms")]
    )
    assert [list(row.values()) for row in rows] == [
        ["engine RSS", 20.0, "MB", "one engine", 30, None, "met"],
        ["typed in order p50", 9, "ms", "", None, None, None],
    ]
    assert list(rows[0]) == ["name", "value", "unit", "note", "at_most", "at_least", "verdict"]


def test_hangul_takes_two_columns_so_that_tables_line_up() -> None:
    assert markdown_table(["a", "n"], [["대화", "1"], ["x", "23"]]) == (
        "| a    |   n |\n| ---- | --: |\n| 대화 |   1 |\n| x    |  23 |\n"
    )


def test_memory_of_this_process_grows_with_what_it_holds() -> None:
    before = machine.memory_of(os.getpid())
    with mmap.mmap(-1, 50_000_000) as held:  # pages that the allocator cannot have kept
        for start in range(0, len(held), mmap.PAGESIZE):
            held[start] = 1
        after = machine.memory_of(os.getpid())
    assert after.rss_mb - before.rss_mb == pytest.approx(50, abs=5)
    assert after.pss_mb is None or after.pss_mb <= after.rss_mb + 1


def test_memory_of_a_process_that_is_gone_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        machine.memory_of(2**22 + 1)


def test_the_machine_line_names_cores_and_versions() -> None:
    here = machine.describe()
    assert here.sentence().startswith(f"{len(os.sched_getaffinity(0))} cores of {here.cpu}")
    assert "onnxruntime " in here.sentence()
    json.dumps(here.as_json())


def test_a_report_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    path = folder / "report.json"
    path.write_text("old")
    write_json(path, {"값": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"값": 1}
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "half\ud800")
    assert json.loads(path.read_text(encoding="utf-8")) == {"값": 1}
    assert list(folder.iterdir()) == [path]


def test_a_destination_that_cannot_be_written_is_refused_beforehand(tmp_path: Path) -> None:
    check_destination(tmp_path / "report.json")
    with pytest.raises(ConfigError, match="is a folder; name a file"):
        check_destination(tmp_path)
    with pytest.raises(ConfigError, match=r"no folder .*absent"):
        check_destination(tmp_path / "absent" / "report.json")


def test_the_time_of_a_process_grows_with_its_work() -> None:
    before = machine.cpu_seconds_of(os.getpid())
    while machine.cpu_seconds_of(os.getpid()) - before < 0.03:
        sum(range(20_000))
    assert machine.cpu_seconds_of(os.getpid()) > before


def test_the_peak_is_never_below_what_is_resident() -> None:
    memory = machine.memory_of(os.getpid())
    assert memory.peak_mb is not None
    assert memory.peak_mb >= 0.99 * memory.rss_mb
