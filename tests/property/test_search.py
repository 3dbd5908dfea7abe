# SPDX-License-Identifier: Apache-2.0
"""The search against all there is: every path of a small random model, added up."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ime_engine.decoder.search import Found, SearchOptions, Start, search_eojeols
from ime_engine.decoder.vocabulary import Vocabulary
from ime_engine.hangul.eojeol import is_eojeol
from ime_engine.hangul.keystrokes import matches
from tests.fakes import TableModel

PIECES = ("<bos>", "<eos>", ".", "▁", "▁가", "▁가나", "▁각", "가", "나", "나가", "ㅏ")
BEGIN = [piece for piece in PIECES if piece.startswith("▁")]
INSIDE = ["가", "나", "나가", "ㅏ"]
ENDS = ["<eos>", ".", *BEGIN]
MAX_TOKENS = 3
EVERYTHING = 4 * 4**MAX_TOKENS

Weights = dict[str, dict[str, float]]

rows = st.lists(st.integers(0, 20), min_size=len(PIECES), max_size=len(PIECES)).map(
    lambda weights: (
        {piece: weight / sum(weights) for piece, weight in zip(PIECES, weights, strict=True)}
        if sum(weights)
        else {}
    )
)
tables = st.fixed_dictionaries({piece: rows for piece in PIECES if piece not in ("<eos>", ".")})
# 가나나가 leads by two tokenisations, one of them still open while 가나가 catches up.
TWO_WAYS_TO_LEAD: Weights = {
    **{piece: {} for piece in PIECES if piece not in ("<eos>", ".")},
    "<bos>": {"▁가": 0.25, "▁가나": 0.75},
    "▁가": {"나": 0.5, "나가": 0.5},
    "▁가나": {"나": 0.25, "나가": 0.25, "ㅏ": 0.5},
    "가": {"▁각": 1.0},
    "나": {"가": 0.5, "ㅏ": 0.5},
    "나가": {"▁각": 1.0},
}
prefixes = st.sampled_from(["", "ㄱ", "가", "간", "각", "가나", "가낙", "나", "가나가", "b"])


def paths(table: Weights, longest: int) -> Iterator[tuple[list[str], float]]:
    """Every tokenisation of every beginning, and its probability without the end."""
    first = {piece: table["<bos>"].get(piece, 0.0) for piece in BEGIN}
    whole = sum(first.values())
    stack = [([piece], p / whole) for piece, p in first.items() if p]
    while stack:
        path, probability = stack.pop()
        yield path, probability
        if len(path) < longest:
            row = table[path[-1]]
            stack += [([*path, p], probability * row[p]) for p in INSIDE if row.get(p)]


def exhaustive(table: Weights, prefix: str) -> dict[str, float]:
    """P(w | before, prefix) of every eojeol, up to a factor; the definition itself."""
    scored: defaultdict[str, float] = defaultdict(float)
    for path, probability in paths(table, MAX_TOKENS):
        text = "".join(path).removeprefix("▁")
        end = sum(table[path[-1]].get(piece, 0.0) for piece in ENDS)
        if is_eojeol(text) and matches(prefix, text) and end:
            scored[text] += probability * end
    return scored


def covering_mass(table: Weights, prefix: str) -> float:
    """P(the keys of what follows begin with those of the prefix)."""
    if not prefix:
        return 1.0
    mass = 0.0
    # The last forward pass also tells what one token more would cover.
    for path, probability in paths(table, MAX_TOKENS + 1):
        text = "".join(path).removeprefix("▁")
        shorter = "".join(path[:-1]).removeprefix("▁")
        if matches(prefix, text) and not (len(path) > 1 and matches(prefix, shorter)):
            mass += probability
    return mass


def find(table: Weights, prefix: str, options: SearchOptions) -> Found:
    # Markov in the last piece: every row of the table is found by the last one alone.
    model = TableModel(PIECES, {(piece,): row for piece, row in table.items()})
    vocabulary = Vocabulary(PIECES, special=[0], eos=[1])
    return search_eojeols(model, vocabulary, Start(model.prefill([0]), True, prefix), options)


@settings(deadline=None, max_examples=150)
@given(tables, prefixes)
def test_probabilities_and_order_are_those_of_the_definition(table: Weights, prefix: str) -> None:
    everything = SearchOptions(limit=EVERYTHING, beam_width=EVERYTHING, max_tokens=MAX_TOKENS)
    found = find(table, prefix, everything).eojeols
    expected = exhaustive(table, prefix)
    mass = covering_mass(table, prefix)

    assert {each.text for each in found} == set(expected)
    for each in found:
        assert each.probability == pytest.approx(expected[each.text] / mass, rel=1e-4)
    probabilities = [each.probability for each in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-4
    assert all(matches(prefix, each.text) for each in found)


@settings(deadline=None, max_examples=150)
@given(tables, prefixes, st.integers(1, 5))
@example(TWO_WAYS_TO_LEAD, "", 1)
def test_stopping_early_never_changes_the_list(table: Weights, prefix: str, limit: int) -> None:
    early = find(table, prefix, SearchOptions(limit, EVERYTHING, MAX_TOKENS)).eojeols
    expected = exhaustive(table, prefix)
    best = sorted(expected.values(), reverse=True)[:limit]

    assert len(early) == len(best)
    for each, probability in zip(early, best, strict=True):
        # What is listed at a place is as likely as what belongs there: ties may swap.
        assert math.isclose(expected[each.text], probability, rel_tol=1e-4)
        # With a prefix, what was dropped unread may be missing from what is conditioned on.
        assert 0 < each.probability <= (1.0 if prefix else expected[each.text]) * (1 + 1e-4)


@settings(deadline=None, max_examples=150)
@given(tables, prefixes, st.integers(1, 4), st.integers(1, 5))
def test_a_narrow_beam_never_promises_too_much(
    table: Weights, prefix: str, width: int, limit: int
) -> None:
    expected = exhaustive(table, prefix)
    found = find(table, prefix, SearchOptions(limit, width, MAX_TOKENS)).eojeols

    assert len({each.text for each in found}) == len(found)
    for each in found:
        assert each.text in expected
        assert 0 < each.probability <= 1
