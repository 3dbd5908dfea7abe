# SPDX-License-Identifier: Apache-2.0
"""A graph that cannot be written says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from google.protobuf.message import EncodeError

from model_tools import graph_file
from model_tools.errors import WorkshopError
from model_tools.graph_file import save_graph

TABLE = onnx.numpy_helper.from_array(np.zeros((3, 5), dtype=np.float32), "table")
GRAPH = onnx.ModelProto(graph=onnx.GraphProto(initializer=[TABLE]))


def test_what_was_saved_is_what_is_read(tmp_path: Path) -> None:
    save_graph(GRAPH, tmp_path / "a.onnx")
    assert onnx.load(tmp_path / "a.onnx") == GRAPH


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protobuf fails as it does when it gets no memory, or has too much to write."""

    def fail(*_: object) -> None:
        raise EncodeError("Failed to serialize proto")

    monkeypatch.setattr(onnx, "save", fail)


@pytest.mark.usefixtures("failing")
def test_one_that_does_not_fit_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_file, "MOST_BYTES", 4 * 3 * 5)
    with pytest.raises(MemoryError):
        save_graph(GRAPH, tmp_path / "a.onnx")


@pytest.mark.usefixtures("failing")
def test_one_that_is_too_large_for_its_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_file, "MOST_BYTES", 4 * 3 * 5 - 1)
    with pytest.raises(WorkshopError, match="larger than 2 GB"):
        save_graph(GRAPH, tmp_path / "a.onnx")
