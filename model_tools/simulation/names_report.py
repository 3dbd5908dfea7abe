# SPDX-License-Identifier: Apache-2.0
"""How many of the names were offered, with and without the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from model_tools.evaluation.accuracy import CUTOFFS
from model_tools.tables import markdown_table
from model_tools.wilson import wilson

__all__ = ["FIRST", "KINDS", "Found", "Tried", "as_json", "looked_at", "table"]

FIRST: Final = CUTOFFS[1]
"""Places of the list of the next eojeol that count where a name was used."""

UNCROWDED: Final = "of these, where fewer than 3 words were used as often"
HOME: Final = "where it was used twice, nothing typed: first 3"
SAME: Final = "elsewhere, the same form: first 5 within ⅔ of the keys"
OTHER: Final = "elsewhere, another particle: first 5 within ⅔ of the keys"
KINDS: Final = (HOME, SAME, OTHER)


@dataclass(frozen=True, slots=True)
class Tried:
    """How a form of a name was offered at one place."""

    rank: int | None
    """Place in the list before the first key, from 1; None when it was not there."""

    needed: int | None
    """Keys after which it was in the list; None when it was not before the last of them."""

    keys: int
    """That type all of it."""

    @property
    def soon(self) -> bool:
        """Whether it is offered before the last third of its keys is typed."""
        return self.needed is not None and 3 * self.needed <= 2 * self.keys


@dataclass(frozen=True, slots=True)
class Found:
    """One form at one place, without the history and with it."""

    kind: str
    """One of `KINDS`."""

    form: str
    off: Tried
    on: Tried

    crowded: bool = False
    """Whether the first three places belong to others: there is no context, or three words or
    more were used in it at least as often as the name."""


def looked_at(kind: str, keys: int) -> int:
    """Keys of a form until which it is looked for: none where it was used, else all but one."""
    return 0 if kind == HOME else keys - 1


def table(found: Sequence[Found]) -> str:
    """Shares in per cent with their intervals, and keys, as a Markdown table."""
    home, *elsewhere = ([one for one in found if one.kind == kind] for kind in KINDS)
    groups = {HOME: home, UNCROWDED: [one for one in home if not one.crowded]}
    groups |= dict(zip(KINDS[1:], elsewhere, strict=True))
    header = ["offered", "names", "off %", "on % [95 %]", "at all %", "keys typed", "of"]
    return markdown_table(header, [_row(name, some) for name, some in groups.items() if some])


def as_json(found: Sequence[Found]) -> list[dict[str, object]]:
    """Each form as plain values."""
    return [asdict(one) for one in found]


def _row(name: str, found: Sequence[Found]) -> list[str]:
    right = sum(_is_right(one.kind, one.on) for one in found)
    low, high = (100 * end for end in wilson(right, len(found)))
    share = f"{100 * right / len(found):.1f} [{low:.1f} to {high:.1f}]"
    without = 100 * sum(_is_right(one.kind, one.off) for one in found) / len(found)
    ever = 100 * sum(one.on.needed is not None for one in found) / len(found)
    # One that is never offered is typed to its end.
    typed = [one.on.keys if one.on.needed is None else one.on.needed for one in found]
    means = (sum(typed) / len(found), sum(one.on.keys for one in found) / len(found))
    cells = [f"{without:.1f}", share, f"{ever:.1f}", *(f"{mean:.1f}" for mean in means)]
    return [name, str(len(found)), *cells]


def _is_right(kind: str, tried: Tried) -> bool:
    if kind == HOME:
        return tried.rank is not None and tried.rank <= FIRST
    return tried.soon
