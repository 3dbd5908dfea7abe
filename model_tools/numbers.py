# SPDX-License-Identifier: Apache-2.0
"""Numbers on the command line, refused in one sentence when out of range."""

from __future__ import annotations

import argparse
from collections.abc import Callable

__all__ = ["add_draws", "add_keystrokes", "whole_number"]


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A type for argparse: a whole number from `low` to `high`, both included."""

    def number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}")
        return int(text)

    return number


def add_draws(parser: argparse.ArgumentParser, positions: int) -> None:
    """Describe the options that say which positions of a text are asked.

    Args:
        parser: The parser of a subcommand.
        positions: Drawn per register unless the user says otherwise.
    """
    parser.add_argument(
        "--positions",
        type=whole_number(0, 1_000_000),
        default=positions,
        metavar="N",
        help="positions drawn per register, 0 for all (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=whole_number(0, 1_000_000),
        default=1,
        metavar="N",
        help="of the draws (default: %(default)s)",
    )


def add_keystrokes(parser: argparse.ArgumentParser, positions: int) -> None:
    """Describe the options that say whether the keys that are saved are counted too.

    Args:
        parser: The parser of a subcommand.
        positions: Typed per register unless the user says otherwise.
    """
    parser.add_argument(
        "--ksr",
        action="store_true",
        help="measure keystroke savings too; asks after every key and takes long",
    )
    parser.add_argument(
        "--ksr-positions",
        type=whole_number(0, 1_000_000),
        default=positions,
        metavar="N",
        help="positions per register for --ksr, 0 for all (default: %(default)s)",
    )
