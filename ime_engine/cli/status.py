# SPDX-License-Identifier: Apache-2.0
"""`ieum status`: what the running daemon says of itself."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable
from typing import Any, Final

from ime_engine.cli.output import paint, say, show, show_json, table
from ime_engine.errors import IeumError, ServiceError
from ime_engine.protocol import Query

SUMMARY: Final = "show the running daemon's state and statistics"
DESCRIPTION: Final = """\
Show the state, the model and the statistics of the running daemon; exit
status 1 when none runs or its model could not be loaded."""
EXAMPLES: Final = """\
examples:
  ieum status
  ieum status --json | jq .State"""

COLOURS: Final = {"ready": "green", "loading": "yellow", "off": "yellow", "failed": "red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to print."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(options: argparse.Namespace) -> int:
    """Print what the daemon says, or that there is none."""
    try:
        facts = asyncio.run(ask())
    except ServiceError as error:
        if options.json:
            show_json({"State": "absent"})
        say(f"ieum: {error}")
        return 1
    if options.json:
        show_json(facts)
    else:
        show(report(facts))
    return 1 if facts["State"] == "failed" else 0


async def ask() -> dict[str, Any]:
    """Properties, process id, statistics and, after a failure, its reason.

    Raises:
        ServiceError: No daemon answers.
    """
    from ime_engine.service.client import PredictorClient

    async with PredictorClient(autostart=False) as client:
        facts = await client.properties()
        facts["Pid"] = await client.owner_pid()
        facts["Statistics"] = await client.statistics()
        if facts["State"] == "failed":
            facts["Problem"] = await problem(client.predict(Query(before="", tokens=True)))
    return facts


async def problem(question: Awaitable[object]) -> str:
    """The sentence with which the daemon refuses a question."""
    try:
        await question
    except IeumError as error:
        return str(error)
    return ""


def report(facts: dict[str, Any]) -> str:
    """Two columns a person can read."""
    rows = [
        ["state", paint(facts["State"], COLOURS.get(facts["State"], "yellow"))],
        ["model", facts["Model"] or "none"],
        ["device", facts["Device"] or "none"],
        ["enabled", "yes" if facts["Enabled"] else "no"],
        ["learning", "yes" if facts["Learning"] else "no"],
        # A daemon from before there was a history tells nothing of one.
        ["history", facts.get("History") or "none"],
        ["version", facts["Version"]],
        ["process", str(facts["Pid"])],
    ]
    if facts.get("Problem"):
        rows.append(["problem", facts["Problem"]])
    rows += [[name.replace("_", " "), figure(value)] for name, value in facts["Statistics"].items()]
    return table(rows)


def figure(value: float | int) -> str:
    """A number as a person reads it.

    >>> figure(1234567), figure(12.3456)
    ('1,234,567', '12.35')
    """
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
