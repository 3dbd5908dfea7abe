# SPDX-License-Identifier: Apache-2.0
"""`ieum stats` as users call it, on counts of its own."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ime_engine.history.history import History
from ime_engine.paths import state_dir
from tests.harness.command import ieum


class Tags(HTMLParser):
    """The elements of a page."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@pytest.fixture(autouse=True)
def counted() -> None:
    history = History.open(state_dir())
    history.tally("2026-03-01", {"keys": 90, "keys_saved": 10, "lists_shown": 4})
    history.tally("2026-03-01", {"lists_used": 1, "lists_ignored": 3, "eojeols": 20})
    history.tally("2026-03-03", {"keys": 10})
    history.flush()
    history.close()


def test_in_the_terminal_and_for_programs() -> None:
    told = ieum("stats")
    assert told.stdout.startswith("keystrokes saved  10  of 110 (9.1%)\n")
    facts = json.loads(ieum("stats", "--json", "--days", "1").stdout)
    assert facts["total"]["keys"] == 100
    assert facts["since"] == "2026-03-01"
    assert len(facts["days"]) == 1


def test_as_a_page(tmp_path: Path) -> None:
    file = tmp_path / "stats.html"
    done = ieum("stats", "--html", file, "--days", "1000")
    assert (done.returncode, done.stdout) == (0, "")

    read = Tags(file)
    assert read.tags.count("svg") == 2
    assert "script" not in read.tags


def test_where_no_page_can_be_written(tmp_path: Path) -> None:
    done = ieum("stats", "--html", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is a folder; name a file." in done.stderr
