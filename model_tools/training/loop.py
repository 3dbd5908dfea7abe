# SPDX-License-Identifier: Apache-2.0
"""The loop: from a model and rows of text to the weights that do best on what is held out.

    rows of a step ─► loss ─► gradients, added up ─► clipped ─► AdamW at the rate of the step
                     now and then: loss on what is held out, the best weights, a state to go on from

Everything that a step depends on is in the state: weights, moments of the optimiser,
random numbers; what it reads follows from its number. So a run that was interrupted
and goes on ends with the same bits, on the same machine, as one that was not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec
import numpy as np

from model_tools.errors import InterruptError, WorkshopError
from model_tools.training.curve import Point
from model_tools.training.losses import hard_loss
from model_tools.training.packing import TokenRows, rows_of_batch
from model_tools.training.place import Place, enough_memory
from model_tools.training.run_folder import RunFolder
from model_tools.training.schedule import Best, Schedule, rate_factor
from model_tools.training.texts import Rows

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = ["Learner", "Outcome", "Trainer"]

BETAS: Final = (0.9, 0.95)
"""Of AdamW, as is usual for language models."""


class Learner(Protocol):
    """What is learned, and by which loss."""

    @property
    def model(self) -> nn.Module:
        """A causal model of transformers."""
        ...

    @property
    def given(self) -> int:
        """A token that is never guessed; see `hard_loss`."""
        ...

    def loss(self, ids: Tensor) -> Tensor:
        """Return the loss on (batch, length) tokens, a number."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went."""

    before: float
    """Loss on what is held out, in nats a token, before the first step."""

    best: Best
    steps: int
    """That were made."""

    curve: tuple[Point, ...]


@dataclass(slots=True)
class _Progress:
    """What changes from step to step besides weights and moments."""

    step: int = 0
    before: float = math.nan
    best: Best = field(default_factory=Best)
    curve: list[Point] = field(default_factory=list)


