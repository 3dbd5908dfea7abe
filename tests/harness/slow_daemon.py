# SPDX-License-Identifier: Apache-2.0
"""The real daemon with an engine that takes its time: `python -m tests.harness.slow_daemon`.

IEUM_TEST_LOAD_S and IEUM_TEST_PREDICT_S say how long; everything but the
engine is what users run.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ime_engine.config import DaemonConfig, load_config
from ime_engine.errors import SupersededError
from ime_engine.metrics import Metrics
from ime_engine.protocol import Candidate, Query
from ime_engine.runtime.manifest import MANIFEST_NAME
from ime_engine.service.client import PredictorClient
from ime_engine.service.models import Opened
from ime_engine.service.server import run_daemon
from ime_engine.stopping import Stop, never
from tests.harness.bus import Daemon, daemon, owned, private_bus

COMMAND = ("-m", "tests.harness.slow_daemon")
STEP_S = 0.01


class SlowEngine:
    """Answers with the prefix and how many questions it has been asked."""

    def __init__(self, span_s: float) -> None:
        self._span_s = span_s
        self._asked = 0

    def cached(self, query: Query) -> list[Candidate] | None:
        return None

    def key(self, query: Query) -> Hashable:
        return query

    def prepare(self, query: Query, stop: Stop = never) -> list[Candidate]:
        return self.predict(query, stop)

    def predict(self, query: Query, stop: Stop = never) -> list[Candidate]:
        end = time.monotonic() + self._span_s
        while time.monotonic() < end:
            time.sleep(STEP_S)
            if stop():
                raise SupersededError("stopped")
        self._asked += 1
        if query.prefix == "폭발":
            raise ZeroDivisionError(query.before)
        return [Candidate(f"{query.prefix}{self._asked}", 0.5)]

    def forget(self, eojeol: str) -> int:
        return len(eojeol)

    def clear(self) -> None:
        self._asked = 0


def open_slowly(_folder: Path, _config: DaemonConfig, _metrics: Metrics) -> Opened:
    time.sleep(float(os.environ.get("IEUM_TEST_LOAD_S", "0")))
    engine = SlowEngine(float(os.environ.get("IEUM_TEST_PREDICT_S", "0")))
    return Opened(engine, lambda: "cpu")


@asynccontextmanager
async def slow(
    folder: Path, monkeypatch: pytest.MonkeyPatch, **environment: str
) -> AsyncIterator[tuple[Daemon, PredictorClient]]:
    """Run it on a bus of its own; yield it, the name owned, and a client."""
    model = folder / "slow"
    model.mkdir()
    (model / MANIFEST_NAME).touch()
    settings = {"model": model.name, "models_dir": str(folder)}
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with daemon(address, folder, settings, COMMAND, **environment) as process:
            await owned(process)
            async with PredictorClient(timeout_s=20) as client:
                yield process, client


if __name__ == "__main__":
    sys.exit(run_daemon(load_config(), time.monotonic(), open_slowly))
