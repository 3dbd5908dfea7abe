# SPDX-License-Identifier: Apache-2.0
"""An engine made of nothing, for tests of what stands around one."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from pathlib import Path

from ime_engine.config import DaemonConfig
from ime_engine.metrics import Metrics
from ime_engine.protocol import Candidate, Query
from ime_engine.service.models import Opened
from ime_engine.service.predictor import Predictor
from ime_engine.stopping import Stop, never


class Echo:
    """Answers with the model it is, unless it is told what to say."""

    def __init__(self, name: str) -> None:
        self.says = name
        self.cleared = threading.Event()
        self.prepared: list[Query] = []
        self.searching = threading.Event()
        self.searching.set()
        self.done: list[str] = []

    def cached(self, query: Query) -> list[Candidate] | None:
        return [Candidate("kept", 1.0)] if query.before == "kept" else None

    def key(self, query: Query) -> Hashable:
        return query

    def predict(self, query: Query, stop: Stop = never) -> list[Candidate]:
        assert self.searching.wait(10)
        self.done.append("searched")
        return [Candidate(self.says, 1.0)]

    def prepare(self, query: Query, stop: Stop = never) -> list[Candidate]:
        self.prepared.append(query)
        return []

    def forget(self, eojeol: str) -> int:
        return 7

    def clear(self) -> None:
        self.done.append("cleared")
        self.cleared.set()


class Opener:
    """Opens what it is told to, after the gate, or fails."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.failure: Exception | None = None
        self.device = "cpu"
        """Where what was opened runs, also afterwards."""

    def __call__(self, folder: Path, _config: DaemonConfig, _metrics: Metrics) -> Opened:
        assert self.gate.wait(10)
        if self.failure is not None:
            raise self.failure
        self.engine = Echo(folder.name)
        return Opened(self.engine, lambda: self.device)


def model_folders(folder: Path) -> Path:
    """Make two folders that look like models."""
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "manifest.json").write_text("{}", encoding="utf-8")
    return folder


async def answer(predictor: Predictor) -> str:
    """Ask something; the first candidate."""
    return (await predictor.predict(":1.1", Query("오늘 ")))[0].text
