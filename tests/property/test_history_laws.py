# SPDX-License-Identifier: Apache-2.0
"""What holds of any history, whatever it was taught and in whatever script."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.history import History, Row
from ime_engine.history.lesson import Lesson, storable
from ime_engine.history.particles import EVERY, agrees
from ime_engine.history.policy import never_kept
from ime_engine.history.schema import STEPS
from ime_engine.history.stems import parts_of
from ime_engine.ngram.context import START
from tests.taught import Clock, history_of

WORDS = ["가", "각시", "가고", "학교에", "학교에서", "학교", "민준이가", "민준아", "git", "ㅋㅋ"]
FORMS = sorted({f"{stem}{particle}" for stem in ("학교", "민준이") for particle in EVERY})
EVERYTHING = list(dict.fromkeys([*WORDS, *(word for word in FORMS if parts_of(word))]))
STROKES = sorted({strokes_of(word)[:n] for word in WORDS for n in range(1, 12)})
CONTEXT = [*WORDS, START, "모름"]

contexts = st.lists(st.sampled_from(CONTEXT), max_size=2).map(tuple)
lessons = st.builds(Lesson, contexts, st.sampled_from(WORDS), st.booleans())
taught = st.lists(lessons, max_size=25)
typed = st.sampled_from(["", *STROKES])
anything = st.text(min_size=1, max_size=8).filter(lambda t: storable(t) and not never_kept(t))
days = st.lists(st.floats(0, 400), max_size=25)

few = settings(max_examples=30, deadline=None)


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one: what is tried here is no disk."""
    return tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)


def fill(history: History, clock: Clock, given: Iterable[Lesson], spans: Iterable[float]) -> None:
    for lesson, span in zip(given, [*spans, *[0.0] * 100], strict=False):
        history.learn(lesson)
        if span:
            history.flush()
            clock.forward(span)
    history.flush()


@few
@given(taught, days, contexts)
def test_probabilities_of_a_context_sum_to_one_at_most(
    given: list[Lesson], spans: list[float], context: tuple[str, ...]
) -> None:
    clock = Clock()
    with scratch() as folder, history_of(Path(folder), clock=clock) as history:
        fill(history, clock, given, spans)
        found = history.recall(context, "", EVERYTHING).probabilities
    assert sum(found[word] for word in EVERYTHING) <= 1 + 1e-9
    assert all(0 <= probability <= 1 for probability in found.values())


@few
@given(taught, contexts, st.sampled_from(STROKES))
def test_keys_share_out_what_is_typed(
    given: list[Lesson], context: tuple[str, ...], strokes: str
) -> None:
    """What fits is what it was over the probability of all that fits; what does not is nothing."""
    with scratch() as folder, history_of(Path(folder)) as history:
        fill(history, Clock(), given, ())
        free = history.recall(context, "", EVERYTHING)
        typed = history.recall(context, strokes, EVERYTHING)
    fitting = [word for word in EVERYTHING if strokes_of(word).startswith(strokes)]
    assert typed.typed_mass >= sum(free.probabilities[word] for word in fitting) - 1e-9
    assert sum(typed.probabilities[word] for word in EVERYTHING) <= 1 + 1e-9
    for word in EVERYTHING:
        expected = free.probabilities[word] if word in fitting else 0.0
        assert typed.probabilities[word] * typed.typed_mass == pytest.approx(expected)
    assert all(strokes_of(word).startswith(strokes) for word in typed.offered)


@settings(max_examples=15, deadline=None)
@given(taught, contexts, st.sampled_from(["", *STROKES]))
def test_every_word_under_the_keys_is_accounted_for(
    given: list[Lesson], context: tuple[str, ...], strokes: str
) -> None:
    """The forms of all stems are listed here, so that nothing is left over under a prefix."""
    stems = {parts.stem for word in WORDS if (parts := parts_of(word))}
    forms = {stem + particle for stem in stems for particle in EVERY if agrees(stem, particle)}
    listed = sorted({*WORDS, *forms})
    with scratch() as folder, history_of(Path(folder)) as history:
        fill(history, Clock(), given, ())
        recall = history.recall(context, strokes, listed)
    total = sum(recall.probabilities[word] for word in listed)
    if strokes:
        # A form that another, longer particle would claim (민준이 + 랑) is nobody's.
        assert total == pytest.approx(float(bool(recall.typed_mass)), abs=0.02)
    else:
        assert total <= 1 + 1e-9


