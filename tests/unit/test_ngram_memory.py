# SPDX-License-Identifier: Apache-2.0
"""What of the counts stays in memory while they are asked."""

from __future__ import annotations

import itertools
from pathlib import Path

from ime_engine.ngram.model import NGram

FILE = Path(__file__).resolve().parents[2] / "data" / "ngram" / "everyday.ngram"


def resident(path: Path) -> int:
    """Bytes of a mapped file that are in this process's memory."""
    maps = Path("/proc/self/smaps").read_text(encoding="utf-8")
    ours = maps[maps.index(f"{path}\n") :]
    return 1024 * int(ours[ours.index("Rss:") :].split()[1])


def test_what_was_looked_at_does_not_stay_in_memory() -> None:
    ngram = NGram.open(FILE)
    pairs = list(itertools.pairwise(each.text for each in ngram.predict((), "", 200).words))
    first = ngram.predict(pairs[0])
    most = 0
    for pair in pairs:
        ngram.probabilities(pair, [each.text for each in ngram.predict(pair).words])
        most = max(most, resident(FILE))

    assert 0 < most < FILE.stat().st_size * 2 / 3
    assert ngram.predict(pairs[0]) == first
