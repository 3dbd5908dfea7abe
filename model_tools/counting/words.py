# SPDX-License-Identifier: Apache-2.0
"""Which words may be offered to anybody: those that hold none of the stems of a list."""

from __future__ import annotations

from pathlib import Path

from ime_engine.ranking.left_out import Allowed, read_left_out
from model_tools.errors import WorkshopError

__all__ = ["default_stems", "read_stems"]


def default_stems() -> Path:
    """The list of the checkout: data/ngram/left_out.txt."""
    return Path(__file__).resolve().parents[2] / "data" / "ngram" / "left_out.txt"


def read_stems(path: Path) -> Allowed:
    """Return what tells whether a word may be offered.

    Raises:
        WorkshopError: the list is missing, is not UTF-8 or names no stem.
    """
    try:
        return read_left_out(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkshopError(f"{path} cannot be read: it lists what is never offered.") from error
