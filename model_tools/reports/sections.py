# SPDX-License-Identifier: Apache-2.0
"""What stands on the page, part by part: a question, its drawing, its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from model_tools.reports import plots
from model_tools.reports.front import ACCURACY, WAIT, belonging, points
from model_tools.reports.input import Benchmark, Evaluation, Share

__all__ = ["Section", "sections"]

NOTHING: Final = "–"

Evaluations = Mapping[str, Evaluation]
Benchmarks = Mapping[str, Benchmark]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page."""

    title: str
    note: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    drawing: str = ""
    legend: Sequence[str] = ()
    """Labels of the series, in order."""

    wide: bool = False
    """Takes the whole width of the page."""

    words_last: bool = False
    """The last column holds words, as the first one does; those between hold numbers."""


def sections(evaluations: Evaluations, benchmarks: Benchmarks) -> list[Section]:
    """Every part that there are figures for."""
    parts = [_glance(evaluations, benchmarks)] if evaluations else []
    if evaluations:
        parts += [*_accuracy(evaluations), *_savings(evaluations)]
    if any(one.waits() for one in benchmarks.values()):
        parts += [_waits(benchmarks), *_distribution(benchmarks)]
    if points(evaluations, benchmarks):
        parts.append(_front(evaluations, benchmarks))
    parts += _calibration(evaluations)
    parts += [_thresholds(name, one) for name, one in evaluations.items() if one.min_confidence]
    return parts + [_figures(name, one) for name, one in benchmarks.items()]


def _glance(evaluations: Evaluations, benchmarks: Benchmarks) -> Section:
    rows = [
        [f"{title} %", *(_percent(one.mean(title)) for one in evaluations.values())]
        for title in ("NEA@1", "NEA@3", "NEA@5", "KSR")
    ]
    rows.append(
        [
            "perplexity per syllable",
            *(
                f"{one.perplexity.value:.1f}" if one.perplexity else NOTHING
                for one in evaluations.values()
            ),
        ]
    )
    peers = [belonging(one, benchmarks.values()) for one in evaluations.values()]
    rows.append(
        ["new context, ms", *(_three(peer.waits()[WAIT] if peer else None) for peer in peers)]
    )
    return Section(
        "At a glance",
        "Means over registers, with 95 % intervals, and what a client waits for the list after a "
        "new context: p50 / p95 / p99.",
        ["", *evaluations],
        [row for row in rows if set(row[1:]) != {NOTHING}],
        wide=True,
    )


def _accuracy(evaluations: Evaluations) -> Iterator[Section]:
    note = "How often the eojeol that came was in the list, with 95 % intervals."
    if len(evaluations) > 1:
        yield _by_register("accuracy", "Accuracy by register", f"NEA@5. {note}", evaluations)
        return
    (one,) = evaluations.values()
    titles = list(dict.fromkeys(t for row in one.scores for t in row.shares if t != "KSR"))
    series = {title: [row.shares.get(title) for row in one.scores] for title in titles}
    names = [row.name for row in one.scores]
    yield _dotted("accuracy", "Accuracy by register", f"NEA@k: first k. {note}", names, series)


def _savings(evaluations: Evaluations) -> Iterator[Section]:
    measured = {name: one for name, one in evaluations.items() if one.mean("KSR")}
    if measured:
        note = "Keys that an ideal typist saves, with 95 % intervals."
        yield _by_register("savings", "Keystroke savings by register", note, measured, "KSR")


def _by_register(
    name: str, title: str, note: str, evaluations: Evaluations, share: str = ACCURACY
) -> Section:
    rows = list(dict.fromkeys(row.name for one in evaluations.values() for row in one.scores))
    series: dict[str, Sequence[Share | None]] = {}
    for label, one in evaluations.items():
        shares = {row.name: row.shares.get(share) for row in one.scores}
        series[label] = [shares.get(row) for row in rows]
    return _dotted(name, title, note, rows, series)


def _dotted(
    name: str,
    title: str,
    note: str,
    rows: Sequence[str],
    series: Mapping[str, Sequence[Share | None]],
) -> Section:
    cells = [
        [row, *(_percent(shares[at]) for shares in series.values())] for at, row in enumerate(rows)
    ]
    return Section(
        title,
        note,
        ["register", *(f"{label} %" for label in series)],
        cells,
        plots.dots(name, title, rows, series),
        tuple(series),
    )


