# SPDX-License-Identifier: Apache-2.0
"""Where the workshop's commands run, far from the session and marked; what they learn from."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.marks import MARK


@pytest.fixture
def environment(tiny_model_dir: Path, tmp_path: Path) -> dict[str, str]:
    """What the command runs in; every process it starts inherits the mark."""
    (tmp_path / "tmp").mkdir()
    return {
        **os.environ,
        "TMPDIR": str(tmp_path / "tmp"),
        "IEUM_MODELS_DIR": str(tiny_model_dir),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        MARK: uuid.uuid4().hex,
    }


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Models as tiny as those that learn get slower by a second thread."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sentences to learn from; read them, do not write beside them."""
    from tests.integration.training_text import write_text

    return write_text(tmp_path_factory.mktemp("training") / "text")


@pytest.fixture(scope="session")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint with random weights."""
    from tests.integration.training_text import write_model

    return write_model(tmp_path_factory.mktemp("training") / "model")


@pytest.fixture(scope="session")
def teacher(untrained: Path, text: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after it has read the sentences."""
    from model_tools.__main__ import main
    from tests.integration.training_text import finetune

    out = tmp_path_factory.mktemp("training") / "teacher"
    how = ("--method", "full", "--steps", "60", "--rate", "0.003", "--eval-every", "20")
    assert main(finetune(untrained, text, out, *how)) == 0
    return out
