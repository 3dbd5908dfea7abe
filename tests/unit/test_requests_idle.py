# SPDX-License-Identifier: Apache-2.0
"""What the daemon does while nobody asks: it prepares, and after a rest it puts the model away."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from ime_engine.config import DaemonConfig
from ime_engine.errors import ModelError, NotReadyError
from ime_engine.protocol import Candidate, Query
from ime_engine.service.predictor import Predictor
from ime_engine.service.prefetch import LIKELY, LIKELY_KEY, UNLIKELY, follow_up, next_keys
from ime_engine.service.status import State, Status
from ime_engine.service.worker import Worker
from tests.unit.echo_engine import Opener, answer


@pytest.mark.parametrize(
    ("prefix", "candidates", "end"),
    [
        ("날씨", [("날씨가", LIKELY), ("날씨는", 0.2)], "날씨가"),
        ("날씨", [("날씨가", UNLIKELY), ("날씨는", 0.1)], None),
        ("날씨", [("날씨가", UNLIKELY / 2)], "날씨"),
        ("날씨", [], "날씨"),
        ("날ㅆ", [("날씨가", LIKELY)], "날씨가"),
        ("날ㅆ", [("날씨가", UNLIKELY / 2)], None),
        ("“날씨", [("“날씨가", LIKELY)], "“날씨가"),
        ("“날씨", [], "“날씨"),
    ],
)
def test_the_end_of_an_eojeol(
    prefix: str, candidates: list[tuple[str, float]], end: str | None
) -> None:
    answered = [Candidate(*each) for each in candidates]
    ahead = follow_up(Query("오늘 ", prefix, temperature=0.8), answered)

    assert ahead == (end and Query(f"오늘 {end} ", temperature=0.8))


@pytest.mark.parametrize(
    ("prefix", "candidates", "ahead"),
    [
        ("날", [("날씨가", LIKELY_KEY)], ["날ㅆ"]),
        ("날", [("날이", 0.2), ("날씨가", 0.12), ("날씨는", 0.12)], ["날ㅆ", "날ㅇ"]),
        ("날", [("날이", 0.3), ("날씨가", 0.2), ("날마다", 0.1)], ["날ㅇ", "날ㅆ"]),
        ("날", [("날이", LIKELY_KEY / 2), ("날씨가", LIKELY_KEY / 2)], []),
        ("날ㅆ", [("날씨가", 0.5)], ["날씨"]),
        ("낧", [("날하고", 0.5)], ["날하"]),
        ("", [("날씨가", 0.5)], ["ㄴ"]),
        ("“날", [("“날씨가", 0.5)], ["“날ㅆ"]),
        ("2", [("2월", 0.5)], ["2ㅇ"]),
        ("날씨", [("날씨", 0.9)], []),
        ("나ㄹ", [("날씨", 0.9)], []),
        ("날", [], []),
    ],
)
def test_the_next_keys_of_an_eojeol(
    prefix: str, candidates: list[tuple[str, float]], ahead: list[str]
) -> None:
    query = Query("오늘 ", prefix, temperature=0.8)
    found = next_keys(query, [Candidate(*each) for each in candidates])

    assert found == [replace(query, prefix=each) for each in ahead]


async def test_what_a_search_in_another_lane_will_keep_is_forgotten_too(
    models: Path, opener: Opener
) -> None:
    worker, lane = Worker(), Worker()
    config = DaemonConfig(model="one", models_dir=str(models))
    predictor = Predictor(config, worker, opener, lanes=[lane])
    await predictor.load("one")
    engine = opener.engine
    engine.searching.clear()
    asked = asyncio.ensure_future(answer(predictor))
    await asyncio.sleep(0.01)
    predictor.enable(False)
    await asyncio.sleep(0.01)
    engine.searching.set()
    await asked
    assert await asyncio.to_thread(engine.cleared.wait, 5)

    assert engine.done == ["searched", "cleared"]
    assert worker.stop(5)
    assert lane.stop(5)


async def test_a_load_keeps_nobody_from_the_present_model(models: Path, opener: Opener) -> None:
    worker, lane = Worker(), Worker()
    config = DaemonConfig(model="one", models_dir=str(models))
    predictor = Predictor(config, worker, opener, lanes=[lane])
    await predictor.load("one")
    opener.gate.clear()
    loading = asyncio.ensure_future(predictor.load("two"))
    await asyncio.sleep(0.01)
    assert await asyncio.wait_for(answer(predictor), 5) == "one"
    opener.gate.set()
    await loading

    assert await answer(predictor) == "two"
    assert worker.stop(5)
    assert lane.stop(5)


class TestRestOfAModel:
    """What becomes of a model that nobody asks."""

    @pytest.fixture
    def predictor(self, models: Path, opener: Opener) -> Iterator[Predictor]:
        worker = Worker()
        config = DaemonConfig(model="one", models_dir=str(models), unload_after_s=0.05)
        yield Predictor(config, worker, opener)
        opener.gate.set()
        assert worker.stop(5)

    async def told(self, predictor: Predictor, state: State) -> Status:
        """Wait until the listener hears of this state; what it heard."""
        heard: asyncio.Queue[Status] = asyncio.Queue()
        predictor.on_change = heard.put_nowait
        async with asyncio.timeout(5):
            while (status := await heard.get()).state is not state:
                pass
        return status

    async def test_it_is_put_away_and_the_next_question_brings_it_back(
        self, predictor: Predictor, opener: Opener
    ) -> None:
        await predictor.load("one")
        engine = weakref.ref(opener.engine)
        del opener.engine
        assert await self.told(predictor, State.OFF) == Status(True, State.OFF, "one", "")
        await asyncio.sleep(0.01)
        assert engine() is None, "something still holds the model"

        opener.gate.clear()
        for _ in range(2):
            with pytest.raises(NotReadyError, match="still loading; ask again in a moment"):
                await answer(predictor)
        opener.gate.set()
        assert (await self.told(predictor, State.READY)).model == "one"
        assert await answer(predictor) == "one"

    async def test_questions_keep_it_awake(self, models: Path, opener: Opener) -> None:
        worker = Worker()
        config = DaemonConfig(model="one", models_dir=str(models), unload_after_s=0.6)
        predictor = Predictor(config, worker, opener)
        await predictor.load("one")
        for _ in range(8):
            await asyncio.sleep(0.1)
            assert await answer(predictor) == "one"
        assert worker.stop(5)

    async def test_one_that_cannot_be_loaded_again_says_why(
        self, predictor: Predictor, opener: Opener
    ) -> None:
        await predictor.load("one")
        await self.told(predictor, State.OFF)
        opener.failure = ModelError("gone.")
        with pytest.raises(NotReadyError):
            await answer(predictor)
        await self.told(predictor, State.FAILED)
        with pytest.raises(NotReadyError, match="gone; run `ieum model build one`"):
            await answer(predictor)

    async def test_one_that_was_unloaded_by_a_call_stays_away(self, predictor: Predictor) -> None:
        await predictor.load("one")
        await self.told(predictor, State.OFF)
        await predictor.unload()
        with pytest.raises(NotReadyError, match="call LoadModel"):
            await answer(predictor)

        assert predictor.status == Status(True, State.OFF, "", "")


class TestPrefetch:
    async def prepared(self, predictor: Predictor, opener: Opener, *asked: Query) -> list[Query]:
        """What the engine prepares in the idle time after these questions."""
        await predictor.load("one")
        opener.engine.says = "날씨"
        for query in asked:
            await predictor.predict(":1.1", query)
        await asyncio.sleep(0.05)
        return [replace(query, deadline_ms=None) for query in opener.engine.prepared]

    async def test_in_idle_time_what_may_follow_is_prepared(
        self, predictor: Predictor, opener: Opener
    ) -> None:
        asked = Query("오늘 ", "날", limit=3)
        assert await self.prepared(predictor, opener, asked) == [
            Query("오늘 ", "날ㅆ", limit=3),
            Query("오늘 날씨 ", limit=3),
        ]

    async def test_of_several_questions_the_last_counts(
        self, predictor: Predictor, opener: Opener
    ) -> None:
        await predictor.load("one")
        opener.engine.says = "날씨"
        await asyncio.gather(
            *(
                predictor.predict(f":1.{at}", Query(f"{word} ", "날"))
                for at, word in enumerate("가나다")
            )
        )
        await asyncio.sleep(0.05)

        assert [query.before for query in opener.engine.prepared][-2:] == ["다 ", "다 날씨 "]

    @pytest.mark.parametrize(
        "query",
        [
            Query("오늘 ", private=True),
            Query("오늘 ", "날", private=True),
            Query("오늘 ", "날", tokens=True),
        ],
    )
    async def test_not_for_every_question(
        self, predictor: Predictor, opener: Opener, query: Query
    ) -> None:
        assert await self.prepared(predictor, opener, query) == []

    @pytest.mark.parametrize(
        "settings", [{"prefetch": False}, {"cache_entries": 0}, {"cache_ttl_s": 0.0}]
    )
    async def test_not_where_it_is_switched_off_or_nothing_may_be_kept(
        self, models: Path, opener: Opener, settings: dict[str, float]
    ) -> None:
        worker = Worker()
        base = {"model": "one", "models_dir": str(models)}
        predictor = Predictor(msgspec.convert(base | settings, DaemonConfig), worker, opener)

        assert await self.prepared(predictor, opener, Query("오늘 ", "날")) == []
        assert worker.stop(5)