def _waits(benchmarks: Benchmarks) -> Section:
    series = {name: one.waits() for name, one in benchmarks.items() if one.waits()}
    kinds = list(dict.fromkeys(kind for waits in series.values() for kind in waits))
    title = "Waits by kind of request"
    rows = [[kind, *(_three(waits.get(kind)) for waits in series.values())] for kind in kinds]
    return Section(
        title,
        "The mark is the median (p50), the thick line reaches to p95, the thin one to p99.",
        ["p50 / p95 / p99, ms", *series],
        rows,
        plots.spans("waits", title, kinds, series),
        tuple(series),
    )


def _distribution(benchmarks: Benchmarks) -> Iterator[Section]:
    if len(benchmarks) == 1:
        (series,) = (dict(one.distributions()) for one in benchmarks.values())
        title = "Distribution of waits"
    else:
        of = {name: one.distributions().get(WAIT) for name, one in benchmarks.items()}
        series = {name: waits for name, waits in of.items() if waits}
        title = f"Distribution of waits, {WAIT}"
    if series:
        yield Section(
            title,
            "Share of requests that are answered within a time; the mark is the median.",
            [],
            [],
            plots.curves("distribution", title, series),
            tuple(series),
        )


def _front(evaluations: Evaluations, benchmarks: Benchmarks) -> Section:
    placed = points(evaluations, benchmarks)
    title = "Accuracy and wait"
    of_clients = all(point.p95_ms is not None for point in placed)
    wait = (
        "the median wait of a client after a new context, the line reaches to p95"
        if of_clients
        else "the mean time of a question within the evaluation, without D-Bus"
    )
    rows = [
        [point.name, f"{point.wait_ms:.1f}", _percent(point.share)]
        for point in sorted(placed, key=lambda each: each.wait_ms)
    ]
    return Section(
        title,
        f"Mean NEA@5 over {wait}. The dotted line joins those that no other beats in both.",
        ["", "ms", "NEA@5 %"],
        rows,
        plots.accuracy_front("front", title, placed),
        tuple(point.name for point in placed),
    )


def _calibration(evaluations: Evaluations) -> Iterator[Section]:
    series = {name: one.calibration for name, one in evaluations.items() if one.calibration}
    if len(evaluations) == 1:
        (only,) = evaluations.values()
        series |= {peer.name: peer.calibration for peer in only.baselines if peer.calibration}
    if not series:
        return
    title = "Calibration"
    rows = [
        [
            name,
            f"{100 * one.low:g}–{100 * one.high:g} %",
            str(one.lists),
            f"{100 * one.said:.1f}",
            f"{100 * one.right / one.lists:.1f}",
        ]
        for name, bins in series.items()
        for one in bins
    ]
    yield Section(
        title,
        "How often the first candidate was right over the probability that it was given, with 95 % "
        "intervals; on the dotted line what is said is what happens. Both axes by the square root.",
        ["", "probability", "lists", "said %", "right %"],
        rows,
        plots.calibration("calibration", title, series),
        tuple(series),
    )


def _thresholds(name: str, one: Evaluation) -> Section:
    all_right = one.min_confidence[0].right
    rows = [
        [
            f"{row.at_least:g}",
            _of(row.lists, one.positions),
            _of(row.right, row.lists),
            _of(row.right, all_right),
        ]
        for row in one.min_confidence
    ]
    return Section(
        f"What min_confidence shows: {name}",
        f"Of {one.positions} lists, those whose first candidate is at least that probable.",
        ["at least", "lists shown %", "of these right %", "of all that could be right %"],
        rows,
    )


def _figures(name: str, one: Benchmark) -> Section:
    rows = []
    for row in one.figures:
        bound = f"≤ {row.at_most:g}" if row.at_most is not None else ""
        bound = f"≥ {row.at_least:g}" if row.at_least is not None else bound
        measured = f"{row.value:.3g}" if row.value < 100 else f"{row.value:.0f}"
        rows.append([row.name, f"{measured} {row.unit}", bound, row.verdict or "", row.note])
    return Section(
        f"Every figure: {name}",
        "As the benchmark printed them.",
        ["figure", "measured", "target", "verdict", "of"],
        rows,
        wide=True,
        words_last=True,
    )


def _percent(share: Share | None) -> str:
    if share is None:
        return NOTHING
    return f"{100 * share.value:.1f} [{100 * share.low:.1f}–{100 * share.high:.1f}]"


def _three(waits: tuple[float, float, float] | None) -> str:
    return " / ".join(f"{wait:.3g}" for wait in waits) if waits else NOTHING


def _of(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else NOTHING
