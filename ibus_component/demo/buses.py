# SPDX-License-Identifier: Apache-2.0
"""Questions to the private buses, asked with gdbus.

The D-Bus library stays in the typing process; a desktop that only looks on
uses the tool that every desktop has.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH

__all__ = ["Buses"]

IBUS: Final = "org.freedesktop.IBus"
IBUS_PATH: Final = "/org/freedesktop/IBus"
ANSWER_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Buses:
    """The session bus and the IBus bus of one desktop."""

    environment: Mapping[str, str]
    ibus_address: str

    def panel_is_there(self) -> bool:
        """Whether a panel that can draw the list has come."""
        return "true" in self._ask_ibus(
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            "org.freedesktop.IBus.Panel",
        )

    def engine(self) -> str:
        """Name of the engine in charge; empty while there is none."""
        found = re.search(r"'IBusEngineDesc', [^']*'([^']*)'", self._ibus_property("GlobalEngine"))
        return found[1] if found else ""

    def input_context(self) -> str:
        """Path of the input context that has the keyboard."""
        found = re.search(r"'([^']*)'", self._ibus_property("CurrentInputContext"))
        return found[1] if found else ""

    def predictor(self, name: str) -> str:
        """A text property of the predictor; empty while there is no predictor."""
        answer = self._gdbus(
            "--session",
            BUS_NAME,
            OBJECT_PATH,
            "org.freedesktop.DBus.Properties.Get",
            INTERFACE,
            name,
        )
        found = re.search(r"'([^']*)'", answer)
        return found[1] if found else ""

    def _ibus_property(self, name: str) -> str:
        return self._ask_ibus(IBUS, IBUS_PATH, "org.freedesktop.DBus.Properties.Get", IBUS, name)

    def _ask_ibus(self, *question: str) -> str:
        return self._gdbus(f"--address={self.ibus_address}", *question)

    def _gdbus(self, bus: str, name: str, path: str, method: str, *values: str) -> str:
        """The printed answer; empty when nobody answers."""
        command = ["gdbus", "call", bus, "--dest", name, "--object-path", path]
        try:
            answer = subprocess.run(
                [*command, "--method", method, *values],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=ANSWER_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return ""
        return answer.stdout if answer.returncode == 0 else ""
