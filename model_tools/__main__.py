# SPDX-License-Identifier: Apache-2.0
"""The command ``python -m model_tools``: one module a subcommand, imported when called."""

from __future__ import annotations

import argparse
import errno
import importlib
import signal
import sys
from collections.abc import Sequence
from typing import Final, Protocol, cast

from ime_engine import __version__
from ime_engine.errors import IeumError

__all__ = ["COMMANDS", "main"]

COMMANDS: Final = {
    "build": ("build", "build a model folder from a recipe"),
    "fetch": ("fetching", "fetch the source of a recipe, its digests checked"),
    "trim": ("trimming", "write a model as a checkpoint folder, cut down to the tokens kept"),
    "export": ("exporting", "write a model folder in float32"),
    "quantize": ("quantising", "write a model folder with fewer bits a weight"),
    "verify": ("verify", "compare a model folder with its manifest"),
    "list": ("listing", "list the models that are built and the recipes"),
    "inspect": ("inspection", "show what a model folder holds"),
    "evaluate": ("evaluate", "measure how often the next eojeol is right, and which keys it saves"),
    "compare": (
        "compare",
        "show two predictors side by side, and whether their difference is sure",
    ),
    "fit-mix": ("fit_mix", "fit how far model and n-gram are trusted, on held-out text"),
    "simulate": (
        "simulate",
        "measure what learning gains somebody who types the text of one author",
    ),
    "fit-history": ("fit_history", "fit how far the history is trusted, on simulated users"),
    "finetune": ("finetune", "let a model go on learning from text of one's own"),
    "pretrain": ("pretrain", "make a small model from nothing but text"),
    "distill": ("distill", "teach a small model what a large one knows"),
    "ngram": ("ngram", "count everyday Korean: the file that predicts without a model"),
    "benchmark": ("benchmark", "measure waits, memory and key round trips"),
    "card": ("card", "write the model card of a model"),
    "report": ("report", "write one page with the plots of what was measured"),
}
"""Module and summary of each subcommand."""

DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _Command(Protocol):
    """What a subcommand's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; return the exit status: 0 done, 1 failed, 2 wrongly called."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        command = _load(given)
        args = _parser(given[0] if command else "", command).parse_args(given)
        if command is None:
            return 2
        args.given = given
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return command.run(args)
    except IeumError as error:
        return _fail(str(error))
    except ModuleNotFoundError as error:
        return _fail(f"the Python package {error.name} is missing: pip install ieum[tools].")
    except OSError as error:
        return _fail(_told(error))
    except MemoryError:
        return _fail("there is not enough memory.")
    except KeyboardInterrupt:
        return _fail("stopped; what was there before is as it was.")


def _told(error: OSError) -> str:
    """Say in one sentence what the system refused."""
    if error.errno in DISK_FULL:
        return "there is no room left on the disk; what was there before is as it was."
    reason = error.strerror or str(error)
    return f"{reason}: {error.filename}." if error.filename else f"{reason}."


def _load(given: Sequence[str]) -> _Command | None:
    """Import the module of the subcommand that is called."""
    name = given[0] if given else ""
    if name not in COMMANDS:
        return None
    return cast("_Command", importlib.import_module(f"model_tools.{COMMANDS[name][0]}"))


def _parser(chosen: str, command: _Command | None) -> argparse.ArgumentParser:
    """Build the command line; only the chosen subcommand knows its own arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m model_tools",
        description="The workshop of 이음: build, check and measure models.",
    )
    parser.add_argument("--version", action="version", version=f"ieum {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, summary) in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=f"{summary}.")
        if command is not None and name == chosen:
            command.add_arguments(subparser)
    return parser


def _fail(sentence: str) -> int:
    sys.stderr.write(f"error: {sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
