# SPDX-License-Identifier: Apache-2.0
"""How long work is told that nobody wants its result any longer.

Native code cannot be interrupted, so whoever works asks between two steps.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Stop", "never"]

Stop = Callable[[], bool]
"""True once the result is not wanted; cheap, and callable from any thread."""


def never() -> bool:
    """The result stays wanted."""
    return False
