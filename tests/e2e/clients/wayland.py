# SPDX-License-Identifier: Apache-2.0
"""A Wayland compositor in a window of the private desktop, with a keyboard driven by XTEST."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.needs import libexec
from ibus_component.demo.screen import Screen
from ibus_component.demo.waiting import wait_until
from tests.e2e.clients.client import Client

__all__ = ["SESSION", "in_weston"]

SOCKET: Final = "ieum-wayland"
SESSION: Final = {"WAYLAND_DISPLAY": SOCKET}
"""What all programs of a Wayland session have in their environment."""

WESTON: Final = (
    *("weston", "--backend=x11-backend.so", "--use-pixman", "--idle-time=0"),
    f"--socket={SOCKET}",
)
KIOSK: Final = ("--no-config", "--shell=kiosk-shell.so")
DESKTOP: Final = """\
[shell]
panel-position=none
[input-method]
path={ibus_wayland}
"""
TITLE: Final = "Weston Compositor - screen0"


def in_weston(
    open_in: Callable[..., Client], *, input_method: bool = False
) -> Callable[[Desktop], Client]:
    """Open a client in weston instead of on the desktop itself.

    Args:
        open_in: Opens it, given the desktop, the title of the window that stands for the
            screen, and variables for its environment.
        input_method: Whether the compositor carries keys and text to and from IBus, by
            input-method-v1; else the client's own toolkit does.
    """

    def open_on(desktop: Desktop) -> Client:
        home = desktop.home
        assert home is not None
        desktop.start(*WESTON, *(_with_input_method(home) if input_method else KIOSK))
        wait_until((home / "run" / SOCKET).exists, "weston did not start")
        # Its window has its last size only once the window manager has placed it.
        wait_until(lambda: _settled(desktop), "weston has no window")
        return open_in(desktop, TITLE, {"GDK_BACKEND": "wayland"})

    return open_on


def _with_input_method(home: Path) -> tuple[str, ...]:
    """Options for a shell that starts IBus' input method; the one for kiosks does not."""
    config = home / "weston.ini"
    config.write_text(DESKTOP.format(ibus_wayland=libexec("ibus-wayland")), encoding="utf-8")
    return (f"--config={config}", "--shell=desktop-shell.so")


def _settled(desktop: Desktop) -> bool:
    box = Screen(desktop.environment).find_window(TITLE)
    return box is not None and (box.x, box.y) != (0, 0)
