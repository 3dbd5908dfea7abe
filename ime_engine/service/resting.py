# SPDX-License-Identifier: Apache-2.0
"""What the daemon does once nobody has asked for a while, shortest span first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Rest"]


class Rest:
    """Timers that start anew with every question; belongs to one event loop.

    Args:
        steps: Span in seconds and what to do after it.
    """

    def __init__(self, *steps: tuple[float, Callable[[], None]]) -> None:
        self._steps = steps
        self._timers: list[asyncio.TimerHandle] = []

    def begin(self) -> None:
        """From now on nobody asks, for all we know."""
        for timer in self._timers:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._timers = [loop.call_later(span_s, act) for span_s, act in self._steps]
