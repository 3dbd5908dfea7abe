# SPDX-License-Identifier: Apache-2.0
"""Two predictors at the same positions: pairs, their difference, and what is said of it."""

from __future__ import annotations

from math import log

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ime_engine.errors import ConfigError
from model_tools.comparison.contenders import labels
from model_tools.comparison.outcomes import (
    Outcomes,
    Place,
    Written,
    collected,
    parsed,
    text_digests,
)
from model_tools.comparison.paired import Difference, differences
from model_tools.comparison.significance import sign_test
from model_tools.comparison.wording import as_json, sentence, table
from model_tools.evaluation.accuracy import Position
from model_tools.evaluation.keystrokes_saved import Cost
from model_tools.evaluation.perplexity import Reading
from model_tools.evaluation.registers import Register
from model_tools.evaluation.report import Answer, Typed

CHAT = Register("chat", ("나는 오늘 간다.", "너는 뭐 해?"))


def outcomes(
    ranks: list[int], register: str = "chat", spent: int = 3, nats: float = 6.0
) -> Outcomes:
    """One position a sentence, each typed with these keys and foreseen that well."""
    places = [Position(register, at, "나는 ", "간다") for at in range(len(ranks))]
    answers = [Answer(at, ("집에",), rank or None) for at, rank in zip(places, ranks, strict=True)]
    typed = [Typed(at, Cost(5, spent)) for at in places]
    readings = [Reading(register, at.sentence, nats, 4) for at in places]
    return parsed(collected({register: "ab" * 8}, answers, typed, readings))


def by_title(found: list[Difference]) -> dict[str, Difference]:
    return {one.title: one for one in found}


def test_what_a_file_holds_comes_back_and_has_no_text() -> None:
    answers = [Answer(Position("chat", 3, "나는 ", "간다"), ("간다",), 1)]
    typed = [Typed(Position("chat", 3, "나는 ", "간다"), Cost(9, 2))]
    written = collected(text_digests([CHAT]), answers, typed, [Reading("chat", 3, 1.25, 5)])
    kept = msgspec.json.encode(written)
    assert "나는" not in kept.decode()
    back = parsed(msgspec.json.decode(kept, type=Written))
    assert back.lists == {"chat": {Place(3, 3): 1}}
    assert back.keys == {"chat": {Place(3, 3): (2, 9)}}
    assert back.read == {"chat": {3: (1.25, 5)}}


def test_other_text_has_another_digest() -> None:
    other = Register("chat", (*CHAT.sentences, "응."))
    assert text_digests([CHAT]) != text_digests([other])
    assert text_digests([CHAT]) == text_digests([Register("chat", CHAT.sentences)])


@pytest.mark.parametrize("packed", ["1:2", "a:b:c", "1:2:3 ", "1:2:-1", "1:2:3;4:5:6"])
def test_a_damaged_outcome_is_refused(packed: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"texts": {}, "lists": {"chat": packed}}, Written)


def test_pairs_are_counted_and_the_difference_has_its_sign() -> None:
    first, second = outcomes([1, 0, 0, 4, 0, 0]), outcomes([1, 1, 2, 0, 0, 0])
    found = by_title(differences(first, second, 1))
    one = found["NEA@5"]
    assert (one.pairs, one.first, one.second) == (6, 2 / 6, 3 / 6)
    assert one.change.value == pytest.approx(1 / 6)
    assert (one.only_first, one.only_second, one.p) == (1, 2, 1.0)
    assert one.winner is None
    assert (found["NEA@1"].only_first, found["NEA@1"].only_second) == (0, 1)


def test_a_sure_difference_has_a_winner_whichever_way_it_is_asked() -> None:
    bad, good = outcomes([0] * 40, spent=4, nats=8.0), outcomes([1] * 40, spent=2, nats=4.0)
    forth, back = by_title(differences(bad, good, 1)), by_title(differences(good, bad, 1))
    assert {one.winner for one in forth.values()} == {"second"}
    assert {one.winner for one in back.values()} == {"first"}
    perplexity = forth["perplexity per syllable"]
    assert (perplexity.first, perplexity.second) == pytest.approx((2.718281828**2, 2.718281828))
    assert perplexity.change.value == pytest.approx(1 / 2.718281828 - 1)
    assert (perplexity.only_first, perplexity.only_second) == (0, 40)
    assert perplexity.p < 1e-9
    assert forth["KSR"].change.value == pytest.approx(2 / 5)


def test_a_difference_is_known_better_than_either_figure() -> None:
    ranks = [1, 0] * 50
    better = [1, 0, 1, 1, *ranks[4:]]
    one = by_title(differences(outcomes(ranks), outcomes(better), 1))["NEA@1"]
    assert one.change.high - one.change.low < 0.05  # of 0.2 for either


def test_only_positions_that_both_answered_count() -> None:
    assert by_title(differences(outcomes([1] * 9), outcomes([0] * 4), 1))["NEA@1"].pairs == 4


def test_unseen_sources_are_apart() -> None:
    one = outcomes([1, 0], "ood_talks")
    assert {each.group for each in differences(one, one, 1)} == {"unseen sources"}


def test_other_text_and_no_common_register_are_refused() -> None:
    one = outcomes([1, 0])
    with pytest.raises(ConfigError, match="the text of chat differs"):
        differences(one, one._replace(texts={"chat": "cd" * 8}), 1)
    with pytest.raises(ConfigError, match="no register in common"):
        differences(one, outcomes([1], "news"), 1)
    with pytest.raises(ConfigError, match="no position in common"):
        differences(one, one._replace(lists={"chat": {}}, keys={}, read={}), 1)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_symmetric_and_a_probability(fewer: int, more: int) -> None:
    assert 0 < sign_test(fewer, more) == sign_test(more, fewer) <= 1


def test_the_sign_test_is_the_binomial_s() -> None:
    assert sign_test(0, 6) == 2 / 2**6
    assert sign_test(3, 12) == pytest.approx(0.03515625)
    assert sign_test(4000, 4400) < 1e-4  # no overflow


def test_plain_words_name_who_is_better_and_by_how_much() -> None:
    bad, good = outcomes([0] * 40, nats=8.0), outcomes([1] * 40, nats=8.0 - log(2) * 4)
    said = [sentence(one, ("old", "new")) for one in differences(bad, good, 1)]
    assert "NEA@1: new is better by 100.0 points [100.0, 100.0]." in said
    assert "perplexity per syllable: new is better by 50.0 % [50.0, 50.0]." in said
    assert "KSR: no difference is shown, +0.0 points [+0.0, +0.0]." in said


def test_the_table_and_the_json_tell_the_same() -> None:
    found = differences(outcomes([0] * 20), outcomes([1] * 20), 1)
    lines = table(found, ("old", "new")).splitlines()
    assert len(lines) == 2 + len(found)
    assert "+100.0 [+100.0 to +100.0]" in lines[2]
    assert "< 0.001" in lines[2]
    assert as_json(found)[0]["winner"] == "second"


def test_files_of_one_name_are_told_apart() -> None:
    assert labels("a/mix.json", "gemma") == ("mix", "gemma")
    assert labels("a/mix.json", "b/mix.json") == ("mix (first)", "mix (second)")
