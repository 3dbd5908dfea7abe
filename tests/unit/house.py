# SPDX-License-Identifier: Apache-2.0
"""The tree as a reader sees it: its files, its folders, what its documents promise."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["ROOT", "commands_in", "files", "folders", "headings", "make_targets", "name_of", "read"]

ROOT = Path(__file__).resolve().parents[2]
MADE_BY_TOOLS = {"__pycache__", "build", "dist", "ieum-demo"}
OURS_THOUGH_HIDDEN = {".ci", ".gitignore"}
PROGRAM = re.compile(r"(?:^|\s)(make|ieum|python -m model_tools) ([a-z]+)", re.MULTILINE)
CODE = re.compile(r"```sh\n(.*?)```|`([^`\n]+)`", re.DOTALL)


def _is_ours(name: str) -> bool:
    if name in MADE_BY_TOOLS or name.endswith(".egg-info"):
        return False
    return not name.startswith(".") or name in OURS_THOUGH_HIDDEN


def files() -> Iterator[Path]:
    """Every file of the tree that no tool has made."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = sorted(filter(_is_ours, subfolders))
        yield from (Path(folder) / name for name in sorted(filter(_is_ours, names)))


def name_of(path: Path) -> str:
    """The file's name from the root of the tree."""
    return path.relative_to(ROOT).as_posix()


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def folders() -> set[str]:
    """Folders that hold files, as ARCHITECTURE.md writes them."""
    return {f"{name_of(path.parent)}/" for path in files() if path.parent != ROOT}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


def commands_in(document: str) -> set[tuple[str, str]]:
    """(program, what it is told to do) of each command of ours that a document names."""
    code = "\n".join(block or span for block, span in CODE.findall(read(document)))
    # What follows a sign of comment in a block is prose.
    return set(PROGRAM.findall(re.sub(r"\s#.*", "", code)))


def headings(document: str) -> list[int]:
    """The level of each heading, in order; signs of comment in code are none."""
    prose = re.sub(r"```.*?```", "", read(document), flags=re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]
