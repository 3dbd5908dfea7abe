# SPDX-License-Identifier: Apache-2.0
"""The predictor's states, on an engine made of nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ime_engine.config import DaemonConfig
from ime_engine.errors import (
    InputError,
    ModelError,
    ModelMismatchError,
    ModelNotFoundError,
    NotReadyError,
)
from ime_engine.protocol import Query
from ime_engine.service.models import find_model, list_models, threads_of
from ime_engine.service.predictor import Predictor
from ime_engine.service.status import State, Status
from ime_engine.service.worker import Worker
from tests.unit.echo_engine import Opener, answer


async def test_loading_then_ready_and_the_listener_is_told(
    predictor: Predictor, opener: Opener
) -> None:
    told: list[Status] = []
    predictor.on_change = told.append
    opener.gate.clear()
    loading = asyncio.ensure_future(predictor.load("one"))
    await asyncio.sleep(0)
    assert predictor.status == Status(True, State.LOADING, "one", "")
    with pytest.raises(NotReadyError, match="still loading; ask again in a moment"):
        await answer(predictor)
    opener.gate.set()
    await loading

    assert told[-1] == predictor.status == Status(True, State.READY, "one", "cpu")
    assert await answer(predictor) == "one"


async def test_a_model_that_had_to_leave_its_card_says_where_it_runs(
    predictor: Predictor, opener: Opener
) -> None:
    opener.device = "cuda"
    await predictor.load("one")
    told: list[Status] = []
    predictor.on_change = told.append
    await answer(predictor)
    opener.device = "cpu"
    await answer(predictor)
    await answer(predictor)

    assert told == [Status(True, State.READY, "one", "cpu")]


async def test_a_kept_answer_does_not_wait_behind_a_search_or_a_load(
    predictor: Predictor, opener: Opener
) -> None:
    await predictor.load("one")
    opener.gate.clear()
    loading = asyncio.ensure_future(predictor.load("two"))
    await asyncio.sleep(0)
    kept = await asyncio.wait_for(predictor.predict(":1.1", Query("kept")), 5)
    opener.gate.set()
    await loading

    assert [candidate.text for candidate in kept] == ["kept"]


async def test_switching_off_forgets_what_was_asked(predictor: Predictor, opener: Opener) -> None:
    await predictor.load("one")
    predictor.enable(False)

    assert await asyncio.to_thread(opener.engine.cleared.wait, 5)
    assert await predictor.predict(":1.1", Query("kept")) == []


async def test_after_a_rest_nothing_of_what_was_asked_is_left(models: Path, opener: Opener) -> None:
    worker = Worker()
    config = DaemonConfig(model="one", models_dir=str(models), cache_ttl_s=0.05)
    predictor = Predictor(config, worker, opener)
    await predictor.load("one")
    await answer(predictor)

    assert await asyncio.to_thread(opener.engine.cleared.wait, 5)
    assert worker.stop(5)


async def test_before_anything_it_counts_as_loading(predictor: Predictor) -> None:
    assert predictor.status.state is State.LOADING


@pytest.mark.parametrize(
    ("failure", "kind", "sentence"),
    [
        (ModelMismatchError("x differs."), ModelMismatchError, "x differs; run `ieum model build"),
        (ModelError("no CUDA; set `device`."), ModelError, "no CUDA; set `device`."),
        (RuntimeError("secret"), ModelError, r"could not be loaded \(RuntimeError\); run `ieum"),
    ],
)
async def test_a_failed_load_says_why_and_can_be_repeated(
    predictor: Predictor, opener: Opener, failure: Exception, kind: type[Exception], sentence: str
) -> None:
    opener.failure = failure
    with pytest.raises(kind, match=sentence):
        await predictor.load("one")
    assert predictor.status.state is State.FAILED
    with pytest.raises(NotReadyError, match=sentence):
        await answer(predictor)
    opener.failure = None
    await predictor.load("two")

    assert predictor.status == Status(True, State.READY, "two", "cpu")


async def test_the_present_model_serves_while_another_loads_and_when_that_fails(
    predictor: Predictor, opener: Opener
) -> None:
    await predictor.load("one")
    opener.failure = ModelError("broken.")
    with pytest.raises(ModelError):
        await predictor.load("two")

    assert predictor.status == Status(True, State.READY, "one", "cpu")
    assert await answer(predictor) == "one"


async def test_off_says_nothing_and_forgets_nothing(predictor: Predictor) -> None:
    await predictor.load("one")
    predictor.enable(False)
    assert predictor.status.state is State.OFF
    assert await predictor.predict(":1.1", Query("오늘 ")) == []
    predictor.enable(True)

    assert await answer(predictor) == "one"


async def test_unloaded_is_off_and_says_how_to_load(predictor: Predictor) -> None:
    await predictor.load("one")
    await predictor.unload()

    assert predictor.status == Status(True, State.OFF, "", "")
    with pytest.raises(NotReadyError, match="call LoadModel"):
        await answer(predictor)
    assert await predictor.forget("오늘") == 0
    await predictor.load("two")
    assert await predictor.forget("오늘") == 7


async def test_statistics_count_what_happened(predictor: Predictor) -> None:
    await predictor.load("one")
    for _ in range(3):
        await answer(predictor)
    statistics = predictor.statistics()

    assert statistics["answered"] == 3
    assert statistics["answer_p50_ms"] <= statistics["answer_p99_ms"]
    assert statistics["memory_bytes"] > 1_000_000
    assert statistics["uptime_s"] >= 0


@pytest.mark.parametrize("name", ["", ".", "..", ".x", "a/b", "a\\b", "a\0b", "a\nb", "x" * 101])
def test_a_name_that_is_no_folder_name_never_becomes_a_path(models: Path, name: str) -> None:
    with pytest.raises(InputError, match="name of its folder"):
        find_model(name, [models])


def test_the_first_folder_wins_and_a_missing_model_is_named(models: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    (empty / "half").mkdir(parents=True)

    assert find_model("one", [empty, models]) == models / "one"
    assert list(list_models([empty, models])) == ["one", "two"]
    with pytest.raises(ModelNotFoundError, match="ieum model build none"):
        find_model("none", [empty, models])
    with pytest.raises(ModelNotFoundError, match=r"half has no manifest\.json"):
        find_model("half", [empty, models])


def test_threads_are_the_settings_or_at_most_two() -> None:
    assert threads_of(DaemonConfig(threads=3)) == 3
    assert 1 <= threads_of(DaemonConfig()) <= 2
