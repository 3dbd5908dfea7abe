# SPDX-License-Identifier: Apache-2.0
"""`ieum mode`: Hangul or Latin, asked, set and watched from outside."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any, Final

from ime_engine.cli.output import show, show_json
from ime_engine.cli.run import stop_on_signal

SUMMARY: Final = "show or set the mode of the input method: hangul or latin"
DESCRIPTION: Final = """\
Print the mode of the input method, `hangul` or `latin`; with a word, set it as
the 한/영 key would: what is being composed is finished first. With --watch, print
it now and at each change until Ctrl-C, `none` while no engine runs: a line for
a status bar. Exit status 1 when no engine runs."""
EXAMPLES: Final = """\
examples:
  ieum mode
  ieum mode toggle
  ieum mode --watch"""

OTHER: Final = {"hangul": "latin", "latin": "hangul"}
NONE: Final = "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to set, how to print."""
    parser.add_argument("mode", nargs="?", choices=("hangul", "latin", "toggle"), help="set it")
    parser.add_argument("--watch", action="store_true", help="print each change until Ctrl-C")
    parser.add_argument(
        "--json", action="store_true", help="print JSON, with the predictor's switch"
    )


def act(options: argparse.Namespace) -> int:
    """Set, then print.

    Raises:
        ServiceError: No engine runs, or there is no session bus.
    """
    if options.watch:
        asyncio.run(watch(options.mode, as_json=options.json))
        return 0
    facts = asyncio.run(ask(options.mode))
    if options.json:
        show_json(record(facts))
    else:
        show(str(facts["Mode"]))
    return 0


async def ask(wanted: str | None) -> dict[str, Any]:
    """The facts, after setting the mode if one is wanted."""
    from ime_engine.service.engine_client import EngineClient

    async with EngineClient() as engine:
        if wanted is not None:
            await engine.set_mode(OTHER[await engine.mode()] if wanted == "toggle" else wanted)
        return await engine.facts()


async def watch(wanted: str | None, *, as_json: bool) -> None:
    """Print the mode now and at each change, until a signal comes."""
    stopped = asyncio.create_task(stop_on_signal().wait())
    if wanted is not None:
        await ask(wanted)
    printing = asyncio.create_task(print_changes(as_json=as_json))
    await asyncio.wait((stopped, printing), return_when=asyncio.FIRST_COMPLETED)
    for task in (stopped, printing):
        task.cancel()
    _, printed = await asyncio.gather(stopped, printing, return_exceptions=True)
    if isinstance(printed, Exception):
        raise printed


async def print_changes(*, as_json: bool) -> None:
    """One line a change; what repeats the line before is left out."""
    from ime_engine.service.engine_client import EngineClient

    last = None
    async with EngineClient() as engine:
        async for facts in engine.changes():
            now = record(facts)
            line = json.dumps(now) if as_json else str(now["mode"] or NONE)
            if line != last:
                show(line)
                sys.stdout.flush()
            last = line


def record(facts: dict[str, Any] | None) -> dict[str, Any]:
    """What is printed as JSON; null for both while no engine runs."""
    if facts is None:
        return {"mode": None, "predict": None}
    return {"mode": facts["Mode"], "predict": facts["Predict"]}
