# SPDX-License-Identifier: Apache-2.0
"""The work of a run in pieces, several at a time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Final

from tests.differential.compare import Kind, Outcome, Portion, play

__all__ = ["in_parallel", "portions"]

PORTION: Final = 250
"""Scripts played at one desk: some ten seconds."""


def portions(layouts: Iterable[str], kinds: Iterable[Kind], scripts: int) -> Iterable[Portion]:
    """The work, cut into pieces of half a minute or less."""
    for kind in kinds:
        for layout in layouts:
            for first in range(0, scripts, PORTION):
                yield Portion(kind, layout, first, min(PORTION, scripts - first))


def in_parallel(wanted: list[Portion], jobs: int) -> Iterable[Outcome]:
    """Outcomes as they come, each portion with daemons of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        futures = [pool.submit(play, portion) for portion in wanted]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)
