# SPDX-License-Identifier: Apache-2.0
"""Saying on stderr which stage of a build is under way, and how long it took."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

__all__ = ["note", "stage"]


def note(text: str) -> None:
    """Say something for people."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def stage(title: str) -> Iterator[None]:
    """Show a stage while it lasts, and its seconds once it is done."""
    begun = time.monotonic()
    with _shown(title):
        yield
    note(f"{title}: {time.monotonic() - begun:.1f} s")


def _shown(title: str) -> contextlib.AbstractContextManager[object]:
    """Turn a wheel on a terminal; write a line elsewhere."""
    if not sys.stderr.isatty():
        note(f"{title} …")
        return contextlib.nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(title)
