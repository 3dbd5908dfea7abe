# SPDX-License-Identifier: Apache-2.0
"""`pretrain`: a small model from nothing but text.

    text ─┬─► vocabulary of its own ─┐
          └─► rows ──────────────────┴─► model ─► checkpoint folder

Its terms are those of the text alone. It may go on with a checkpoint that was made so.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from model_tools.licence import add_accept_argument
from model_tools.numbers import whole_number
from model_tools.recipe import Quantisation, Recipe
from model_tools.recipe_source import FolderSource
from model_tools.source import Tokens
from model_tools.stages import stage
from model_tools.training.arguments import add_shared, add_stored_argument, schedule_of
from model_tools.training.base import Base, causal_model, open_base
from model_tools.training.learners import Plain
from model_tools.training.pieces import FEWEST, learn_pieces
from model_tools.training.place import enough_memory, find_place
from model_tools.training.result import learned_recipe, name_of, texts_notice, write_student
from model_tools.training.session import check_places, learn, read_text
from model_tools.training.student import new_student, read_student
from model_tools.training.texts import Texts, never_guessed, to_rows

if TYPE_CHECKING:
    from torch import nn

__all__ = ["add_arguments", "run"]

RATE: Final = 1e-3
PIECES: Final = 12_000
MOST_PIECES: Final = 200_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument(
        "--student",
        type=Path,
        required=True,
        metavar="PATH",
        help="YAML file of its layers, hidden, heads and family, or folder of a checkpoint "
        "to go on with",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="folder of the checkpoint"
    )
    parser.add_argument(
        "--pieces",
        type=whole_number(FEWEST, MOST_PIECES),
        default=PIECES,
        metavar="N",
        help="of the vocabulary that is learned from the text (default: %(default)s)",
    )
    parser.add_argument(
        "--licence",
        default="unknown",
        metavar="NAME",
        help="that the model may be passed on under (default: %(default)s)",
    )
    add_stored_argument(parser)
    add_accept_argument(parser)
    add_shared(parser, RATE)


def run(args: argparse.Namespace) -> int:
    """Learn and write the model; return the exit status."""
    place = find_place(args.device, args.precision)
    check_places(args)
    before = open_base(str(args.student), None, args.accept_licence) if _goes_on(args) else None
    texts = read_text(args)
    tokens = _pieces(texts, args.pieces) if before is None else before.source.tokens
    rows = to_rows(texts, tokens, args.length, args.held_out_tokens)
    schedule = schedule_of(args, len(rows.train))
    import torch

    torch.manual_seed(args.seed)
    with enough_memory(args.batch, args.length):
        model = _model(args, tokens, before).to(place.device)

    def write() -> None:
        recipe = _recipe(args, tokens, before, texts.sources)
        write_student(model, tokens, recipe, args.out, args.stored)

    facts = {
        "method": "pretrain",
        "student": str(args.student) if before else _shape_text(args.student),
        "pieces": hashlib.sha256(tokens.json.encode()).hexdigest(),
        "length": args.length,
    }
    learn(args, facts, Plain(model, never_guessed(tokens)), rows, schedule, place, write)
    return 0


def _goes_on(args: argparse.Namespace) -> bool:
    return bool(args.student.is_dir())


def _pieces(texts: Texts, size: int) -> Tokens:
    with stage("Learning the vocabulary"):
        return learn_pieces(texts.train, size)


def _shape_text(path: Path) -> str:
    return msgspec.json.encode(read_student(path)).decode()


def _model(args: argparse.Namespace, tokens: Tokens, before: Base | None) -> nn.Module:
    """Make a model of a shape, or take up the one that has learned already.

    Raises:
        WorkshopError: it cannot read so far.
    """
    if before is not None:
        return causal_model(before.source, max(args.length, before.recipe.context_length))
    return new_student(read_student(args.student), tokens, args.length)


def _recipe(
    args: argparse.Namespace, tokens: Tokens, before: Base | None, sources: tuple[str, ...]
) -> Recipe:
    """Make the recipe that the checkpoint is built by."""
    notice = texts_notice(sources)
    if before is not None:
        return learned_recipe(before.recipe, tokens, args.out, notice)
    blank = Recipe(
        name=name_of(args.out),
        licence=args.licence,
        notice=f"Licence: {args.licence}.",
        source=FolderSource("."),
        vocabulary="whole",
        context_length=read_student(args.student).positions,
        quantisation=Quantisation(["*"]),
    )
    return learned_recipe(blank, tokens, args.out, notice)
