# SPDX-License-Identifier: Apache-2.0
"""Free pages go back now and then, and not each time."""

from __future__ import annotations

import pytest

from ime_engine.runtime import heap


def test_free_pages_go_back_every_so_many_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    keeper = heap.HeapKeeper(every=3)
    for use in range(1, 8):
        monkeypatch.setattr(heap, "give_back_heap", lambda use=use: given.append(use))
        keeper.used()

    assert given == [3, 6]
