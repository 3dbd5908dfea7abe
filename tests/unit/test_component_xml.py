# SPDX-License-Identifier: Apache-2.0
"""The component file: what ibus-daemon, ibus-setup and a packager read in it."""

from __future__ import annotations

import shlex
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ibus_component import component_xml as module
from ibus_component.component_xml import component_xml, exec_line, setup_line
from ibus_component.ibus_version import OLDEST, parse_version


@pytest.fixture
def component() -> ET.Element:
    return ET.fromstring(component_xml("/opt/ieum/bin/python", "1.2.3").encode())


def test_the_component_has_the_name_the_engine_requests(component: ET.Element) -> None:
    assert component.findtext("name") == "org.freedesktop.IBus.Ieum"
    assert component.findtext("version") == "1.2.3"
    assert component.findtext("license") == "Apache-2.0"


def test_there_is_one_engine_for_korean(component: ET.Element) -> None:
    engines = component.findall("engines/engine")

    assert len(engines) == 1
    assert {name: engines[0].findtext(name) for name in ("name", "language", "symbol")} == {
        "name": "ieum",
        "language": "ko",
        "symbol": "한",
    }
    assert engines[0].findtext("icon_prop_key") == "InputMode"
    assert engines[0].findtext("layout") == "default"
    assert "이음" in engines[0].findtext("longname", "")


def test_exec_starts_the_supervisor_by_absolute_paths(component: ET.Element) -> None:
    python, *options, supervisor, role = shlex.split(component.findtext("exec", ""))

    assert python == "/opt/ieum/bin/python"
    assert options == ["-I", "-S"]
    assert Path(supervisor).name == "supervisor.py"
    assert Path(supervisor).is_absolute()
    assert role == "--ibus"


def test_setup_is_split_by_ibus_setup_at_every_space(component: ET.Element) -> None:
    python, isolated, dialog = component.findtext("engines/engine/setup", "").split()

    assert python == "/usr/bin/python3"  # the environment's has no gi
    assert isolated == "-I"
    assert Path(dialog).is_file()
    assert Path(dialog).is_absolute()
    assert setup_line().split() == [python, isolated, dialog]


def test_a_path_that_ibus_setup_cannot_split_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "__file__", "/opt/my programs/ibus_component/component_xml.py")

    assert ET.fromstring(component_xml("/p", "1").encode()).find("engines/engine/setup") is None
    assert shlex.split(setup_line())[2] == "/opt/my programs/ibus_component/setup/__main__.py"


@pytest.mark.parametrize("python", ["/opt/my programs/python", "/opt/it's/python", "/opt/$HOME/py"])
def test_a_path_is_quoted_for_the_shell_rules_of_ibus(python: str) -> None:
    assert shlex.split(exec_line(python))[0] == python


def test_a_path_is_escaped_for_xml() -> None:
    text = component_xml("/opt/a<&b/python", "1")

    command = ET.fromstring(text.encode()).findtext("exec", "")
    assert shlex.split(command)[0] == "/opt/a<&b/python"


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("ibus-daemon - Version 1.5.27\n", (1, 5, 27)),
        ("ibus-daemon - Version 1.6.0-rc1", (1, 6, 0)),
        ("no such thing", OLDEST),
        ("", OLDEST),
    ],
)
def test_the_version_of_the_daemon_is_read(output: str, version: tuple[int, int, int]) -> None:
    assert parse_version(output) == version