@few
@given(taught, contexts, st.sampled_from(["", *STROKES]), st.integers(1, 12))
def test_the_list_is_the_top_of_what_was_taught(
    given: list[Lesson], context: tuple[str, ...], strokes: str, limit: int
) -> None:
    with scratch() as folder, history_of(Path(folder)) as history:
        fill(history, Clock(), given, ())
        every = history.recall(context, strokes, WORDS).probabilities
        offered = history.recall(context, strokes, limit=limit).offered
    known = {lesson.eojeol for lesson in given}
    ranked = sorted((w for w in known if every[w]), key=lambda w: (-every[w], w))
    assert len(offered) <= limit
    taught_ones = [word for word in offered if word in known]
    assert taught_ones == ranked[: len(taught_ones)]
    if len(offered) < limit:
        assert len(taught_ones) == len(ranked)


@few
@given(st.lists(st.builds(Lesson, st.tuples(anything), anything, st.booleans()), max_size=15), days)
def test_export_and_import_are_the_same_history(given: list[Lesson], spans: list[float]) -> None:
    """In any script; and the same rows may come twice."""
    clock = Clock()
    with scratch() as folder:
        with history_of(Path(folder) / "a", clock=clock) as history:
            # Each context is taught first, or it would not be kept.
            for lesson in given:
                fill(history, clock, [Lesson((), lesson.context[0]), lesson], ())
            fill(history, clock, given, spans)
            rows = list(history.rows())
            assert history.merge(rows) == len(rows)
            assert list(history.rows()) == rows
        clock.forward(100)
        with history_of(Path(folder) / "b", clock=clock) as other:
            for _ in range(2):
                assert other.merge(reversed(rows)) == len(rows)
                assert by_name(other.rows()) == by_name(rows)


def by_name(rows: Iterable[Row]) -> dict[tuple[str, tuple[str, ...]], Row]:
    return {(row.eojeol, row.context): row for row in rows}


@few
@given(st.lists(anything, min_size=1, max_size=12), st.data())
def test_forgetting_leaves_no_byte(words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    with scratch() as folder, history_of(Path(folder)) as history:
        for first, second in zip(words, words[1:] + words[:1], strict=True):
            fill(history, Clock(), [Lesson((), first), Lesson((first,), second)], ())
        assert history.forget(word) >= 1
        assert not [row for row in history.rows() if word in (row.eojeol, *row.context)]
        elsewhere = "".join(row.eojeol + strokes_of(row.eojeol) for row in history.rows())
        elsewhere += "".join(STEPS)
        traces = {word, strokes_of(word)}
        # Short ones are parts of other words, of names of tables, and of numbers.
        telling = [
            each.encode() for each in traces if len(each.encode()) > 5 and each not in elsewhere
        ]
        files = b"".join(path.read_bytes() for path in Path(folder).iterdir())
    assert not [trace for trace in telling if trace in files]


@few
@given(st.lists(st.tuples(taught, contexts, typed), min_size=1, max_size=6))
def test_what_was_kept_of_earlier_recalls_changes_no_answer(
    story: list[tuple[list[Lesson], tuple[str, ...], str]],
) -> None:
    """One recalls all along, another is opened anew for each question."""
    clock = Clock()
    with scratch() as folder, history_of(Path(folder), clock=clock) as history:
        for number, (given, context, strokes) in enumerate(story):
            fill(history, clock, given, [])
            if number % 3 == 2:
                history.forget(WORDS[number])
            clock.now_s += (0, 5, 90, 3, 100_000)[number % 5]
            asked = [history.recall(context, strokes, WORDS) for _ in range(2)]
            with history_of(Path(folder), clock=clock) as other:
                expected = other.recall(context, strokes, WORDS)
            for found in asked:
                assert found.probabilities == pytest.approx(expected.probabilities, rel=1e-3)
                assert found.in_use == pytest.approx(expected.in_use)
                assert set(found.offered) == set(expected.offered)
                assert found.typed_mass == pytest.approx(expected.typed_mass, rel=1e-3)
                assert (found.order, found.distinct) == (expected.order, expected.distinct)
