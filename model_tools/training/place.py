# SPDX-License-Identifier: Apache-2.0
"""Where it is learned, and in which precision."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from model_tools.errors import WorkshopError
from model_tools.machine import instructions

__all__ = [
    "DeviceName",
    "Place",
    "PrecisionWish",
    "enough_memory",
    "find_place",
    "has_fast_bfloat16",
]

DeviceName = Literal["auto", "cpu", "cuda"]
PrecisionWish = Literal["auto", "float32", "bfloat16"]

BFLOAT16: Final = frozenset({"amx_bf16", "avx512_bf16"})
"""Instructions of processors that multiply in bfloat16, as /proc/cpuinfo calls them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A device, and whether products are made in bfloat16; weights are float32 always."""

    device: Literal["cpu", "cuda"]
    bfloat16: bool

    @contextlib.contextmanager
    def computing(self) -> Iterator[None]:
        """Compute in the precision of the place, and in the way that is fast there, in this block.

        On a CPU the gradients of torch's fused attention take longest of all; with attention of
        plain products rows of some hundred tokens are learned 1.2 to 1.6 times as fast.
        """
        import torch
        from torch.nn.attention import SDPBackend, sdpa_kernel

        plain = sdpa_kernel(SDPBackend.MATH) if self.device == "cpu" else contextlib.nullcontext()
        with plain, torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.bfloat16):
            yield


def find_place(device: DeviceName, precision: PrecisionWish) -> Place:
    """Choose the first GPU where there is one, and bfloat16 where it is fast.

    Raises:
        WorkshopError: torch is missing, or a GPU is asked for and there is none.
    """
    if any(importlib.util.find_spec(name) is None for name in ("torch", "transformers")):
        raise WorkshopError("training needs torch and transformers: pip install ieum[torch].")
    import torch

    has_cuda = torch.cuda.is_available()
    if device == "cuda" and not has_cuda:
        raise WorkshopError("torch finds no CUDA here; leave out --device.")
    if device != "cpu" and has_cuda:
        return Place("cuda", precision != "float32" and torch.cuda.is_bf16_supported())
    fast = has_fast_bfloat16(instructions())
    return Place("cpu", fast if precision == "auto" else precision == "bfloat16")


def has_fast_bfloat16(flags: Collection[str]) -> bool:
    """Whether a processor multiplies matrices in bfloat16; without it, it is slower."""
    return not BFLOAT16.isdisjoint(flags)


@contextlib.contextmanager
def enough_memory(batch: int, length: int) -> Iterator[None]:
    """Turn the ways in which torch tells that memory is full into one sentence.

    Args:
        batch: Rows read at once.
        length: Of a row, in tokens.

    Raises:
        WorkshopError: it is.
    """
    import torch

    try:
        yield
    except (MemoryError, RuntimeError) as error:
        told = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if not told and "can't allocate memory" not in str(error):
            raise
        raise WorkshopError(
            f"there is not enough memory for {batch} rows of {length} tokens at once; "
            "try a smaller --batch with a larger --accumulate, or a smaller --length."
        ) from error
