# SPDX-License-Identifier: Apache-2.0
"""Arguments that several subcommands take alike."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from ime_engine.errors import InputError
from ime_engine.protocol import MAX_TEXT

__all__ = ["at_least_one", "read_stdin"]

MOST: Final = 1_000_000
READ_AT_MOST: Final = 4 * MAX_TEXT
"""Of stdin, in bytes."""


def at_least_one(text: str) -> int:
    """A number for argparse.

    Raises:
        ArgumentTypeError: It is none, or out of range.

    >>> at_least_one("30")
    30
    """
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MOST:,}")
    return int(text)


def read_stdin() -> str:
    """All of stdin, without the newline at its end.

    Raises:
        InputError: It is not UTF-8.
    """
    data = sys.stdin.buffer.read(READ_AT_MOST + 1)
    try:
        return data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        raise InputError("The text on stdin is not UTF-8; convert it first.") from None
