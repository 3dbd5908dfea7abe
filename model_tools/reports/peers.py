# SPDX-License-Identifier: Apache-2.0
"""The part of the page that shows a predictor beside the baselines of its evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from model_tools.reports.bars import bars
from model_tools.reports.input import Answered, Evaluation, Share
from model_tools.reports.sections import Section

__all__ = ["peer_sections"]

NOTHING: Final = "–"
TITLES: Final = ("NEA@1", "NEA@3", "NEA@5", "KSR")


def peer_sections(evaluations: Mapping[str, Evaluation]) -> Iterator[Section]:
    """One part for each evaluation that has baselines."""
    for at, (label, one) in enumerate(evaluations.items()):
        if one.baselines:
            yield _beside(f"peers{at}", label, one)


def _beside(name: str, label: str, one: Evaluation) -> Section:
    everybody: dict[str, Answered] = {one.predictor: one}
    everybody |= {peer.name: peer for peer in one.baselines}
    title = f"Beside simpler predictors: {label}"
    shown = [each for each in TITLES if any(who.mean(each) for who in everybody.values())]
    series: dict[str, Sequence[Share | None]] = {
        each: [who.mean(each) for who in everybody.values()] for each in shown
    }
    return Section(
        title,
        "Means over registers at the same positions, with 95 % intervals. The calibration error is "
        "that of the first candidate's probability, over ten bins of the same width.",
        [
            "",
            *(f"{each} %" for each in shown),
            "perplexity per syllable",
            "calibration error %",
            "p50 ms",
        ],
        [_row(who, answered, shown) for who, answered in everybody.items()],
        bars(name, title, list(everybody), series),
        tuple(series),
    )


def _row(who: str, one: Answered, shown: Sequence[str]) -> list[str]:
    shares = (one.mean(each) for each in shown)
    error = one.expected_calibration_error
    return [
        who,
        *(_percent(share) for share in shares),
        f"{one.perplexity.value:.1f}" if one.perplexity else NOTHING,
        NOTHING if error is None else f"{100 * error:.1f}",
        NOTHING if one.p50_ms is None else f"{one.p50_ms:.1f}",
    ]


def _percent(share: Share | None) -> str:
    if share is None:
        return NOTHING
    return f"{100 * share.value:.1f} [{100 * share.low:.1f}–{100 * share.high:.1f}]"
