# SPDX-License-Identifier: Apache-2.0
"""The daemon as a process of its own on a private bus, asked as programs ask it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ime_engine.errors import (
    InputError,
    ModelNotFoundError,
    NotReadyError,
    SupersededError,
)
from ime_engine.protocol import Query
from ime_engine.service.client import PredictorClient
from tests.harness.bus import Daemon, changes, daemon, owned, private_bus, reached
from tests.harness.slow_daemon import slow

THANKS = Query("감사합니다. 앞으로도 잘 ")


@pytest.fixture(scope="module")
def bus_address() -> Iterator[str]:
    with private_bus() as address:
        yield address


@pytest.fixture(scope="module")
def running(
    bus_address: str, tiny_model_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Daemon]:
    settings = {"model": "tiny", "models_dir": str(tiny_model_dir), "deadline_ms": 5000}
    with daemon(bus_address, tmp_path_factory.mktemp("daemon"), settings) as process:
        yield process


@pytest.fixture
async def client(
    bus_address: str, running: Daemon, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PredictorClient]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus_address)
    await owned(running)
    async with PredictorClient() as connected:
        await reached(connected, "ready")
        yield connected


class TestStart:
    async def test_the_name_is_owned_at_once_and_the_model_follows(
        self,
        tiny_model_dir: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        settings = {"model": "tiny", "models_dir": str(tiny_model_dir)}
        with private_bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with daemon(address, tmp_path, settings) as process:
                span_s = await owned(process)
                async with PredictorClient() as asking:
                    at_first = await asking.properties()
                    await reached(asking, "ready")
        with capsys.disabled():
            print(f"\n[name owned {span_s * 1000:.0f} ms after the start]")  # noqa: T201
        assert span_s < 3.0
        assert at_first["State"] == "loading"
        assert at_first["Device"] == ""
        assert "ready in" in process.log

    async def test_the_bus_is_found_without_its_variable(
        self, tiny_model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = {"model": "tiny", "models_dir": str(tiny_model_dir)}
        with private_bus() as address:
            path = address.partition("path=")[2].split(",")[0]
            (tmp_path / "bus").symlink_to(path)
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with daemon(None, tmp_path, settings) as process:
                assert await owned(process) < 3.0


class TestAnswers:
    async def test_the_thanks_are_completed(self, client: PredictorClient) -> None:
        candidates = await client.predict(THANKS)

        assert candidates[0].text == "부탁드립니다"
        assert candidates[0].source == "model"
        assert 0 < candidates[0].probability <= 1

    async def test_the_prefix_and_the_limit_are_obeyed(self, client: PredictorClient) -> None:
        candidates = await client.predict(Query(THANKS.before, prefix="부", limit=2))

        assert 0 < len(candidates) <= 2
        assert all(candidate.text.startswith("부") for candidate in candidates)

    async def test_the_second_answer_comes_from_memory(self, client: PredictorClient) -> None:
        query = Query("오늘 날씨가 ")
        first = await client.predict(query)
        before = (await client.statistics())["cache_hits"] if await has_hits(client) else 0
        second = await client.predict(query)

        assert second == first
        assert (await client.statistics())["cache_hits"] == before + 1

    async def test_a_private_question_neither_reads_nor_fills_the_memory(
        self, client: PredictorClient
    ) -> None:
        secret = Query("안녕하세요. 만나서 ", private=True)
        for _ in range(2):
            await client.predict(secret)
        hits = (await client.statistics()).get("cache_hits", 0)
        await client.predict(Query(secret.before))

        assert (await client.statistics()).get("cache_hits", 0) == hits

    async def test_forget_drops_kept_answers_and_counts_them(self, client: PredictorClient) -> None:
        await client.predict(THANKS)

        assert await client.forget("부탁드립니다") >= 1
        assert await client.forget("부탁드립니다") == 0

    async def test_an_empty_text_is_a_question_too(self, client: PredictorClient) -> None:
        assert isinstance(await client.predict(Query("")), list)

    async def test_statistics_are_numbers_without_text(self, client: PredictorClient) -> None:
        await client.predict(THANKS)
        statistics = await client.statistics()

        assert all(type(value) in (int, float) for value in statistics.values())
        assert statistics["answered"] >= 1
        assert statistics["answer_p50_ms"] <= statistics["answer_p99_ms"]
        assert statistics["memory_bytes"] > 1_000_000

    async def test_nothing_that_was_typed_is_in_the_log(
        self, client: PredictorClient, running: Daemon
    ) -> None:
        await client.predict(Query("비밀입니다 ", prefix="귓속"))
        for wrong in (Query("비밀입니다 \0"), Query("비밀입니다 ", prefix="귓 속")):
            with pytest.raises(InputError) as refused:
                await client.predict(wrong)
            assert "비밀" not in str(refused.value)

        assert not set(running.log) & set("비밀입니다귓속")


async def has_hits(client: PredictorClient) -> bool:
    return "cache_hits" in await client.statistics()


@pytest.mark.real_model
async def test_the_default_model_completes_the_thanks_within_its_memory(
    real_model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"models_dir": str(real_model_dir), "deadline_ms": 5000}
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with daemon(address, tmp_path, settings) as process:
            await owned(process)
            async with PredictorClient(timeout_s=20) as asking:
                await reached(asking, "ready")
                candidates = await asking.predict(THANKS)
                memory = (await asking.statistics())["memory_bytes"]

    assert candidates[0].text == "부탁드립니다"
    assert memory < 350_000_000


class TestSwitches:
    async def test_off_answers_nothing_and_on_answers_again(self, client: PredictorClient) -> None:
        await client.set_enabled(False)
        assert (await client.properties())["State"] == "off"
        assert await client.predict(THANKS) == []
        await client.set_enabled(True)
        assert (await client.properties())["State"] == "ready"
        assert await client.predict(THANKS)

    async def test_changes_are_announced(self, client: PredictorClient, bus_address: str) -> None:
        async with changes(bus_address) as heard:
            await client.set_enabled(False)
            await client.set_enabled(True)
            assert await heard.get() == {"Enabled": False, "State": "off"}
            assert await heard.get() == {"Enabled": True, "State": "ready"}


class TestModels:
    async def test_models_are_listed_with_what_their_manifest_says(
        self, client: PredictorClient
    ) -> None:
        (model,) = await client.list_models()

        assert model["name"] == "tiny"
        assert model["loaded"] is True
        assert model["bytes"] > 0

    async def test_unload_and_load_again(self, client: PredictorClient) -> None:
        await client.unload_model()
        properties = await client.properties()
        assert (properties["State"], properties["Device"]) == ("off", "")
        with pytest.raises(NotReadyError, match="LoadModel"):
            await client.predict(THANKS)

        await client.load_model("tiny")
        assert (await client.properties())["State"] == "ready"
        assert await client.predict(THANKS)

    async def test_a_model_that_is_not_there_leaves_the_present_one(
        self, client: PredictorClient
    ) -> None:
        with pytest.raises(ModelNotFoundError, match="ieum model build nowhere"):
            await client.load_model("nowhere")
        for name in ("", "..", "../tiny", "a/b", ".hidden", "x" * 200, "a\nb"):
            with pytest.raises(InputError, match="name of its folder"):
                await client.load_model(name)

        assert (await client.properties())["Model"] == "tiny"
        assert await client.predict(THANKS)


class TestManners:
    async def test_a_newer_question_stops_the_older_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch, IEUM_TEST_PREDICT_S="1") as (_, client):
            await reached(client, "ready")
            asked = time.monotonic()
            answers = await asyncio.gather(
                *(client.predict(Query("", prefix=word)) for word in ("가", "나", "다")),
                return_exceptions=True,
            )

        assert time.monotonic() - asked < 2, "the first two were finished"
        assert [type(answer) for answer in answers] == [SupersededError, SupersededError, list]
        assert answers[2][0].text == "다1"  # type: ignore[index]

    async def test_another_program_keeps_its_place(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch, IEUM_TEST_PREDICT_S="0.2") as (_, client):
            await reached(client, "ready")
            async with PredictorClient() as other:
                answers = await asyncio.gather(
                    client.predict(Query("", prefix="가")), other.predict(Query("", prefix="나"))
                )

        assert [answer[0].text[0] for answer in answers] == ["가", "나"]

    async def test_the_bus_is_answered_while_a_search_runs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch, IEUM_TEST_PREDICT_S="1.5") as (_, client):
            await reached(client, "ready")
            search = asyncio.create_task(client.predict(Query("", prefix="가")))
            spans_ms = []
            for _ in range(20):
                asked = time.monotonic()
                await client.properties()
                spans_ms.append((time.monotonic() - asked) * 1000)
            assert not search.done()
            assert (await search)[0].text == "가1"

        assert sorted(spans_ms)[10] < 50

    async def test_the_unforeseen_is_told_and_logged_without_text(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch) as (process, client):
            await reached(client, "ready")
            with pytest.raises(Exception, match="failed inside the daemon") as told:
                await client.predict(Query("비밀 ", prefix="폭발"))
            assert (await client.predict(Query("", prefix="가")))[0].text == "가2"
            log = process.log

        assert "ZeroDivisionError" in log
        assert not set(log + str(told.value)) & set("비밀폭발")
