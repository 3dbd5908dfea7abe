# SPDX-License-Identifier: Apache-2.0
"""Where the workshop's commands run: on the toy model, far from the session, and marked."""

from __future__ import annotations

import os
import uuid
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
