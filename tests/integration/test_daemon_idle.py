# SPDX-License-Identifier: Apache-2.0
"""The daemon between questions, on a private bus: what it shares, prepares and puts away."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from ime_engine.errors import NotReadyError
from ime_engine.protocol import Query
from ime_engine.service.client import PredictorClient
from ime_engine.service.prefetch import next_keys
from tests.harness.bus import changes, daemon, owned, private_bus, reached
from tests.harness.slow_daemon import slow

THANKS = Query("감사합니다. 앞으로도 잘 ")


async def test_eight_programs_that_ask_the_same_wait_for_one_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with slow(tmp_path, monkeypatch, IEUM_TEST_PREDICT_S="0.5") as (_, client):
        await reached(client, "ready")
        others = [PredictorClient(timeout_s=20) for _ in range(7)]
        for other in others:
            await other.__aenter__()
        asked = time.monotonic()
        answers = await asyncio.gather(
            *(each.predict(Query("", prefix="가")) for each in (client, *others))
        )
        span_s = time.monotonic() - asked
        for other in others:
            await other.__aexit__(None, None, None)

    assert {answer[0].text for answer in answers} == {"가1"}
    assert span_s < 2


async def test_what_is_private_is_searched_for_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        slow(tmp_path, monkeypatch, IEUM_TEST_PREDICT_S="0.2") as (_, client),
        PredictorClient(timeout_s=20) as other,
    ):
        await reached(client, "ready")
        secret = Query("", prefix="가", private=True)
        answers = await asyncio.gather(client.predict(secret), other.predict(secret))

    assert sorted(answer[0].text for answer in answers) == ["가1", "가2"]


async def prepared(client: PredictorClient, least: int, kind: str = "prefetched") -> dict[str, Any]:
    """Wait until so many answers were prepared; the statistics then."""
    async with asyncio.timeout(10):
        while (numbers := await client.statistics()).get(kind, 0) < least:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.01)
    return numbers


async def test_at_its_space_the_list_is_there_already(
    tiny_model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"model": "tiny", "models_dir": str(tiny_model_dir), "ngram": False}
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with daemon(address, tmp_path, settings) as process:
            await owned(process)
            async with PredictorClient() as client:
                await reached(client, "ready")
                await client.predict(Query(THANKS.before, "부", private=True))
                (first, *_) = await client.predict(Query(THANKS.before, "부"))
                before = await prepared(client, 1)
                await client.predict(Query(f"{THANKS.before}{first.text} "))
                after = await client.statistics()
            log = process.log

    assert before.get("prefetch_hits", 0) == 0
    assert after["prefetch_hits"] == 1
    searched = ("predict_p50_ms", "predict_p99_ms")
    assert [after[each] for each in searched] == [before[each] for each in searched], (
        "nothing was searched for at the Space"
    )
    assert after["prefetch_s"] > 0
    assert first.text not in log


async def test_at_the_likeliest_next_key_the_list_is_there_already(
    tiny_model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"model": "tiny", "models_dir": str(tiny_model_dir), "ngram": False}
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with daemon(address, tmp_path, settings) as process:
            await owned(process)
            async with PredictorClient() as client:
                await reached(client, "ready")
                (first, *_) = await client.predict(Query(THANKS.before, "부"))
                await prepared(client, 1, "prefetched_keys")
                (key,) = next_keys(Query(THANKS.before, "부"), [first])
                completions = await client.predict(key)
                counted = await client.statistics()

    assert counted["prefetch_hits_keys"] == 1
    assert first.text in [each.text for each in completions]


async def test_a_model_that_nobody_asks_is_put_away_and_comes_back(
    tiny_model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        "model": "tiny",
        "models_dir": str(tiny_model_dir),
        "ngram": False,
        "unload_after_s": 1.0,
    }
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with daemon(address, tmp_path, settings) as process:
            await owned(process)
            async with PredictorClient() as client:
                await reached(client, "ready")
                async with changes(address) as heard:
                    resting = await reached(client, "off")
                    with pytest.raises(NotReadyError, match="still loading; ask again"):
                        await client.predict(THANKS)
                    await reached(client, "ready")
                    (first, *_) = await client.predict(THANKS)
                    told = [heard.get_nowait() for _ in range(heard.qsize())]

    assert (resting["Model"], resting["Device"]) == ("tiny", "")
    assert first.text == "부탁드립니다"
    assert [change["State"] for change in told if "State" in change] == ["off", "loading", "ready"]
