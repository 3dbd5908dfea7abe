# SPDX-License-Identifier: Apache-2.0
"""Keeps for the next step what a step frees.

Logits, states and their gradients are tens of megabytes each. glibc gives such memory back when
it is freed, and the system clears it anew for the next step: a fifth of the time of a small model.
Elsewhere than in glibc nothing is done here.
"""

from __future__ import annotations

import ctypes
from typing import Final

__all__ = ["keep_heap"]

M_TRIM_THRESHOLD: Final = -1
M_MMAP_MAX: Final = -4
M_ARENA_MAX: Final = -8
"""Of glibc's malloc.h."""

MOST_FREE: Final = 2**31 - 1
"""Bytes that may lie free at the end of the heap: as many as can be said."""


def keep_heap() -> None:
    """Let the allocator keep what is freed, in one heap for all threads."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_MAX, 0)
        library.mallopt(M_TRIM_THRESHOLD, MOST_FREE)
        library.mallopt(M_ARENA_MAX, 1)
