# SPDX-License-Identifier: Apache-2.0
"""What the evaluation asks, of an engine that always offers the same words."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from ime_engine.errors import ConfigError
from ime_engine.hangul.keystrokes import matches
from ime_engine.protocol import Candidate, Query
from model_tools import evaluate
from model_tools.evaluation.accuracy import Position
from model_tools.evaluation.registers import Register
from model_tools.evaluation.run import Plan, measure

CHAT = Register("chat", ("나는 오늘 학교에 갔다.", "너는 오늘 뭐 해?"))
NEWS = Register("news", ("정부는 오늘 밝혔다.",))


class Words:
    """Offers those of its words that what is typed begins, in their order."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.queries: list[Query] = []
        self.cleared_before: list[str] = []
        self._cleared = False

    def cached(self, query: Query) -> list[Candidate] | None:
        return None

    def predict(self, query: Query) -> list[Candidate]:
        self.queries.append(query)
        if self._cleared:
            self.cleared_before.append(query.before)
            self._cleared = False
        fitting = [word for word in self.words if matches(query.prefix, word)]
        return [Candidate(word, 0.1) for word in fitting[: query.limit]]

    def forget(self, eojeol: str) -> int:
        raise AssertionError("an evaluation forgets nothing")

    def clear(self) -> None:
        self._cleared = True


def at_once(work: Sequence[Position], title: str) -> Iterable[Position]:
    assert title in ("lists", "keys")
    return work


def test_every_position_is_asked_once_with_the_text_before_it_and_five_wanted() -> None:
    engine = Words("오늘", "갔다")
    measured = measure(engine, [CHAT, NEWS], Plan(0, None, 1, 10_000), at_once)
    assert [(query.before, query.prefix) for query in engine.queries] == [
        ("나는 ", ""),
        ("나는 오늘 ", ""),
        ("나는 오늘 학교에 ", ""),
        ("너는 ", ""),
        ("너는 오늘 ", ""),
        ("너는 오늘 뭐 ", ""),
        ("정부는 ", ""),
        ("정부는 오늘 ", ""),
    ]
    assert engine.cleared_before == [query.before for query in engine.queries]
    assert {(query.limit, query.deadline_ms) for query in engine.queries} == {(5, 10_000)}
    assert [answer.rank for answer in measured.answers] == [1, None, 2, 1, None, None, 1, None]
    assert (measured.queries, measured.typed) == (8, ())


def test_drawing_takes_as_many_of_each_register() -> None:
    measured = measure(Words("오늘"), [CHAT, NEWS], Plan(1, None, 1, 10_000), at_once)
    assert [answer.position.register for answer in measured.answers] == ["chat", "news"]


def test_the_keys_of_a_sentence_add_up_by_hand() -> None:
    # 오늘 (ㅇㅗㄴㅡㄹ) 5 keys + space, offered at once: 2.
    # 밝혔다 (ㅂㅏㄹㄱㅎㅕㅆㄷㅏ) 9 keys + space; hidden behind five others until ㅂ: 1 + 2.
    engine = Words("오늘", "나", "다", "라", "마", "밝혔다")
    measured = measure(engine, [NEWS], Plan(0, 0, 1, 10_000), at_once)
    assert [(one.cost.full, one.cost.spent) for one in measured.typed] == [(6, 2), (10, 3)]
    assert [query.prefix for query in engine.queries[2:]] == ["", "", "ㅂ"]
    assert engine.cleared_before[2:] == ["정부는 ", "정부는 오늘 "]
    assert measured.queries == 5


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    evaluate.add_arguments(parser)
    return parser.parse_args(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--positions", "-1"),
        ("--positions", "many"),
        ("--deadline-ms", "0"),
        ("--beam-width", "99"),
    ],
)
def test_a_number_out_of_range_is_a_mistake_in_usage(
    arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parsed(*arguments)
    assert left.value.code == 2
    assert f"argument {arguments[0]}: must be a whole number from" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_measured(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError, match="There is no folder"):
        evaluate.run(parsed("--json", str(tmp_path / "absent" / "figures.json")))


def test_an_empty_folder_is_refused_before_a_model_is_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No sentence of two eojeols"):
        evaluate.run(parsed("--eval-dir", str(tmp_path)))
