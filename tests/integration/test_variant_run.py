# SPDX-License-Identifier: Apache-2.0
"""A variant is measured in a process of its own, whatever runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model_tools.benchmarks.variant_run import WARM_UP, Job, measure
from model_tools.build import build_model
from tests.integration.models import gpt2_recipe, write_gpt2_folder

CONTEXTS = [f"{syllable}나 다라 " for syllable in "가나다라마바사"]


@pytest.mark.timeout(120)
def test_torch_and_the_graph_are_measured_alike(tmp_path: Path) -> None:
    folder = tmp_path / "tiny-gpt2"
    build_model(gpt2_recipe(), folder, write_gpt2_folder(tmp_path / "source"), "fp32", "float32")
    graph, torch = (
        measure(job, CONTEXTS, ["ㄱ"] * len(CONTEXTS))
        for job in (Job(folder, 1), Job(folder, 1, runtime="torch"))
    )

    assert torch.lists == graph.lists
    assert len(graph.lists) == len(graph.new_ms) == len(graph.key_ms) == len(CONTEXTS) - WARM_UP
    assert min(graph.rate, torch.rate) > 0
    assert torch.rss_mb > graph.rss_mb
