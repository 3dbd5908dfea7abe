# SPDX-License-Identifier: Apache-2.0
"""A predictor on an engine made of nothing, for the tests of its states and of its idle time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ime_engine.config import DaemonConfig
from ime_engine.service.predictor import Predictor
from ime_engine.service.worker import Worker
from tests.unit.echo_engine import Opener, model_folders


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return model_folders(tmp_path)


@pytest.fixture
def opener() -> Opener:
    return Opener()


@pytest.fixture
def predictor(models: Path, opener: Opener) -> Iterator[Predictor]:
    worker = Worker()
    yield Predictor(DaemonConfig(model="one", models_dir=str(models)), worker, opener)
    opener.gate.set()
    assert worker.stop(5)
