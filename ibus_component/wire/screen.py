# SPDX-License-Identifier: Apache-2.0
"""What the user sees of one engine object, as signals on the IBus bus.

Everything one event causes, its reply last, leaves in one piece: signals keep
their order, and the daemon wakes once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, Final

from dbus_next.aio.message_bus import MessageBus

from ibus_component.actions import Status
from ibus_component.toolkits import commits_preedit
from ibus_component.wire.menu import changes, menu
from ibus_component.wire.objects import lookup_table, text
from ibus_component.wire.packed import PackedReply, PackedSignal, TextBody, pack_body

__all__ = ["ENGINE", "Outbox", "Screen"]

ENGINE: Final = "org.freedesktop.IBus.Engine"
PREEDIT_CLEAR: Final = 0
PREEDIT_COMMIT: Final = 1
"""The daemon commits what is being composed when the focus goes or the engine dies."""

_COMMIT_TEXT: Final = TextBody("v", lambda string, _: [text(string)])


def _preedit_text(mode: int) -> TextBody:
    return TextBody(
        "vubu", lambda string, count: [text(string, underlined=count), count, True, mode]
    )


_KEPT_PREEDIT: Final = _preedit_text(PREEDIT_COMMIT)
_OWN_PREEDIT: Final = _preedit_text(PREEDIT_CLEAR)
_NO_PREEDIT: Final = pack_body("vubu", [text(""), 0, False, PREEDIT_CLEAR])


class Outbox:
    """Bytes on their way to the daemon, in order."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._waiting = bytearray()

    def signal(self, signal: PackedSignal, body: bytes = b"") -> None:
        """Line up a signal."""
        self._waiting += signal.pack(body, self._bus.next_serial())

    def reply(self, reply: PackedReply, reply_serial: int) -> None:
        """Line up a reply."""
        self._waiting += reply.pack(reply_serial, self._bus.next_serial())

    def flush(self) -> None:
        """Send all that waits, behind whatever dbus-next has still to send.

        Mostly that is nothing, and the socket takes all at once: no round of the event loop
        stands between a key and its answer.
        """
        if not self._waiting or self._bus._disconnected:
            return
        writer = self._bus._writer
        if writer.buf is None and not writer.messages.qsize():
            # Whatever ails the socket, dbus-next finds it out when it sends the rest.
            with contextlib.suppress(OSError):
                del self._waiting[: self._bus._sock.send(self._waiting)]
        if self._waiting:
            writer.messages.put_nowait((bytes(self._waiting), None, None))
            writer.schedule_write()
            self._waiting.clear()


class Screen:
    """Shows preedit, text and candidates of the engine object at one path."""

    def __init__(self, path: str, outbox: Outbox) -> None:
        self._outbox = outbox
        packed = {
            member: PackedSignal(path, ENGINE, member, signature)
            for member, signature in (
                ("CommitText", "v"),
                ("UpdatePreeditText", "vubu"),
                ("DeleteSurroundingText", "iu"),
                ("ForwardKeyEvent", "uuu"),
                ("UpdateLookupTable", "vb"),
                ("HideLookupTable", ""),
                ("UpdateAuxiliaryText", "vb"),
                ("HideAuxiliaryText", ""),
                ("RegisterProperties", "v"),
                ("UpdateProperty", "v"),
                ("RequireSurroundingText", ""),
            )
        }
        self._packed = packed
        self._commit = packed["CommitText"]
        self._preedit = packed["UpdatePreeditText"]
        self._preedit_text = _KEPT_PREEDIT
        self._hint = self._composing = ""
        self._auxiliary_shown = self._list_shown = False
        self._status: Status | None = None

    def face(self, client: str) -> None:
        """Show things as this kind of client needs them; empty is any."""
        self._preedit_text = _OWN_PREEDIT if commits_preedit(client) else _KEPT_PREEDIT

    def commit(self, string: str) -> None:
        """Put text into the document."""
        self._outbox.signal(self._commit, _COMMIT_TEXT.pack(string))

    def preedit(self, string: str) -> None:
        """Show text as being composed; empty takes it away."""
        body = self._preedit_text.pack(string) if string else _NO_PREEDIT
        self._outbox.signal(self._preedit, body)

    def composing(self, string: str) -> None:
        """Show text as being composed beside the caret; empty takes it away."""
        self._composing = string
        self._show_auxiliary()

    def delete_before(self, count: int) -> None:
        """Have the application take characters before the caret away."""
        self._send("DeleteSurroundingText", "iu", [-count, count])

    def forward(self, keyval: int, keycode: int, state: int) -> None:
        """Hand a key to the application, behind the text committed before it."""
        self._send("ForwardKeyEvent", "uuu", [keyval, keycode, state])

    def show_list(
        self, rows: Sequence[str], cursor: int | None, hint: str, orientation: str = "vertical"
    ) -> None:
        """Show candidates at the caret, and a sentence above them unless it is empty."""
        table = pack_body("vb", [lookup_table(rows, cursor, orientation), True])
        # The panel of IBus moves to the caret only a list that is on the screen already:
        # without the second word a new list may stand where the last one stood.
        for _ in range(1 if self._list_shown and cursor is not None else 2):
            self._outbox.signal(self._packed["UpdateLookupTable"], table)
        self._hint = hint
        self._show_auxiliary()
        self._list_shown = True

    def hide_list(self) -> None:
        """Take candidates and sentence away."""
        self._outbox.signal(self._packed["HideLookupTable"])
        self._list_shown = False
        self._hint = ""
        self._show_auxiliary()

    def register_properties(self, status: Status) -> None:
        """Give the panel our menu; it forgets it at each focus change."""
        self._outbox.signal(self._packed["RegisterProperties"], menu(status))
        self._status = status

    def update_properties(self, status: Status) -> None:
        """Tell the panel what has changed in our menu."""
        for body in changes(self._status, status):
            self._outbox.signal(self._packed["UpdateProperty"], body)
        self._status = status

    def ask_surrounding_text(self) -> None:
        """Ask the application for the text around its caret from now on."""
        self._outbox.signal(self._packed["RequireSurroundingText"])

    def flush(self) -> None:
        """Send what was shown outside a call, where no reply follows."""
        self._outbox.flush()

    def _show_auxiliary(self) -> None:
        """There is one auxiliary text: what is composed comes first, then the list's sentence."""
        line = " · ".join(part for part in (self._composing, self._hint) if part)
        if line:
            self._send("UpdateAuxiliaryText", "vb", [text(line), True])
        elif self._auxiliary_shown:
            self._outbox.signal(self._packed["HideAuxiliaryText"])
        self._auxiliary_shown = bool(line)

    def _send(self, member: str, signature: str, body: list[Any]) -> None:
        self._outbox.signal(self._packed[member], pack_body(signature, body))
