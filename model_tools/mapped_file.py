# SPDX-License-Identifier: Apache-2.0
"""A file as an array of bytes that are read when they are looked at."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["mapped"]


def mapped(path: Path) -> NDArray[np.uint8]:
    """Map a file, (bytes,).

    Raises:
        ValueError: it is empty.
        MemoryError: there is no room for it.
        OSError: it cannot be opened.
    """
    try:
        return np.memmap(path, dtype=np.uint8, mode="r")
    except OSError as error:
        if error.errno == errno.ENOMEM:
            raise MemoryError from error
        raise
