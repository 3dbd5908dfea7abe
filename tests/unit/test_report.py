# SPDX-License-Identifier: Apache-2.0
"""The page with the plots, from figures made up here."""

from __future__ import annotations

import argparse
import functools
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from ime_engine.errors import ConfigError
from model_tools import machine, report
from model_tools.benchmarks.latency import QUANTILES, summarise
from model_tools.benchmarks.report import as_json, latency_rows
from model_tools.reports.front import belonging, front, points
from model_tools.reports.input import Benchmark, Evaluation, Share, read
from model_tools.reports.svg import FAINT, INK, SERIES, inlined, style_of

HOSTILE = '<b>&"$x$'
HALF = {"low": 0.3, "high": 0.5, "lists": 8, "said": 0.4, "right": 4}
REGISTERS = ("chat", "대화", HOSTILE)


def share(value: float) -> dict[str, float]:
    return {"value": value, "low": value * 0.8, "high": min(value * 1.2, 1)}


def score(name: str, value: float, mean: bool = False) -> dict[str, Any]:
    titles = {"NEA@1": 0.5, "NEA@3": 0.8, "NEA@5": 1.0, "KSR": 1.5}
    shares = {title: share(value * part) for title, part in titles.items()}
    return {"name": name, "mean": mean, "unseen": False, "positions": 50, "shares": shares}


def facts() -> dict[str, Any]:
    return {
        "command": "python -m model_tools evaluate",
        "model": "tiny",
        "model_digest": "ab" * 32,
        "seed": 1,
        "load_before": 0.5,
        "load_after": 1.25,
        "machine": machine.describe().as_json(),
    }


def evaluation(value: float = 0.2, **changes: Any) -> dict[str, Any]:
    rows = [score(name, value) for name in REGISTERS] + [score("mean over registers", value, True)]
    return {
        **facts(),
        "scores": rows,
        "predictor": "mix",
        "beam_width": 10,
        "deadline_ms": 10_000,
        "ms_per_query": 50.0,
        "calibration": [
            {"low": 0.0, "high": 0.02, "lists": 40, "said": 0.01, "right": 0},
            HALF,
        ],
        "min_confidence": [
            {"at_least": 0.0, "lists": 150, "right": 30},
            {"at_least": 0.2, "lists": 10, "right": 3},
        ],
        **changes,
    }


def benchmark(*waits: float, **changes: Any) -> dict[str, Any]:
    rows = []
    for kind in ("new context", "cached"):
        figures = zip((50, 95, 99), waits or (60.0, 90.0, 100.0), strict=True)
        rows += [{"name": f"{kind} p{p}", "value": wait, "unit": "ms"} for p, wait in figures]
        rows[-3]["quantiles_ms"] = [float(20 + each) for each in QUANTILES]
    rows.append({"name": "daemon RSS", "value": 250.0, "unit": "MB", "at_most": 260})
    settings = {"beam_width": 10, "ngram": True}
    return {**facts(), "figures": rows, "threads": 2, "settings": settings, **changes}


def as_evaluation(**changes: Any) -> Evaluation:
    return msgspec.convert(evaluation(**changes), Evaluation)


def as_benchmark(*waits: float, **changes: Any) -> Benchmark:
    return msgspec.convert(benchmark(*waits, **changes), Benchmark)


@functools.cache
def drawn(several: bool) -> str:
    """The page; the font list that drawing needs is kept in the home of the first test."""
    from model_tools.reports.page import page

    if not several:
        return page({"mix": as_evaluation()}, {"daemon": as_benchmark()})
    names = [f"beam {n}" for n in range(8)] + [HOSTILE]
    evaluations = {name: as_evaluation(beam_width=n) for n, name in enumerate(names)}
    return page(evaluations, {HOSTILE: as_benchmark(), "other": as_benchmark()})


