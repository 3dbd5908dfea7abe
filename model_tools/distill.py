# SPDX-License-Identifier: Apache-2.0
"""`distill`: a small model learns from a large one, and from text.

    teacher ─► how likely it finds every next token ─┐
    text ────► rows ─► the next token itself ────────┴─► student ─► checkpoint folder

The student has the teacher's tokens. With --alpha 0 it learns from the text alone,
and the teacher only lends its tokenizer.

Source: Hinton et al. 2015, arXiv:1503.02531.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from tokenizers import Tokenizer

from model_tools.adapter import fingerprint
from model_tools.checkpoint import names_of
from model_tools.errors import WorkshopError
from model_tools.given import recipe_of
from model_tools.licence import add_accept_argument
from model_tools.recipe import DEFAULT_RECIPE
from model_tools.source import Source, Tokens
from model_tools.stages import note, stage
from model_tools.training.arguments import add_shared, add_stored_argument, number, schedule_of
from model_tools.training.base import Base, causal_model, open_base
from model_tools.training.learners import Distilled, Plain
from model_tools.training.loop import Learner
from model_tools.training.narrowing import narrowed
from model_tools.training.packing import TokenRows
from model_tools.training.place import Place, enough_memory, find_place
from model_tools.training.result import learned_recipe, texts_notice, write_student
from model_tools.training.session import check_places, learn, read_rows
from model_tools.training.student import new_student, read_student, take_weights
from model_tools.training.texts import never_guessed

if TYPE_CHECKING:
    from torch import nn

__all__ = ["add_arguments", "run"]

RATE: Final = 5e-4
TEACHER: Final = "teacher"
RANDOM: Final = "random"
"""For --init, beside the folder of a checkpoint."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument(
        "teacher",
        nargs="?",
        default=DEFAULT_RECIPE,
        help="name or path of a recipe, or folder of a checkpoint (default: %(default)s)",
    )
    parser.add_argument(
        "--student",
        type=Path,
        required=True,
        metavar="PATH",
        help="YAML file of its layers, hidden, heads and family, or folder of a checkpoint",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="folder of the checkpoint"
    )
    parser.add_argument(
        "--source", type=Path, metavar="FOLDER", help="take the source of the recipe from here"
    )
    parser.add_argument(
        "--alpha",
        type=number(0, 1),
        default=0.5,
        metavar="X",
        help="how much the teacher counts beside the text; 0 learns from the text alone "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--temperature",
        type=number(0.1, 100),
        default=2.0,
        metavar="X",
        help="by which both are softened (default: %(default)s)",
    )
    parser.add_argument(
        "--init",
        default=TEACHER,
        metavar="FROM",
        help="begin with weights of the teacher, of a checkpoint, by its folder, or random ones: "
        "the first layers, of heads and channels the strongest (default: %(default)s)",
    )
    add_stored_argument(parser)
    add_accept_argument(parser)
    add_shared(parser, RATE)


def run(args: argparse.Namespace) -> int:
    """Teach and write the student; return the exit status."""
    place = find_place(args.device, args.precision)
    check_places(args)
    _check_student(args)
    base = open_base(args.teacher, args.source, args.accept_licence)
    texts, rows = read_rows(args, base.source.tokens)
    schedule = schedule_of(args, len(rows.train))
    with enough_memory(args.batch, args.length):
        learner = _learner(args, base, rows.train, place)
    student = learner.model

    def write() -> None:
        _write(args, base, student, texts.sources)

    learn(args, _facts(args, base.source), learner, rows, schedule, place, write)
    return 0


def _check_student(args: argparse.Namespace) -> None:
    """Refuse, before any text is read, a student or a beginning that there is not.

    Raises:
        WorkshopError: it is named wrongly, or a student that has learned is to begin anew.
    """
    if not args.student.is_dir():
        read_student(args.student)
    elif args.init != TEACHER:
        raise WorkshopError(f"{args.student} has learned already; leave out --init.")
    if args.init not in (TEACHER, RANDOM):
        recipe_of(args.init)


def _learner(args: argparse.Namespace, base: Base, rows: TokenRows, place: Place) -> Learner:
    """Make the student, and the teacher where it has something to say."""
    import torch

    torch.manual_seed(args.seed)
    tokens, given = base.source.tokens, never_guessed(base.source.tokens)
    teacher = None
    if args.alpha or (args.init == TEACHER and not args.student.is_dir()):
        teacher = causal_model(base.source, args.length).requires_grad_(False).eval()
    if args.student.is_dir():
        student = _learned(args.student, tokens, args.length)
    else:
        student = new_student(read_student(args.student), tokens, args.length)
        _begin(student, args, tokens, rows, teacher)
    student = student.to(place.device)
    if teacher is None or not args.alpha:
        return Plain(student, given)
    return Distilled(student, teacher.to(place.device), args.alpha, args.temperature, given)


def _begin(
    student: nn.Module,
    args: argparse.Namespace,
    tokens: Tokens,
    rows: TokenRows,
    teacher: nn.Module | None,
) -> None:
    """Give a new student the weights that --init names."""
    if args.init == RANDOM:
        return
    larger = teacher if args.init == TEACHER else None
    if larger is None:
        larger = _learned(Path(args.init), tokens, args.length)
    with stage("Choosing what the student begins as"):
        taken = take_weights(student, narrowed(larger, student, rows))
    note(f"the student begins with {taken} tensors of {args.init}")


def _learned(path: Path, tokens: Tokens, length: int) -> nn.Module:
    """Open a model that has learned already.

    Raises:
        WorkshopError: it has other tokens than the teacher, or cannot read so far.
    """
    learned = open_base(str(path))
    if _vocabulary(learned.source.tokens) != _vocabulary(tokens):
        raise WorkshopError(f"{path} has another vocabulary than the teacher.")
    return causal_model(learned.source, max(length, learned.recipe.context_length))


def _vocabulary(tokens: Tokens) -> dict[str, int]:
    return Tokenizer.from_str(tokens.json).get_vocab(with_added_tokens=True)


def _facts(args: argparse.Namespace, teacher: Source) -> dict[str, object]:
    with stage("Taking the digest of the teacher"):
        names = names_of(teacher.shape).names(teacher.shape.layers)
        digest = fingerprint(teacher.tensors, names)
    if args.student.is_dir():
        student = str(args.student)
    else:
        student = msgspec.json.encode(read_student(args.student)).decode()
    return {
        "method": "distill",
        "teacher": digest,
        "student": student,
        "alpha": args.alpha,
        "temperature": args.temperature,
        "init": args.init,
        "length": args.length,
    }


def _write(
    args: argparse.Namespace, base: Base, student: nn.Module, sources: tuple[str, ...]
) -> None:
    """Write the student as a checkpoint, with the recipe that builds it."""
    tokens = base.source.tokens
    notice = f"A student of it. {texts_notice(sources)}"
    recipe = learned_recipe(base.recipe, tokens, args.out, notice)
    write_student(student, tokens, recipe, args.out, args.stored)
