# SPDX-License-Identifier: Apache-2.0
"""How much of which register is read, as YAML, and the documents that are drawn by it.

registers:
  chat: {lines: 3}                 shares of all lines that are drawn
  news: {lines: 1, joined: 0.4}    chance that a line goes on with the next in one document
evenness: 0.5                      a source is drawn by its lines to this power
sources: {kochat: 0.2}             and by this factor

    lines of a source ─► tidied, private and coarse ones dropped ─► documents ─► shuffled
    lines wanted ─► parted by register ─► parted by source ─► so many of its documents
"""

from __future__ import annotations

import itertools
import random
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec
import yaml

from ime_engine.ranking.left_out import Allowed
from model_tools.errors import WorkshopError

__all__ = ["Mixture", "Share", "draw", "parted", "read_mixture", "tidied"]

MOST_JOINED: Final = 6
"""Lines of a document at most."""

PRIVATE: Final = re.compile(r"\S@\S|://|\d(?:[-. ]?\d){6,}")
"""Addresses, and digits enough for a telephone, a card or a resident number."""

Positive = Annotated[float, msgspec.Meta(gt=0)]


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of one register is read, and how."""

    lines: Positive
    """Beside those of the other registers."""

    joined: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    """Chance that the next line of the file belongs to the same document."""


class Mixture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is read of a corpus; registers that are not named are not."""

    registers: Annotated[dict[str, Share], msgspec.Meta(min_length=1)]
    evenness: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    """1: each line as often as another; 0: each source as often as another."""

    sources: dict[str, Positive] = {}
    """How often a source is drawn beside others of its size; 1 for those not named."""


def read_mixture(path: Path) -> Mixture:
    """Read a mixture.

    Raises:
        WorkshopError: it is not there or not one; names the field.
    """
    try:
        return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Mixture)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise WorkshopError(f"{path} cannot be read: {reason}.") from error
    except msgspec.ValidationError as error:
        raise WorkshopError(f"{path}: {error}.") from error


def tidied(lines: Sequence[str], allowed: Allowed) -> list[str]:
    """Put spaces right and drop empty lines, private data and words that nobody is offered.

    Args:
        lines: As they were read.
        allowed: Whether a word may be offered to anybody.
    """
    even = (" ".join(unicodedata.normalize("NFC", line).split()) for line in lines)
    return [line for line in even if line and not PRIVATE.search(line) and _clean(line, allowed)]


def draw(
    sources: Mapping[str, tuple[str, Sequence[str]]], mixture: Mixture, lines: int, seed: int
) -> list[str]:
    """Draw documents.

    Args:
        sources: Register and tidied lines of each source, by its name.
        mixture: How much of which.
        lines: How many in all, about; fewer where a register has fewer.
        seed: Of the draw.

    Returns:
        Documents, shuffled.
    """
    whole = sum(share.lines for share in mixture.registers.values())
    drawn: list[str] = []
    for register, share in mixture.registers.items():
        sizes = {name: len(text) for name, (its, text) in sources.items() if its == register}
        wishes = {
            name: mixture.sources.get(name, 1.0) * size**mixture.evenness
            for name, size in sizes.items()
        }
        for name, count in parted(round(lines * share.lines / whole), wishes, sizes).items():
            dice = random.Random(f"{seed} {name}")  # noqa: S311 - no secret
            drawn.extend(_documents(sources[name][1], count, share.joined, dice))
    random.Random(seed).shuffle(drawn)  # noqa: S311 - no secret
    return drawn


def parted(total: int, wishes: Mapping[str, float], sizes: Mapping[str, int]) -> dict[str, int]:
    """Part a number by wishes, none getting more than it has: what it lacks the others get.

    Args:
        total: What is parted.
        wishes: Weight of each, > 0.
        sizes: Most that each can get.
    """
    got: dict[str, int] = {}
    left, weight = total, sum(wishes.values())
    # Whose size lies furthest below its wish is served first: it is cut, if any is.
    for name in sorted(wishes, key=lambda each: sizes[each] / wishes[each]):
        got[name] = min(sizes[name], round(left * wishes[name] / weight))
        left, weight = left - got[name], weight - wishes[name]
    return got


def _documents(lines: Sequence[str], count: int, joined: float, dice: random.Random) -> list[str]:
    """Draw documents of so many lines in all, the last one perhaps reaching beyond."""
    runs = list(_runs(lines, joined, dice))
    dice.shuffle(runs)
    ends = itertools.accumulate(map(len, runs))
    begun = (run for run, end in zip(runs, ends, strict=True) if end - len(run) < count)
    return [" ".join(run) for run in begun]


def _runs(lines: Sequence[str], joined: float, dice: random.Random) -> Iterator[list[str]]:
    """Cut neighbouring lines to runs of random length; each line is in one."""
    run: list[str] = []
    for line in lines:
        if run and (len(run) == MOST_JOINED or dice.random() >= joined):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _clean(line: str, allowed: Allowed) -> bool:
    return all(map(allowed, line.split()))
