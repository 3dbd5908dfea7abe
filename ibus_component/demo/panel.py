# SPDX-License-Identifier: Apache-2.0
"""What the candidate list shows, overheard on its way to the panel.

dbus-monitor listens to the private IBus bus; nothing is asked of the engine,
so the list is the one that a person sees.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.waiting import Lines

__all__ = ["CandidateList", "ListReader", "Panel"]

PANEL_CALLS: Final = "type='method_call',interface='org.freedesktop.IBus.Panel'"


@dataclass(frozen=True, slots=True)
class CandidateList:
    """One state of the list."""

    candidates: tuple[str, ...]
    cursor: int | None
    """Highlighted candidate; None while the list is passive."""


class ListReader:
    """Reads dbus-monitor's text; `shown` is the list on the screen, None without one."""

    def __init__(self) -> None:
        self.shown: CandidateList | None = None
        self._last: CandidateList | None = None
        self._message: list[str] = []

    def heed(self, line: str) -> None:
        """Take the next line of dbus-monitor's output."""
        if line.startswith("method call "):
            self._begin(line.rstrip().rpartition("member=")[2], line)
        elif self._message:
            self._message.append(line.rstrip("\n"))
            if line.startswith("   boolean "):
                self._last = _table(self._message)
                visible = line.split()[1] == "true" and bool(self._last.candidates)
                self.shown = self._last if visible else None
                self._message = []

    def _begin(self, member: str, line: str) -> None:
        self._message = [line] if member == "UpdateLookupTable" else []
        if member == "HideLookupTable":
            self.shown = None
        elif member == "ShowLookupTable":
            self.shown = self._last


class Panel:
    """The ear at the bus."""

    def __init__(self, desktop: Desktop) -> None:
        self._reader = ListReader()
        self._lines = Lines(
            desktop.start(
                "dbus-monitor",
                *("--address", desktop.buses.ibus_address, PANEL_CALLS),
                stdout=subprocess.PIPE,
            ),
            self._reader.heed,
        )

    @property
    def shown(self) -> CandidateList | None:
        """The list on the screen."""
        return self._reader.shown

    def await_list(self, timeout_s: float = 5.0) -> CandidateList:
        """Wait for a passive list.

        Raises:
            DemoError: None came.
        """

        def passive() -> CandidateList | None:
            shown = self._reader.shown
            return shown if shown and shown.cursor is None else None

        return self._lines.wait(passive, "No candidate list came", timeout_s)

    def await_cursor(self, cursor: int, timeout_s: float = 5.0) -> None:
        """Wait until this candidate is highlighted, counted from 0.

        Raises:
            DemoError: It is not.
        """

        def there() -> bool:
            return self._reader.shown is not None and self._reader.shown.cursor == cursor

        self._lines.wait(there, f"Candidate {cursor + 1} was not highlighted", timeout_s)

    def await_none(self, timeout_s: float = 5.0) -> None:
        """Wait until no list is shown.

        Raises:
            DemoError: It stayed.
        """
        self._lines.wait(lambda: self._reader.shown is None, "The list stayed", timeout_s)


def _table(message: list[str]) -> CandidateList:
    """The serialised IBusLookupTable: `(sa{sv}uubbiavav)`, as dbus-monitor indents it.

    The candidates are the first array after the orientation; of each IBusText
    the second string is the text.
    """
    fields = [line for line in message if line[:9].isspace() and line[9:10].strip()]
    cursor = int([line for line in fields if line.startswith("         uint32 ")][1].split()[1])
    highlighted = next(line for line in fields if "boolean" in line).endswith("true")
    orientation = next(n for n, line in enumerate(message) if line.startswith("         int32 "))
    strings = []
    for line in message[orientation + 2 :]:
        if line == "         ]":
            break
        if line.startswith(" " * 18 + "string "):
            strings.append(line.strip()[len('string "') : -1])
    return CandidateList(tuple(strings[1::2]), cursor if highlighted else None)
