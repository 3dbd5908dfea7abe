# SPDX-License-Identifier: Apache-2.0
"""What the client of the predictor sends when it teaches, counts and switches."""

from __future__ import annotations

from typing import Any

import pytest

from ime_engine.protocol import BUS_NAME, INTERFACE
from ime_engine.service import bus as session_bus
from ime_engine.service.client import PROPERTIES, PredictorClient


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []

    async def call(
        _bus: object, member: str, signature: str, body: list[Any], **how: object
    ) -> None:
        plain = [plainly(value) for value in body]
        calls.append((how["destination"], how["interface"], member, signature, plain))

    monkeypatch.setattr(session_bus, "call", call)
    monkeypatch.setattr(PredictorClient, "_connected", None)
    return calls


def plainly(value: object) -> object:
    """A value without its D-Bus types; a variant as its type and value."""
    if isinstance(value, dict):
        return {name: plainly(one) for name, one in value.items()}
    signature = getattr(value, "signature", None)
    return (signature, value.value) if signature else value  # type: ignore[attr-defined]


async def test_what_was_typed_is_taught_without_options(sent: list[tuple[Any, ...]]) -> None:
    await PredictorClient().learn("민준이가 ", "왔다")
    assert sent == [(BUS_NAME, INTERFACE, "Learn", "ssa{sv}", ["민준이가 ", "왔다", {}])]


async def test_what_was_picked_says_so(sent: list[tuple[Any, ...]]) -> None:
    await PredictorClient().learn("민준이가 ", "왔다", accepted=True)
    assert sent[0][-1] == ["민준이가 ", "왔다", {"accepted": ("b", True)}]


async def test_a_field_is_named(sent: list[tuple[Any, ...]]) -> None:
    await PredictorClient().learn("민준이가 ", "왔다", field="chat")
    assert sent[0][-1] == ["민준이가 ", "왔다", {"field": ("s", "chat")}]


async def test_counts_are_sent_as_they_are(sent: list[tuple[Any, ...]]) -> None:
    await PredictorClient().count({"keys": 9, "lists_shown": 1})
    assert sent == [(BUS_NAME, INTERFACE, "Count", "a{su}", [{"keys": 9, "lists_shown": 1}])]


async def test_learning_is_a_switch(sent: list[tuple[Any, ...]]) -> None:
    await PredictorClient().set_learning(False)
    assert sent == [(BUS_NAME, PROPERTIES, "Set", "ssv", [INTERFACE, "Learning", ("b", False)])]
