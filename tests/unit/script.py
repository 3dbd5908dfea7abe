# SPDX-License-Identifier: Apache-2.0
"""Reads the scenarios of tests/scenarios/*.txt; what their lines mean is told in player.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

__all__ = ["Scenario", "meant", "scenarios", "shown"]

FOLDER = Path(__file__).parent.parent / "scenarios"


@dataclass
class Scenario:
    """A script: where it stands, and its steps."""

    file: str
    title: str
    steps: list[tuple[int, str, str]] = field(default_factory=list)
    settings: dict[str, object] = field(default_factory=dict)
    needs: str = ""

    def played_with(self, surrounding: bool) -> bool:
        return self.needs in ("", "surrounding" if surrounding else "blind")


def scenarios() -> Iterator[Scenario]:
    for path in sorted(FOLDER.glob("*.txt")):
        yield from read(path)


def read(path: Path) -> list[Scenario]:
    found: list[Scenario] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        verb, _, rest = line.strip().partition(" ")
        value = rest.strip()
        if verb == "scenario":
            found.append(Scenario(path.stem, value))
        elif verb == "setting":
            name, _, text = value.partition(" ")
            found[-1].settings[name] = yaml.safe_load(text)
        elif verb == "needs":
            found[-1].needs = value
        else:
            found[-1].steps.append((number, verb, value))
    return found


def shown(text: str) -> str:
    return text.replace(" ", "␣").replace("\n", "↵").replace("\t", "⇥")


def meant(text: str) -> str:
    return text.replace("␣", " ").replace("↵", "\n").replace("⇥", "\t")
