# SPDX-License-Identifier: Apache-2.0
"""How far a measurement is, on stderr, and only where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TypeVar

__all__ = ["over", "say"]

T = TypeVar("T")


def say(sentence: str) -> None:
    """Tell whoever watches what is being done."""
    if sys.stderr.isatty():
        sys.stderr.write(sentence + "\n")


def over(work: Iterable[T], title: str, total: int | None = None) -> Iterable[T]:
    """Go through work; draw a bar on a terminal.

    Args:
        work: A list, or anything else with its `total`.
        title: Stands before the bar.
        total: How many there are, when that cannot be told from the work.
    """
    if not sys.stderr.isatty():
        return work
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(work, description=title, total=total, console=console, transient=True)
