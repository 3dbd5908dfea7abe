# SPDX-License-Identifier: Apache-2.0
"""A light application: an input context, the text it holds, and a hand that types."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.wire.burst import Burst
from ibus_component.wire.bus import BusError
from ibus_component.wire.engine import PROPERTIES
from ibus_component.wire.frames import Frames, decode
from ibus_component.wire.keyboard import NAMED, RELEASE, key_of
from ibus_component.wire.objects import plain, text, text_of

__all__ = ["CAPS_BARE", "CAPS_RICH", "Shown", "Typist"]

IBUS: Final = "org.freedesktop.IBus"
CONTEXT: Final = "org.freedesktop.IBus.InputContext"
CAP_PREEDIT: Final = 1 << 0
CAP_AUXILIARY: Final = 1 << 1
CAP_LOOKUP_TABLE: Final = 1 << 2
CAP_FOCUS: Final = 1 << 3
CAP_PROPERTY: Final = 1 << 4
CAP_SURROUNDING: Final = 1 << 5
CAPS_BARE: Final = CAP_PREEDIT | CAP_FOCUS
"""What a plain toolkit sends; the panel draws the list."""
CAPS_RICH: Final = CAPS_BARE | CAP_AUXILIARY | CAP_LOOKUP_TABLE | CAP_PROPERTY
"""The context itself is told of list and properties, so that they can be looked at."""


@dataclass
class Shown:
    """What the application shows."""

    text: str = ""
    """The document; a BackSpace that reaches it takes its last character."""
    preedit: str = ""
    rows: list[str] = field(default_factory=list)
    """The candidate list; empty while it is hidden."""
    cursor: int | None = None
    hint: str = ""
    properties: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Symbol and state of each property by its key."""
    signals: list[str] = field(default_factory=list, repr=False)
    """Names of all signals, in order."""


