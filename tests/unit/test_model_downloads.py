# SPDX-License-Identifier: Apache-2.0
"""What a killed download leaves is removed, what another fetches is let be."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from model_tools.downloads import incoming


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def test_a_folder_is_there_while_it_is_wanted(downloads: Path) -> None:
    with incoming(downloads) as folder:
        (folder / "part").touch()
        assert folder.parent == downloads
    assert list(downloads.iterdir()) == []


def test_it_goes_when_something_goes_wrong(downloads: Path) -> None:
    with pytest.raises(KeyboardInterrupt), incoming(downloads):
        raise KeyboardInterrupt
    assert list(downloads.iterdir()) == []


def test_only_what_nobody_holds_is_swept_away(downloads: Path) -> None:
    forsaken, held = downloads / ".incoming-a", downloads / ".incoming-b"
    for folder in (forsaken, held):
        folder.mkdir()
        (folder / "part").touch()
    descriptor = os.open(held, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with incoming(downloads):
            assert held.exists()
            assert not forsaken.exists()
    finally:
        os.close(descriptor)
    with incoming(downloads):
        assert not held.exists()
