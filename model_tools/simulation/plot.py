# SPDX-License-Identifier: Apache-2.0
"""A page that shows what is gained while somebody writes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from model_tools.bootstrap import Estimate
from model_tools.reports.input import Share
from model_tools.reports.page import document, section
from model_tools.reports.plots import course
from model_tools.reports.sections import Section
from model_tools.simulation.report import paired, saved, stretches
from model_tools.simulation.watch import Watched

__all__ = ["page"]

POINTS: Final = 10
"""Stretches of the text that are drawn."""

TITLE: Final = "What learning gains"
NOTE: Final = (
    "Keystrokes saved with the history less those saved without it, in points, by the tenth of the "
    "text that was being typed; 95 % intervals from redrawn sentences."
)


def page(watched: Sequence[Watched], sentences: int, seed: int, circumstances: str) -> str:
    """Draw the page.

    Args:
        watched: At least one position.
        sentences: Of the whole text.
        seed: Of the bootstrap.
        circumstances: How it was measured, in sentences.
    """
    tenths = [
        (low, high, some) for low, high, some in stretches(watched, sentences, POINTS) if some
    ]
    gains = [paired(some, saved, seed).difference for _, _, some in tenths]
    drawing = course(
        "course",
        TITLE,
        "sentences typed",
        [(low + high) / 2 for low, high, _ in tenths],
        [Share(gain.value, gain.low, gain.high) for gain in gains],
    )
    rows = [
        [f"{low + 1}–{high}", str(len(some)), *_cells(gain)]
        for (low, high, some), gain in zip(tenths, gains, strict=True)
    ]
    header = ["sentences", "positions", "points", "low", "high"]
    part = Section(TITLE, NOTE, header, rows, drawing, wide=True)
    told = f'<section class="wide"><h2>How it was measured</h2><pre>{escape(circumstances)}</pre>'
    return document(f"이음: {TITLE[0].lower()}{TITLE[1:]}", [section(part), f"{told}</section>"])


def _cells(gain: Estimate) -> list[str]:
    return [f"{100 * value:+.1f}" for value in (gain.value, gain.low, gain.high)]
