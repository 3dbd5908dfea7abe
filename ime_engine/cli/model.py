# SPDX-License-Identifier: Apache-2.0
"""`ieum model`: the workshop's commands about models."""

from __future__ import annotations

import argparse
from typing import Final

from ime_engine.cli.siblings import become, is_installed
from ime_engine.errors import NotAvailableError

SUMMARY: Final = "list, build or verify models"
DESCRIPTION: Final = """\
Work on models: list shows recipes and what is built, build fetches and converts
one, verify compares a folder with its manifest. fetch, trim, export and quantize
are the single steps of build. Every argument goes to the workshop
(python -m model_tools)."""
EXAMPLES: Final = """\
examples:
  ieum model list
  ieum model build gemma3-270m-ko
  ieum model verify gemma3-270m-ko
  ieum model build --help      the options of build
  ieum model quantize FOLDER --precision int4 --to FOLDER"""

NEEDS: Final = dict.fromkeys(("build", "fetch", "trim", "export", "quantize"), ("gguf", "onnx"))
"""Packages of the extras that a command needs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The workshop's command, then whatever it takes."""
    parser.add_argument(
        "rest",
        nargs="+",
        metavar="list|build|verify|fetch|trim|export|quantize …",
        help="what to do",
    )


def act(options: argparse.Namespace) -> int:
    """Hand over to the workshop.

    Raises:
        NotAvailableError: An extra that the command needs is not installed.
    """
    tool = options.rest[0]
    missing = [name for name in NEEDS.get(tool, ()) if not is_installed(name)]
    if missing and "--help" not in options.rest:
        raise NotAvailableError(
            f"`ieum model {tool}` needs {', '.join(missing)}; "
            "install it with `pip install 'ieum[tools]'`."
        )
    become("model_tools", options.rest)
