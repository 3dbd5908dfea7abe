# SPDX-License-Identifier: Apache-2.0
"""A student with fewer heads and feed-forward channels than the model that it begins as.

    wide model reads rows ─► how strong each channel is ─┐
    the weights that it goes through ────────────────────┴─► what it adds ─► the strongest are kept

Those that are left out add least to the output of their layer, so little has to be learned again.

Sources: Muralidharan et al. 2024, Minitron, arXiv:2407.14679, section 2.2 (importance by
activations); Michel et al. 2019, arXiv:1905.10650 (heads).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from model_tools.training.packing import TokenRows

if TYPE_CHECKING:
    from torch import Tensor, nn
    from transformers import PretrainedConfig

__all__ = ["narrowed"]

ROWS_AT_ONCE: Final = 8
ROWS: Final = 256
"""That say how strong channels are."""

ATTENDED: Final = "o_proj"
DOWN: Final = "down_proj"
BEFORE: Final = {ATTENDED: ("q_proj",), DOWN: ("gate_proj", "up_proj")}
"""The matrices whose outputs are the inputs of another, as transformers calls them."""


def narrowed(wide: nn.Module, student: nn.Module, rows: TokenRows) -> dict[str, Tensor]:
    """Return the weights of a model, cut to the heads and channels that a student has.

    Args:
        wide: Has gated feed-forward parts and names of its matrices as Llama and Gemma 3 do; of
            any other, all weights are returned as they are.
        student: Of the same family, with as many heads or fewer that share a key; only its
            numbers are looked at.
        rows: (n, length) tokens of its vocabulary, of which the first are read.
    """
    state: dict[str, Tensor] = dict(wide.state_dict())
    theirs, ours = _followed(wide), _followed(student)
    cut = {
        name: module
        for name, module in theirs.items()
        if name in ours and ours[name].in_features < module.in_features
    }
    for name, added in _added(wide, cut, rows).items():
        layer, _, ending = name.rpartition(".")
        count = ours[name].in_features
        if ending == ATTENDED:
            kept = _of_heads(added, wide.config, count)
        else:
            kept = added.topk(count).indices.sort().values
        _keep(state, name, kept, axis=1)
        for before in BEFORE[ending]:
            _keep(state, f"{layer}.{before}", kept, axis=0)
    return state


def _followed(model: nn.Module) -> dict[str, nn.Module]:
    """Return by name the matrices of `BEFORE` whose inputs may be left out."""
    return {
        name: module for name, module in model.named_modules() if name.rpartition(".")[2] in BEFORE
    }


def _added(wide: nn.Module, watched: Mapping[str, nn.Module], rows: TokenRows) -> dict[str, Tensor]:
    """Return by name of a matrix (in,) the energy that each of its inputs adds to the output."""
    import torch

    energy = {name: torch.zeros(module.in_features) for name, module in watched.items()}

    def watch(name: str, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        energy[name] += inputs[0].detach().flatten(0, -2).square().sum(0)

    with ExitStack() as hooks, torch.inference_mode():
        for name, module in watched.items():
            hook = module.register_forward_pre_hook(partial(watch, name))
            hooks.callback(hook.remove)
        wide.eval()
        for ids in _batches(rows if watched else rows[:0]):
            wide(ids, use_cache=False)
    return {
        name: energy[name] * module.weight.detach().square().sum(0)
        for name, module in watched.items()
    }


def _batches(rows: TokenRows) -> Iterator[Tensor]:
    import torch

    for start in range(0, min(len(rows), ROWS), ROWS_AT_ONCE):
        yield torch.from_numpy(rows[start : start + ROWS_AT_ONCE].astype(np.int64))


def _of_heads(added: Tensor, config: PretrainedConfig, count: int) -> Tensor:
    """Return `count` inputs, those of the strongest heads, as many of each group that shares a key.

    Fewer where that many are no whole heads of each group.
    """
    groups, heads = config.num_key_value_heads, config.num_attention_heads
    each = added.view(groups, heads // groups, -1)
    group, size = each.shape[1:]
    kept = each.sum(-1).topk(count // size // groups, dim=1).indices.sort(dim=1).values
    first = kept + group * kept.new_tensor(range(groups)).unsqueeze(1)
    places: Tensor = first.flatten().unsqueeze(1) * size + kept.new_tensor(range(size))
    return places.flatten()


def _keep(state: dict[str, Tensor], name: str, kept: Tensor, axis: int) -> None:
    """Keep some inputs or outputs of a matrix, and of its bias what goes along."""
    weight, bias = f"{name}.weight", f"{name}.bias"
    state[weight] = state[weight].index_select(axis, kept)
    if axis == 0 and bias in state:
        state[bias] = state[bias].index_select(0, kept)
