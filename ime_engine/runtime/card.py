# SPDX-License-Identifier: Apache-2.0
"""Whether torch could use a graphics card, and giving back what it holds of one.

Nothing is imported to find out that there is no card: torch takes seconds and hundreds of
megabytes.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib.util
import sys
from typing import Final

__all__ = ["give_back_card", "has_card", "has_torch", "torch_sees_card"]

DRIVER: Final = "libcuda.so.1"
DONE: Final = 0
"""CUDA_SUCCESS of the driver's cuda.h."""


def has_torch() -> bool:
    """Whether torch and transformers are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("torch", "transformers"))


def has_card(driver: str = DRIVER) -> bool:
    """Whether NVIDIA's driver is there and tells of a card.

    Source: the CUDA driver API, cuInit and cuDeviceGetCount.
    """
    try:
        library = ctypes.CDLL(driver)
        count = ctypes.c_int(0)
        told = library.cuInit(0) == library.cuDeviceGetCount(ctypes.byref(count)) == DONE
    except (OSError, AttributeError):
        return False
    return bool(told and count.value > 0)


def torch_sees_card() -> bool:
    """Whether torch is installed, is no build for the CPU alone, and finds a card."""
    if not has_torch() or not has_card():
        return False
    import torch

    return bool(torch.cuda.is_available())


def give_back_card() -> None:
    """Return what torch holds of the card's memory and does not use; nothing without torch."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        # Of a card that failed, nothing can be given back.
        with contextlib.suppress(RuntimeError):
            torch.cuda.empty_cache()
