# SPDX-License-Identifier: Apache-2.0
"""The engine on the tiny model and on a table: what it answers, keeps and forgets."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ime_engine.engine import Engine, EngineOptions
from ime_engine.errors import InputError
from ime_engine.hangul.eojeol import is_eojeol
from ime_engine.hangul.keystrokes import matches
from ime_engine.protocol import Candidate, Query
from ime_engine.ranking.ranker import Ranker
from ime_engine.runtime.loader import LoadedModel, load_model
from tests.fakes import FakeClock, TableModel, loaded_table

THANKS = "감사합니다. 앞으로도 잘 "
PIECES = ("<bos>", "<eos>", "▁", "▁잘", "잘", "▁부탁", "부탁", "해요", ".", "▁좋", "네요", "“")
TABLE = {
    (): {"▁부탁": 0.6, "▁좋": 0.4},
    ("<bos>",): {"잘": 0.7, "부탁": 0.3},
    ("“",): {"부탁": 1.0},
    ("▁부탁",): {"해요": 0.9, ".": 0.1},
    ("부탁",): {"해요": 0.9, ".": 0.1},
    ("▁좋",): {"네요": 1.0},
    ("해요",): {".": 1.0},
    ("네요",): {".": 1.0},
}


@pytest.fixture(scope="module")
def tiny(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir / "tiny", "cpu", threads=1)


@pytest.fixture
def engine(tiny: LoadedModel) -> Engine:
    return Engine(tiny, EngineOptions(deadline_ms=30_000))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def table() -> tuple[Engine, TableModel]:
    return over_table(FakeClock())


def over_table(
    clock: FakeClock, options: EngineOptions | None = None, ranker: Ranker | None = None
) -> tuple[Engine, TableModel]:
    loaded = loaded_table(PIECES, TABLE)
    assert isinstance(loaded.model, TableModel)
    return Engine(loaded, options, ranker=ranker, clock=clock), loaded.model


def texts(engine: Engine, before: str, prefix: str = "", limit: int = 5) -> list[str]:
    return [each.text for each in engine.predict(Query(before, prefix, limit))]


@pytest.mark.parametrize(
    ("before", "prefix", "first"),
    [
        (THANKS, "", "부탁드립니다"),
        (THANKS, "부", "부탁드립니다"),
        ("오늘 날씨가 ", "", "좋네요"),
        ("저는 학교에 ", "할", "하려고"),
        ("", "", "안녕하세요"),
        ("", "안녕ㅎ", "안녕하세요"),
        ("네.\n", "", "안녕하세요"),
        ("오늘 ", "“날", "“날씨가"),
    ],
)
def test_the_first_candidate(engine: Engine, before: str, prefix: str, first: str) -> None:
    assert texts(engine, before, prefix)[0] == first


@pytest.mark.parametrize("before", [THANKS, "", "abc ", "뷁 ", "네.\n", "🙂 ", "漢字 ", "\u200b"])
@pytest.mark.parametrize("prefix", ["", "ㄱ", "부", "하"])
def test_every_list_is_fit_to_show(engine: Engine, before: str, prefix: str) -> None:
    candidates = engine.predict(Query(before, prefix, limit=20))
    probabilities = [each.probability for each in candidates]

    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 < p <= 1 for p in probabilities)
    assert len({each.text for each in candidates}) == len(candidates) <= 20
    assert all(is_eojeol(each.text) and matches(prefix, each.text) for each in candidates)
    assert all(each.source == "model" for each in candidates)


def test_blanks_at_the_end_make_no_difference(engine: Engine) -> None:
    assert texts(engine, THANKS) == texts(engine, THANKS.rstrip()) == texts(engine, THANKS + " \t")


def test_decomposed_text_makes_no_difference(engine: Engine) -> None:
    decomposed = unicodedata.normalize("NFD", THANKS)

    assert texts(engine, decomposed, unicodedata.normalize("NFD", "부")) == texts(
        engine, THANKS, "부"
    )


def test_the_answer_is_the_same_whatever_was_asked_before(tiny: LoadedModel) -> None:
    options = EngineOptions(deadline_ms=30_000, cache_entries=0)
    used, fresh = Engine(tiny, options), Engine(tiny, options)
    for before in ("감사합니다. ", "감사합니다. 앞으로도 ", "오늘 "):
        used.predict(Query(before))

    assert [each.text for each in used.predict(Query(THANKS))] == texts(fresh, THANKS)


def test_what_is_typed_in_full_is_not_offered(table: tuple[Engine, TableModel]) -> None:
    engine, _ = table

    assert texts(engine, "잘 ", "부탁") == ["부탁해요"]
    assert "부탁" in texts(engine, "잘 ", "부")


@pytest.mark.parametrize("prefix", ["부탁.", "부\u200b", "漢", "부,탁", "x" * 100, "가" * 100])
def test_a_prefix_that_no_eojeol_has_gets_no_list(engine: Engine, prefix: str) -> None:
    assert texts(engine, THANKS, prefix) == []


def test_raw_tokens(engine: Engine) -> None:
    tokens = engine.predict(Query("앞으로도 잘", tokens=True, limit=2))

    assert [each.text for each in tokens] == [" 부탁", " 하"]


def test_a_long_text_counts_by_its_end(engine: Engine) -> None:
    assert texts(engine, "가나다 " * 200_000 + "오늘 날씨가 ")[0] == "좋네요"


def test_a_malformed_query_is_refused(engine: Engine) -> None:
    with pytest.raises(InputError, match="limit"):
        engine.predict(Query(THANKS, limit=0))


def test_an_answer_is_kept_for_a_minute(clock: FakeClock) -> None:
    engine, model = over_table(clock, EngineOptions(kv_slots=0))
    first = engine.predict(Query("잘 "))
    clock.advance(59)
    assert engine.predict(Query("잘 ")) == first
    assert len(model.prompts) == 1
    clock.advance(2)
    assert engine.predict(Query("잘 ")) == first
    assert len(model.prompts) == 2
    assert engine.metrics.snapshot()["cache_hits"] == 1


def test_a_callers_list_is_its_own(table: tuple[Engine, TableModel]) -> None:
    engine, _ = table
    engine.predict(Query("잘 ")).clear()

    assert texts(engine, "잘 ") == ["부탁해요", "좋네요", "부탁"]


@pytest.mark.parametrize(
    "other",
    [
        Query("잘 ", limit=2),
        Query("잘 ", "부"),
        Query("잘 ", temperature=2.0),
        Query("잘 ", tokens=True),
        Query("잘\n"),
        Query("잘 ", "“"),
    ],
)
def test_other_questions_get_other_answers(table: tuple[Engine, TableModel], other: Query) -> None:
    engine, _ = table
    engine.predict(Query("잘 "))

    assert engine.predict(other) != engine.predict(Query("잘 "))


def test_a_context_is_read_once_for_all_its_prefixes(table: tuple[Engine, TableModel]) -> None:
    engine, model = table
    for prefix in ("", "ㅂ", "부", "부타"):
        engine.predict(Query("잘 ", prefix))

    assert len(model.prompts) == 1


def test_a_private_query_reads_and_leaves_nothing(table: tuple[Engine, TableModel]) -> None:
    engine, model = table
    private = Query("잘 ", private=True)
    engine.predict(private)
    engine.predict(private)
    assert [reuse for _, reuse in model.prompts] == [0, 0]

    known = engine.predict(Query("잘 "))
    assert [reuse for _, reuse in model.prompts] == [0, 0, 0], (
        "nothing was left by the private ones"
    )
    assert engine.predict(private) == known
    assert [reuse for _, reuse in model.prompts] == [0, 0, 0, 0], "nor read by them"


def test_a_private_query_is_read_beside_no_other_text() -> None:
    shared = loaded_table(PIECES, TABLE)
    alone = loaded_table(PIECES, TABLE).model
    assert isinstance(alone, TableModel)
    assert isinstance(shared.model, TableModel)
    engine = Engine(replace(shared, alone=alone))

    assert engine.predict(Query("잘 ", private=True))
    assert alone.prompts
    assert alone.widths
    assert not shared.model.prompts
    assert not shared.model.widths


@pytest.mark.parametrize(
    ("ask", "waited_for"),
    [
        (lambda engine: engine.predict(Query("잘 ")), 1),
        (lambda engine: engine.predict(Query("잘 ", private=True)), 0),
        (lambda engine: engine.prepare(Query("잘 ")), 0),
    ],
    ids=["asked", "private", "only prepared"],
)
def test_passes_wait_only_for_what_somebody_asked(
    ask: Callable[[Engine], list[Candidate]], waited_for: int
) -> None:
    searching: list[str] = []

    @contextmanager
    def noted() -> Iterator[None]:
        searching.append("search")
        yield

    engine = Engine(replace(loaded_table(PIECES, TABLE), searching=noted))

    assert ask(engine)
    assert len(searching) == waited_for


def test_forgetting_an_eojeol_drops_the_answers_that_offer_it(
    table: tuple[Engine, TableModel],
) -> None:
    engine, _ = table
    engine.predict(Query("잘 "))
    engine.predict(Query("잘 ", "좋"))

    assert engine.forget("부탁해요") == 1
    assert engine.forget("부탁해요") == 0
    assert engine.forget("없는말") == 0


def test_clearing_forgets_contexts_too(table: tuple[Engine, TableModel]) -> None:
    engine, model = table
    engine.predict(Query("잘 "))
    engine.clear()
    engine.predict(Query("잘 "))

    assert [reuse for _, reuse in model.prompts] == [0, 0]


def test_the_deadline_counts_from_the_question() -> None:
    clock = FakeClock(step_s=0.1)
    engine, model = over_table(clock)

    assert engine.predict(Query("잘 ", deadline_ms=50)) == []
    assert model.widths == []
    assert engine.metrics.snapshot()["cut_short"] == 1


def test_an_answer_cut_short_is_not_kept() -> None:
    clock = FakeClock(step_s=0.1)
    engine, _ = over_table(clock)
    engine.predict(Query("잘 ", deadline_ms=150))

    clock.step_s = 0.0
    assert texts(engine, "잘 ") == ["부탁해요", "좋네요", "부탁"]


def test_metrics_hold_no_text(engine: Engine) -> None:
    engine.predict(Query(THANKS, "부"))
    snapshot = engine.metrics.snapshot()

    assert {"queries", "levels", "predict_p50_ms"} <= set(snapshot)
    assert all(isinstance(value, int | float) for value in snapshot.values())
    assert not any("부탁" in name or "감사" in name for name in snapshot)
