# SPDX-License-Identifier: Apache-2.0
"""The daemon with an n-gram beside the toy model, and with the n-gram alone."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ime_engine.errors import NotReadyError
from ime_engine.protocol import Query
from ime_engine.service.client import PredictorClient
from tests.harness.bus import Daemon, daemon, owned, private_bus, reached
from tests.harness.slow_daemon import COMMAND
from tests.tiny_ngram import open_ngram

LINES = [
    "감사합니다. 앞으로도 잘 지내요.",
    "앞으로도 잘 지내요.",
    "앞으로도 잘 자요.",
    "오늘 날씨가 흐리네요.",
]
THANKS = Query("감사합니다. 앞으로도 잘 ")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a tiny n-gram in it."""
    folder = tmp_path / "data" / "ieum" / "ngram"
    folder.mkdir(parents=True)
    open_ngram(folder, LINES)
    (folder / "left_out.txt").write_text("나쁜놈\n", encoding="utf-8")
    return tmp_path / "data"


@asynccontextmanager
async def running(
    models: Path,
    folder: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...] = ("-m", "ime_engine"),
    **environment: str,
) -> AsyncIterator[tuple[Daemon, PredictorClient]]:
    settings = {"model": "tiny", "models_dir": str(models), "ngram": True, "deadline_ms": 5000}
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        own = {"XDG_DATA_HOME": str(data), **environment}
        with daemon(address, folder, settings, command, **own) as process:
            await owned(process)
            async with PredictorClient(timeout_s=20) as client:
                yield process, client


async def answered(client: PredictorClient, query: Query) -> list[tuple[str, str]]:
    """Ask until the n-gram is open; texts and sources."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return [(each.text, each.source) for each in await client.predict(query)]
        except NotReadyError:
            assert time.monotonic() < deadline
            time.sleep(0.01)  # noqa: ASYNC251 - nothing else is to happen


async def test_candidates_of_both_are_in_one_list(
    tiny_model_dir: Path, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tiny_model_dir, tmp_path, data, monkeypatch) as (_, client):
        await reached(client, "ready")
        candidates = await client.predict(THANKS)
        completions = await client.predict(Query(THANKS.before, prefix="지"))

    sources = {each.text: each.source for each in candidates}
    assert sources["부탁드립니다"] == "model"
    assert sources["지내요"] == "ngram"
    assert len(sources) == len(candidates) <= 5
    assert sum(each.probability for each in candidates) <= 1
    assert completions[0].text == "지내요"


async def test_the_n_gram_answers_alone_while_the_model_loads(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "manifest.json").touch()
    slow = running(tmp_path, tmp_path, data, monkeypatch, COMMAND, IEUM_TEST_LOAD_S="2")
    async with slow as (process, client):
        first = await answered(client, THANKS)
        waited_s = time.monotonic() - process.started
        state = (await client.properties())["State"]
        await reached(client, "ready")
        later = await client.predict(THANKS)
        log = process.log

    assert (first[0], state) == (("지내요", "ngram"), "loading")
    assert waited_s < 2
    assert later[0].source == "model", "the answer of the waiting time is not repeated"
    assert "standing by after" in log


async def test_it_answers_where_there_is_no_model_and_says_why_on_request(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, tmp_path, data, monkeypatch) as (_, client):
        await reached(client, "failed")
        answer = await answered(client, THANKS)
        with pytest.raises(NotReadyError, match="ieum model build tiny"):
            await client.predict(Query("", tokens=True))

    assert answer[0] == ("지내요", "ngram")


async def test_a_damaged_n_gram_is_one_line_and_the_model_answers_alone(
    tiny_model_dir: Path, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = data / "ieum" / "ngram" / "tiny.ngram"
    file.write_bytes(file.read_bytes()[:-100])
    async with running(tiny_model_dir, tmp_path, data, monkeypatch) as (process, client):
        await reached(client, "ready")
        candidates = await client.predict(THANKS)
        log = process.log

    assert {each.source for each in candidates} == {"model"}
    assert len([line for line in log.splitlines() if "The model answers alone." in line]) == 1
    assert "Traceback" not in log
