# SPDX-License-Identifier: Apache-2.0
"""What holds for the words of earlier messages, whatever is typed and learned."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from ime_engine.history.foregoing import LEFT, MOST, Said, foregoing_of, with_word

WORDS = st.sampled_from(["나는", "오늘", "학교에", "갔다", "네", "그래"])
MESSAGE = st.lists(st.tuples(WORDS, st.booleans()), min_size=1, max_size=6)
"""Words, and whether each is learned."""
TEXTS = st.text("나는오늘 .,“”3\n", max_size=30)


def typed(messages: list[list[tuple[str, bool]]]) -> tuple[Said, ...]:
    said: tuple[Said, ...] = ()
    for message in messages:
        before = ""
        for word, learned in message:
            said = with_word(said, word, before) if learned else said
            before += f"{word} "
    return said


@given(st.lists(MESSAGE, max_size=20), TEXTS)
def test_nothing_is_read_that_was_not_learned(
    messages: list[list[tuple[str, bool]]], before: str
) -> None:
    learned = [word for message in messages for word, fine in message if fine]
    read = [each.word for each in foregoing_of(typed(messages), before)]

    assert _within(read, learned)


@given(st.lists(MESSAGE, max_size=6), st.lists(WORDS, min_size=1, max_size=8))
def test_it_stays_the_same_while_a_text_grows(
    messages: list[list[tuple[str, bool]]], text: list[str]
) -> None:
    """Its words are learned one behind, or at once."""
    said, before = typed(messages), ""
    # After 네 alone, nobody can tell a second 네 from the first.
    assume(not said or [each.word for each in foregoing_of(said, text[0])] == _all(said))
    first = foregoing_of(said, "")
    for word in text:
        behind = f"{before}{word} "
        assert foregoing_of(said, behind) == first
        said = with_word(said, word, before)
        assert foregoing_of(said, behind) == first
        before = behind


@given(st.lists(st.tuples(WORDS, TEXTS), max_size=3 * MOST))
def test_it_is_bounded(lessons: list[tuple[str, str]]) -> None:
    said: tuple[Said, ...] = ()
    for word, before in lessons:
        longer = with_word(said, word, before)
        assert len(longer) in {1, len(said) + 1, LEFT}
        said = longer
    assert len(said) <= MOST


def _all(said: tuple[Said, ...]) -> list[str]:
    return [each.word for each in said]


def _within(part: list[str], whole: list[str]) -> bool:
    """Tell whether these words stand there in this order, others between them perhaps."""
    rest = iter(whole)
    return all(word in rest for word in part)
