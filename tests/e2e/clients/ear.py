# SPDX-License-Identifier: Apache-2.0
"""What goes over the private buses between client, engine and predictor, overheard."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.waiting import Lines
from ime_engine.protocol import INTERFACE

__all__ = ["Ear", "Heard"]

ENGINE: Final = "interface='org.freedesktop.IBus.Engine'"
CONTENT_TYPE: Final = "interface='org.freedesktop.DBus.Properties',member='Set'"
VALUE: Final = re.compile(r'^ +(?:variant +)?(?:u?int32|boolean|string) "?(.*?)"?$')
HEADS: Final = ("method call", "method return", "signal", "error")


@dataclass
class Heard:
    """One message: its member, and its simple values in the order they stand in."""

    member: str
    values: list[str] = field(default_factory=list)


class Monitor:
    """One bus, listened to by dbus-monitor."""

    def __init__(self, desktop: Desktop, *command: str) -> None:
        self.heard: list[Heard] = []
        self._open: Heard | None = None
        self.lines = Lines(
            desktop.start("dbus-monitor", *command, stdout=subprocess.PIPE), self._heed
        )

    def count(self, *members: str) -> int:
        """How many messages of these members were heard."""
        return sum(message.member in members for message in self.heard)

    def _heed(self, line: str) -> None:
        if line.startswith(HEADS):
            self._open = (
                Heard(line.rstrip().rpartition("member=")[2]) if "member=" in line else None
            )
            if self._open:
                self.heard.append(self._open)
        elif self._open and (value := VALUE.match(line)):
            self._open.values.append(value[1])


class Ear:
    """Hears the engine on IBus' bus, and questions to the predictor on the session bus."""

    def __init__(self, desktop: Desktop) -> None:
        self._session = Monitor(desktop, "--session", f"interface='{INTERFACE}'")
        # A monitor of the session bus is told so by losing its name.
        self._session.lines.wait(
            lambda: self._session.count("NameLost") > 0, "dbus-monitor does not listen"
        )
        address = desktop.buses.ibus_address
        self._ibus = Monitor(desktop, "--address", address, ENGINE, CONTENT_TYPE)

    @property
    def questions(self) -> int:
        """How often the predictor was asked."""
        return self._session.count("Predict")

    def count(self, *members: str) -> int:
        """How many messages of these members went to or came from the engine."""
        return self._ibus.count(*members)

    def last(self, member: str) -> list[str]:
        """Values of the last message of this member; empty when there was none."""
        found = (it.values for it in reversed(self._ibus.heard) if it.member == member)
        return next(found, [])

    def await_more(self, than: int, *members: str, missing: str, timeout_s: float = 5.0) -> None:
        """Wait until more than that many messages of these members were heard.

        Raises:
            DemoError: They were not.
        """
        self._ibus.lines.wait(lambda: self.count(*members) > than, missing, timeout_s)
