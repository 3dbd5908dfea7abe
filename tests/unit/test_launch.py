# SPDX-License-Identifier: Apache-2.0
"""A program beside the engine: started, not waited for, and no zombie at its end."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path

import pytest

from ibus_component.headless import wait_until
from ibus_component.launch import launch


def zombies() -> list[int]:
    """Children of ours that nobody has waited for."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state == "Z" and int(parent) == os.getpid():
            found.append(int(entry.name))
    return found


def test_a_program_runs_beside_us_in_a_session_of_its_own(tmp_path: Path) -> None:
    place = tmp_path / "my file"
    code = "import os, pathlib, sys, time; p = pathlib.Path(sys.argv[1]); "
    code += "p.with_suffix('.new').write_text(str(os.getsid(0))); "
    code += "p.with_suffix('.new').rename(p); time.sleep(0.2)"
    begun = time.monotonic()

    launch(shlex.join([sys.executable, "-I", "-S", "-c", code, str(place)]))

    assert time.monotonic() - begun < 0.2
    wait_until(place.exists, "the start of the program")
    assert int(place.read_text()) not in (0, os.getsid(0))
    wait_until(lambda: not zombies(), "the end of the program")


def test_a_program_that_is_not_there_is_told_in_a_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    launch("/nowhere/ieum-setup --now")
    launch("")

    assert "/nowhere/ieum-setup cannot be started" in caplog.text
    assert "not installed" in caplog.text
