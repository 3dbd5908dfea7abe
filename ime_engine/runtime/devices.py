# SPDX-License-Identifier: Apache-2.0
"""Chooses where the model of a folder runs, and goes on elsewhere when that fails.

    auto  torch on a card ─► ONNX Runtime on a card ─► ONNX Runtime on the CPU
    cuda  torch on a card ─► ONNX Runtime on a card ─► a clear sentence
    cpu                                                ONNX Runtime on the CPU

Each is left out where it cannot be: torch where the folder holds no weights for it, or no
card is there. One that fails to open, or to read its first token, is told of in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np

from ime_engine.errors import ModelError
from ime_engine.runtime.card import give_back_card, torch_sees_card
from ime_engine.runtime.fallback import FallbackModel, Place, Places
from ime_engine.runtime.graph_model import GraphModel
from ime_engine.runtime.manifest import Manifest, verify_files
from ime_engine.runtime.torch_backend import TORCH_FILES, holds_torch, open_torch
from ime_engine.runtime.turns import Batch

__all__ = ["Device", "Opener", "Runtime", "choose", "open_cards", "open_cpu", "open_in_torch"]

log = logging.getLogger(__name__)

Device = Literal["auto", "cpu", "cuda"]
Runtime = Literal["auto", "torch"]
"""Torch insists on it, on whichever device: to compare with."""

Opener = Callable[[], Place]

CPU: Final = "CPUExecutionProvider"
CUDA: Final = "CUDAExecutionProvider"

NO_CARD: Final = (
    "No GPU can be used here: build the model with `ieum model build --torch` and install torch "
    "with CUDA, or install onnxruntime-gpu, and the driver; or set device to auto or cpu."
)


def choose(device: Device, cards: Sequence[Opener], cpu: Opener) -> Place | FallbackModel:
    """Open the model where it is to run.

    Args:
        device: cuda insists; auto takes a card where one can be used.
        cards: Open it on a card, the best way first.
        cpu: Opens it on the CPU; also when the card fails later.

    Raises:
        ModelError: cuda is asked for and cannot be had, or the CPU fails as well.
    """
    failure: ModelError | None = None
    for card in cards if device != "cpu" else ():
        try:
            place = card()
            _try_out(place)
            return FallbackModel(Places(place, cpu))
        except ModelError as error:
            failure = error
            log.warning("a GPU is there and cannot be used: %s", error)
        give_back_card()
    if device == "cuda":
        raise failure or ModelError(NO_CARD)
    return cpu()


def _try_out(place: Place) -> None:
    """Read one token: the first pass is the longest, and shows what does not work."""
    if not np.isfinite(place.alone.prefill([0]).logits).all():
        raise ModelError(f"What the model says on {place.device} is no number.")


def open_cpu(folder: Path, manifest: Manifest, threads: int, batch: Batch) -> Place:
    """Open the graph on the CPU.

    Raises:
        ModelError: ONNX Runtime cannot read it.
    """
    from ime_engine.runtime.onnx_backend import OnnxOptions, open_session

    session = open_session(folder / "model.onnx", OnnxOptions((CPU,), threads))
    return Place.of("cpu", GraphModel(session, manifest.context_length, batch))


def open_cards(folder: Path, manifest: Manifest, threads: int, batch: Batch) -> list[Opener]:
    """List the ways to open a folder on a card that are there, the best first."""
    cards: list[Opener] = []
    if holds_torch(manifest) and torch_sees_card():
        cards.append(lambda: open_in_torch(folder, manifest, threads, batch, "cuda"))
    if _onnx_offers_cuda():
        cards.append(lambda: _onnx_on_card(folder, manifest, threads, batch))
    return cards


def open_in_torch(
    folder: Path, manifest: Manifest, threads: int, batch: Batch, device: str
) -> Place:
    """Open the weights in torch.

    Args:
        folder: The model's own folder.
        manifest: Its description.
        threads: Of a pass on the CPU.
        batch: How many passes are read as one.
        device: cpu or cuda.

    Raises:
        ModelError: there are no weights, they were altered, or torch cannot open them.
    """
    if not holds_torch(manifest):
        raise ModelError(f"{manifest.name} was built without weights for torch.")
    verify_files(folder, manifest, TORCH_FILES)
    session = open_torch(folder, device, threads)
    model = GraphModel(session, manifest.context_length, batch)
    log.info("the model runs in torch on %s, in %s", device, session.numbers)
    return Place.of(device, model, session.close)


def _onnx_offers_cuda() -> bool:
    import onnxruntime

    return CUDA in onnxruntime.get_available_providers()


def _onnx_on_card(folder: Path, manifest: Manifest, threads: int, batch: Batch) -> Place:
    from ime_engine.runtime.onnx_backend import OnnxOptions, open_session

    session = open_session(folder / "model.onnx", OnnxOptions((CUDA, CPU), threads))
    if CUDA not in session.get_providers():
        raise ModelError("ONNX Runtime finds no CUDA here.")
    return Place.of("cuda", GraphModel(session, manifest.context_length, batch))
