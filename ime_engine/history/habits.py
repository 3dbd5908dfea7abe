# SPDX-License-Identifier: Apache-2.0
"""How often the user puts which particle after a noun.

    P(particle | ending) = (prior + weight of the user's own uses) / the same of all that may follow

The prior weighs as much as some thirty uses; then the user's own habits are stronger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.particles import PARTICLES, Ending

__all__ = ["Habits", "particle_of"]

PRIOR: Final = 0.06
"""Uses that a thousandth of the shares in `PARTICLES` weighs as much as."""

VOWELS: Final = frozenset("koiOjpuPhynbml")
"""Keys of vowels."""

TEXTS: Final[Mapping[str, str]] = {
    strokes_of(particle): particle for each in PARTICLES.values() for particle in each
}

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
        self._after: dict[tuple[Ending, bool], list[tuple[str, float]]] = {}

    def share(self, stem: str, particle: str, *, bare: bool) -> float:
        """Return the share of a particle after a stem, by their keys; 0 if it may not follow.

        Args:
            stem: Keys of the stem.
            particle: Keys of the particle; none for the stem alone.
            bare: Whether the stem may stand alone: 민준이 may not, for it is 민준 and 이.
        """
        return self._share(_ending_of(stem), particle, bare=bare)

    def _share(self, ending: Ending, particle: str, *, bare: bool) -> float:
        prior = PRIORS[ending].get(particle)
        if prior is None or not (bare or particle):
            return 0.0
        total = self._totals[ending] - (0.0 if bare else BARE + self._own.get("", 0.0))
        return (prior + self._own.get(particle, 0.0)) / total

    def after(self, stem: str, *, bare: bool) -> Sequence[tuple[str, float]]:
        """Return the particles that may follow a stem, by keys, with shares that sum to 1."""
        ending = _ending_of(stem)
        if (ending, bare) not in self._after:
            self._after[ending, bare] = [
                (keys, self._share(ending, keys, bare=bare)) for keys in PRIORS[ending]
            ]
        return self._after[ending, bare]


def particle_of(keys: str) -> str:
    """Return the particle that keys type, or nothing."""
    return TEXTS.get(keys, "")


def _ending_of(stem: str) -> Ending:
    """What a stem ends with, by the key that is typed last."""
    last = stem[-1]
    if last in VOWELS:
        return "vowel"
    return "rieul" if last == "f" else "consonant"
