# SPDX-License-Identifier: Apache-2.0
"""Opens the light clients: windows written for the stories, and a terminal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.needs import SYSTEM_PYTHON
from ibus_component.demo.screen import Screen
from tests.e2e.clients.client import OPEN_S, Client

__all__ = ["HERE", "NONE", "neighbour", "window", "xterm"]

HERE: Final = Path(__file__).parent
TITLE: Final = "ieum-client"
NONE: Final[Mapping[str, str]] = MappingProxyType({})


def window(script: str, *arguments: str, **own: str) -> Callable[..., Client]:
    """A window of ours, written with a toolkit's Python binding."""

    def open_on(
        desktop: Desktop, title: str = TITLE, variables: Mapping[str, str] = NONE
    ) -> Client:
        process = desktop.start(
            *(SYSTEM_PYTHON, "-I", str(HERE / script), *arguments),
            stdout=subprocess.PIPE,
            variables={**own, **variables},
        )
        client = Client(process)
        client.await_focus("main", OPEN_S)
        client.corner = Screen(desktop.environment).window_box(title)
        return client

    return open_on


def neighbour(desktop: Desktop) -> subprocess.Popen[str]:
    """Another window, which takes the keyboard."""
    return desktop.start(
        SYSTEM_PYTHON, "-I", str(HERE / "window_gtk.py"), stdout=subprocess.DEVNULL
    )


def xterm(desktop: Desktop) -> Client:
    """A terminal; the program in it reports by a FIFO."""
    assert desktop.home is not None
    facts = desktop.home / "run/terminal"
    os.mkfifo(facts, 0o600)
    reporter = desktop.start("cat", str(facts), stdout=subprocess.PIPE)
    terminal = (SYSTEM_PYTHON, "-I", str(HERE / "terminal.py"), str(facts))
    font = ("-fa", "Noto Sans Mono CJK KR", "-fs", "14")
    desktop.start("xterm", "-title", TITLE, *font, "-e", *terminal)
    client = Client(reporter)
    client.await_focus("main", OPEN_S)
    return client
