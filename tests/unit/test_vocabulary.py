# SPDX-License-Identifier: Apache-2.0
"""What each token may do in an eojeol."""

from __future__ import annotations

import pytest

from ime_engine.decoder.vocabulary import Vocabulary

PIECES = (
    "<pad>", "<eos>", "<0xEA>", "", "▁", "▁안녕", "하세요", "안", "▁한", ".", "\n", "▁(", "ह", "▁ह",
    "한다", "ㅋㅋ", "3", "▁A", "다.",
)  # fmt: skip


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(PIECES, special=[0], eos=[1])


def names(vocabulary: Vocabulary, remaining: str, *, marked: bool) -> tuple[set[str], set[str]]:
    """Pieces that cover the rest of a prefix, and those within it."""
    allowed = vocabulary.allowed(remaining, marked=marked)
    pieces = [PIECES[token] for token in allowed.ids]
    return set(pieces[: allowed.covering]), set(pieces[allowed.covering :])


def test_only_marked_words_begin_after_a_space(vocabulary: Vocabulary) -> None:
    assert names(vocabulary, "", marked=True) == ({"▁", "▁안녕", "▁한", "▁A"}, set())


def test_only_bare_words_continue(vocabulary: Vocabulary) -> None:
    assert names(vocabulary, "", marked=False) == ({"하세요", "안", "한다", "ㅋㅋ", "3"}, set())


def test_latin_words_may_be_left_out_of_the_openers(vocabulary: Vocabulary) -> None:
    openers = vocabulary.openers(marked=True, latin=False)

    assert {PIECES[token] for token in openers} == {"▁", "▁안녕", "▁한"}
    assert len(vocabulary.openers(marked=True, latin=True)) == len(openers) + 1


def test_an_eojeol_ends_at_spaces_punctuation_and_eos(vocabulary: Vocabulary) -> None:
    ends = {piece for piece, end in zip(PIECES, vocabulary.ends, strict=True) if end}

    assert ends == {"<eos>", "▁", "▁안녕", "▁한", ".", "\n", "▁(", "▁ह", "▁A"}


def test_a_prefix_admits_what_covers_it_and_what_lies_within_it(vocabulary: Vocabulary) -> None:
    # 안녕ㅎ is d k s s u d g
    assert names(vocabulary, "dkssudg", marked=True) == (set(), {"▁", "▁안녕"})
    assert names(vocabulary, "dkssudg", marked=False) == (set(), {"안"})
    assert names(vocabulary, "g", marked=False) == ({"하세요", "한다"}, set())
    assert names(vocabulary, "gkse", marked=False) == ({"한다"}, set())
    assert names(vocabulary, "gks", marked=True) == ({"▁한"}, {"▁"})
    assert names(vocabulary, "q", marked=False) == (set(), set())


def test_control_tokens_and_bytes_have_no_text(vocabulary: Vocabulary) -> None:
    assert [vocabulary.shown(token) for token in (0, 1, 2, 3)] == ["", "", "", ""]
    assert vocabulary.shown(5) == " 안녕"
    assert vocabulary.shown(6) == "하세요"


def test_what_begins_a_word(vocabulary: Vocabulary) -> None:
    assert [PIECES[t] for t in range(len(PIECES)) if vocabulary.begins_word(t)] == [
        "▁", "▁안녕", "▁한", "\n", "▁(", "▁ह", "▁A",
    ]  # fmt: skip