class Trainer:
    """One run."""

    def __init__(
        self,
        learner: Learner,
        rows: Rows,
        schedule: Schedule,
        place: Place,
        folder: RunFolder,
        show: Callable[[Point], None],
    ) -> None:
        """Make the optimiser; the model is on the device already, its dropout as seeded."""
        import torch

        self._learner = learner
        self._rows = rows
        self._how = schedule
        self._place = place
        self._folder = folder
        self._show = show
        self._learned = {
            name: value for name, value in learner.model.named_parameters() if value.requires_grad
        }
        self._optimiser = torch.optim.AdamW(
            self._groups(), lr=schedule.rate, betas=BETAS, fused=True
        )
        self._rates = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda step: rate_factor(step, schedule.warm_up, schedule.steps)
        )
        self._at = _Progress()

    def run(self) -> Outcome:
        """Learn, from the last state of the folder on; leave the best weights in the model.

        Raises:
            InterruptError: the user, or the system, asked to stop; says how to go on.
            WorkshopError: memory or disk is full, or the loss is no number any more.
        """
        try:
            with enough_memory(self._how.batch, self._rows.train.shape[1]):
                self._go_on()
                self._learn()
        except KeyboardInterrupt:
            raise InterruptError(self._stopped()) from None
        self._put(self._folder.best())
        return Outcome(self._at.before, self._at.best, self._at.step, tuple(self._at.curve))

    def _learn(self) -> None:
        how, at = self._how, self._at
        if math.isnan(at.before):
            at.before = self._held_out_loss()
            self._judge(at.before)
            self._note(Point(0, None, at.before, None, 0.0))
        while at.step < how.steps and not at.best.is_final(how.patience):
            self._step()
            is_last = at.step == how.steps
            if is_last or at.step % how.eval_every == 0:
                self._judge(self._held_out_loss())
            if is_last or at.step % how.save_every == 0 or at.best.is_final(how.patience):
                self._folder.save(at.step, self._state())

    def _step(self) -> None:
        """Make one step and note its loss."""
        import torch

        begun = time.monotonic()
        self._learner.model.train()
        total = 0.0
        first = self._at.step * self._how.accumulate
        for batch in range(first, first + self._how.accumulate):
            ids = self._batch(batch)
            with self._place.computing():
                loss = self._learner.loss(ids) / self._how.accumulate
            loss.backward()
            total += loss.item()
        if not math.isfinite(total):
            raise WorkshopError(
                f"at step {self._at.step + 1} the loss is no number any more; try a lower --rate."
            )
        torch.nn.utils.clip_grad_norm_(self._learned.values(), self._how.clip)
        rate = self._rates.get_last_lr()[0]
        self._optimiser.step()
        self._rates.step()
        self._optimiser.zero_grad(set_to_none=True)
        self._at.step += 1
        tokens = self._how.batch * self._how.accumulate * self._rows.train.shape[1]
        seconds = time.monotonic() - begun
        self._note(Point(self._at.step, total, None, tokens / seconds, rate))

    def _batch(self, number: int) -> Tensor:
        chosen = rows_of_batch(number, self._how.batch, len(self._rows.train), self._how.seed)
        return self._ids(self._rows.train[chosen])

    def _ids(self, rows: TokenRows) -> Tensor:
        import torch

        return torch.from_numpy(rows.astype(np.int64)).to(self._place.device)

    def _held_out_loss(self) -> float:
        """Mean surprise at the text that is held out, in nats a token."""
        import torch

        model, rows, given = self._learner.model.eval(), self._rows.held_out, self._learner.given
        total, guessed = 0.0, 0
        with torch.inference_mode(), self._place.computing():
            for start in range(0, len(rows), self._how.batch):
                ids = self._ids(rows[start : start + self._how.batch])
                count = int((ids[:, 1:] != given).sum())
                loss = hard_loss(model(ids, use_cache=False).logits, ids, given)
                total, guessed = total + loss.item() * count, guessed + count
        return total / guessed

    def _judge(self, loss: float) -> None:
        """Note a loss on what is held out; keep the weights if they are the best."""
        at = self._at
        at.best = at.best.after(at.step, loss)
        if at.curve:
            self._note(msgspec.structs.replace(at.curve.pop(), held_out_loss=loss))
        if at.best.step == at.step and not at.best.worse:
            self._folder.save_best(self._weights())

    def _note(self, point: Point) -> None:
        self._at.curve.append(point)
        self._show(point)

    def _groups(self) -> list[dict[str, Any]]:
        """Part matrices, which decay, from what does not."""
        matrices = [value for value in self._learned.values() if value.ndim > 1]
        others = [value for value in self._learned.values() if value.ndim < 2]
        return [
            {"params": matrices, "weight_decay": self._how.decay},
            {"params": others, "weight_decay": 0.0},
        ]

    def _weights(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self._learned.items()}

    def _put(self, weights: dict[str, Tensor]) -> None:
        import torch

        with torch.no_grad():
            for name, value in self._learned.items():
                value.copy_(weights[name])

    def _state(self) -> dict[str, Any]:
        import torch

        at = self._at
        random = {"cpu": torch.get_rng_state()}
        if self._place.device == "cuda":
            random["cuda"] = torch.cuda.get_rng_state()
        return {
            "step": at.step,
            "before": at.before,
            "best": [at.best.step, at.best.loss, at.best.worse],
            "curve": [msgspec.to_builtins(point) for point in at.curve],
            "weights": self._weights(),
            "optimiser": self._optimiser.state_dict(),
            "rates": self._rates.state_dict(),
            "random": random,
        }

    def _go_on(self) -> None:
        """Take up the last state, if there is one."""
        import torch

        state = self._folder.last()
        if state is None:
            return
        curve = [msgspec.convert(point, Point) for point in state["curve"]]
        self._at = _Progress(state["step"], state["before"], Best(*state["best"]), curve)
        self._put(state["weights"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._rates.load_state_dict(state["rates"])
        torch.set_rng_state(state["random"]["cpu"])
        if "cuda" in state["random"]:
            torch.cuda.set_rng_state(state["random"]["cuda"])

    def _stopped(self) -> str:
        steps = self._folder.steps()
        if not steps:
            return f"stopped at step {self._at.step}, before there was a state to go on from."
        return (
            f"stopped at step {self._at.step}; the state after step {steps[-1]} is kept, "
            "and the same command with --resume goes on from it."
        )
