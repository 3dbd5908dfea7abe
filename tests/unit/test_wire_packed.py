# SPDX-License-Identifier: Apache-2.0
"""Bytes put together beforehand are the bytes dbus-next would have made."""

from __future__ import annotations

import pytest
from dbus_next.constants import MessageType
from hypothesis import given
from hypothesis import strategies as st

from ibus_component.wire.frames import decode
from ibus_component.wire.objects import text, text_of
from ibus_component.wire.packed import PackedReply, PackedSignal, TextBody, pack_body

PATH, INTERFACE = "/org/freedesktop/IBus/Engine/7", "org.freedesktop.IBus.Engine"

PREEDIT = TextBody("vubu", lambda string, count: [text(string, underlined=count), count, True, 1])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80)


@given(TEXTS)
def test_a_text_body_equals_what_dbus_next_marshals(string: str) -> None:
    whole = pack_body("vubu", [text(string, underlined=len(string)), len(string), True, 1])

    assert PREEDIT.pack(string) == whole


@given(TEXTS)
def test_a_packed_signal_reads_back(string: str) -> None:
    signal = PackedSignal(PATH, INTERFACE, "UpdatePreeditText", "vubu")

    message = decode(signal.pack(PREEDIT.pack(string), 4711))

    assert message.message_type is MessageType.SIGNAL
    assert (message.path, message.interface, message.serial) == (PATH, INTERFACE, 4711)
    assert (message.member, message.signature) == ("UpdatePreeditText", "vubu")
    assert text_of(message.body[0]) == string
    assert message.body[1:] == [len(string), True, 1]


def test_a_signal_without_arguments_reads_back() -> None:
    message = decode(PackedSignal(PATH, INTERFACE, "HideLookupTable", "").pack(b"", 3))

    assert (message.member, message.signature, message.body) == ("HideLookupTable", "", [])


@pytest.mark.parametrize(
    ("signature", "body"), [("b", [True]), ("b", [False]), ("", [])], ids=["yes", "no", "nothing"]
)
def test_a_packed_reply_answers_the_call_it_is_told(signature: str, body: list[bool]) -> None:
    reply = PackedReply(":1.42", signature, body)

    for reply_serial in (1, 2**31):
        message = decode(reply.pack(reply_serial, 9))

        assert message.message_type is MessageType.METHOD_RETURN
        assert (message.reply_serial, message.serial) == (reply_serial, 9)
        assert (message.destination, message.body) == (":1.42", body)
