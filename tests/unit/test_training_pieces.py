# SPDX-License-Identifier: Apache-2.0
"""A vocabulary of one's own never joins letters with what ends a word."""

from __future__ import annotations

from tokenizers import Tokenizer

from model_tools.training.pieces import BEGIN, END, learn_pieces

LINES = [
    "안녕하세요. 오늘 12시에 봐요!",
    "(그래) 오늘 좋아~ 안녕하세요?",
    "오늘은 12월 12일.",
] * 5


def test_letters_are_joined_and_the_rest_stands_alone() -> None:
    tokens = learn_pieces(LINES, 200)
    tokenizer = Tokenizer.from_str(tokens.json)
    pieces = tokenizer.encode(LINES[0], add_special_tokens=False).tokens
    assert pieces == ["▁안녕하세요", ".", "▁오늘", "▁", "1", "2", "시에", "▁봐요", "!"]
    for piece in tokenizer.get_vocab():
        letters = {char.isalpha() for char in piece.removeprefix("▁")}
        assert piece in ("<s>", "</s>", "<unk>") or len(letters) < 2


def test_what_was_read_is_written_again() -> None:
    tokenizer = Tokenizer.from_str(learn_pieces(LINES, 200).json)
    for line in LINES:
        assert tokenizer.decode(tokenizer.encode(line, add_special_tokens=False).ids) == line


def test_the_same_lines_make_the_same_vocabulary() -> None:
    one, other = learn_pieces(LINES, 100), learn_pieces(LINES, 100)
    assert one == other
    assert len(one.kept_ids) <= 100


def test_what_begins_and_ends_a_text_is_known() -> None:
    tokens = learn_pieces(LINES, 100)
    tokenizer = Tokenizer.from_str(tokens.json)
    assert (tokens.bos_id, tokens.eos_ids) == (
        tokenizer.token_to_id(BEGIN),
        (tokenizer.token_to_id(END),),
    )
