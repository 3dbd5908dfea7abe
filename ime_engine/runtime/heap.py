# SPDX-License-Identifier: Apache-2.0
"""Keeps the process as small as what it holds.

A graph is parsed, and its weights are laid out anew, in buffers that are free again
when it is open; every pass of another length leaves holes of another size. glibc keeps
such memory for the process, the more of it the larger the buffers were. Elsewhere than
in glibc nothing is done here.
"""

from __future__ import annotations

import ctypes
import itertools
from typing import Final

__all__ = ["HeapKeeper", "bound_heap", "give_back_heap"]

M_TRIM_THRESHOLD: Final = -1
M_MMAP_THRESHOLD: Final = -3
"""Of glibc's malloc.h."""

MOST_FREE: Final = 4 << 20
"""Bytes that may lie free at the end of the heap."""

OWN_MAPPING: Final = 1 << 19
"""Bytes from which a buffer is given back when it is freed: weights are, and the keys and values of
some hundred tokens. Smaller ones are used again, the logits of ten hypotheses among them: new pages
cost 0.3 ms a buffer each time."""


def bound_heap() -> None:
    """Let the allocator keep little; without this it learns to keep what was large once."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, OWN_MAPPING)
        library.mallopt(M_TRIM_THRESHOLD, MOST_FREE)


def give_back_heap() -> None:
    """Return free pages to the system."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


class HeapKeeper:
    """Gives free pages back now and then: what is freed in the middle of the heap stays otherwise.

    Args:
        every: Uses between two times. One takes a millisecond.
    """

    def __init__(self, every: int = 8) -> None:
        self._every = every
        self._uses = itertools.count(1)

    def used(self) -> None:
        """Something was computed, in any thread."""
        if next(self._uses) % self._every == 0:
            give_back_heap()
