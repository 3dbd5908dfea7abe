# SPDX-License-Identifier: Apache-2.0
"""`ieum predict`: what comes next, from the daemon or from a model opened here."""

from __future__ import annotations

import argparse
import asyncio
from typing import Final

from ime_engine.cli.arguments import read_stdin
from ime_engine.cli.output import say, show, show_json, table
from ime_engine.errors import ServiceError
from ime_engine.protocol import DEFAULT_LIMIT, MAX_LIMIT, Candidate, Query

SUMMARY: Final = "predict the next eojeol after a text"
DESCRIPTION: Final = """\
Predict the next eojeol. Asks the running daemon; when none answers, opens the
model in this process, which takes a second or two. A text that ends without a
space gets one."""
EXAMPLES: Final = """\
examples:
  ieum predict "감사합니다. 앞으로도 잘"
  ieum predict "문의하신 내용에 대해" --prefix 아 --limit 3
  echo "오늘 날씨가" | ieum predict - --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The text and what is wanted of it."""
    parser.add_argument("text", metavar="TEXT", help="text before the eojeol; - reads stdin")
    parser.add_argument(
        "--prefix", default="", metavar="P", help="what is typed of the eojeol already"
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=DEFAULT_LIMIT,
        metavar="N",
        help=f"most candidates, 1 to {MAX_LIMIT}; default {DEFAULT_LIMIT}",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(options: argparse.Namespace) -> int:
    """Ask, and print the candidates, best first."""
    from ime_engine.queries import check_query

    query = Query(before=before_of(options.text), prefix=options.prefix, limit=options.limit)
    check_query(query)
    candidates = predict(query)
    if options.json:
        show_json(
            [{"text": c.text, "probability": c.probability, "source": c.source} for c in candidates]
        )
    elif candidates:
        show(table([[c.text, f"{c.probability:.1%}", c.source] for c in candidates]))
    else:
        say("No candidate: the model is sure of nothing here, or the predictor is off.")
    return 0


def predict(query: Query) -> list[Candidate]:
    """Candidates from the daemon, or else from a model opened here."""
    try:
        return asyncio.run(ask_daemon(query))
    except ServiceError as error:
        say(f"{error} Opening the model in this process instead.")
    return ask_here(query)


async def ask_daemon(query: Query) -> list[Candidate]:
    """Candidates from the running daemon.

    Raises:
        ServiceError: None answers.
    """
    from ime_engine.service.client import PredictorClient

    async with PredictorClient() as client:
        return await client.predict(query)


def ask_here(query: Query) -> list[Candidate]:
    """Candidates from the configured model, opened in this process."""
    from ime_engine.config import load_config, models_dirs
    from ime_engine.metrics import Metrics
    from ime_engine.service.models import find_model, open_model

    config = load_config()
    folder = find_model(config.model, models_dirs(config))
    return open_model(folder, config, Metrics()).engine.predict(query)


def before_of(argument: str) -> str:
    """The text before the eojeol, a space at its end.

    >>> before_of("앞으로도 잘")
    '앞으로도 잘 '

    Raises:
        InputError: stdin is not UTF-8.
    """
    text = read_stdin() if argument == "-" else argument
    return text if not text or text[-1].isspace() else text + " "
