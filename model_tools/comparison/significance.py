# SPDX-License-Identifier: Apache-2.0
"""How likely a difference at least this large is where there is none."""

from __future__ import annotations

__all__ = ["sign_test"]


def sign_test(fewer: int, more: int) -> float:
    """Return the two-sided p of the exact sign test.

    Of pairs that differ each side wins half in the long run where there is no difference:

        p = min(1, 2 · P(X ≤ min(fewer, more)))     X ~ Binomial(fewer + more, ½)

    With pairs of right and wrong answers it is McNemar's test in its exact form. Pairs count as
    independent, which positions of one sentence are not quite.

    Args:
        fewer: Pairs that one side wins.
        more: Pairs that the other side wins.

    Source: McNemar 1947, Note on the sampling error of the difference between correlated
    proportions or percentages, Psychometrika 12; Dietterich 1998, Approximate Statistical Tests
    for Comparing Supervised Classification Learning Algorithms, Neural Computation 10.

    >>> sign_test(0, 0), sign_test(1, 9), sign_test(5, 5)
    (1.0, 0.021484375, 1.0)
    """
    pairs = fewer + more
    ways = below = 1
    for wins in range(min(fewer, more)):
        # From the ways to win so many times to those of once more, in whole numbers.
        ways = ways * (pairs - wins) // (wins + 1)
        below += ways
    return min(1.0, 2 * below / (1 << pairs))
