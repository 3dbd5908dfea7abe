# SPDX-License-Identifier: Apache-2.0
"""Counts of what is done where the daemon may learn: numbers for statistics, never text.

first eojeol        ──► CountSoon ──span──► counted: Count ──► from the beginning
the focus goes      ──────────────────────► Count
learning forbidden  ──────────────────────► nothing is said of it, ever
"""

from __future__ import annotations

from typing import Final

from ibus_component.actions import Action, Count, CountSoon
from ibus_component.consent import Consent

__all__ = ["EVERY_MS", "Tally"]

EVERY_MS: Final = 30_000
"""Span of typing after which counts are told; the focus may go before."""

TAKING: Final = 2
"""Keys of taking a candidate: Alt and a digit."""


class Tally:
    """What has been counted and not been told.

    Args:
        consent: Nothing is counted where it forbids learning.
    """

    def __init__(self, consent: Consent) -> None:
        self._consent = consent
        self._announced = False
        self.due: tuple[Action, ...] = ()
        """The wish to be asked for the counts later: once, until they have been told."""
        self.clear()

    def clear(self) -> None:
        """Forget what was counted."""
        self._keys = self._keys_saved = self._eojeols = 0
        self._shown = self._used = self._ignored = 0

    def key(self) -> None:
        """A key wrote or erased."""
        if self._consent.learn:
            self._keys += 1

    def eojeol(self) -> None:
        """An eojeol is finished."""
        if not self._consent.learn:
            return
        self._eojeols += 1
        if not self._announced:
            self._announced = True
            self.due = (CountSoon(EVERY_MS),)

    def shown(self) -> None:
        """A list of predictions appeared."""
        if self._consent.learn:
            self._shown += 1

    def ignored(self) -> None:
        """A list went without a candidate having been taken."""
        if self._consent.learn:
            self._ignored += 1

    def used(self, spared: int) -> None:
        """A candidate was taken.

        Args:
            spared: Keys that typing the rest of it, and its space, would have cost.
        """
        if self._consent.learn:
            self._used += 1
            self._keys += TAKING
            self._keys_saved += max(0, spared - TAKING)

    def take(self) -> tuple[Count, ...]:
        """What was counted, to be told now; nothing where nothing may be told."""
        count = Count(
            *(self._keys, self._keys_saved, self._eojeols),
            *(self._shown, self._used, self._ignored),
        )
        self.clear()
        self._announced, self.due = False, ()
        return (count,) if count != Count() and self._consent.learn else ()
