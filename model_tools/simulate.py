# SPDX-License-Identifier: Apache-2.0
"""`simulate`: what learning gains somebody who writes for a while.

    text of one author ─► types every eojeol ─► history (in a folder that goes away)
                              │ at drawn positions                  │
                              └─► ideal typist, twice: without it ──┴── with it ─► table, plot

Both lists rest on the same model and n-gram, so that what differs is the history alone: what it
knows, and what it has the model read before a text that is just begun.
With --names it measures instead how surely invented names are offered once they were typed twice.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from ime_engine.service.ngrams import open_allowed
from model_tools import machine
from model_tools.benchmarks.latency import summarise
from model_tools.evaluation.accuracy import stream
from model_tools.numbers import whole_number
from model_tools.progress import over
from model_tools.report import prepare_drawing
from model_tools.report_file import check_destination, write_json, write_whole
from model_tools.simulation.facts import circumstances, sentences
from model_tools.simulation.lists import open_everybody
from model_tools.simulation.report import as_json, parts, table, waits
from model_tools.simulation.text import Slice, add_length, read_slice
from model_tools.simulation.user import Remembered, new_user
from model_tools.simulation.watch import Lists, watch

__all__ = ["add_arguments", "run"]

POSITIONS: Final = 1200
MOST: Final = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    parser.add_argument(
        "--text",
        type=Path,
        required=True,
        metavar="FILE",
        help="what one author wrote, in its order, one sentence a line",
    )
    parser.add_argument(
        "--first",
        type=whole_number(1, MOST),
        default=1,
        metavar="N",
        help="number of the first sentence that is typed, from 1 (default: %(default)s)",
    )
    add_length(parser)
    parser.add_argument(
        "--positions",
        type=whole_number(0, MOST),
        default=POSITIONS,
        metavar="N",
        help="eojeols that are watched, evenly over the text, 0 for all (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=whole_number(0, MOST),
        default=1,
        metavar="N",
        help="of the draws (default: %(default)s)",
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help="the sentences stand in one text, which both lists read; else each is typed into an "
        "empty field, as the messages of a chat are",
    )
    parser.add_argument(
        "--names",
        type=whole_number(1, 10_000),
        metavar="N",
        help="measure instead how surely N invented names and places are offered after two uses",
    )
    _add_predictor(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw what is gained over time on an HTML page"
    )


def _add_predictor(parser: argparse.ArgumentParser) -> None:
    """Options that say what is measured."""
    parser.add_argument("--model", metavar="NAME", help="model (default: the configured one)")
    parser.add_argument(
        "--ngram",
        type=Path,
        metavar="FILE",
        help="n-gram in place of the installed one, such as one that never saw the text",
    )
    parser.add_argument(
        "--personal",
        type=Path,
        metavar="FILE",
        help="weights of the history in place of the installed ones (`fit-history`)",
    )


def run(args: argparse.Namespace) -> int:
    """Type, measure, print; write the files that were asked for."""
    for path in (args.json, args.plot):
        if path is not None:
            check_destination(path)
    if args.names is not None:
        from model_tools.simulation import names as simulate_names

        return simulate_names.run(args)
    if args.plot is not None:
        prepare_drawing()
    text = read_slice(Slice(args.text, args.first), args.sentences)
    load = machine.load_average()
    opened = open_everybody(args.model, args.ngram, args.personal)
    with new_user(open_allowed(), stream(args.seed, "coin")) as user:
        timed = Remembered(user.history, user.foregoing)
        lists = Lists(opened.engine, opened.ranker, opened.ranker.beside(timed))
        watched = list(
            watch(user, lists, text, args.positions, args.seed, over, together=args.together)
        )
        facts = circumstances(args, opened, user, load)
    rows = parts(watched, len(text.sentences), args.seed)
    recalled = summarise(timed.waits_ms)
    sys.stdout.write(f"{table(rows)}\n{waits(recalled)}\n{sentences(facts)}")
    if args.json is not None:
        write_json(args.json, {"parts": as_json(rows), "recall": asdict(recalled), **facts})
    if args.plot is not None:
        from model_tools.simulation.plot import page

        write_whole(args.plot, page(watched, len(text.sentences), args.seed, sentences(facts)))
    return 0
