# SPDX-License-Identifier: Apache-2.0
"""`finetune`: a model goes on learning, from one's own text.

recipe or checkpoint ─► torch ─┬─ full ─► every weight changes ─► checkpoint folder
                 text ─► rows ─┘─ lora ─► two thin matrices a layer ─► one small file
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from model_tools.adapter import Adapter, fingerprint, write_adapter
from model_tools.checkpoint import write_checkpoint
from model_tools.errors import WorkshopError
from model_tools.licence import add_accept_argument
from model_tools.numbers import whole_number
from model_tools.recipe import DEFAULT_RECIPE
from model_tools.stages import stage
from model_tools.staging import staged
from model_tools.training.arguments import add_shared, number, schedule_of
from model_tools.training.base import Base, adaptable, causal_model, open_base
from model_tools.training.learners import Plain
from model_tools.training.low_rank import add_low_rank, learned_parts, targets_of
from model_tools.training.mixture import read_mixture
from model_tools.training.place import enough_memory, find_place
from model_tools.training.result import (
    learned_recipe,
    learned_source,
    texts_notice,
    write_recipe,
)
from model_tools.training.session import check_places, learn
from model_tools.training.texts import never_guessed, read_texts, to_rows

if TYPE_CHECKING:
    from torch import nn

__all__ = ["add_arguments", "run"]

RATE: Final = 2e-4
RANK: Final = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument(
        "model",
        nargs="?",
        default=DEFAULT_RECIPE,
        help="name or path of a recipe, or folder of a checkpoint (default: %(default)s)",
    )
    parser.add_argument(
        "--method",
        choices=("lora", "full"),
        default="lora",
        help="lora writes a small adapter, full a whole checkpoint (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="PATH",
        help="file of the adapter (.safetensors), or folder of the checkpoint",
    )
    parser.add_argument(
        "--source", type=Path, metavar="FOLDER", help="take the recipe's source from here"
    )
    parser.add_argument(
        "--rank",
        type=whole_number(1, 1024),
        default=RANK,
        metavar="N",
        help="of a LoRA adapter (default: %(default)s)",
    )
    parser.add_argument(
        "--alpha",
        type=number(0, 10_000),
        default=2.0 * RANK,
        metavar="X",
        help="how much an adapter adds, as alpha / rank (default: %(default)s)",
    )
    parser.add_argument(
        "--targets",
        nargs="+",
        default=["*"],
        metavar="PATTERN",
        help="matrices to adapt, such as '*.attn_q' or 'blk.1?.*' (default: all of the layers)",
    )
    add_accept_argument(parser)
    add_shared(parser, RATE)


def run(args: argparse.Namespace) -> int:
    """Learn and write what was learned; return the exit status."""
    place = find_place(args.device, args.precision)
    _check_name(args)
    check_places(args)
    base = open_base(args.model, args.source, args.accept_licence)
    with stage("Reading text"):
        mixture = args.mixture and read_mixture(args.mixture)
        texts = read_texts(args.text, args.held_out_percent, args.lines, args.seed, mixture)
        rows = to_rows(texts, base.source.tokens, args.length, args.held_out_tokens)
    schedule = schedule_of(args, len(rows.train))
    import torch

    torch.manual_seed(args.seed)
    with enough_memory(args.batch, args.length):
        model = causal_model(base.source, args.length)
    modules = adaptable(base.source, model)
    chosen = {name: modules[name] for name in _targets(args, modules)}
    names = [f"{name}.weight" for name in chosen]
    with stage("Taking the digest of the model"):
        digest = fingerprint(base.source.tensors, names)
    facts = {"method": args.method, "model": digest, "length": args.length}
    if args.method == "lora":
        add_low_rank(model, chosen, args.rank, args.alpha)
        facts |= {"rank": args.rank, "alpha": args.alpha, "targets": " ".join(args.targets)}
    model = model.to(place.device)

    def write() -> None:
        if args.method == "full":
            _write_checkpoint(args.out, base, model, texts.sources, args.length)
            return
        notice = f"Adapter: {texts_notice(texts.sources)}\n"
        parts = learned_parts(chosen)
        write_adapter(args.out, Adapter(digest, args.alpha, parts, base.recipe.licence, notice))

    learner = Plain(model, never_guessed(base.source.tokens))
    learn(args, facts, learner, rows, schedule, place, write)
    return 0


def _targets(
    args: argparse.Namespace, modules: dict[str, tuple[object, tuple[int, int]]]
) -> list[str]:
    shapes = {name: shape for name, (_, shape) in modules.items()}
    return targets_of(shapes, args.targets if args.method == "lora" else ["*"])


def _check_name(args: argparse.Namespace) -> None:
    if args.method == "lora" and args.out.suffix != ".safetensors":
        raise WorkshopError("an adapter is one file: name it --out NAME.safetensors.")


def _write_checkpoint(
    out: Path, base: Base, model: nn.Module, sources: tuple[str, ...], length: int
) -> None:
    source = learned_source(base.source, model)
    with staged(out) as aside:
        write_checkpoint(source, aside, "float32", max(length, base.recipe.context_length))
        write_recipe(learned_recipe(base.recipe, source.tokens, out, texts_notice(sources)), aside)
