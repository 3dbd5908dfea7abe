# SPDX-License-Identifier: Apache-2.0
"""What a daemon keeps in memory of the words of a field, and what makes an end of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbus_next.signature import Variant

from ime_engine.protocol import Query
from ime_engine.service.client import PredictorClient
from tests.harness.bus import private_bus, serving


async def test_the_words_of_a_field_are_kept_in_memory_until_something_is_forgotten(
    tiny_model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"model": "tiny", "models_dir": str(tiny_model_dir), "deadline_ms": 5000}
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        async with serving(address, tmp_path, settings) as (client, _):
            await words_come_and_go(client)


async def words_come_and_go(client: PredictorClient) -> None:
    async def words() -> int:
        return int((await client.statistics())["foregoing_words"])

    for before, eojeol in (("", "우리는"), ("우리는 ", "오늘"), ("", "어디서")):
        await tell(client, before, eojeol, "chat")
    await tell(client, "", "비밀번호는", "chat", private=True)
    await tell(client, "", "밖에서", "")
    assert await words() == 3
    assert await client.predict(Query("", field="chat"))

    await client.forget("오늘")
    assert await words() == 0
    for switch in (client.set_learning, client.set_enabled):
        await tell(client, "", "우리는", "chat")
        assert await words() == 1
        await switch(False)
        assert await words() == 0
        await switch(True)


async def tell(
    client: PredictorClient, before: str, eojeol: str, field: str, *, private: bool = False
) -> None:
    options = {"private": Variant("b", private), "field": Variant("s", field)}
    await client._call("Learn", "ssa{sv}", [before, eojeol, options])
