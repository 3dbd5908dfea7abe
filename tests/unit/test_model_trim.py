# SPDX-License-Identifier: Apache-2.0
"""The trimmed vocabulary cuts Korean text as the whole one does."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from model_tools.trim import Vocabulary, korean_ids, merge_path, tokenizer_json

MERGED = [
    *("▁안", "안녕", "▁안녕", "녕하", "하세요", "세요", "▁가", "가다", "▁the", "th", "▁th", "the"),
    *("ing", "...", "..", ".”", "});", "}}", "中国", "ㅋㅋ", "ㅋㅋㅋㅋ"),
    *"▁안녕하세요가다the.,”!ingㅋ}{);中国·é",
]
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>", "<table>", "\n", "\n\n", "▁▁", "▁▁▁"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def vocabulary() -> Vocabulary:
    merged = list(dict.fromkeys(MERGED))
    pieces = (*SPECIAL, *BYTES, *merged)
    first = len(SPECIAL) + len(BYTES)
    scores = [0.0] * first + [-float(place) for place in range(len(merged))]
    return Vocabulary(
        pieces=pieces,
        scores=tuple(scores),
        bytes_from=len(SPECIAL),
        whitespace=frozenset(range(5, 9)),
        merged=frozenset(range(first, len(pieces))),
        pad_id=0,
        bos_id=2,
        eos_id=1,
        unk_id=3,
    )


def tokenizer(ids: list[int]) -> Tokenizer:
    made = Tokenizer.from_str(tokenizer_json(vocabulary(), ids))
    made.encode_special_tokens = True
    return made


def whole() -> Tokenizer:
    return tokenizer(list(range(len(vocabulary().pieces))))


def kept() -> Tokenizer:
    return tokenizer(korean_ids(vocabulary()))


def test_korean_pieces_stay_and_others_go() -> None:
    pieces = {vocabulary().pieces[index] for index in korean_ids(vocabulary())}
    assert pieces >= {"▁안녕", "ㅋㅋㅋㅋ", "...", ".”", "·", "th", "▁th", *BYTES, "\n\n", "<bos>"}
    assert not pieces & {"the", "▁the", "ing", "中国", "中", "});", "<table>", "é"}


def test_parents_of_kept_pieces_stay() -> None:
    scores = {"ab": -1.0, "abc": -2.0, "bc": -3.0}
    assert merge_path("abc", scores) == ["a", "b", "c", "ab", "abc"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("안녕하세요", ["안녕", "하세요"]),
        ("가다 안녕...", ["가다", "▁안녕", "..."]),
        ("가  다", ["가", "▁▁", "다"]),
        ("다\n\n가", ["다", "\n\n", "가"]),
        ("the", ["th", "e"]),
        ("中", ["<0xE4>", "<0xB8>", "<0xAD>"]),
    ],
)
def test_text_is_cut_as_expected(text: str, pieces: list[str]) -> None:
    assert kept().encode(text).tokens == pieces


@given(st.text(alphabet=" \n안녕하세요가다.”!ㅋ뷁", max_size=30))
def test_korean_is_cut_as_before(text: str) -> None:
    assert kept().encode(text).tokens == whole().encode(text).tokens


@given(st.text(max_size=30))
def test_any_text_comes_back(text: str) -> None:
    marked = text.replace("▁", "")
    assert kept().decode(kept().encode(marked).ids, skip_special_tokens=False) == marked


def test_a_text_may_begin_with_a_marker_of_its_own() -> None:
    marked = dataclasses.replace(vocabulary(), begins_marked=True)
    tokenizer = Tokenizer.from_str(tokenizer_json(marked, korean_ids(marked)))
    assert tokenizer.encode("안녕 가다").tokens == ["▁안녕", "▁가", "다"]
    assert kept().encode("안녕 가다").tokens == ["안녕", "▁가", "다"]


def test_control_tokens_are_marked_and_never_made_from_text() -> None:
    document = json.loads(tokenizer_json(vocabulary(), korean_ids(vocabulary())))
    assert [each["content"] for each in document["added_tokens"]] == SPECIAL[:4]
    assert "<bos>" not in kept().encode("<bos>").tokens
