# SPDX-License-Identifier: Apache-2.0
"""The daemon without its bus: one model, its state, and who may ask it.

    off     <- Enabled is false, or the model was unloaded, by a call or after a long rest;
               after a rest the next question loads it again
    loading <- a model is being read in the worker; the bus name is owned already
    ready   <- Predict answers
    failed  <- the model could not be loaded; LoadModel says why, or recovers

Where there is an n-gram, Predict answers from it whenever no model is open.

Lives on the event loop; everything that touches the model runs in the worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ime_engine.config import DaemonConfig, models_dirs
from ime_engine.errors import IeumError, NotReadyError, SupersededError
from ime_engine.metrics import Metrics, of_prepared
from ime_engine.protocol import Candidate, Query
from ime_engine.service.memory import give_back, resident_bytes
from ime_engine.service.models import EngineLike, Opened, explained, find_model
from ime_engine.service.prefetch import Prefetch
from ime_engine.service.requests import Requests
from ime_engine.service.resting import Rest
from ime_engine.service.status import State, Status
from ime_engine.service.worker import Worker

if TYPE_CHECKING:
    from ime_engine.standby import Standby  # imports numpy, which is too long for a start

__all__ = ["Opener", "Predictor", "StandbyOpener"]

T = TypeVar("T")

Opener = Callable[[Path, DaemonConfig, Metrics], Opened]
"""Opens a model folder; called in the worker's thread."""

StandbyOpener = Callable[[DaemonConfig], "Standby | None"]
"""Opens what answers without a model; called in the worker's thread."""


