# SPDX-License-Identifier: Apache-2.0
"""Laws of prefixes: what a person typing an eojeol sees must match it all the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ime_engine.hangul.jamo import FINALS, INITIALS, MEDIALS, Syllable, compose, decompose
from ime_engine.hangul.keystrokes import keys_of, matches

words = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=6)


def shapes_while_typing(word: str) -> list[str]:
    """What stands on the screen after each jamo, the last syllable being composed."""
    shapes = []
    for at, char in enumerate(word):
        done = word[:at]
        initial, medial, final = decompose(char)
        shapes.append(done + INITIALS[initial])
        shapes.append(done + compose(Syllable(initial, medial)))
        if final:
            shapes.append(word[: at + 1])
    return shapes


@given(words)
def test_every_shape_on_the_way_matches(word: str) -> None:
    assert all(matches(shape, word) for shape in shapes_while_typing(word))


@given(words, st.sampled_from(INITIALS))
def test_an_initial_that_is_drawn_into_the_syllable_before_still_matches(
    word: str, initial: str
) -> None:
    """Typing 하려고: after ㄹ the screen shows 할."""
    last = decompose(word[-1])
    if last.final or initial not in FINALS:
        return
    drawn = word[:-1] + compose(Syllable(last.initial, last.medial, FINALS.index(initial)))
    following = compose(Syllable(INITIALS.index(initial), MEDIALS.index("ㅏ")))

    assert matches(drawn, word + following)


@given(words, words, words)
def test_matching_is_an_order(one: str, two: str, three: str) -> None:
    assert matches(one, one)
    assert matches(one, one + two)
    assert matches("", three)
    if matches(one, two) and matches(two, three):
        assert matches(one, three)


@given(words, words)
def test_matching_both_ways_means_the_same_keys(one: str, two: str) -> None:
    if matches(one, two) and matches(two, one):
        assert keys_of(one) == keys_of(two)
