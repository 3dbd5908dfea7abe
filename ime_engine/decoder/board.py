# SPDX-License-Identifier: Apache-2.0
"""The eojeols finished so far, and whether anything open can still change the list."""

from __future__ import annotations

from collections.abc import Sequence

from ime_engine.scored import Scored

__all__ = ["Board", "Open", "Scored"]


Open = tuple[str, float]
"""Text and probability of a hypothesis that is not extended yet."""


class Board:
    """Adds up finished eojeols by their text.

    Args:
        limit: Length of the list that is wanted.
        optimism: Share of an open hypothesis that one eojeol may still gain.
            With 1 nothing is dropped that could change the list or its order.
    """

    def __init__(self, limit: int, optimism: float = 1.0) -> None:
        self._limit = limit
        self._optimism = optimism
        self._finished: dict[str, float] = {}

    def add(self, text: str, probability: float) -> None:
        """Add one tokenisation of an eojeol."""
        self._finished[text] = self._finished.get(text, 0.0) + probability

    def ranked(self) -> list[Scored]:
        """All finished eojeols, likeliest first; ties in code point order."""
        pairs = sorted(self._finished.items(), key=lambda pair: (-pair[1], pair[0]))
        return [Scored(text, probability) for text, probability in pairs]

    def relevant(self, hypotheses: Sequence[Open], floor: float = 0.0) -> list[int]:
        """Return the indices of the hypotheses that can still change the list.

        Args:
            hypotheses: All that are open.
            floor: Probability below which an eojeol is not listed anyway.

        An eojeol gains at most what the open hypotheses hold whose texts begin
        it, all together; these lie on one chain, named here by its longest text.
        As long as anything can still move in the list, whatever adds to an eojeol
        that is in it counts too: it may be what keeps another one below.
        """
        ranked = self.ranked()
        chains = self._chains(hypotheses)
        alive = {text for text, gain in chains if _moves(ranked, self._limit, text, gain, floor)}
        if alive:
            listed = [scored.text for scored in ranked[: self._limit]]
            alive |= {text for text, _ in chains if any(word.startswith(text) for word in listed)}
        return [
            at
            for at, (text, _) in enumerate(hypotheses)
            if any(longest.startswith(text) for longest in alive)
        ]

    def _chains(self, hypotheses: Sequence[Open]) -> list[Open]:
        return [
            (longest, self._optimism * sum(p for text, p in hypotheses if longest.startswith(text)))
            for longest in {text for text, _ in hypotheses}
        ]


def _moves(ranked: Sequence[Scored], limit: int, text: str, gain: float, floor: float) -> bool:
    """Tell whether an eojeol that begins with `text` could enter the list or rise in it."""
    last = ranked[limit - 1].probability if len(ranked) >= limit else 0.0
    if gain >= max(last, floor):
        return True
    for place, scored in enumerate(ranked):
        if not scored.text.startswith(text):
            continue
        reached = scored.probability + gain
        if scored.probability < floor <= reached:
            return True
        if place and reached >= ranked[min(place, limit) - 1].probability:
            return True
    return False
