# SPDX-License-Identifier: Apache-2.0
"""The daemon without its bus: one model, its state, and who may ask it.

    off     <- Enabled is false, or the model was unloaded
    loading <- a model is being read in the worker; the bus name is owned already
    ready   <- Predict answers
    failed  <- the model could not be loaded; Predict says why, LoadModel recovers

Lives on the event loop; everything that touches the model runs in the worker.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from ime_engine.config import DaemonConfig, models_dirs
from ime_engine.errors import IeumError, ModelError, NotReadyError, SupersededError
from ime_engine.metrics import Metrics
from ime_engine.protocol import Candidate, Query
from ime_engine.service.models import Opened, find_model
from ime_engine.service.requests import Requests, Worker

__all__ = ["Opener", "Predictor", "State", "Status"]

Opener = Callable[[Path, DaemonConfig, Metrics], Opened]
"""Opens a model folder; called in the worker's thread."""


class State(StrEnum):
    """What the daemon can do at this moment."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Status:
    """What the properties of the interface show."""

    enabled: bool
    state: State
    model: str
    device: str
    """cpu or cuda; empty while no model is open."""


class Predictor:
    """One model and its state."""

    def __init__(
        self,
        config: DaemonConfig,
        worker: Worker,
        opener: Opener,
    ) -> None:
        self.requests = Requests(worker)
        self.on_change: Callable[[Status], None] = lambda status: None
        self._config = config
        self._worker = worker
        self._metrics = Metrics()
        self._begun = time.monotonic()
        self._opener = opener
        self._enabled = config.enabled
        self._model = config.model
        self._opened: Opened | None = None
        self._loads = 0
        self._failure = ""
        self._unloaded = False
        self._one_at_a_time = asyncio.Lock()
        self._clearing: asyncio.Future[None] | None = None
        self._idle: asyncio.TimerHandle | None = None

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

    async def load(self, name: str) -> None:
        """Open a model in place of the present one, which serves until then.

        At the end the listener has been told the new state, whatever it is.

        Raises:
            InputError: The name cannot be a folder name.
            ModelError: The model cannot be opened; the present one goes on.
        """
        self._loads += 1
        self._changed()
        try:
            async with self._one_at_a_time:
                opened = await self._worker.run(partial(self._open, name))
                self._replace(opened, name)
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
        async with self._one_at_a_time:
            self._replace(None, "")
            # What the worker still holds goes once its present search is done.
            await self._worker.run(gc.collect)
        self._changed()

    async def predict(self, sender: str, query: Query) -> list[Candidate]:
        """Candidates, best first; none while the predictor is off.

        Raises:
            NotReadyError: No model is open; says what to do.
            SupersededError: The sender asked again before its turn came.
        """
        if not self._enabled:
            return []
        if self._opened is None:
            raise NotReadyError(self._why_not_ready())
        asked = time.monotonic()
        self._rest()
        engine = self._opened.engine
        try:
            candidates = engine.cached(query)
            if candidates is None:
                candidates = await self.requests.ask(sender, partial(engine.predict, query))
        except SupersededError:
            self._metrics.count("superseded")
            raise
        self._metrics.count("answered")
        self._metrics.observe("answer", (time.monotonic() - asked) * 1000)
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
        """Drop what is remembered of an eojeol; return how many records went."""
        if self._opened is None:
            return 0
        return await self._worker.run(partial(self._opened.engine.forget, eojeol))

    def _rest(self) -> None:
        """Forget what was asked once nobody has asked for as long as an answer may be repeated."""
        if self._idle is not None:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._config.cache_ttl_s, self._clear)

    def _clear(self) -> None:
        if self._opened is not None:
            self._clearing = asyncio.ensure_future(self._worker.run(self._opened.engine.clear))

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
        self.on_change(self.status)


def explained(error: Exception, name: str) -> IeumError:
    """Why a model could not be loaded, the remedy included."""
    remedy = f"run `ieum model build {name}` to build it again."
    if not isinstance(error, IeumError):
        cause = type(error).__name__
        return ModelError(f"The model {name} could not be loaded ({cause}); {remedy}")
    sentence = str(error)
    if not isinstance(error, ModelError) or "`" in sentence:
        return error
    return type(error)(f"{sentence.rstrip('.')}; {remedy}")


def resident_bytes() -> int:
    """Memory of this process that is in RAM now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