@pytest.mark.parametrize("several", [False, True])
def test_the_page_is_well_formed_and_needs_nothing_from_elsewhere(several: bool) -> None:
    text = drawn(several)
    root = ET.fromstring(text)
    assert len(list(root.iter("svg"))) == 6
    assert "http" not in text
    assert not re.search(r"<script|<link|<img|@import|src=|url\((?!#)|font-family:[^;]*url", text)
    names = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(names) == len(set(names))
    asked = {link.removeprefix("#") for e in root.iter() if (link := e.attrib.get("href"))}
    assert asked | set(re.findall(r"url\(#([^)]+)\)", text)) <= set(names)


@pytest.mark.parametrize("several", [False, True])
def test_each_register_is_in_the_drawings_and_in_the_tables(several: bool) -> None:
    root = ET.fromstring(drawn(several))
    in_drawings = ["".join(text.itertext()).strip() for text in root.iter("text")]
    in_tables = ["".join(cell.itertext()) for cell in root.iter("td")]
    for name in REGISTERS:
        assert in_drawings.count(name) == 2  # accuracy and savings
        assert in_tables.count(name) >= 2


def test_the_page_tells_machine_load_digest_and_command() -> None:
    text = "".join(ET.fromstring(drawn(False)).itertext())
    assert machine.describe().sentence() in text
    assert "load 0.5 before, 1.25 after" in text
    assert "digest abababababab;" in text
    assert "python -m model_tools evaluate" in text


def test_no_stand_in_for_a_colour_is_left_and_the_night_has_its_own() -> None:
    text = drawn(False)
    assert not [colour for colour in (INK, FAINT, *SERIES) if colour in text]
    assert "prefers-color-scheme: dark" in text
    assert "#000000" not in text.partition("</style>")[2]


def test_baselines_stand_beside_the_predictor_with_bars_and_calibration() -> None:
    from model_tools.reports.page import page

    peer = {**evaluation(0.1), "name": HOSTILE, "version": "1", "ms_per_query": 0.3}
    kept = ("name", "version", "scores", "ms_per_query", "calibration")
    one = as_evaluation(
        baselines=[{key: peer[key] for key in kept} | {"expected_calibration_error": 0.0432}],
        expected_calibration_error=0.0211,
        p50_ms=31.4,
    )
    root = ET.fromstring(page({"first": one}, {}))
    titles = [heading.text for heading in root.iter("h2")]
    assert titles.count("Beside simpler predictors: first") == 1
    cells = ["".join(cell.itertext()) for cell in root.iter("td")]
    assert {"2.1", "4.3", "31.4", HOSTILE} <= set(cells)
    in_drawings = ["".join(text.itertext()).strip() for text in root.iter("text")]
    assert in_drawings.count(HOSTILE) == 3  # accuracy, savings, and beside the predictor
    bars = [svg for svg in root.iter("svg") if "simpler" in svg.attrib["aria-label"]]
    assert len(bars) == 1
    legends = ["".join(item.itertext()) for item in root.iter("li")]
    assert any(HOSTILE in item for item in legends)  # its calibration


def test_what_was_not_measured_leaves_its_part_out() -> None:
    from model_tools.reports.page import page

    text = page({}, {"keys": as_benchmark(settings={}, model_digest="")})
    assert "Waits by kind" in text
    assert "Calibration" not in text
    old = evaluation(calibration=[], min_confidence=[])
    assert "Calibration" not in page({"old": msgspec.convert(old, Evaluation)}, {})


def test_a_benchmark_belongs_to_the_same_model_beam_and_predictor() -> None:
    daemon = as_benchmark()
    assert belonging(as_evaluation(), [daemon]) is daemon
    for other in ({"beam_width": 6}, {"predictor": "model"}, {"model_digest": "cd"}):
        assert belonging(as_evaluation(**other), [daemon]) is None
    alone = as_benchmark(settings={"beam_width": 10, "ngram": False})
    assert belonging(as_evaluation(predictor="model"), [daemon, alone]) is alone


