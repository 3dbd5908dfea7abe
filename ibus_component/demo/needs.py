# SPDX-License-Identifier: Apache-2.0
"""What a private desktop is made of, and what of it this machine lacks."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ibus_component.demo.waiting import DemoError

__all__ = ["SYSTEM_PYTHON", "Need", "libexec", "missing", "needs", "require"]

SYSTEM_PYTHON: Final = "/usr/bin/python3"
LIBEXEC: Final = ("/usr/libexec", "/usr/lib/ibus", "/usr/lib/ibus-1.0")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must be on the machine."""

    name: str
    package: str
    """Debian's name of the package that brings it."""

    here: Callable[[], bool]


def libexec(program: str) -> str:
    """Absolute path of one of ibus' helper programs; empty when it is not installed."""
    places = (Path(folder) / program for folder in LIBEXEC)
    return next((str(place) for place in places if place.exists()), "")


def needs(gtk: int) -> list[Need]:
    """Everything a desktop with this version of GTK takes."""
    return [
        *(Need(*pair, _command(pair[0])) for pair in _COMMANDS),
        Need("ibus-memconf", "ibus", lambda: bool(libexec("ibus-memconf"))),
        Need("ibus-ui-gtk3", "ibus", lambda: bool(libexec("ibus-ui-gtk3"))),
        Need("Python's GTK 3", "python3-gi gir1.2-gtk-3.0", lambda: _has_gtk(3)),
        *([Need("Python's GTK 4", "gir1.2-gtk-4.0", lambda: _has_gtk(4))] if gtk == 4 else []),
        Need(f"ibus' module for GTK {gtk}", f"ibus-gtk{gtk}", lambda: _has_module(gtk)),
        Need("a Korean font", "fonts-noto-cjk", _has_korean_font),
    ]


def missing(gtk: int) -> list[Need]:
    """Those that this machine lacks."""
    return [need for need in needs(gtk) if not need.here()]


def require(gtk: int) -> None:
    """Say in one sentence all that is missing, with the command that brings it.

    Raises:
        DemoError: Something is missing.
    """
    lacks = missing(gtk)
    if not lacks:
        return
    names = ", ".join(need.name for need in lacks)
    packages = " ".join(dict.fromkeys(" ".join(need.package for need in lacks).split()))
    raise DemoError(f"The demo needs {names}; install with: sudo apt-get install {packages}")


_COMMANDS: Final = (
    ("Xvfb", "xvfb"),
    ("dbus-daemon", "dbus-daemon"),
    ("dbus-monitor", "dbus-bin"),
    ("gdbus", "libglib2.0-bin"),
    ("matchbox-window-manager", "matchbox-window-manager"),
    ("xdotool", "xdotool"),
    ("xwininfo", "x11-utils"),
    ("ibus-daemon", "ibus"),
    ("fc-list", "fontconfig"),
)


def _command(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _output(*command: str) -> str | None:
    """What a short command prints; None when it cannot run or fails."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def _has_gtk(version: int) -> bool:
    question = f"import gi; gi.require_version('Gtk', '{version}.0')"
    return _output(SYSTEM_PYTHON, "-I", "-c", question) is not None


def _has_module(gtk: int) -> bool:
    return any(
        any(Path("/usr").glob(f"{folder}/gtk-{gtk}.0/*/immodules/*im-ibus.so"))
        for folder in ("lib/*", "lib", "lib64")
    )


def _has_korean_font() -> bool:
    return bool(_output("fc-list", ":lang=ko", "family"))
