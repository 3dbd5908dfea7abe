# SPDX-License-Identifier: Apache-2.0
"""How far a measurement is, on stderr, and only where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

__all__ = ["over", "say"]

T = TypeVar("T")


def say(sentence: str) -> None:
    """Tell whoever watches what is being done."""
    if sys.stderr.isatty():
        sys.stderr.write(sentence + "\n")


def over(work: Sequence[T], title: str) -> Iterable[T]:
    """Go through a list; draw a bar on a terminal."""
    if not sys.stderr.isatty():
        return work
    from rich.console import Console
    from rich.progress import track

    return track(work, description=title, console=Console(stderr=True), transient=True)
