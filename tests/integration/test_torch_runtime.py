# SPDX-License-Identifier: Apache-2.0
"""A model in torch says what its graph says, in trees and in common passes; on the CPU here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ime_engine.engine import Engine
from ime_engine.errors import ModelError
from ime_engine.protocol import Query
from ime_engine.runtime.graph_model import GraphModel
from ime_engine.runtime.loader import LoadedModel, load_model
from ime_engine.runtime.passes import Pass
from ime_engine.runtime.tree import Read, TokenTree, trunk_step
from tests.integration.torch_models import FAMILIES, OPTIONS, build_families, in_torch

CONTEXTS = ["", "가나 ", "다라 가나 다라 ", "가나다라 마바 사"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build_families(tmp_path_factory.mktemp("models"))


def graph_model(loaded: LoadedModel) -> GraphModel:
    assert isinstance(loaded.model, GraphModel)
    return loaded.model


@pytest.mark.parametrize("name", ["gemma3", "gpt2"])
def test_lists_are_those_of_the_graph(folders: dict[str, Path], name: str) -> None:
    exact = Engine(load_model(folders[name], "cpu", threads=1), OPTIONS)
    engine = Engine(in_torch(folders[name]), OPTIONS)
    for before in CONTEXTS:
        for query in (Query(before), Query(before, "ㄱ"), Query(before, "다"), Query(before)):
            ours, theirs = engine.predict(query), exact.predict(query)

            assert [each.text for each in ours] == [each.text for each in theirs]
            assert [each.probability for each in ours] == pytest.approx(
                [each.probability for each in theirs], rel=1e-3
            )
    assert engine.predict(Query("가나 ")), "nothing was compared"


@pytest.mark.parametrize("name", ["gemma3", "gpt2"])
def test_keys_and_values_are_those_of_the_graph(folders: dict[str, Path], name: str) -> None:
    text = [5, 9, 11, 12, 8, 7]
    ours = in_torch(folders[name]).model.prefill(text)
    theirs = load_model(folders[name], "cpu", threads=1).model.prefill(text)

    np.testing.assert_allclose(ours.logits, theirs.logits, atol=1e-4)
    for one, other in zip(ours.kv.tree.keys_values, theirs.kv.tree.keys_values, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_tree_gives_what_each_text_gives_alone(folders: dict[str, Path], name: str) -> None:
    """Also where texts are longer than the window, and the tree wider than it."""
    model = in_torch(folders[name]).model
    random = np.random.default_rng(3)
    texts = [random.integers(4, 30, 6).tolist()]
    kv = model.prefill(texts[0]).kv
    for _ in range(5):
        rows = random.integers(0, len(texts), 4)
        tokens = random.integers(4, 30, 4)
        texts = [[*texts[row], int(token)] for row, token in zip(rows, tokens, strict=True)]
        found = model.extend(kv, rows, tokens)
        kv = found.kv
        for text, logits in zip(texts, found.logits, strict=True):
            np.testing.assert_allclose(logits, model.prefill(text).logits[0], atol=1e-4)
    again = model.prefill([*texts[0][:6], 9, 9], kv, 6)
    np.testing.assert_allclose(again.logits, model.prefill([*texts[0][:6], 9, 9]).logits, atol=1e-4)


def one_pass(model: GraphModel, text: list[int], level: list[int]) -> Pass:
    """A pass that reads a whole text, or a level of hypotheses after it when there are some."""
    nothing = tuple(array[:, :, :0] for array in model.prefill([4]).kv.tree.keys_values)
    whole = Pass(trunk_step(text, 0), nothing, 1)
    if not level:
        return whole
    (read,) = model.read([whole])
    tree = TokenTree(len(text), Read(read.logits, read.keys_values))
    return Pass(
        tree.step([(len(text) - 1, token) for token in level]), tree.keys_values, len(level)
    )


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_read_together_is_what_is_read_alone(folders: dict[str, Path], name: str) -> None:
    model = graph_model(in_torch(folders[name]))
    asked: Sequence[tuple[list[int], list[int]]] = [
        ([5, 6, 7, 8, 9, 10, 11, 12, 13, 14], [15, 16]),
        ([9], []),
        ([8, 7, 6], [5]),
        ([20, 21, 22, 23], []),
    ]
    passes = [one_pass(model, *each) for each in asked]
    for each, read in zip(passes, model.read(passes), strict=True):
        (alone,) = model.read([each])
        np.testing.assert_allclose(read.logits, alone.logits, atol=1e-4)
        for ours, theirs in zip(read.keys_values, alone.keys_values, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize("numbers", ["bfloat16", "float16"])
def test_half_the_numbers_say_nearly_the_same(
    folders: dict[str, Path], numbers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = in_torch(folders["gpt2"]).model.prefill([5, 9, 11, 12]).logits
    monkeypatch.setattr("ime_engine.runtime.torch_backend.number_type", lambda *_: numbers)
    monkeypatch.setattr("ime_engine.runtime.torch_backend.CPU_NUMBERS", numbers)
    loaded = in_torch(folders["gpt2"])
    first = loaded.model.prefill([5, 9])
    rest = loaded.model.prefill([5, 9, 11, 12], first.kv, 2)

    assert graph_model(loaded)._session.numbers == numbers  # type: ignore[attr-defined]
    assert rest.logits.dtype == np.float32
    assert np.corrcoef(rest.logits[0], exact[0])[0, 1] > 0.999
    assert not np.array_equal(rest.logits, exact)


def test_a_failing_pass_is_a_model_error_without_the_text(folders: dict[str, Path]) -> None:
    with pytest.raises(ModelError, match="failed while it ran"):
        in_torch(folders["gpt2"]).model.prefill([10_000])
