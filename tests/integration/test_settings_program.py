# SPDX-License-Identifier: Apache-2.0
"""The settings dialog as a program, where it cannot be shown: one sentence, exit status 1."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ibus_component.component_xml import setup_line

ROOT = Path(__file__).parents[2]
THIS_PYTHON = [sys.executable, "-P", "-m", "ibus_component.setup"]
NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}


def run(
    command: list[str], variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**os.environ, "LANGUAGE": "en", **(variables or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_help_needs_neither_display_nor_gtk() -> None:
    done = run([*THIS_PYTHON, "--help"], NO_DISPLAY)
    assert done.returncode == 0
    assert "changes act at once" in done.stdout


@pytest.mark.parametrize("command", [setup_line().split(), THIS_PYTHON])
def test_any_python_can_start_it(command: list[str]) -> None:
    """The environment's Python has no gi: it hands over to the system's."""
    done = run([*command, "--check"], NO_DISPLAY)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "The settings dialog can be opened.\n"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "ieum: There is no display here: the settings dialog needs a desktop.\n"),
        ("ko", "ieum: 여기에는 화면이 없습니다. 설정 창은 데스크톱에서 열립니다.\n"),
    ],
)
def test_without_a_display(language: str, sentence: str) -> None:
    done = run(setup_line().split(), NO_DISPLAY | {"LANGUAGE": language})
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


def test_without_gtk() -> None:
    done = run([*THIS_PYTHON, "--check"], {"IEUM_SETTINGS_HANDED_OVER": "1"})
    assert done.returncode == 1
    assert done.stderr.startswith("ieum: The settings dialog needs GTK 3")
    assert done.stderr.count("\n") == 1


@pytest.fixture
def elsewhere(tmp_path: Path) -> list[str]:
    """A copy of the code beside which nothing was compiled, on a system without the schema."""
    for name in ("ibus_component", "ime_engine"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.pyc"))
    main = tmp_path / "ibus_component/setup/__main__.py"
    return ["/usr/bin/python3", "-I", str(main), "--check"]


def test_without_its_schema(elsewhere: list[str], tmp_path: Path) -> None:
    done = run(elsewhere, {"XDG_DATA_DIRS": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr == (
        "ieum: The settings schema is not installed; run `make setup`, or `sudo make install`.\n"
    )


def test_with_the_schema_of_another_version(elsewhere: list[str], tmp_path: Path) -> None:
    """A key that the schema lacks would end the process without a word."""
    folder = tmp_path / "share/glib-2.0/schemas"
    folder.mkdir(parents=True)
    name = "org.freedesktop.ibus.engine.ieum.gschema.xml"
    text = (ROOT / "data/gsettings" / name).read_text(encoding="utf-8")
    (folder / name).write_text(text.replace('name="learn"', 'name="study"'), encoding="utf-8")
    subprocess.run(["glib-compile-schemas", folder], check=True)
    done = run(elsewhere)
    assert done.returncode == 1
    assert "of another version (it lacks learn)" in done.stderr
