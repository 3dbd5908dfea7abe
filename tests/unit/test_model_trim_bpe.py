# SPDX-License-Identifier: Apache-2.0
"""A tokenizer of merges that is cut down cuts Korean text as the whole one does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from model_tools.errors import SourceError
from model_tools.trim_bpe import korean_bpe, wanted_bytes

CORPUS = [
    "안녕하세요 오늘은 회의가 있습니다",
    "the weather is 中国 中国 nice 안녕하세요",
    "감사합니다 정말",
] * 3


@pytest.fixture(scope="module")
def whole() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=[AddedToken(piece, special=True) for piece in ("<s>", "<other>")],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


@pytest.fixture(scope="module")
def cut(whole: Tokenizer) -> Tokenizer:
    return Tokenizer.from_str(korean_bpe(whole.to_str(), {0})[0])


def test_only_what_korean_text_needs_stays(whole: Tokenizer, cut: Tokenizer) -> None:
    gone = set(whole.get_vocab()) - set(cut.get_vocab())
    ids = whole.get_vocab()
    texts = {whole.decode([ids[piece]]).strip() for piece in gone}
    assert {"the", "nice", "中国"} <= texts
    assert "<other>" in gone
    assert cut.token_to_id("<s>") == 0
    assert not any("가" <= character <= "힣" for text in texts for character in text)


def test_ids_kept_name_the_same_pieces(whole: Tokenizer) -> None:
    content, ids = korean_bpe(whole.to_str(), {0})
    after = Tokenizer.from_str(content)
    assert ids == sorted(ids)
    assert [whole.id_to_token(index) for index in ids] == [
        after.id_to_token(place) for place in range(len(ids))
    ]


@given(st.text(alphabet=" \n안녕하세요오늘은회의가있습니다뷁.!ㅋ", max_size=30))
def test_korean_is_cut_as_before(whole: Tokenizer, cut: Tokenizer, text: str) -> None:
    assert cut.encode(text).tokens == whole.encode(text).tokens


@given(st.text(max_size=30))
def test_any_text_comes_back(cut: Tokenizer, text: str) -> None:
    assert cut.decode(cut.encode(text).ids, skip_special_tokens=False) == text


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (" 안녕".encode(), True),
        ("안".encode()[:2], True),
        ("안".encode()[1:] + "녕".encode()[:1], True),
        (" 안".encode()[:-1], True),
        (b"\xff", True),
        (b"  \n", True),
        ("中国".encode(), False),
        (" 中".encode()[:-1], False),
        (b" the", False),
        ("é".encode(), False),
    ],
)
def test_pieces_of_bytes_are_known_by_what_they_may_become(data: bytes, wanted: bool) -> None:
    assert wanted_bytes(data) == wanted


def test_merges_of_older_files_are_read(whole: Tokenizer) -> None:
    document = json.loads(whole.to_str())
    document["model"]["merges"] = [" ".join(pair) for pair in document["model"]["merges"]]
    assert korean_bpe(json.dumps(document), {0}) == korean_bpe(whole.to_str(), {0})


def test_a_tokenizer_of_another_kind_is_refused() -> None:
    tokenizer = Tokenizer(models.Unigram([("<unk>", 0.0), ("안녕", -1.0)], unk_id=0))
    with pytest.raises(SourceError, match="kind Unigram cannot be cut: say `vocabulary: whole`"):
        korean_bpe(tokenizer.to_str(), [])
