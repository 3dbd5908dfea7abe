# SPDX-License-Identifier: Apache-2.0
"""Desktops for stories, each gone without a trace when its story ends."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.leftovers import processes_at
from tests.e2e.run_demo import table_plan


@pytest.fixture
def short_tmp(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files whose name is short enough for sockets; empty at the end."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)
        assert list(Path(folder).iterdir()) == [], "a desktop left files behind"


@pytest.fixture
def desktop(short_tmp: Path) -> Iterator[Desktop]:
    with Desktop(table_plan()) as desktop:
        assert desktop.home is not None
        home = desktop.home
        assert home.parent == short_tmp
        assert home.stat().st_mode & 0o777 == 0o700
        desktop.await_predictor()
        yield desktop
    assert processes_at(home) == [], "a desktop left processes behind"
