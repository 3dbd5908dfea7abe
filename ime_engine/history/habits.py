# SPDX-License-Identifier: Apache-2.0
"""How often the user puts which particle after a noun.

    P(particle | ending) = (prior + weight of the user's own uses) / the same of all that may follow

The prior weighs as much as some thirty uses; then the user's own habits are stronger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.particles import PARTICLES, Ending

__all__ = ["KEYS", "Habits", "particle_of"]

PRIOR: Final = 0.06
"""Uses that a thousandth of the shares in `PARTICLES` weighs as much as."""

VOWELS: Final = frozenset("koiOjpuPhynbml")
"""Keys of vowels."""

TEXTS: Final[Mapping[str, str]] = {
    strokes_of(particle): particle for each in PARTICLES.values() for particle in each
}

KEYS: Final[Mapping[str, str]] = {particle: keys for keys, particle in TEXTS.items()}
"""Keys of each particle."""

PRIORS: Final[Mapping[Ending, Mapping[str, float]]] = {
    ending: {strokes_of(particle): share * PRIOR for particle, share in shares.items()}
    for ending, shares in PARTICLES.items()
}
"""By the keys of the particle."""

BARE: Final = PRIORS["vowel"][""]
"""Of the stem alone, whatever it ends with."""

SUMS: Final = {ending: sum(shares.values()) for ending, shares in PRIORS.items()}


class Habits:
    """Shares of particles.

    Args:
        own: The user's own weight of each particle, by its keys.
    """

    def __init__(self, own: Mapping[str, float]) -> None:
        self._own = own
        self._totals = {
            ending: SUMS[ending] + sum(own[keys] for keys in own.keys() & shares.keys())
            for ending, shares in PRIORS.items()
        }
        self._shares: dict[tuple[Ending, bool], Mapping[str, float]] = {}

    def share(self, stem: str, particle: str, *, bare: bool) -> float:
        """Return the share of a particle after a stem, by their keys; 0 if it may not follow.

        Args:
            stem: Keys of the stem.
            particle: Keys of the particle; none for the stem alone.
            bare: Whether the stem may stand alone: 민준이 may not, for it is 민준 and 이.
        """
        return self.after(stem, bare=bare).get(particle, 0.0)

    def after(self, stem: str, *, bare: bool) -> Mapping[str, float]:
        """Return the shares of all particles that may follow a stem, by keys; they sum to 1."""
        ending = _ending_of(stem)
        shares = self._shares.get((ending, bare))
        if shares is None:
            shares = self._shares[ending, bare] = self._shares_of(ending, bare=bare)
        return shares

    def _shares_of(self, ending: Ending, *, bare: bool) -> Mapping[str, float]:
        own, priors = self._own, PRIORS[ending]
        total = self._totals[ending] - (0.0 if bare else BARE + own.get("", 0.0))
        return {
            keys: (prior + own.get(keys, 0.0)) / total if bare or keys else 0.0
            for keys, prior in priors.items()
        }


def particle_of(keys: str) -> str:
    """Return the particle that keys type, or nothing."""
    return TEXTS.get(keys, "")


def _ending_of(stem: str) -> Ending:
    """What a stem ends with, by the key that is typed last."""
    last = stem[-1]
    if last in VOWELS:
        return "vowel"
    return "rieul" if last == "f" else "consonant"
