# SPDX-License-Identifier: Apache-2.0
"""The `ieum` command: one module a subcommand, results on stdout, talk on stderr.

Exit status 0 when it worked, 1 when it did not, 2 when it was called wrongly.
Nothing heavy is imported before a subcommand needs it, so that `ieum doctor`
can tell what is missing when it is missing.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import Final

from ime_engine import __version__
from ime_engine.cli import (
    component,
    config,
    demo,
    doctor,
    history,
    mode,
    model,
    predict,
    run,
    settings,
    stats,
    status,
)
from ime_engine.cli.output import say
from ime_engine.errors import IeumError

__all__ = ["COMMANDS", "build_parser", "main"]

COMMANDS: Final = {
    "run": run,
    "predict": predict,
    "status": status,
    "mode": mode,
    "history": history,
    "stats": stats,
    "settings": settings,
    "config": config,
    "demo": demo,
    "component": component,
    "doctor": doctor,
    "model": model,
}
HAND_OVER: Final = ("demo", "model")
"""Commands whose arguments are another program's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; return the exit status."""
    survive_narrow_encodings()
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = passed_on(given) or build_parser().parse_args(given)
    try:
        status = int(options.act(options))
        sys.stdout.flush()
    except IeumError as error:
        say(f"ieum: {error}")
    except ModuleNotFoundError as error:
        say(f"ieum: the Python package {error.name} is missing; run `make setup`.")
    except KeyboardInterrupt:
        say("")
    except BrokenPipeError:
        # The reader has gone, as `head` does; keep Python from saying so at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    else:
        return status
    return 1


def survive_narrow_encodings() -> None:
    """Write what the locale cannot show as an escape, instead of failing half-way."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def passed_on(given: Sequence[str]) -> argparse.Namespace | None:
    """Everything after a command that only hands over, untouched; None for other commands."""
    if len(given) < 2 or given[0] not in HAND_OVER or given[1] in ("-h", "--help"):
        return None
    rest = list(given[2:] if given[1] == "--" else given[1:])
    return argparse.Namespace(act=COMMANDS[given[0]].act, rest=rest)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="ieum",
        description="Ieum (이음): a Korean input method that predicts the next eojeol, "
        "on your own machine.",
        epilog='Example: ieum predict "감사합니다. 앞으로도 잘"',
    )
    parser.add_argument("--version", action="version", version=f"ieum {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=module.SUMMARY,
            description=module.DESCRIPTION,
            epilog=module.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(act=module.act)
    return parser
