# SPDX-License-Identifier: Apache-2.0
"""What a model is known by."""

from __future__ import annotations

import pytest

from model_tools import build
from model_tools.recipe import load_recipe


def test_a_model_of_another_kind_of_processor_is_another_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = load_recipe("gemma3-270m-ko")
    known_by = set()
    for instructions in ({"avx2"}, {"avx2", "fma"}, {"avx2", "avx512_vnni"}):
        monkeypatch.setattr(build, "instructions", lambda told=instructions: told)
        known_by.add(build._fingerprint(recipe))

    assert len(known_by) == 2
