# SPDX-License-Identifier: Apache-2.0
"""A KV cache saves work and never changes a result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ime_engine.decoder.prompt import STEP, PromptMemory, window
from ime_engine.engine import Engine, EngineOptions
from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.protocol import Query
from ime_engine.runtime.base import LanguageModel
from ime_engine.runtime.loader import LoadedModel, load_model

tokens = st.integers(4, 50)
prompts = st.lists(tokens, min_size=1, max_size=20)


WORDS = ["오늘", "날씨가", "감사합니다", "회의"]


@pytest.fixture(scope="module")
def loaded(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir / "tiny", "cpu", threads=1)


@pytest.fixture(scope="module")
def model(loaded: LoadedModel) -> LanguageModel:
    return loaded.model


# The model keeps no state between calls: this is the law under test.
relaxed = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(prompts, prompts, st.data())
def test_reuse_changes_nothing(
    model: LanguageModel, shared: list[int], rest: list[int], data: st.DataObject
) -> None:
    reuse = data.draw(st.integers(0, len(shared)))
    before = model.prefill([*shared, *data.draw(prompts)])
    fresh = model.prefill([*shared, *rest])
    reused = model.prefill([*shared, *rest], before.kv, reuse)

    np.testing.assert_allclose(reused.logits, fresh.logits, rtol=1e-4, atol=1e-4)


@relaxed
@given(prompts, st.lists(tokens, min_size=1, max_size=4), st.data())
def test_extending_rows_is_reading_them(
    model: LanguageModel, prompt: list[int], added: list[int], data: st.DataObject
) -> None:
    first = model.extend(
        model.prefill(prompt).kv, np.zeros(len(added), dtype=np.int64), np.array(added)
    )
    rows = data.draw(st.lists(st.integers(0, len(added) - 1), min_size=1, max_size=5))
    more = data.draw(st.lists(tokens, min_size=len(rows), max_size=len(rows)))
    extended = model.extend(first.kv, np.array(rows), np.array(more))

    for at, (row, token) in enumerate(zip(rows, more, strict=True)):
        whole = model.prefill([*prompt, added[row], token])
        np.testing.assert_allclose(extended.logits[at], whole.logits[0], rtol=1e-4, atol=1e-4)


@relaxed
@given(st.lists(prompts, min_size=1, max_size=8), st.integers(0, 3))
def test_a_memory_of_prompts_changes_nothing(
    model: LanguageModel, asked: list[list[int]], slots: int
) -> None:
    memory = PromptMemory(slots)
    for prompt in asked:
        remembered = memory.read(model, prompt)
        np.testing.assert_allclose(
            remembered.logits, model.prefill(prompt).logits, rtol=1e-4, atol=1e-4
        )


@relaxed
@given(prompts, st.lists(st.lists(st.tuples(st.integers(0, 9), tokens)), max_size=5), st.data())
def test_a_tree_of_searches_changes_nothing(
    model: LanguageModel,
    prompt: list[int],
    searches: list[list[tuple[int, int]]],
    data: st.DataObject,
) -> None:
    root = model.prefill(prompt).kv
    for search in searches:
        kv, texts = root, [prompt]
        for level in (search[at : at + 3] for at in range(0, len(search), 3)):
            rows = [row % len(texts) for row, _ in level]
            texts = [[*texts[row], token] for row, (_, token) in zip(rows, level, strict=True)]
            found = model.extend(kv, np.array(rows), np.array([token for _, token in level]))
            kv = found.kv
            for text, logits in zip(texts, found.logits, strict=True):
                fresh = model.prefill(text).logits[0]
                np.testing.assert_allclose(logits, fresh, rtol=1e-4, atol=1e-4)
        root = model.thin(root, data.draw(st.integers(0, 20)))


@settings(relaxed, max_examples=25)
@given(st.text("가나다오늘날씨 ", min_size=1, max_size=20), st.sampled_from(WORDS))
def test_a_list_after_one_more_key_is_that_of_a_fresh_search(
    loaded: LoadedModel, before: str, word: str
) -> None:
    engine = Engine(loaded, EngineOptions(deadline_ms=60_000))
    for prefix in ["", *typed_prefixes(word)]:
        query = Query(before, prefix)
        fresh = Engine(loaded, EngineOptions(deadline_ms=60_000)).predict(query)
        grown = engine.predict(query)

        assert [each.text for each in grown] == [each.text for each in fresh]
        np.testing.assert_allclose(
            [each.probability for each in grown],
            [each.probability for each in fresh],
            rtol=1e-4,
        )


@given(st.lists(st.integers(0, 500), max_size=300), st.integers(STEP + 1, 120))
def test_a_window_is_the_end_of_the_text(token_ids: list[int], limit: int) -> None:
    kept = window(token_ids, limit, lambda token: token % 2 == 0)

    assert kept == token_ids[len(token_ids) - len(kept) :]
    assert min(limit - STEP, len(token_ids)) < len(kept) + 1 <= limit + 1


@given(st.lists(st.integers(0, 500), min_size=200, max_size=300), st.integers(0, 100))
def test_a_window_does_not_care_what_the_client_cut_off(token_ids: list[int], cut: int) -> None:
    def begins(token: int) -> bool:
        return token % 2 == 0

    assert window(token_ids, 96, begins) == window(token_ids[cut:], 96, begins)
