# SPDX-License-Identifier: Apache-2.0
"""`ieum doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Final

from ime_engine.cli.checks import Check, Level, judge
from ime_engine.cli.facts import gather
from ime_engine.cli.output import paint, show, show_json

SUMMARY: Final = "check this installation and say what to do"
DESCRIPTION: Final = """\
Check everything typing and predicting need, one line each, with a remedy where
something is amiss. Changes nothing. Exit status 1 when a check fails."""
EXAMPLES: Final = """\
examples:
  ieum doctor
  ieum doctor --json"""

COLOURS: Final = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to print."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(options: argparse.Namespace) -> int:
    """Print every check; 1 when one failed."""
    checks = judge(gather())
    if options.json:
        show_json([dataclasses.asdict(check) for check in checks])
    else:
        for check in checks:
            show(line(check))
    return 1 if any(check.level is Level.FAIL for check in checks) else 0


def line(check: Check) -> str:
    """A check as a person reads it."""
    mark = paint(f"{check.level.value:4}", COLOURS[check.level])
    remedy = f"\n{'':6}{'':12}  {check.remedy}" if check.remedy else ""
    return f"{mark}  {check.name:12}  {check.sentence}{remedy}"
