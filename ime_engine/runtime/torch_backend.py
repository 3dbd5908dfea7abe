# SPDX-License-Identifier: Apache-2.0
"""Opens the weights of a model folder in torch, through transformers.

<folder>/config.json         numbers of the model
         model.safetensors   its weights

A folder holds them where it was built with them; both packages are imported when they
are used and never before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ime_engine.errors import ModelError
from ime_engine.runtime.manifest import Manifest
from ime_engine.runtime.torch_session import CausalLM, TorchSession

__all__ = ["TORCH_FILES", "holds_torch", "number_type", "open_torch"]

TORCH_FILES: Final = ("config.json", "model.safetensors")

BFLOAT16_SINCE: Final = (8, 0)
"""Compute capability from which cards multiply bfloat16 (Ampere)."""

CPU_NUMBERS: Final = "float32"

TOO_LARGE: Final = "gemma"
"""Families whose activations float16 cannot hold: they come out as no numbers."""


def holds_torch(manifest: Manifest) -> bool:
    """Whether a folder was built with weights for torch."""
    return manifest.files.keys() >= set(TORCH_FILES)


def number_type(capability: tuple[int, int], model_type: str) -> str:
    """Name the type of numbers in which a card reads a model.

    Args:
        capability: Of the card, as CUDA counts it.
        model_type: Of the model's ``config.json``.
    """
    if capability >= BFLOAT16_SINCE:
        return "bfloat16"
    return "float32" if model_type.startswith(TOO_LARGE) else "float16"


def open_torch(folder: Path, device: str, threads: int = 2) -> TorchSession:
    """Open the weights of a folder, with no look at the network.

    Args:
        folder: Holds `TORCH_FILES`, verified.
        device: cpu or cuda.
        threads: Of a pass on the CPU, >= 1.

    Raises:
        ModelError: a package is missing, or torch cannot open them there.
    """
    try:
        return TorchSession(_opened(folder, device, threads))
    except Exception as error:
        # Torch, transformers and the driver raise classes without a common one of their own.
        raise ModelError(
            f"torch cannot open {folder.name} on {device} ({type(error).__name__})."
        ) from error


def _opened(folder: Path, device: str, threads: int) -> CausalLM:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if device == "cpu":
        torch.set_num_threads(threads)
    kind = AutoConfig.from_pretrained(folder, local_files_only=True).model_type
    on_card = device != "cpu"
    numbers = number_type(torch.cuda.get_device_capability(), kind) if on_card else CPU_NUMBERS
    model = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=getattr(torch, numbers),
        local_files_only=True,
        use_safetensors=True,
    )
    return model.to(device).eval()
