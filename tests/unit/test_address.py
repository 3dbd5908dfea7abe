# SPDX-License-Identifier: Apache-2.0
"""The address of ibus-daemon is found by the daemon's own rules."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ibus_component.wire.address import AddressError, address_file, find_address, read_address

HOME = "/home/typist"
BUS = f"{HOME}/.config/ibus/bus/"
DEAD_PID = 2**22 + 1
"""Above the largest pid of Linux."""


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({}, f"{BUS}m-unix-0"),
        ({"DISPLAY": ":1"}, f"{BUS}m-unix-1"),
        ({"DISPLAY": ":12.0"}, f"{BUS}m-unix-12"),
        ({"DISPLAY": "far.example:10.0"}, f"{BUS}m-far.example-10"),
        ({"DISPLAY": ":1", "WAYLAND_DISPLAY": "wayland-0"}, f"{BUS}m-unix-wayland-0"),
        ({"XDG_CONFIG_HOME": "/etc/typist"}, "/etc/typist/ibus/bus/m-unix-0"),
        ({"IBUS_ADDRESS_FILE": "/run/ibus"}, "/run/ibus"),
    ],
)
def test_the_file_is_named_after_the_display(env: dict[str, str], path: str) -> None:
    assert address_file({"HOME": HOME, **env}, "m") == Path(path)


def write(path: Path, pid: int, address: str = "unix:path=/run/x,guid=1") -> Path:
    path.write_text(f"# made by ibus-daemon\nIBUS_ADDRESS={address}\nIBUS_DAEMON_PID={pid}\n")
    return path


def test_the_address_of_a_living_daemon_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "bus", os.getpid())

    assert read_address(path) == "unix:path=/run/x,guid=1"


@pytest.mark.parametrize(
    "content", [None, "", "IBUS_ADDRESS=unix:path=/x\n", "IBUS_DAEMON_PID=1\n"]
)
def test_a_missing_or_half_file_says_what_to_do(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "bus"
    if content is not None:
        path.write_text(content)

    with pytest.raises(AddressError, match="start it with"):
        read_address(path)


@pytest.mark.parametrize("pid", [DEAD_PID, 2**70])
def test_the_file_of_a_dead_daemon_is_not_believed(pid: int, tmp_path: Path) -> None:
    with pytest.raises(AddressError, match="has gone"):
        read_address(write(tmp_path / "bus", pid))


def test_the_variable_comes_before_the_file() -> None:
    assert find_address({"IBUS_ADDRESS": "unix:abstract=a"}) == "unix:abstract=a"


def test_the_file_is_found_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "ibus" / "bus").mkdir(parents=True)
    write(tmp_path / "ibus" / "bus" / "m-unix-3", os.getpid())

    env = {"XDG_CONFIG_HOME": str(tmp_path), "DISPLAY": ":3"}

    assert find_address(env, "m") == "unix:path=/run/x,guid=1"
