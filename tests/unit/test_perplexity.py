# SPDX-License-Identifier: Apache-2.0
"""How well a text is foreseen: by hand on a table of probabilities, and on the toy model."""

from __future__ import annotations

from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from ime_engine.runtime.base import Forward, IntArray, KVCache
from ime_engine.runtime.loader import LoadedModel, load_model
from model_tools.evaluation.accuracy import Position
from model_tools.evaluation.perplexity import (
    Reading,
    Sentence,
    opening_of,
    read_sentence,
    syllables_in,
    text_nats,
)
from model_tools.evaluation.report import Answer, as_json, scores, table
from tests.fakes import Table, TableModel

PIECES = ("<s>", "▁나는", "▁오늘", ".")
TABLE: Table = {
    ("<s>",): {"▁나는": 0.5, "▁오늘": 0.5},
    ("▁나는",): {"▁오늘": 0.25, ".": 0.75},
    ("▁오늘",): {".": 1.0},
}


class OneByOne:
    """The same model without the way to read many tokens in one pass."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._model = loaded.model
        self.vocab_size = loaded.model.vocab_size
        self.context_length = loaded.model.context_length

    def prefill(self, token_ids: list[int], kv: KVCache = None, reuse: int = 0) -> Forward:
        return self._model.prefill(token_ids, kv, reuse)

    def extend(self, kv: KVCache, rows: IntArray, token_ids: IntArray) -> Forward:
        return self._model.extend(kv, rows, token_ids)

    def thin(self, kv: KVCache, most: int) -> KVCache:
        return kv


def test_nats_are_the_sum_over_the_tokens_after_the_opening() -> None:
    model = TableModel(PIECES, TABLE)
    assert text_nats(model, [0], [1, 2, 3]) == pytest.approx(-log(0.5) - log(0.25))


def test_without_an_opening_the_first_token_is_given() -> None:
    model = TableModel(PIECES, TABLE)
    assert text_nats(model, [], [1, 2, 3]) == pytest.approx(-log(0.25))


def test_what_does_not_fit_into_the_context_is_read_as_a_text_of_its_own() -> None:
    model = TableModel(PIECES, TABLE)
    model.context_length = 2  # the opening and one token
    assert text_nats(model, [0], [1, 2]) == pytest.approx(-2 * log(0.5))


def test_only_syllables_divide() -> None:
    assert syllables_in("PC방에 3명, ㅋㅋ!") == 3


@pytest.fixture(scope="module")
def tiny(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir / "tiny", "cpu", 1)


def test_one_pass_foresees_what_token_by_token_does(tiny: LoadedModel) -> None:
    token_ids = tiny.encode("나는 오늘 학교에 갔다")
    assert len(token_ids) > 3
    at_once = text_nats(tiny.model, opening_of(tiny), token_ids)
    slowly = text_nats(OneByOne(tiny), opening_of(tiny), token_ids)  # type: ignore[arg-type]
    assert at_once == pytest.approx(slowly, abs=1e-3)
    uniform = len(token_ids) * log(tiny.model.vocab_size)
    assert 0 < at_once < 3 * uniform


def test_a_sentence_without_hangul_has_no_perplexity(tiny: LoadedModel) -> None:
    assert read_sentence(tiny, Sentence("chat", 0, "OK 123")) is None
    read = read_sentence(tiny, Sentence("chat", 4, "나는 간다"))
    assert read is not None
    assert (read.register, read.sentence, read.syllables) == ("chat", 4, 4)


def test_registers_weigh_the_same_and_the_mean_is_geometric() -> None:
    answers = [Answer(Position(name, 0, "나는 ", "간다"), ("간다",), 1) for name in ("a", "b")]
    readings = [Reading("a", 0, log(10) * 4, 4), Reading("b", 0, log(1000) * 2, 2)]
    rows = {row.name: row for row in scores(answers, [], 1, readings)}
    found = {name: row.perplexity for name, row in rows.items()}
    assert [one.value for one in found.values() if one] == pytest.approx([10, 1000, 100])
    assert "perplexity per syllable" in table(rows.values())
    assert as_json([rows["a"]])[0]["perplexity"] == pytest.approx(
        {"value": 10.0, "low": 10.0, "high": 10.0}
    )
    assert "perplexity" not in as_json(scores(answers, [], 1))[0]


def test_the_interval_holds_the_value_and_grows_with_what_differs() -> None:
    rng = np.random.default_rng(1)
    answers = [Answer(Position("a", at, "나는 ", "간다"), (), None) for at in range(200)]
    readings = [
        Reading("a", at, 10 * each, 10) for at, each in enumerate(rng.normal(3, 0.5, 200).tolist())
    ]
    (row, _) = scores(answers, [], 1, readings)
    assert row.perplexity is not None
    assert row.perplexity.low < row.perplexity.value < row.perplexity.high
    # 0.5 / √200 nats on either side, times 1.96.
    assert row.perplexity.high / row.perplexity.value == pytest.approx(exp(0.0693), rel=0.02)
