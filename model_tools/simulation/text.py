# SPDX-License-Identifier: Apache-2.0
"""What one person wrote, in the order in which it was written, and where it is looked at."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from ime_engine.errors import ConfigError
from ime_engine.hangul.eojeol import without_trailing
from model_tools.evaluation.accuracy import Position
from model_tools.evaluation.registers import Register, read_text
from model_tools.numbers import whole_number

__all__ = ["Eojeol", "Slice", "add_length", "eojeols_of", "joined", "read_slice", "spread"]

SENTENCES: Final = 2000
READ: Final = 1000
"""Characters before an eojeol; no model reads as many."""
MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Slice:
    """Where the text of one person lies, and from which sentence on it is typed."""

    path: Path
    first: int = 1
    """Number of the first sentence, from 1."""

    @classmethod
    def parse(cls, text: str) -> Slice:
        """Read `FILE` or `FILE@FIRST`.

        >>> Slice.parse("a@b/diary.txt@301")
        Slice(path=PosixPath('a@b/diary.txt'), first=301)
        """
        path, mark, number = text.rpartition("@")
        if not (mark and number.isascii() and number.isdecimal()):
            return cls(Path(text))
        return cls(Path(path), max(int(number), 1))


@dataclass(frozen=True, slots=True)
class Eojeol:
    """An eojeol as it is typed."""

    position: Position
    text: str
    """With the punctuation around it."""

    follows: bool
    """Whether another one of its sentence stands before it, so that it counts as a position."""


def add_length(parser: argparse.ArgumentParser, sentences: int = SENTENCES) -> None:
    """Describe the option that says how much of a text is typed."""
    parser.add_argument(
        "--sentences",
        type=whole_number(1, MOST),
        default=sentences,
        metavar="N",
        help="sentences that are typed of a text (default: %(default)s)",
    )


def read_slice(where: Slice, sentences: int) -> Register:
    """Return the sentences of a slice, fewer where the text ends.

    Raises:
        ConfigError: the file cannot be read, or there is no sentence of two eojeols in the slice.
    """
    text = read_text(where.path)
    start = where.first - 1
    part = replace(text, sentences=text.sentences[start : start + sentences])
    if not part.positions():
        raise ConfigError(
            f"There is no sentence of two eojeols in {where.path} from number {where.first} on."
        )
    return replace(part, name=f"{text.name}@{where.first}")


def eojeols_of(text: Register) -> Iterator[Eojeol]:
    """Every eojeol of a text, the first of each sentence too."""
    for index, sentence in enumerate(text.sentences):
        for found in re.finditer(r"\S+", sentence):
            target = without_trailing(found.group())
            before = sentence[: found.start()]
            position = Position(text.name, index, before, target)
            yield Eojeol(position, found.group(), follows=bool(before))


def joined(eojeols: Iterable[Eojeol]) -> Iterator[Eojeol]:
    """The same in one text: what was written stands before each, as far as it may be read."""
    written = ""
    for eojeol in eojeols:
        yield replace(eojeol, position=replace(eojeol.position, before=written))
        written = f"{written}{eojeol.text} "[-READ:]


def spread(count: int, wanted: int, rng: np.random.Generator) -> list[int]:
    """Draw numbers below `count` that lie evenly: one of each of `wanted` equal stretches.

    Args:
        count: How many there are.
        wanted: How many to draw; all where there are not more. 0 draws all.
        rng: Source of the draw.
    """
    if not 0 < wanted < count:
        return list(range(count))
    ends = np.linspace(0, count, wanted + 1).astype(int)
    return [int(rng.integers(low, high)) for low, high in pairwise(ends)]
