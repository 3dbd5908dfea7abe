# SPDX-License-Identifier: Apache-2.0
"""One run from its folder to its result, the same for every command that learns."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from model_tools.errors import WorkshopError
from model_tools.report_file import check_destination, write_json
from model_tools.source import Tokens
from model_tools.stages import stage
from model_tools.training.curve import shown
from model_tools.training.heap import keep_heap
from model_tools.training.loop import Learner, Outcome, Trainer
from model_tools.training.mixture import read_mixture
from model_tools.training.place import Place
from model_tools.training.result import as_json, sentence
from model_tools.training.run_folder import RunFolder, difference
from model_tools.training.schedule import Schedule
from model_tools.training.texts import Rows, Texts, read_texts, to_rows

__all__ = ["check_places", "learn", "read_rows", "read_text", "text_digest"]


def check_places(args: argparse.Namespace) -> None:
    """Refuse what could not be written in the end, or is there already.

    Raises:
        IeumError: the result is there, or its folder is not.
    """
    if args.out.exists():
        raise WorkshopError(f"{args.out} is there already; name another --out.")
    for path in filter(None, (args.out, args.json)):
        check_destination(path)


def read_rows(args: argparse.Namespace, tokens: Tokens) -> tuple[Texts, Rows]:
    """Read what is learned from, by the options of the command.

    Raises:
        WorkshopError: it cannot be read, or is too little.
    """
    texts = read_text(args)
    return texts, to_rows(texts, tokens, args.length, args.held_out_tokens)


def read_text(args: argparse.Namespace) -> Texts:
    """Read the text that the options name; raises as `read_texts`."""
    with stage("Reading text"):
        mixture = args.mixture and read_mixture(args.mixture)
        return read_texts(args.text, args.held_out_percent, args.lines, args.seed, mixture)


def text_digest(rows: Rows) -> str:
    """SHA-256 of all that is learned from and measured with."""
    digest = hashlib.sha256(rows.train.tobytes())
    digest.update(rows.held_out.tobytes())
    return digest.hexdigest()


def learn(
    args: argparse.Namespace,
    facts: Mapping[str, object],
    learner: Learner,
    rows: Rows,
    schedule: Schedule,
    place: Place,
    write: Callable[[], None],
) -> None:
    """Run to the end, write the result, say what was gained.

    Args:
        args: Of the command: out, keep, resume, restart, json.
        facts: What else the run depends on, by the name to complain with.
        learner: What is learned.
        rows: Text to learn from and to measure with.
        schedule: How long and how fast.
        place: Where the learner lies.
        write: Writes the result; the best weights are in the model then.

    Raises:
        WorkshopError: there is a run that this does not go on with, or it fails.
    """
    keep_heap()
    folder = RunFolder(run_path(args.out), args.keep)
    all_facts = {**facts, "text": text_digest(rows), **msgspec.to_builtins(schedule)}
    all_facts |= {"bfloat16": place.bfloat16, "device": place.device}
    with folder.held():
        _enter(folder, all_facts, args)
        with shown(schedule.steps) as show:
            outcome = Trainer(learner, rows, schedule, place, folder, show).run()
        write()
        _report(args, outcome, all_facts)
        folder.remove()


def run_path(out: Path) -> Path:
    """Return the folder of the run that makes `out`."""
    return out.with_name(f"{out.name}.run")


def _enter(folder: RunFolder, facts: dict[str, object], args: argparse.Namespace) -> None:
    """Begin a run, or make sure that it is the one to go on with."""
    before = folder.facts() if folder.steps() and not args.restart else None
    if before is None:
        if args.resume:
            raise WorkshopError(f"there is no run in {folder.path} to go on with.")
        folder.clear()
        folder.begin(facts)
        return
    if not args.resume:
        raise WorkshopError(
            f"a run was stopped in {folder.path}: --resume goes on, --restart begins anew."
        )
    other = difference(before, facts)
    if other:
        raise WorkshopError(f"the run in {folder.path} is another one: {other}.")


def _report(args: argparse.Namespace, outcome: Outcome, facts: dict[str, object]) -> None:
    if args.json is not None:
        write_json(args.json, as_json(outcome, facts))
    sys.stdout.write(f"{sentence(outcome, args.out)}\n")
