# SPDX-License-Identifier: Apache-2.0
"""An application with two text fields, and a typist who does not wait for its answers.

The first field is like those of GTK: it puts what is being composed into its text itself
when the focus goes or a click comes. For the second, ibus-daemon does so. A key that an
engine leaves alone is written as a mark, so that none can be lost or change its place
unseen; so is a click. Text is only ever added, or taken away, at its end.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.wire.burst import Burst
from ibus_component.wire.frames import Frames, decode
from ibus_component.wire.keyboard import NAMED, RELEASE
from ibus_component.wire.objects import plain, text_of
from tests.differential.keyboard import Event, events, mark_of
from tests.differential.scripts import Script

__all__ = ["Application", "Played"]

IBUS: Final = "org.freedesktop.IBus"
CONTEXT: Final = "org.freedesktop.IBus.InputContext"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
CAPABILITIES: Final = 0b11101
"""Preedit, lookup table and properties (told, not drawn), focus."""
TOGGLE: Final = (*NAMED["Hangul"], 0)
SETTLE: Final = (*NAMED["VoidSymbol"], RELEASE)
CLICK: Final = "¦"
HANGUL: Final = "한"
"""Symbol of the property InputMode while Hangul is typed."""
CHANGE_S: Final = 0.03
"""How long a change of engine echoes."""
LIST_S: Final = 0.004
"""How long a rest waits for a list."""

Played = tuple[str, str]
"""What a script leaves in the two fields."""


@dataclass
class Field:
    """One text field."""

    path: str
    burst: Burst
    keeps: bool
    """Whether it keeps what is being composed itself."""

    text: str = ""
    preedit: str = ""
    mode: int = 0
    """Of the preedit: 1 when it is to be kept."""

    def reach(self, keyval: int, state: int) -> None:
        """A key arrives in the application."""
        mark = mark_of(keyval, state)
        self.text = self.text[:-1] if mark is None else self.text + mark

    def keep_preedit(self) -> None:
        """What toolkits do before they tell of a click or of the focus."""
        if self.keeps:
            if self.mode:
                self.text += self.preedit
            self.preedit = ""


class Application:
    """Two input contexts over one connection."""

    def __init__(self, address: str) -> None:
        """Connect.

        Args:
            address: Address of the IBus bus.
        """
        self._frames = Frames(address)
        self._fields = [self._open(keeps=True), self._open(keeps=False)]
        self._focus = self._fields[0]
        self._list = False
        self._symbol = HANGUL
        self.lists = 0
        """Lists that were shown."""
        self.events = 0
        """Key events sent."""
        self._tell(self._focus, "FocusIn")

    def close(self) -> None:
        """Leave."""
        self._frames.close()

    def select(self, engine: str) -> None:
        """Make an engine the one for both fields, in Hangul mode; each time it starts anew."""
        bus = "/org/freedesktop/IBus"
        self._frames.call(IBUS, bus, "SetGlobalEngine", "s", [engine])
        self._blur()
        # The daemon clears the field once more when it drops the engine of before.
        self._frames.collect(CHANGE_S)
        self._take()
        self._settle()
        if self._symbol != HANGUL:
            self._type([TOGGLE])

    def play(self, steps: Script) -> Played:
        """Play a script into empty fields; what they hold then, nothing left in composition."""
        for field in self._fields:
            field.text = field.preedit = ""
        self._list = False
        pending: list[Event] = []
        for event in events(steps):
            if not isinstance(event, str):
                pending.append(event)
                continue
            self._type(pending)
            pending = []
            self._happen(event)
        self._type(pending)
        self._blur()
        first, second = self._fields
        if self._focus is second:
            self._change_focus()
        return first.text, second.text

    def _open(self, *, keeps: bool) -> Field:
        answer = self._frames.call(
            IBUS, "/org/freedesktop/IBus", "CreateInputContext", "s", ["differential"]
        )
        path = str(answer[0])
        field = Field(path, Burst(self._frames, path), keeps)
        self._tell(field, "SetCapabilities", "u", [CAPABILITIES])
        self._tell(field, "SetCursorLocation", "iiii", [100, 100, 1, 20])
        if keeps:
            value = [CONTEXT, "ClientCommitPreedit", Variant("(b)", [True])]
            self._frames.call(IBUS, path, "Set", "ssv", value, PROPERTIES)
        return field

    def _happen(self, step: str) -> None:
        match step:
            case "click":
                self._focus.keep_preedit()
                self._tell(self._focus, "Reset")
                self._focus.text += CLICK
            case "blur":
                self._blur()
            case "focus":
                self._change_focus()
            case "rest":
                self._rest()

    def _blur(self) -> None:
        self._focus.keep_preedit()
        self._tell(self._focus, "FocusOut")
        self._tell(self._focus, "FocusIn")
        self._settle()

    def _change_focus(self) -> None:
        self._focus.keep_preedit()
        self._tell(self._focus, "FocusOut")
        first, second = self._fields
        self._focus = second if self._focus is first else first
        self._tell(self._focus, "FocusIn")
        self._settle()

    def _settle(self) -> None:
        self._type([SETTLE])

    def _rest(self) -> None:
        """Lie still until a list has come, or would have."""
        self._settle()
        deadline = time.monotonic() + LIST_S
        while not self._list and (left := deadline - time.monotonic()) > 0:
            self._frames.collect(min(left, 0.001))
            self._take()

    def _type(self, keys: list[Event]) -> None:
        field = self._focus
        for key in keys:
            field.burst.add(*key)
        self.events += len(keys)
        waiting = deque(keys)
        for came in field.burst.play():
            if isinstance(came, Message):
                self._show(came)
                continue
            keyval, _, state = waiting.popleft()
            if not came:
                field.reach(keyval, state)

    def _tell(
        self, field: Field, member: str, signature: str = "", body: list[object] | None = None
    ) -> None:
        self._frames.call(IBUS, field.path, member, signature, body or [], CONTEXT)
        self._take()

    def _take(self) -> None:
        while self._frames.others:
            self._show(decode(self._frames.others.popleft()))

    def _show(self, signal: Message) -> None:
        field = next((field for field in self._fields if field.path == signal.path), None)
        if field is None:
            return
        match signal.member, signal.body:
            case "CommitText", [value]:
                field.text += text_of(value)
            case "UpdatePreeditText", [value, _, visible]:
                field.preedit = text_of(value) if visible else ""
            case "UpdatePreeditTextWithMode", [value, _, visible, mode]:
                field.preedit, field.mode = (text_of(value), mode) if visible else ("", 0)
            case "HidePreeditText", _:
                field.preedit = ""
            case "ForwardKeyEvent", [keyval, _, state]:
                field.reach(keyval, state)
            case "DeleteSurroundingText", [offset, count]:
                at = len(field.text) + offset
                field.text = field.text[:at] + field.text[at + count :]
            case "RegisterProperties", [properties]:
                for entry in plain(properties)[2]:
                    self._note(entry)
            case "UpdateProperty", [entry]:
                self._note(plain(entry))
            case "UpdateLookupTable", [_, visible]:
                self.lists += bool(visible) and not self._list
                self._list = bool(visible)
            case "HideLookupTable", _:
                self._list = False

    def _note(self, entry: list[Any]) -> None:
        """Remember the mode that a property tells."""
        if entry[2] == "InputMode":
            self._symbol = entry[11][2]
