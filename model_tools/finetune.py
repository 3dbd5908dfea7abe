# SPDX-License-Identifier: Apache-2.0
"""`finetune`: a model goes on learning, from one's own text.

recipe or checkpoint ─► torch ─┬─ full ─► every weight changes ─► checkpoint folder
                 text ─► rows ─┘─ lora ─► two thin matrices a layer ─► one small file
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from model_tools.adapter import (
    Adapter,
    adapter_digest,
    check_base,
    fingerprint,
    read_adapter,
    write_adapter,
)
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
from model_tools.training.low_rank import (
    Modules,
    add_low_rank,
    begin_with,
    learned_parts,
    targets_of,
)
from model_tools.training.place import enough_memory, find_place
from model_tools.training.result import (
    learned_recipe,
    learned_source,
    texts_notice,
    write_recipe,
)
from model_tools.training.session import check_places, learn, read_rows
from model_tools.training.texts import never_guessed

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
    _add_low_rank_options(parser)
    add_accept_argument(parser)
    add_shared(parser, RATE)


def _add_low_rank_options(parser: argparse.ArgumentParser) -> None:
    """Options of an adapter."""
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
        "--strength",
        type=number(0, 1),
        default=1.0,
        metavar="X",
        help="share of what was learned that the adapter adds; less keeps more of the model as it "
        "was (Wortsman et al. 2022, arXiv:2109.01903; default: %(default)s)",
    )
    parser.add_argument(
        "--targets",
        nargs="+",
        default=["*"],
        metavar="PATTERN",
        help="matrices to adapt, such as '*.attn_q' or 'blk.1?.*' (default: all of the layers)",
    )
    start = parser.add_mutually_exclusive_group()
    start.add_argument(
        "--adapter",
        metavar="FILE",
        help="go on with this adapter, its rank and its matrices (default: that of the recipe)",
    )
    start.add_argument("--fresh", action="store_true", help="begin without that of the recipe")


def run(args: argparse.Namespace) -> int:
    """Learn and write what was learned; return the exit status."""
    place = find_place(args.device, args.precision)
    _check_name(args)
    check_places(args)
    is_whole = args.method == "full"
    merge = is_whole and not args.fresh
    base = open_base(args.model, args.source, args.accept_licence, merge=merge)
    file = None if is_whole or args.fresh else args.adapter or base.recipe.adapter
    before = _learned_before(file, base)
    texts, rows = read_rows(args, base.source.tokens)
    schedule = schedule_of(args, len(rows.train))
    import torch

    torch.manual_seed(args.seed)
    with enough_memory(args.batch, args.length):
        model = causal_model(base.source, args.length)
    modules = adaptable(base.source, model)
    chosen = {name: modules[name] for name in _targets(args, modules, before)}
    with stage("Taking the digest of the model"):
        digest = fingerprint(base.source.tensors, [f"{name}.weight" for name in chosen])
    facts: dict[str, object] = {"method": args.method, "model": digest, "length": args.length}
    if not is_whole:
        facts |= _adapt(args, model, chosen, before) | adapter_digest(file)
    learner = Plain(model.to(place.device), never_guessed(base.source.tokens))

    def write() -> None:
        if is_whole:
            _write_checkpoint(args.out, base, model, texts.sources, args.length)
            return
        alpha = (args.alpha if before is None else before.alpha) * args.strength
        notice, parts = _notice(before, texts.sources), learned_parts(chosen)
        write_adapter(args.out, Adapter(digest, alpha, parts, base.recipe.licence, notice))

    learn(args, facts, learner, rows, schedule, place, write)
    return 0


def _learned_before(file: str | None, base: Base) -> Adapter | None:
    """Read the adapter to go on with, if there is one, and make sure that it is for this model."""
    if file is None:
        return None
    before = read_adapter(Path(file))
    check_base(base.source, before, Path(file).name)
    return before


def _adapt(
    args: argparse.Namespace, model: nn.Module, chosen: Modules, before: Adapter | None
) -> dict[str, object]:
    """Give the chosen matrices what is learned, as it was left if it was; return what it is."""
    rank, alpha = (args.rank, args.alpha) if before is None else (before.rank, before.alpha)
    add_low_rank(model, chosen, rank, alpha)
    if before is not None:
        begin_with(chosen, before.parts)
    return {"rank": rank, "alpha": alpha, "targets": " ".join(args.targets)}


def _notice(before: Adapter | None, sources: tuple[str, ...]) -> str:
    """Say what was learned from, now and before."""
    now = f"Adapter: {texts_notice(sources)}\n"
    return now if before is None else f"{before.notice.removesuffix(now)}{now}"


def _targets(args: argparse.Namespace, modules: Modules, before: Adapter | None) -> list[str]:
    """Choose the matrices to adapt; what adapts some already goes on with these."""
    if before is not None:
        return [name for name in modules if f"{name}.weight" in before.parts]
    shapes = {name: shape for name, (_, shape) in modules.items()}
    return targets_of(shapes, args.targets if args.method == "lora" else ["*"])


def _check_name(args: argparse.Namespace) -> None:
    if args.method == "lora" and args.out.suffix != ".safetensors":
        raise WorkshopError("an adapter is one file: name it --out NAME.safetensors.")
    if args.method == "full" and args.adapter is not None:
        raise WorkshopError("--adapter goes with --method lora; name it in a recipe for full.")


def _write_checkpoint(
    out: Path, base: Base, model: nn.Module, sources: tuple[str, ...], length: int
) -> None:
    source = learned_source(base.source, model)
    with staged(out) as aside:
        write_checkpoint(source, aside, "float32", max(length, base.recipe.context_length))
        write_recipe(learned_recipe(base.recipe, source.tokens, out, texts_notice(sources)), aside)