class Predictor:
    """One model and its state.

    Args:
        config: The settings.
        worker: Opens and closes models.
        opener: How.
        standby: Opens what answers without a model.
        lanes: In which searches run, one each at a time; by default in the worker.
        metrics: What `statistics` tells; a new one by default.
    """

    def __init__(
        self,
        config: DaemonConfig,
        worker: Worker,
        opener: Opener,
        standby: StandbyOpener = lambda _: None,
        lanes: Sequence[Worker] = (),
        metrics: Metrics | None = None,
    ) -> None:
        self.requests = Requests(*(lanes or (worker,)))
        self.on_change: Callable[[Status], None] = lambda status: None
        self._config = config
        self._worker = worker
        self._metrics = metrics or Metrics()
        self._begun = time.monotonic()
        self._opener = opener
        self._standby_opener = standby
        self._standby: Standby | None = None
        self._enabled = config.enabled
        self._model = config.model
        self._opened: Opened | None = None
        self._loads = 0
        self._failure = ""
        self._unloaded = False
        self._device_told = ""
        self._one_at_a_time = asyncio.Lock()
        self._clearing: asyncio.Future[None] | None = None
        self._rest = Rest(*self._after_questions())
        self._asleep = False
        self._errand: asyncio.Task[None] | None = None
        self._prefetch = Prefetch(self.requests, config, self._metrics)

    @property
    def status(self) -> Status:
        """What the properties show now."""
        device = self._opened.device if self._opened else ""
        return Status(self._enabled, self._state(), self._model, device)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where models are looked for."""
        return models_dirs(self._config)

    def enable(self, enabled: bool) -> None:
        """Switch the predictor on or off; the model stays in memory, what was asked does not."""
        self._enabled = enabled
        if not enabled:
            self._clear()
        self._changed()

    async def stand_by(self) -> None:
        """Open what answers while there is no model."""
        self._standby = await self._worker.run(partial(self._standby_opener, self._config))

    async def load(self, name: str) -> None:
        """Open a model in place of the present one, which serves until then.

        At the end the listener has been told the new state, whatever it is.

        Raises:
            InputError: The name cannot be a folder name.
            ModelError: The model cannot be opened; the present one goes on.
        """
        self._loads += 1
        self._asleep = False
        self._changed()
        try:
            async with self._one_at_a_time:
                opened = await self._worker.run(partial(self._open, name))
                self._replace(opened, name)
                self._rest.begin()
        except Exception as error:
            told = explained(error, name)
            if self._opened is None:
                self._model, self._failure = name, str(told)
            raise told from None
        finally:
            self._loads -= 1
            self._changed()

    async def unload(self) -> None:
        """Give the model's memory back; LoadModel brings one again."""
        self._asleep = False
        async with self._one_at_a_time:
            await self._put_away("")
        self._changed()

    async def predict(self, sender: str, query: Query) -> list[Candidate]:
        """Candidates, best first; none while the predictor is off.

        While no model is open the n-gram answers alone, if there is one.

        Raises:
            NotReadyError: Neither is there to answer; says what to do.
            SupersededError: The sender asked again before its turn came.
        """
        if not self._enabled:
            return []
        self._rest.begin()
        if self._opened is None:
            self._wake()
            return self._alone(query)
        asked = time.monotonic()
        engine = self._opened.engine
        try:
            candidates = engine.cached(query)
            if candidates is None:
                candidates = await self._ask(sender, engine, query)
        except SupersededError:
            self._metrics.count("superseded")
            raise
        self._metrics.count("answered")
        self._metrics.observe("answer", (time.monotonic() - asked) * 1000)
        if self.status.device != self._device_told:  # a card failed meanwhile
            self._changed()
        self._prefetch.after(engine, query, candidates)
        return candidates

    async def _ask(self, sender: str, engine: EngineLike, query: Query) -> list[Candidate]:
        """Have the engine search; what is private is shared with nobody who asks the same."""
        key = None if query.private else (engine.key(query), query.deadline_ms)
        hit = int(self.requests.is_prepared(key))
        self._metrics.count(of_prepared("prefetch_hits", query), hit)
        return await self.requests.ask(sender, partial(engine.predict, query), key)

    def _alone(self, query: Query) -> list[Candidate]:
        """Answer without a model: a look-up is too short to be worth a turn in the worker."""
        if self._standby is None or query.tokens:
            raise NotReadyError(self._why_not_ready())
        candidates = self._standby.predict(query)
        self._metrics.count("answered_alone")
        return candidates

    def statistics(self) -> dict[str, int | float]:
        """Counters and latency percentiles of this process; numbers only.

        `answer_*` is the time between a question's arrival and its answer,
        waiting included; `predict_*` that of the engine alone, without cached answers.
        """
        return {
            "uptime_s": round(time.monotonic() - self._begun, 3),
            "memory_bytes": resident_bytes(),
            **self._metrics.snapshot(),
        }

    async def forget(self, eojeol: str) -> int:
        """Drop every kept answer that offers an eojeol; return how many went."""
        if self._opened is None:
            return 0
        return await self.in_worker(partial(self._opened.engine.forget, eojeol))

    async def in_worker(self, work: Callable[[], T]) -> T:
        """Do what may wait for the disk, after what was given before it."""
        return await self._worker.run(work)

    def _after_questions(self) -> Iterator[tuple[float, Callable[[], None]]]:
        """What was asked is forgotten once no answer may be repeated; later the model goes."""
        yield self._config.cache_ttl_s, self._clear
        if self._config.unload_after_s:
            yield self._config.unload_after_s, self._sleep

    def _clear(self) -> None:
        if self._opened is not None:
            self._clearing = asyncio.ensure_future(self._forget_all(self._opened.engine))

    async def _forget_all(self, engine: EngineLike) -> None:
        """Drop what was asked, also what a search that runs now will keep."""
        await self.requests.drained()
        await self._worker.run(engine.clear)

    def _sleep(self) -> None:
        if self._loads == 0 and self._opened is not None:
            self._errand = asyncio.ensure_future(self._fall_asleep())

    async def _fall_asleep(self) -> None:
        async with self._one_at_a_time:
            self._asleep = True
            await self._put_away(self._model)
        self._changed()

    def _wake(self) -> None:
        """Load the model that was put away after a rest."""
        if self._asleep:
            self._asleep = self._unloaded = False
            self._errand = asyncio.ensure_future(self._load_again())

    async def _load_again(self) -> None:
        with contextlib.suppress(IeumError):  # State and Predict tell
            await self.load(self._model)

    async def _put_away(self, name: str) -> None:
        self._replace(None, name)
        self._changed()
        await self.requests.drained()  # a search that runs holds the model
        await self._worker.run(give_back)

    def _open(self, name: str) -> Opened:
        return self._opener(find_model(name, self.folders), self._config, self._metrics)

    def _replace(self, opened: Opened | None, name: str) -> None:
        self._opened, self._model, self._failure = opened, name, ""
        self._unloaded = opened is None

    def _state(self) -> State:
        if not self._enabled:
            return State.OFF
        if self._opened is not None:
            return State.READY
        if self._loads == 0 and self._failure:
            return State.FAILED
        return State.OFF if self._loads == 0 and self._unloaded else State.LOADING

    def _why_not_ready(self) -> str:
        match self._state():
            case State.FAILED:
                return self._failure
            case State.OFF:
                return "No model is loaded; call LoadModel with a name that ListModels gives."
            case _:
                return f"The model {self._model} is still loading; ask again in a moment."

    def _changed(self) -> None:
        status = self.status
        self._device_told = status.device
        self.on_change(status)
