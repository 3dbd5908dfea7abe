# SPDX-License-Identifier: Apache-2.0
"""Whenever a card fails, what is said afterwards is what would have been said without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ime_engine.errors import ModelError
from ime_engine.runtime.base import LanguageModel
from ime_engine.runtime.fallback import FallbackModel, Place, Places
from ime_engine.runtime.graph_model import GraphModel, Session
from ime_engine.runtime.onnx_backend import OnnxOptions, open_session

tokens = st.integers(4, 50)
texts = st.lists(tokens, min_size=1, max_size=8)
levels = st.lists(st.tuples(st.integers(0, 9), tokens), min_size=1, max_size=4)
steps = st.lists(st.one_of(texts, levels), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def session(tiny_model_dir: Path) -> Session:
    opened: Session = open_session(tiny_model_dir / "tiny" / "model.onnx", OnnxOptions(threads=1))
    return opened


class Failing:
    """Fails after some passes, for good."""

    def __init__(self, session: Session, passes: int) -> None:
        self.session = session
        self.left = passes

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)

    def run(self, *given: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("the driver is gone")
        return self.session.run(*given)


def on_card(session: Session, passes: int) -> FallbackModel:
    first = Place.of("cuda", GraphModel(Failing(session, passes), 256))
    return FallbackModel(Places(first, lambda: Place.of("cpu", GraphModel(session, 256))))


def played(model: LanguageModel, steps: Sequence[Sequence[Any]]) -> Iterator[np.ndarray]:
    """What a model says to prompts and to levels of searches after them, each kept a while."""
    prompt, root = [4], model.prefill([4]).kv
    kv, rows = root, 1
    for at, step in enumerate(steps):
        if isinstance(step[0], int):
            forward = model.prefill([*prompt, *step], root, len(prompt))
            prompt, root, rows = [*prompt, *step], forward.kv, 1
        else:
            chosen = np.array([row % rows for row, _ in step], dtype=np.int64)
            forward = model.extend(kv, chosen, np.array([token for _, token in step]))
            rows = len(step)
        kv = forward.kv
        root = model.thin(root, 0) if at % 3 == 2 else root
        yield forward.logits


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps, st.integers(0, 8))
def test_a_card_that_fails_changes_nothing(
    session: Session, steps: list[list[Any]], passes: int
) -> None:
    model = on_card(session, passes)
    for ours, theirs in zip(
        played(model, steps), played(GraphModel(session, 256), steps), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_all_who_read_leave_a_card_together(session: Session) -> None:
    model = on_card(session, 1)
    alone = model.by_itself()
    kept = model.prefill([4, 5]).kv
    one = alone.extend(kept, np.array([0]), np.array([6]))

    assert (model.device, alone.device) == ("cpu", "cpu")
    np.testing.assert_allclose(
        model.extend(kept, np.array([0]), np.array([6])).logits, one.logits, atol=1e-5
    )


def test_when_the_spare_fails_too_it_is_told(session: Session) -> None:
    first = Place.of("cuda", GraphModel(Failing(session, 0), 256))
    spare = Place.of("cpu", GraphModel(Failing(session, 0), 256))
    model = FallbackModel(Places(first, lambda: spare))

    with pytest.raises(ModelError, match="failed while it ran"):
        model.prefill([4, 5])


def test_a_card_that_is_left_is_closed(session: Session) -> None:
    closed: list[str] = []
    first = Place.of("cuda", GraphModel(Failing(session, 0), 256), lambda: closed.append("card"))
    model = FallbackModel(Places(first, lambda: Place.of("cpu", GraphModel(session, 256))))
    with model.searching():
        model.prefill([4, 5])

    assert closed == ["card"]
