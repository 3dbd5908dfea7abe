# SPDX-License-Identifier: Apache-2.0
"""Where the private bus of ibus-daemon is: $IBUS_ADDRESS, else the file it leaves."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["AddressError", "address_file", "find_address", "read_address"]

MACHINE_ID_FILES: Final = (Path("/var/lib/dbus/machine-id"), Path("/etc/machine-id"))
REMEDY: Final = "start it with `ibus-daemon -drx`, or log in to a desktop session that uses IBus"


class AddressError(Exception):
    """There is no ibus-daemon to talk to; the sentence says what to do."""


def find_address(env: Mapping[str, str], machine_id: str | None = None) -> str:
    """The D-Bus address of the running ibus-daemon.

    Args:
        env: The environment, os.environ as a rule.
        machine_id: Identity of this machine; None reads it.

    Raises:
        AddressError: no ibus-daemon is running for this session.
    """
    if address := env.get("IBUS_ADDRESS"):
        return address
    return read_address(address_file(env, machine_id or _machine_id()))


def address_file(env: Mapping[str, str], machine_id: str) -> Path:
    """The file in which ibus-daemon writes its address, named after the display."""
    if name := env.get("IBUS_ADDRESS_FILE"):
        return Path(name)
    config = env.get("XDG_CONFIG_HOME") or str(
        Path(env.get("HOME") or "~").expanduser() / ".config"
    )
    return Path(config) / "ibus" / "bus" / f"{machine_id}-{_display_part(env)}"


def _display_part(env: Mapping[str, str]) -> str:
    """`unix-0` of `:0.1`, `host-1` of `host:1`, `unix-wayland-0` on Wayland."""
    if wayland := env.get("WAYLAND_DISPLAY"):
        return f"unix-{wayland}"
    host, _, number = env.get("DISPLAY", "").rpartition(":")
    return f"{host or 'unix'}-{number.partition('.')[0] or '0'}"


def read_address(path: Path) -> str:
    """The address in such a file, if the daemon that wrote it is alive.

    Raises:
        AddressError: the file is missing or of a daemon that is gone.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise AddressError(f"no ibus-daemon is running for this session: {REMEDY}") from None
    values = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    pid = values.get("IBUS_DAEMON_PID", "")
    address = values.get("IBUS_ADDRESS", "")
    if not (address and pid.isdecimal() and _alive(int(pid))):
        raise AddressError(f"the ibus-daemon of this session has gone: {REMEDY}")
    return address


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _machine_id() -> str:
    for path in MACHINE_ID_FILES:
        try:
            return path.read_text(encoding="ascii").strip()
        except OSError:
            continue
    return "machine-id"  # what ibus-daemon writes in that case
