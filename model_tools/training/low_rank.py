# SPDX-License-Identifier: Apache-2.0
"""LoRA: beside each matrix two thin ones that are learned, while it stays as it is.

    y = W x + alpha / r · B (A x)        A (r, in) random, B (out, r) zero at first

A hook on the module adds the second term, so that any module with one matrix
will do, whichever way round it keeps it, and no gradient of W is ever made.

Source: Hu et al. 2021, arXiv:2106.09685, section 4.1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from model_tools.errors import WorkshopError

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Modules", "add_low_rank", "begin_with", "learned_parts", "targets_of"]

Modules = Mapping[str, "tuple[nn.Module, tuple[int, int]]"]
"""Module and (out, in) of each matrix, by its canonical name without its last part."""


def targets_of(matrices: Mapping[str, tuple[int, int]], patterns: list[str]) -> list[str]:
    """Choose the matrices to adapt.

    Args:
        matrices: (out, in) of every matrix that can be adapted, by canonical name without
            its last part, such as `blk.0.attn_q`.
        patterns: As in a shell, such as `*.attn_*`; a matrix that fits one is chosen.

    Raises:
        WorkshopError: a pattern fits none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in matrices):
            kinds = sorted({name.rpartition(".")[2] for name in matrices})
            raise WorkshopError(
                f"--targets: nothing is called {pattern}; there are {', '.join(kinds)}."
            )
    return [n for n in matrices if any(fnmatchcase(n, pattern) for pattern in patterns)]


def add_low_rank(
    model: nn.Module,
    modules: Modules,
    rank: int,
    alpha: float,
) -> None:
    """Freeze a model and give some of its modules two thin matrices each.

    Args:
        model: All of it.
        modules: Module and (out, in) of each matrix to adapt, by canonical name.
        rank: r.
        alpha: How much the addition counts, as `alpha / rank`.
    """
    import torch
    from torch import nn

    model.requires_grad_(False)
    for module, (outputs, inputs) in modules.values():
        thin = torch.empty(rank, inputs)
        nn.init.kaiming_uniform_(thin, a=math.sqrt(5))
        module.register_parameter("lora_a", nn.Parameter(thin))
        module.register_parameter("lora_b", nn.Parameter(torch.zeros(outputs, rank)))
        module.register_forward_hook(_adding(alpha / rank))


def begin_with(modules: Modules, parts: Mapping[str, tuple[Any, Any]]) -> None:
    """Put what was learned before into modules that `add_low_rank` has prepared.

    Args:
        modules: As for `add_low_rank`.
        parts: A (r, in) and B (out, r) of each of them, as `learned_parts` gives them.
    """
    import torch

    with torch.no_grad():
        for name, (module, _) in modules.items():
            for part, value in zip(("lora_a", "lora_b"), parts[f"{name}.weight"], strict=True):
                getattr(module, part).copy_(torch.from_numpy(value))


def learned_parts(
    modules: Modules,
) -> dict[str, tuple[Any, Any]]:
    """Return A (r, in) and B (out, r) of each matrix as float32 arrays, by canonical name."""
    return {
        f"{name}.weight": tuple(
            getattr(module, part).detach().float().cpu().numpy() for part in ("lora_a", "lora_b")
        )
        for name, (module, _) in modules.items()
    }


def _adding(scale: float) -> Any:  # noqa: ANN401 - a hook of torch
    from torch.nn.functional import linear

    def add(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        return output + scale * linear(linear(inputs[0], module.lora_a), module.lora_b)

    return add
