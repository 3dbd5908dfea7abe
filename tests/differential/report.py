# SPDX-License-Identifier: Apache-2.0
"""What a run came to, as a table; and a file from which an interrupted one goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from tests.differential.compare import Difference, Outcome

__all__ = ["Journal", "describe", "table"]

TITLES = {
    "peer": "Ours with the predictor off, and ibus-hangul",
    "lists": "Ours with a list at every chance, and with the predictor off (A13)",
}


class Journal:
    """Outcomes, one a line of JSON, written as they come."""

    def __init__(self, path: Path | None) -> None:
        """Open; None keeps nothing."""
        self._path = path

    def read(self) -> list[Outcome]:
        """Outcomes of an earlier run."""
        if self._path is None or not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [msgspec.json.decode(line, type=Outcome) for line in lines]

    def write(self, outcome: Outcome) -> None:
        """Add one."""
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(outcome) + b"\n")


def table(outcomes: Sequence[Outcome]) -> str:
    """Markdown: a row for each layout and way of comparing."""
    parts = []
    for kind, title in TITLES.items():
        chosen = [outcome for outcome in outcomes if outcome.portion.kind == kind]
        layouts = dict.fromkeys(outcome.portion.layout for outcome in chosen)
        rows = [_row(name, (o for o in chosen if o.portion.layout == name)) for name in layouts]
        if rows:
            rows.append(_row("**all**", chosen))
            parts.append(f"{title}\n\n{HEAD}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


HEAD = (
    "| layout | scripts | key events | lists shown | differences | seconds |\n"
    "| ------ | ------: | ---------: | ----------: | ----------: | ------: |"
)


def describe(difference: Difference) -> str:
    """Everything needed to see a difference again."""
    return (
        f"layout {difference.layout}, script {difference.seed}: {' '.join(difference.script)}\n"
        f"  smallest: {' '.join(difference.smallest)}\n"
        f"  ours:     {difference.ours}\n"
        f"  theirs:   {difference.theirs}\n"
    )


def _row(name: str, outcomes: Iterable[Outcome]) -> str:
    chosen = list(outcomes)
    scripts, keys, lists = (sum(getattr(o, key) for o in chosen) for key in SUMS)
    differences = sum(len(o.differences) for o in chosen)
    seconds = sum(o.seconds for o in chosen)
    return f"| {name} | {scripts:,} | {keys:,} | {lists:,} | {differences} | {seconds:.0f} |"


SUMS = ("scripts", "keys", "lists")