def test_points_are_of_clients_only_where_every_one_is() -> None:
    mix, ngram = as_evaluation(), as_evaluation(predictor="ngram", ms_per_query=0.0)
    daemon = {"daemon": as_benchmark()}
    assert [(p.wait_ms, p.p95_ms) for p in points({"mix": mix}, daemon)] == [(60, 90)]
    both = points({"mix": mix, "ngram": ngram}, daemon)
    assert [(p.wait_ms, p.p95_ms) for p in both] == [(50, None), (0.05, None)]


def test_the_front_leaves_out_what_is_slower_and_no_better() -> None:
    made = {
        name: as_evaluation(value=value, ms_per_query=wait)
        for name, value, wait in (("slow", 0.2, 90), ("best", 0.3, 80), ("quick", 0.1, 5))
    }
    assert [point.name for point in front(points(made, {}))] == ["quick", "best"]


def test_a_drawing_becomes_a_part_of_the_page() -> None:
    svg = (
        '<?xml version="1.0"?><svg width="9pt" viewBox="0 0 9 9" xmlns="x"><metadata>u</metadata>'
        f'<g id="a"><text style="font: 10px \'DejaVu Sans\'; fill: {INK}">가</text></g>'
        f'<use xlink:href="#a" clip-path="url(#a)" style="fill: {SERIES[1]}"/></svg>'
    )
    assert inlined(svg, "front", 'a "b"') == (
        '<svg viewBox="0 0 9 9" role="img" aria-label="a &quot;b&quot;">'
        '<g id="front-a"><text style="font-size: 10px; fill: var(--ink)">가</text></g>'
        '<use href="#front-a" clip-path="url(#front-a)" style="fill: var(--s1)"/></svg>'
    )


def test_thirty_six_series_can_be_told_apart() -> None:
    assert len({style_of(at) for at in range(36)}) == 36


def test_files_are_told_apart_by_name_and_by_number(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "mix.json" for folder in ("one", "two", "three")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(json.dumps(evaluation()), "utf-8")
    assert list(read(paths, Evaluation)) == ["mix", "mix (2)", "mix (3)"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        "{",
        '{"figures": []}',
        json.dumps(benchmark()),
        json.dumps(evaluation(ms_per_query=-1)),
        json.dumps(evaluation(scores=[score("a\x01", 0.1)])),
        json.dumps(evaluation(calibration=[{**HALF, "right": 9}])),
        "[" * 5000,
        "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_another_file_is_one_sentence_with_a_remedy(text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read([path], Evaluation)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path} is no result of evaluate")
    assert sentence.endswith("name one that `python -m model_tools evaluate --json FILE` wrote.")
    assert "\n" not in sentence


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Cannot read .*absent\.json: No such file"):
        read([tmp_path / "absent.json"], Benchmark)


def test_nothing_to_show_is_told_with_what_to_do(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    report.add_arguments(parser)
    with pytest.raises(ConfigError, match="--evaluation and --benchmark, or use --measure"):
        report.run(parser.parse_args(["--out", str(tmp_path / "page.html")]))
    assert list(tmp_path.glob("*.html")) == []


def test_a_benchmark_holds_the_distribution_once_beside_the_median() -> None:
    rows = as_json(latency_rows("cached", summarise([float(wait) for wait in range(101)])))
    assert rows[0]["quantiles_ms"] == tuple(map(float, QUANTILES))
    assert [row["name"] for row in rows if "quantiles_ms" in row] == ["cached p50"]
    assert QUANTILES[10] == 50  # where the mark of a curve stands


def test_where_no_font_has_hangul_it_is_drawn_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from model_tools.reports import plots as report_plots

    monkeypatch.setattr(report_plots, "HANGUL_FONTS", ())
    shares = [msgspec.convert(share(0.2), Share), None]
    name = "아주 길고 또 긴 이름의 레지스터 이름이다"
    series: dict[str, list[Share | None]] = {"mix": [*shares], "of other registers": [None, None]}
    drawing = report_plots.dots("it", "it", ["대화", name], series)
    assert ">대화<" in drawing
    assert f">{name[:23]}" in drawing
