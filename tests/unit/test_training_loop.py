# SPDX-License-Identifier: Apache-2.0
"""The loop on a model that is one table: what follows what."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from model_tools.errors import WorkshopError
from model_tools.training.learners import Distilled, Plain
from model_tools.training.loop import Learner, Outcome, Trainer
from model_tools.training.losses import NONE_GIVEN
from model_tools.training.place import Place
from model_tools.training.run_folder import RunFolder
from model_tools.training.schedule import Schedule
from model_tools.training.texts import Rows

SIZE = 5
CIRCLE = np.arange(16 * 8, dtype=np.int32).reshape(16, 8) % SIZE
"""After each token comes the next higher one, and after the last the first."""

SCHEDULE = Schedule(
    steps=20,
    batch=4,
    accumulate=1,
    rate=0.3,
    warm_up=0,
    decay=0.0,
    clip=1.0,
    seed=1,
    eval_every=5,
    save_every=10,
    patience=0,
)


class Table(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Logits of the next token by the last one."""

    def __init__(self, values: torch.Tensor | None = None) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(SIZE, SIZE) if values is None else values)

    def forward(self, ids: torch.Tensor, use_cache: bool) -> SimpleNamespace:
        assert not use_cache
        return SimpleNamespace(logits=self.table[ids])


class Told:
    """Where points are shown, and the folder of a run."""

    def __init__(self, path: Path) -> None:
        self.steps: list[int] = []
        self.path = path

    def run(self, learner: Learner, **changes: Any) -> Outcome:
        schedule = msgspec.structs.replace(SCHEDULE, **changes)
        folder = RunFolder(self.path, 1)
        return Trainer(
            learner, Rows(CIRCLE, CIRCLE[:2]), schedule, Place("cpu", False), folder, self.show
        ).run()

    def show(self, point: Any) -> None:
        self.steps.append(point.step)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    folder = RunFolder(tmp_path / "run", 1)
    with folder.held():
        yield Told(folder.path)


def test_what_follows_is_learned(told: Told) -> None:
    model = Table()
    outcome = told.run(Plain(model), steps=60)
    assert outcome.before == pytest.approx(math.log(SIZE))
    assert outcome.best.loss < 0.1
    assert model.table.argmax(dim=1).tolist() == [1, 2, 3, 4, 0]
    assert [point.step for point in outcome.curve] == list(range(61))
    assert [p.step for p in outcome.curve if p.held_out_loss is not None] == list(range(0, 61, 5))


def test_batches_that_are_added_up_are_one_large_batch(told: Told) -> None:
    one, other = Table(), Table()
    told.run(Plain(one), batch=8)
    RunFolder(told.path, 1).clear()
    told.run(Plain(other), batch=2, accumulate=4)
    assert torch.allclose(one.table, other.table, atol=1e-6)


def test_a_student_comes_to_say_what_its_teacher_says(told: Told) -> None:
    torch.manual_seed(3)
    taught = torch.eye(SIZE).roll(1, dims=1) * 4 + torch.randn(SIZE, SIZE)
    student = Table()
    told.run(Distilled(student, Table(taught), 1.0, 2.0), steps=200, eval_every=200)
    says = [torch.softmax(table, dim=1) for table in (student.table, taught)]
    assert torch.allclose(says[0], says[1], atol=0.05)


def test_the_weights_that_did_best_stay_and_it_ends_early(told: Told) -> None:
    model = Table(torch.eye(SIZE).roll(1, dims=1) * 20)
    before = model.table.detach().clone()

    class Wrong:
        """Learns the opposite."""

        def __init__(self) -> None:
            self.model, self.given = model, NONE_GIVEN

        def loss(self, ids: torch.Tensor) -> torch.Tensor:
            return -Plain(model).loss(ids) + (model.table[0] ** 2).sum()

    outcome = told.run(Wrong(), eval_every=1, patience=3, rate=1.0)
    assert outcome.steps == 3
    assert outcome.best.step == 0
    assert torch.equal(model.table, before)


def test_a_loss_that_is_no_number_ends_it(told: Told) -> None:
    model = Table()

    class Broken:
        """Gives nothing that could be learned from."""

        def __init__(self) -> None:
            self.model, self.given = model, NONE_GIVEN

        def loss(self, ids: torch.Tensor) -> torch.Tensor:
            return model.table.sum() * math.nan

    with pytest.raises(WorkshopError, match="at step 1 the loss is no number any more"):
        told.run(Broken())
    assert torch.equal(model.table, torch.zeros(SIZE, SIZE))


def test_a_lack_of_memory_is_told(told: Told) -> None:
    model = Table()

    class Large:
        """Asks for more than there is."""

        def __init__(self) -> None:
            self.model, self.given = model, NONE_GIVEN

        def loss(self, ids: torch.Tensor) -> torch.Tensor:
            return torch.empty(1 << 60)

    with pytest.raises(WorkshopError, match="not enough memory for 4 rows of 8 tokens"):
        told.run(Large())
