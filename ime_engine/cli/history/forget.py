# SPDX-License-Identifier: Apache-2.0
"""`ieum history forget`: drops words, in the running daemon's memory as on disk."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from typing import Final

from ime_engine.cli.arguments import read_stdin
from ime_engine.cli.history.opening import reading
from ime_engine.cli.output import say, show
from ime_engine.errors import InputError, ServiceError
from ime_engine.hangul.eojeol import normalised

SUMMARY: Final = "forget words, and all that was learned after and before them"
DESCRIPTION: Final = """\
Forget each EOJEOL: the word itself, what was learned to follow it, and where it
was learned to follow. Its bytes are wiped from the file. Other endings of it are
other words: see which there are with `ieum history search`."""
EXAMPLES: Final = """\
examples:
  ieum history forget 민준이가 민준이는
  ieum history forget -      reads words from stdin, which no list of processes shows"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which words."""
    parser.add_argument(
        "eojeols", nargs="+", metavar="EOJEOL", help="a word as it was learned; - reads stdin"
    )


def act(options: argparse.Namespace) -> int:
    """Forget each word, and say how much went.

    Raises:
        HistoryError: The history cannot be changed.
        InputError: Something given is no eojeol.
    """
    eojeols = words_of(options.eojeols)
    gone = asyncio.run(forget_in_daemon(eojeols))
    with reading() as history:
        # A daemon that does not learn has not opened the history; what it forgot is gone here too.
        if history is not None:
            gone = [count + history.forget(one) for count, one in zip(gone, eojeols, strict=True)]
    found = sum(count > 0 for count in gone)
    if found:
        words = "word" if found == 1 else "words"
        show(f"Forgot {found:,} {words} ({sum(gone):,} records).")
    if found < len(gone):
        missing = "this word" if len(gone) == 1 else f"{len(gone) - found:,} of these words"
        say(f"Nothing is kept of {missing}.")
    return 0


def words_of(given: Sequence[str]) -> list[str]:
    """The words that are named, each once, in their order.

    Raises:
        InputError: One of them is no eojeol; it is not repeated in the sentence.
    """
    from ime_engine.service.arguments import check_eojeol

    named: list[str] = []
    for argument in given:
        named += read_stdin().split() if argument == "-" else [argument]
    words = list(dict.fromkeys(map(normalised, named)))
    if not words:
        raise InputError("There is nothing to forget; name a word.")
    for word in words:
        check_eojeol(word)
    return words


async def forget_in_daemon(eojeols: Sequence[str]) -> list[int]:
    """How many records of each the running daemon dropped; zeros when none runs."""
    from ime_engine.service.client import PredictorClient

    try:
        async with PredictorClient(autostart=False) as client:
            return [await client.forget(eojeol) for eojeol in eojeols]
    except ServiceError:
        return [0] * len(eojeols)
