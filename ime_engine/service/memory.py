# SPDX-License-Identifier: Apache-2.0
"""Memory of this process: how much it holds, and how it gives back what is free."""

from __future__ import annotations

import resource
from pathlib import Path

from ime_engine.runtime.card import give_back_card
from ime_engine.runtime.heap import give_back_heap

__all__ = ["give_back", "resident_bytes"]


def resident_bytes() -> int:
    """Memory of this process that is in RAM now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def give_back() -> None:
    """Return free memory; without it, glibc and torch keep much of a closed model."""
    give_back_card()
    give_back_heap()