class Typist:
    """Types into one input context and keeps what comes of it."""

    def __init__(self, address: str, engine: str = "", *, caps: int = CAPS_RICH) -> None:
        """Open a context and give it the focus.

        Args:
            address: Address of the IBus bus.
            engine: Engine to select for all contexts; empty leaves what is selected.
            caps: What the context can show, IBus capability bits.
        """
        self._frames = Frames(address)
        self.shown = Shown()
        self._path = str(self._ibus("CreateInputContext", "s", ["typist"])[0])
        self._context("SetCapabilities", "u", [caps])
        self._context("FocusIn")
        self.move_caret(100, 100)
        if engine:
            self.select(engine)

    def close(self) -> None:
        """Leave."""
        self._frames.close()

    def __enter__(self) -> Typist:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def select(self, engine: str) -> None:
        """Make an engine the one for all contexts; waits until it has started."""
        self._ibus("SetGlobalEngine", "s", [engine])

    def selected(self) -> str:
        """Name of the engine for all contexts; empty while there is none."""
        try:
            body = self._ibus("Get", "ss", [IBUS, "GlobalEngine"], PROPERTIES)
        except BusError:
            return ""
        return str(plain(body[0])[2])

    def key(self, keyval: int, keycode: int, state: int = 0) -> bool:
        """One key event; whether the engine kept it. The application does the rest."""
        self._take()
        handled, _ = self.timed_key(keyval, keycode, state)
        self._take()
        if not handled:
            self._apply(keyval, state)
        return handled

    def timed_key(self, keyval: int, keycode: int, state: int = 0) -> tuple[bool, float]:
        """One key event without its effect on the text; how long it took, in ms."""
        packed = self._frames.pack(
            self._message("ProcessKeyEvent", "uuu", [keyval, keycode, state])
        )
        begun = time.perf_counter()
        frame = self._frames.round_trip(packed)
        taken_ms = 1000 * (time.perf_counter() - begun)
        body = decode(frame).body
        return body == [True], taken_ms

    def burst(self) -> Burst:
        """Keys that nobody waits for, for this context; their effect on the text is not applied."""
        return Burst(self._frames, self._path)

    def press(self, *names: str, state: int = 0) -> list[bool]:
        """Press and release keys by name, a modifier state added to each."""
        answers = []
        for name in names:
            keyval, keycode, own = key_of(name)
            answers.append(self.key(keyval, keycode, own | state))
            self.key(keyval, keycode, own | state | RELEASE)
        return answers

    def type(self, characters: Iterable[str]) -> None:
        """Press the keys of a US keyboard that give these characters."""
        self.press(*characters)

    def settle(self) -> Shown:
        """What is shown once all that was sent has gone through daemon and engine."""
        self.key(*NAMED["VoidSymbol"], RELEASE)
        self._frames.collect()
        self._take()
        return self.shown

    def wait_for(self, done: Callable[[Shown], bool], timeout_s: float = 5.0) -> Shown:
        """Wait until what is shown satisfies `done`.

        Raises:
            TimeoutError: it did not in time.
        """
        deadline = time.monotonic() + timeout_s
        while not done(self.shown):
            if time.monotonic() > deadline:
                raise TimeoutError(f"still shown: {self.shown}")
            self._frames.collect(0.01)
            self._take()
        return self.shown

    def drop(self) -> None:
        """Forget the signals that have come, undecoded."""
        self._frames.collect()
        self._frames.others.clear()

    def focus_out(self) -> None:
        """Lose the focus."""
        self._context("FocusOut")

    def focus_in(self) -> None:
        """Get the focus."""
        self._context("FocusIn")

    def reset(self) -> None:
        """What a toolkit sends on a click."""
        self._context("Reset")

    def content_type(self, purpose: int, hints: int = 0) -> None:
        """Say what kind of field this is."""
        value = Variant("(uu)", [purpose, hints])
        self._call("Set", "ssv", [CONTEXT, "ContentType", value], PROPERTIES)

    def surrounding(self, string: str, cursor: int) -> None:
        """Send the text around the caret."""
        self._context("SetSurroundingText", "vuu", [text(string), cursor, cursor])

    def move_caret(self, x: int, y: int, width: int = 1, height: int = 20) -> None:
        """Say where the caret is on the screen, in pixels; all 0 is nowhere."""
        self._context("SetCursorLocation", "iiii", [x, y, width, height])

    def activate(self, name: str, state: int) -> None:
        """Click an entry of the panel's menu."""
        self._context("PropertyActivate", "su", [name, state])

    def restart_daemon(self) -> None:
        """What `ibus restart` does; the connection ends with it."""
        self._frames.send(self._daemon_message("Exit", "b", [True]))

    def _ibus(
        self, member: str, signature: str, body: list[Any], interface: str = IBUS
    ) -> list[Any]:
        return self._frames.call(IBUS, "/org/freedesktop/IBus", member, signature, body, interface)

    def _context(self, member: str, signature: str = "", body: list[Any] | None = None) -> None:
        self._call(member, signature, body or [], CONTEXT)

    def _call(self, member: str, signature: str, body: list[Any], interface: str) -> None:
        self._frames.call(IBUS, self._path, member, signature, body, interface)

    def _message(self, member: str, signature: str, body: list[Any]) -> Message:
        return Message(
            destination=IBUS,
            path=self._path,
            interface=CONTEXT,
            member=member,
            signature=signature,
            body=body,
        )

    @staticmethod
    def _daemon_message(member: str, signature: str, body: list[Any]) -> Message:
        return Message(
            destination=IBUS,
            path="/org/freedesktop/IBus",
            interface=IBUS,
            member=member,
            signature=signature,
            body=body,
        )

    def _take(self) -> None:
        """Apply the signals that have come, in order."""
        others = self._frames.others
        while others:
            signal = decode(others.popleft())
            if signal.path == self._path:
                self.shown.signals.append(signal.member)
                self._show(signal.member, signal.body)

    def _show(self, member: str, body: list[Any]) -> None:
        shown = self.shown
        match member, body:
            case "CommitText", [value]:
                shown.text += text_of(value)
            case (("UpdatePreeditText" | "UpdatePreeditTextWithMode"), [value, _, visible, *_]):
                shown.preedit = text_of(value) if visible else ""
            case "DeleteSurroundingText", [offset, count]:
                at = len(shown.text) + offset
                shown.text = shown.text[:at] + shown.text[at + count :]
            case "HidePreeditText", _:
                shown.preedit = ""
            case "ForwardKeyEvent", [keyval, _, state]:
                self._apply(keyval, state)
            case "UpdateLookupTable", [table, visible]:
                self._show_list(plain(table), visible)
            case "HideLookupTable", _:
                self._show_list([], False)
            case "UpdateAuxiliaryText", [value, visible]:
                shown.hint = text_of(value) if visible else ""
            case "HideAuxiliaryText", _:
                shown.hint = ""
            case "RegisterProperties", [properties]:
                for entry in plain(properties)[2]:
                    self._show_property(entry)
            case "UpdateProperty", [entry]:
                self._show_property(plain(entry))

    def _show_list(self, table: list[Any], visible: bool) -> None:
        shown = self.shown
        shown.rows = [row[2] for row in table[7]] if visible else []
        shown.cursor = table[3] if visible and table[4] else None

    def _show_property(self, entry: list[Any]) -> None:
        self.shown.properties[entry[2]] = (entry[11][2], entry[9])

    def _apply(self, keyval: int, state: int) -> None:
        """What a text field does with a key that reaches it."""
        if state & (RELEASE | 0b1100):  # a release, Ctrl or Alt
            return
        if keyval == NAMED["BackSpace"][0]:
            self.shown.text = self.shown.text[:-1]
        elif keyval == NAMED["Return"][0]:
            self.shown.text += "\n"
        elif 0x20 <= keyval < 0x7F:
            self.shown.text += chr(keyval)
