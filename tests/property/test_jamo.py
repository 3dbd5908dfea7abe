# SPDX-License-Identifier: Apache-2.0
"""Laws of jamo and keys."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.hangul.jamo import Syllable, compose, decompose, is_syllable, spell
from ime_engine.hangul.keystrokes import keys_of, strokes_of

syllable_indices = st.builds(Syllable, st.integers(0, 18), st.integers(0, 20), st.integers(0, 27))
syllables = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
lone_jamo = st.characters(min_codepoint=0x3131, max_codepoint=0x3163)


@given(syllable_indices)
def test_composing_and_decomposing_are_inverse(indices: Syllable) -> None:
    char = compose(indices)

    assert is_syllable(char)
    assert decompose(char) == indices


@given(syllables)
def test_a_syllable_is_typed_by_the_keys_of_its_jamo(char: str) -> None:
    assert keys_of(char) == keys_of(spell(char))
    assert 2 <= len(keys_of(char)) <= 5


@given(st.text(), st.text())
def test_what_is_not_hangul_stands_for_itself(one: str, other: str) -> None:
    plain = "".join(c for c in one if c.isascii())
    assert keys_of(plain) == plain
    assert strokes_of(plain + "가") == strokes_of(plain) + "rk"


@given(st.text(syllables), st.text(syllables))
def test_keys_of_a_join_are_the_keys_joined(one: str, other: str) -> None:
    assert keys_of(one + other) == keys_of(one) + keys_of(other)


@given(
    st.text(
        syllables
        | st.characters(min_codepoint=0x3131, max_codepoint=0x3163)
        | st.sampled_from("a2.")
    )
)
def test_each_key_shows_what_its_strokes_are(text: str) -> None:
    strokes = strokes_of(text)
    shown = typed_prefixes(text)

    assert [strokes_of(each) for each in shown] == [
        strokes[: keys + 1] for keys in range(len(strokes))
    ]
