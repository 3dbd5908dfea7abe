# SPDX-License-Identifier: Apache-2.0
"""From the text before the eojeol to what the model reads."""

from __future__ import annotations

import pytest

from ime_engine.decoder.prompt import Prompt, PromptMemory, prompt_of
from tests.fakes import TableModel


@pytest.mark.parametrize(
    ("before", "prefix", "prompt"),
    [
        ("", "", Prompt("", True, "", "")),
        ("  ", "", Prompt("", True, "", "")),
        ("잘 ", "", Prompt("잘", False, "", "")),
        ("잘  ", "부", Prompt("잘", False, "", "부")),
        ("네.\n", "", Prompt("네.\n", True, "", "")),
        ("나는 ", "“사", Prompt("나는 “", False, "“", "사")),
        ("네.\n", "(가", Prompt("네.\n(", True, "(", "가")),
        ("", "“", Prompt("“", True, "“", "")),
    ],
)
def test_a_query_is_split(before: str, prefix: str, prompt: Prompt) -> None:
    assert prompt_of(before, prefix, max_chars=100) == prompt


def test_after_opening_punctuation_no_space_comes() -> None:
    assert prompt_of("나는 ", "사", 100).after_space
    assert not prompt_of("나는 ", "“사", 100).after_space
    assert not prompt_of("나는 “", "사", 100).after_space
    assert prompt_of("나는”", "사", 100).after_space
    assert not prompt_of("", "사", 100).after_space


def test_a_text_is_korean_when_it_has_hangul() -> None:
    assert prompt_of("the 책 ", "", 100).korean
    assert not prompt_of("the ", "가", 100).korean


def test_only_the_end_of_a_long_text_is_read_from_the_start_of_an_eojeol() -> None:
    assert prompt_of("첫째 둘째 셋째 ", "", max_chars=6).text == "셋째"


def test_the_memory_reads_only_what_is_new() -> None:
    model = TableModel(list("abcdefgh"), {})
    memory = PromptMemory(2)
    for prompt in ([0, 1], [0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 4], [5], [0, 1, 4]):
        memory.read(model, prompt)

    assert model.prompts == [
        ([0, 1], 0),
        ([0, 1, 2, 3], 2),
        ([0, 1, 4], 2),
        ([5], 0),
    ], "asked again, nothing is read"


def test_a_shorter_prompt_reads_its_last_token_again() -> None:
    model = TableModel(list("abc"), {})
    memory = PromptMemory(1)
    memory.read(model, [0, 1, 2])
    memory.read(model, [0, 1])

    assert model.prompts[-1] == ([0, 1], 1)


def test_one_may_turn_back_to_the_prompt_before_and_go_on_otherwise() -> None:
    model = TableModel(list("abcdefgh"), {})
    memory = PromptMemory(3)
    for prompt in ([0], [0, 1], [0, 1, 2], [0, 1, 3], [0, 1]):
        memory.read(model, prompt)

    assert [reuse for _, reuse in model.prompts] == [0, 1, 2, 2]


def test_what_is_prepared_step_by_step_does_not_push_out_the_prompt_it_goes_on_from() -> None:
    model = TableModel(list("abcdefgh"), {})
    memory = PromptMemory(4)
    for prompt in ([0], [0, 1], [0], [0, 1, 2], [0]):
        memory.read(model, prompt)

    assert [reuse for _, reuse in model.prompts] == [0, 1, 2]


def test_of_a_prompt_that_grows_only_the_last_steps_are_kept() -> None:
    model = TableModel(list("abcdefgh"), {})
    memory = PromptMemory(4)
    memory.read(model, [4, 4])
    for prompt in ([0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 5]):
        memory.read(model, prompt)
    memory.read(model, [4, 4])

    assert len(model.prompts) == 6, "the other client's prompt was pushed out"


def test_a_cleared_memory_reads_all_again() -> None:
    model = TableModel(list("abc"), {})
    memory = PromptMemory(1)
    memory.read(model, [0, 1])
    memory.clear()
    memory.read(model, [0, 1])

    assert model.prompts == [([0, 1], 0)] * 2
