# SPDX-License-Identifier: Apache-2.0
"""The engine object: calls of ibus-daemon in, the conductor's answers out.

A plain function from a message to bytes, without dbus-next's service layer:
nothing here can await, so that whatever a key causes is sent before the reply
to it, in order. ibus-daemon waits for that reply up to 15 s, so whatever goes
wrong, there is one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Protocol

from dbus_next.constants import MessageFlag
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.wire.packed import PackedReply
from ibus_component.wire.screen import ENGINE, Outbox

__all__ = ["PROPERTIES", "SERVICE", "Conducting", "EngineObject"]

PROPERTIES: Final = "org.freedesktop.DBus.Properties"
SERVICE: Final = "org.freedesktop.IBus.Service"
FREE_FORM: Final = [0, 0]

log = logging.getLogger(__name__)


class Conducting(Protocol):
    """What an engine object tells, and whom."""

    def press(self, keyval: int, keycode: int, state: int) -> bool: ...
    def focus_in(self, client: str, window: str) -> None: ...
    def tell(self, event: str, *values: object) -> None: ...
    def close(self) -> None: ...


@lru_cache(maxsize=64)
def _reply(sender: str, signature: str, value: bool | None) -> PackedReply:
    return PackedReply(sender, signature, [] if value is None else [value])


class EngineObject:
    """One engine object on the IBus bus."""

    def __init__(
        self, conductor: Conducting, outbox: Outbox, *, active_surrounding_text: bool
    ) -> None:
        """Wire an engine object.

        Args:
            conductor: Decides and acts.
            outbox: Takes the replies, behind the signals that belong before them.
            active_surrounding_text: Whether this ibus-daemon knows that property, since 1.5.28.
        """
        self._conductor = conductor
        self._outbox = outbox
        self._content_type = FREE_FORM
        self._flags = {"FocusId": Variant("b", True)}
        if active_surrounding_text:
            self._flags["ActiveSurroundingText"] = Variant("b", True)
        self._events = self._listen()

    def handle(self, call: Message) -> Message | bool | None:
        """Answer one call.

        Returns:
            True when the answer is in the outbox, a reply to send, or None when the
            member is none of ours and dbus-next shall refuse it.
        """
        if call.interface == ENGINE:
            if call.member == "ProcessKeyEvent" and call.signature == "uuu":
                return self._answer(call, "b", self._press(*call.body))
            return self._hear(call)
        if call.interface == PROPERTIES:
            return self._property(call)
        return None

    def _press(self, keyval: int, keycode: int, state: int) -> bool:
        try:
            return self._conductor.press(keyval, keycode, state)
        except Exception as error:  # an unhandled key still reaches the application
            log.warning("a key could not be processed: %s", type(error).__name__)
            return False

    def _hear(self, call: Message) -> bool | None:
        signature, listener = self._events.get(call.member, ("-", None))
        if listener is None or call.signature != signature:
            return None
        self._guarded(call.member, listener, *call.body)
        return self._answer(call, "", None)

    def _guarded(self, member: str, listener: Callable[..., None], *values: object) -> None:
        try:
            listener(*values)
        except Exception as error:  # the daemon must get its reply, the log no typed text
            log.warning("%s could not be processed: %s", member, type(error).__name__)

    def _answer(self, call: Message, signature: str, value: bool | None) -> bool:
        if not call.flags & MessageFlag.NO_REPLY_EXPECTED:
            self._outbox.reply(_reply(call.sender, signature, value), call.serial)
        self._outbox.flush()
        return True

    def _listen(self) -> dict[str, tuple[str, Callable[..., None]]]:
        tell = self._conductor.tell

        def teller(event: str) -> Callable[..., None]:
            return lambda *values: tell(event, *values)

        return {
            "FocusIn": ("", lambda: self._conductor.focus_in("", "")),
            "FocusInId": ("ss", lambda window, client: self._conductor.focus_in(client, window)),
            "FocusOut": ("", teller("focus_out")),
            "FocusOutId": ("s", lambda _: tell("focus_out")),
            "Reset": ("", teller("reset")),
            "Enable": ("", teller("enable")),
            "Disable": ("", teller("disable")),
            "PageUp": ("", teller("page_up")),
            "PageDown": ("", teller("page_down")),
            "CursorUp": ("", teller("cursor_up")),
            "CursorDown": ("", teller("cursor_down")),
            "CandidateClicked": ("uuu", teller("candidate_clicked")),
            "PropertyActivate": ("su", teller("property_activated")),
            "SetCapabilities": ("u", teller("set_capabilities")),
            "SetCursorLocation": ("iiii", teller("set_cursor_location")),
            "SetSurroundingText": ("vuu", self._surrounding),
            # Nothing to do, but the daemon must not get an error for asking.
            "PropertyShow": ("s", _ignore),
            "PropertyHide": ("s", _ignore),
            "ProcessHandWritingEvent": ("ad", _ignore),
            "CancelHandWriting": ("u", _ignore),
            "PanelExtensionReceived": ("v", _ignore),
            "PanelExtensionRegisterKeys": ("v", _ignore),
        }

    def _surrounding(self, text: Variant, cursor: int, anchor: int) -> None:
        self._conductor.tell("set_surrounding", text.value[2], cursor, anchor)

    def _property(self, call: Message) -> Message | bool | None:
        values = {"ContentType": Variant("(uu)", self._content_type), **self._flags}
        match call.member, call.body:
            case "GetAll", [_]:
                return Message.new_method_return(call, "a{sv}", [values])
            case "Get", [_, name] if name in values:
                return Message.new_method_return(call, "v", [values[name]])
            case "Set", [_, "ContentType", Variant(signature="(uu)", value=[purpose, hints])]:
                self._content_type = [purpose, hints]
                teller = self._conductor.tell
                self._guarded("ContentType", teller, "set_content_type", purpose, hints)
                return self._answer(call, "", None)
        return None


def _ignore(*_: object) -> None:
    """Take an event that means nothing to us."""
