# SPDX-License-Identifier: Apache-2.0
"""What the user sees of one engine object, as signals on the IBus bus.

Everything one event causes, its reply last, leaves in one piece: signals keep
their order, and the daemon wakes once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.signature import Variant

from ibus_component.wire.objects import lookup_table, prop, prop_list, text
from ibus_component.wire.packed import PackedReply, PackedSignal, TextBody, pack_body

__all__ = ["ENGINE", "PROP_MODE", "PROP_PREDICT", "Outbox", "Screen"]

ENGINE: Final = "org.freedesktop.IBus.Engine"
PROP_MODE: Final = "InputMode"
PROP_PREDICT: Final = "Predict"
PREEDIT_CLEAR: Final = 0
PREEDIT_COMMIT: Final = 1
"""The daemon commits what is being composed when the focus goes or the engine dies."""

_COMMIT_TEXT: Final = TextBody("v", lambda string, _: [text(string)])
_PREEDIT_TEXT: Final = TextBody(
    "vubu",
    lambda string, count: [text(string, underlined=count), count, True, PREEDIT_COMMIT],
)
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
        """Send all that waits, behind whatever dbus-next has still to send."""
        if not self._waiting or self._bus._disconnected:
            return
        self._bus._writer.messages.put_nowait((bytes(self._waiting), None, None))
        self._bus._writer.schedule_write()
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
        self._hint_shown = False

    def commit(self, string: str) -> None:
        """Put text into the document."""
        self._outbox.signal(self._commit, _COMMIT_TEXT.pack(string))

    def preedit(self, string: str) -> None:
        """Show text as being composed; empty takes it away."""
        self._outbox.signal(self._preedit, _PREEDIT_TEXT.pack(string) if string else _NO_PREEDIT)

    def forward(self, keyval: int, keycode: int, state: int) -> None:
        """Hand a key to the application, behind the text committed before it."""
        self._send("ForwardKeyEvent", "uuu", [keyval, keycode, state])

    def show_list(self, rows: Sequence[str], cursor: int | None, hint: str) -> None:
        """Show candidates at the caret, and a sentence above them unless it is empty."""
        table = pack_body("vb", [lookup_table(rows, cursor), True])
        # The panel of IBus moves to the caret only a list that is on the screen already:
        # without the second word a new list may stand where the last one stood.
        for _ in range(2 if cursor is None else 1):
            self._outbox.signal(self._packed["UpdateLookupTable"], table)
        if hint:
            self._send("UpdateAuxiliaryText", "vb", [text(hint), True])
        elif self._hint_shown:
            self._outbox.signal(self._packed["HideAuxiliaryText"])
        self._hint_shown = bool(hint)

    def hide_list(self) -> None:
        """Take candidates and sentence away."""
        self._outbox.signal(self._packed["HideLookupTable"])
        if self._hint_shown:
            self._outbox.signal(self._packed["HideAuxiliaryText"])
            self._hint_shown = False

    def register_properties(self, hangul: bool, predict: bool) -> None:
        """Give the panel our menu; it forgets it at each focus change."""
        self._outbox.signal(self._packed["RegisterProperties"], _menu(hangul, predict))

    def update_properties(self, hangul: bool, predict: bool) -> None:
        """Tell the panel that the state of our menu changed."""
        for body in _entries(hangul, predict):
            self._outbox.signal(self._packed["UpdateProperty"], body)

    def ask_surrounding_text(self) -> None:
        """Ask the application for the text around its caret from now on."""
        self._outbox.signal(self._packed["RequireSurroundingText"])

    def flush(self) -> None:
        """Send what was shown outside a call, where no reply follows."""
        self._outbox.flush()

    def _send(self, member: str, signature: str, body: list[Any]) -> None:
        self._outbox.signal(self._packed[member], pack_body(signature, body))


def _mode(hangul: bool) -> Variant:
    label, symbol = ("한글", "한") if hangul else ("영문", "A")
    return prop(PROP_MODE, label, symbol=symbol, tooltip="한글과 영문을 바꿉니다")


def _predict(predict: bool) -> Variant:
    return prop(
        PROP_PREDICT, "예측", symbol="예", tooltip="다음 어절을 예측합니다", checked=predict
    )


@cache
def _menu(hangul: bool, predict: bool) -> bytes:
    return pack_body("v", [prop_list((_mode(hangul), _predict(predict)))])


@lru_cache(maxsize=4)
def _entries(hangul: bool, predict: bool) -> tuple[bytes, bytes]:
    return pack_body("v", [_mode(hangul)]), pack_body("v", [_predict(predict)])
