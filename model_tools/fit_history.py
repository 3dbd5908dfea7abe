# SPDX-License-Identifier: Apache-2.0
"""`fit-history`: how far to trust what a user taught, by what it and everybody say.

    texts of users ──► typed, taught ──► lists of both at drawn positions ──► fit ──► weights
                              each user in turn, by a fit on the others ──► judged

The texts should be in no training text of the n-gram (`--ngram`): its counts look better on text
that they were taken from, and the history would seem to add less than it does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from ime_engine.errors import ConfigError
from ime_engine.ranking.personal import FEATURES, UNFITTED, PersonalWeights
from ime_engine.ranking.weights import PersonalFile
from ime_engine.service.ngrams import open_allowed
from model_tools import machine
from model_tools.evaluation.accuracy import stream
from model_tools.evaluation.registers import Register
from model_tools.fitting.history_positions import Record, collect, gave
from model_tools.fitting.history_report import Way, as_rows, judge, table
from model_tools.fitting.history_weights import fit
from model_tools.fitting.mix_weights import balanced
from model_tools.invocation import command_line
from model_tools.numbers import add_draws
from model_tools.progress import over, say
from model_tools.report_file import check_destination, write_json, write_whole
from model_tools.simulation.lists import Opened, open_everybody
from model_tools.simulation.text import Slice, add_length, read_slice
from model_tools.simulation.user import new_user
from model_tools.tables import markdown_table

__all__ = ["add_arguments", "as_file", "fitted", "held_out", "run"]

SENTENCES: Final = 1200
POSITIONS: Final = 150
PENALTY: Final = 3e-4

LEAST: Final = 2
"""Users: one to judge by, and one to fit on."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    parser.add_argument(
        "--text",
        type=Slice.parse,
        nargs="+",
        action="extend",
        required=True,
        metavar="FILE[@FIRST]",
        help="what a user wrote, in its order, one sentence a line, from sentence FIRST on; "
        "at least two users",
    )
    add_length(parser, SENTENCES)
    add_draws(parser, POSITIONS)
    parser.add_argument("--model", metavar="NAME", help="model (default: the configured one)")
    parser.add_argument(
        "--ngram",
        type=Path,
        metavar="FILE",
        help="n-gram that never saw these texts, in place of the installed one",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the weights")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")


def run(args: argparse.Namespace) -> int:
    """Type, ask, fit, judge, print; write the files that were asked for."""
    for path in (args.out, args.json):
        if path is not None:
            check_destination(path)
    users = [read_slice(where, args.sentences) for where in args.text]
    if len({user.name for user in users}) < len(users) or len(users) < LEAST:
        raise ConfigError("Name at least two users with --text, each of another text or slice.")
    load = machine.load_average()
    opened = open_everybody(args.model, args.ngram)
    records = [record for user in users for record in _asked(user, opened, args)]
    weights, rows = fitted(records), held_out(records)
    sys.stdout.write(_report(records, weights, rows))
    sys.stdout.write(_circumstances(opened, args.seed, load))
    if args.json is not None:
        figures = {"ways": {name: as_rows(some) for name, some in rows.items()}}
        write_json(args.json, {**figures, "weights": weights, "command": command_line(args)})
    if args.out is not None:
        say(f"writing {args.out}")
        write_whole(args.out, as_file(weights, _notes(opened, args, records)))
    return 0


def fitted(records: Sequence[Record], penalty: float = PENALTY) -> PersonalWeights:
    """Fit the weights on records; those where one side is silent tell nothing."""
    telling = [r for r in records if r.others and r.recall.offered]
    values = fit(
        np.array([record.features for record in telling]),
        gave(telling),
        balanced([record.user for record in telling]),
        penalty,
    )
    return dict(zip(FEATURES, values.tolist(), strict=True))


def held_out(records: Sequence[Record]) -> dict[str, list[Way]]:
    """Judge each user by a fit on all the others: the mean over them, then each alone."""
    users = list(dict.fromkeys(record.user for record in records))
    rows = {user: _judged(user, records) for user in users}
    together = [Way.mean([rows[user][at] for user in users]) for at in range(len(rows[users[0]]))]
    return {"users held out": together, **rows}


def as_file(weights: PersonalWeights, notes: Mapping[str, str]) -> str:
    """The weights as the daemon reads them."""
    rounded = {name: round(value, 4) for name, value in weights.items()}
    file = PersonalFile(weights=rounded, notes=notes)
    return msgspec.json.format(msgspec.json.encode(file), indent=2).decode() + "\n"


def _asked(text: Register, opened: Opened, args: argparse.Namespace) -> list[Record]:
    with new_user(open_allowed(), stream(args.seed, text.name)) as user:
        return list(collect(user, opened.engine, text, args.positions, args.seed, over))


def _judged(user: str, records: Sequence[Record]) -> list[Way]:
    own = [record for record in records if record.user == user]
    others = [record for record in records if record.user != user]
    ways = {"without history": None, "unfitted": UNFITTED, "fitted": fitted(others)}
    return [judge(name, own, weights) for name, weights in ways.items()]


def _notes(opened: Opened, args: argparse.Namespace, records: Sequence[Record]) -> dict[str, str]:
    names = ", ".join(dict.fromkeys(record.user for record in records))
    return {
        "fitted on": f"{len(records)} questions of {names}, {args.sentences} sentences each",
        "model": opened.model_digest,
        "ngram": opened.ranker.digest,
        "seed": str(args.seed),
        "penalty": str(PENALTY),
    }


def _report(
    records: Sequence[Record], weights: PersonalWeights, rows: Mapping[str, Sequence[Way]]
) -> str:
    values = [[name, f"{value:+.3f}"] for name, value in weights.items()]
    return "\n".join(
        [
            f"{len(records)} questions; each user judged by a fit on the others.\n",
            *(table(name, some) for name, some in rows.items()),
            markdown_table(["feature", "weight"], values),
        ]
    )


def _circumstances(opened: Opened, seed: int, load: float) -> str:
    return (
        f"\nModel {opened.model}, digest {opened.model_digest[:12]}; "
        f"n-gram {opened.ranker.digest[:12] or 'none'}; seed {seed}.\n"
        f"{machine.describe().sentence()}; load {load} before, {machine.load_average()} after.\n"
    )
