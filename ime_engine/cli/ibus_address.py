# SPDX-License-Identifier: Apache-2.0
"""Whether this session has a running ibus-daemon, by the file it leaves.

$IBUS_ADDRESS, or else IBUS_ADDRESS= in
$IBUS_ADDRESS_FILE, or else ~/.config/ibus/bus/<machine id>-<host|unix>-<display>
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["address_file", "find_ibus", "parse_address_file"]

MACHINE_IDS: Final = (Path("/var/lib/dbus/machine-id"), Path("/etc/machine-id"))


def find_ibus(environment: Mapping[str, str]) -> str | None:
    """Address of the running ibus-daemon of this session; None when there is none."""
    if address := environment.get("IBUS_ADDRESS"):
        return address
    file = address_file(environment, machine_id())
    try:
        address, pid = parse_address_file(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError):
        return None
    return address if address and pid and is_alive(pid) else None


def address_file(environment: Mapping[str, str], machine: str) -> Path:
    """File in which the ibus-daemon of this display writes its address.

    >>> str(address_file({"HOME": "/h", "DISPLAY": ":1.0"}, "m"))
    '/h/.config/ibus/bus/m-unix-1'
    >>> str(address_file({"HOME": "/h", "WAYLAND_DISPLAY": "wayland-0"}, "m"))
    '/h/.config/ibus/bus/m-unix-wayland-0'
    """
    if file := environment.get("IBUS_ADDRESS_FILE"):
        return Path(file)
    config = environment.get("XDG_CONFIG_HOME")
    home = Path(config) if config else Path(environment.get("HOME", "/")) / ".config"
    host, _, number = environment.get("DISPLAY", "").partition(":")
    display = environment.get("WAYLAND_DISPLAY") or number.split(".")[0] or "0"
    if environment.get("WAYLAND_DISPLAY"):
        host = ""
    return home / "ibus" / "bus" / f"{machine}-{host or 'unix'}-{display}"


def parse_address_file(text: str) -> tuple[str, int]:
    r"""Address and process id in such a file; empty and 0 when missing.

    >>> parse_address_file("# x\nIBUS_ADDRESS=unix:path=/a\nIBUS_DAEMON_PID=7\n")
    ('unix:path=/a', 7)
    """
    values = dict(line.partition("=")[::2] for line in text.splitlines() if line[:1] != "#")
    pid = values.get("IBUS_DAEMON_PID", "")
    return values.get("IBUS_ADDRESS", ""), int(pid) if pid.isdecimal() else 0


def machine_id() -> str:
    """This machine's D-Bus id; empty when it has none."""
    for file in MACHINE_IDS:
        try:
            return file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeError):
            continue
    return ""


def is_alive(pid: int) -> bool:
    """Whether a process of this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
