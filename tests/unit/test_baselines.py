# SPDX-License-Identifier: Apache-2.0
"""Whom a predictor is measured beside: unigram, and eojeols out of a model of morphemes."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from ime_engine.errors import ConfigError
from ime_engine.protocol import Query
from ime_engine.ranking.manners import Manners
from model_tools.baselines import kiwi, opening
from model_tools.baselines.kiwi import Kiwi, open_kiwi
from model_tools.baselines.morphemes import Likely, Morpheme, likely_eojeols
from model_tools.baselines.opening import baseline_names
from model_tools.baselines.unigram import Unigram
from tests.tiny_ngram import open_ngram

EAT, DID, IS, NOUN, OBJECT, WELL, STOP, DIGIT = (
    Morpheme(1, "먹", "VV"),
    Morpheme(2, "었", "EP"),
    Morpheme(3, "다", "EF"),
    Morpheme(4, "밥", "NNG"),
    Morpheme(5, "을", "JKO"),
    Morpheme(6, "잘", "MAG"),
    Morpheme(7, ".", "SF"),
    Morpheme(8, "", "SN"),
)
BY_NUMBER = {one.number: one for one in (EAT, DID, IS, NOUN, OBJECT, WELL, STOP, DIGIT)}
AFTER: Mapping[int, Likely] = {
    0: ((NOUN, 0.4), (EAT, 0.2), (OBJECT, 0.2), (WELL, 0.1), (DIGIT, 0.1)),
    1: ((DID, 0.6), (IS, 0.3), (STOP, 0.1)),
    2: ((IS, 1.0),),
    3: ((STOP, 0.9), (NOUN, 0.1)),
    4: ((OBJECT, 0.75), (NOUN, 0.1), (EAT, 0.15)),
    5: ((EAT, 1.0),),
    6: ((EAT, 0.5), (NOUN, 0.5)),
}


class Morphemes:
    """A model of seven morphemes whose next one depends on the last."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def analyse(self, text: str) -> list[int]:
        self.asked.append(text)
        return [0]

    def following(self, numbers: Sequence[int]) -> Likely:
        return AFTER[numbers[-1]]

    def attached(self, one: Morpheme, other: Morpheme) -> bool:
        return other.tag[0] in "JE"

    def joined(self, morphemes: Sequence[Morpheme]) -> str:
        return "".join(one.form for one in morphemes)


def test_an_eojeol_is_as_likely_as_its_morphemes_and_its_end() -> None:
    found = {one.text: one.probability for one in likely_eojeols(Morphemes(), "나는 ", 5)}
    # 을 cannot begin a word, so 0.8 is all there is; a digit is a word, but none to offer.
    assert found == pytest.approx(
        {
            "밥을": 0.4 / 0.8 * 0.75,
            "먹었다": 0.2 / 0.8 * 0.6,
            "밥": 0.4 / 0.8 * 0.25,
            "잘": 0.1 / 0.8,
            "먹다": 0.2 / 0.8 * 0.3,
        }
    )


def test_the_list_is_ordered_and_no_longer_than_wanted() -> None:
    model = Morphemes()
    texts = [one.text for one in likely_eojeols(model, "나는 ", 2)]
    assert texts == ["밥을", "먹었다"]
    assert model.asked == ["나는 "]


class Analyser:
    """What is used of kiwipiepy, on the same seven morphemes."""

    def __init__(self) -> None:
        self.prefixes: list[object] = []

    def tokenize(self, text: str) -> list[SimpleNamespace]:
        return [SimpleNamespace(id=0)] * (40 if text else 0)

    def predict_next_morpheme(self, prefix: object, top_n: int) -> list[SimpleNamespace]:
        self.prefixes.append(prefix)
        last = prefix[-1] if isinstance(prefix, list) else 0
        return [
            SimpleNamespace(id=one.number, form=one.form, tag=one.tag, score=math.log(p))
            for one, p in AFTER[last][:top_n]
        ]

    def join(self, morphemes: list[tuple[str, str]], lm_search: bool) -> str:
        assert not lm_search
        text = morphemes[0][0]
        for form, tag in morphemes[1:]:
            text += form if tag[0] in "JE" else f" {form}"
        return text


def test_kiwi_offers_eojeols_with_its_name_and_nothing_under_a_prefix() -> None:
    analyser = Analyser()
    peer = Kiwi(analyser)
    listed = peer.predict(Query("나는 ", limit=2))
    assert [(one.text, one.source) for one in listed] == [("밥을", "kiwi"), ("먹었다", "kiwi")]
    assert listed[0].probability == pytest.approx(0.375)
    assert analyser.prefixes[0] == [0] * kiwi.CONTEXT
    assert peer.predict(Query("나는 ", "ㅂ")) == []


def test_at_the_start_of_a_text_kiwi_is_asked_after_a_full_stop() -> None:
    analyser = Analyser()
    assert Kiwi(analyser).predict(Query("", limit=1))[0].text == "밥을"
    assert analyser.prefixes[0] == "."


def test_without_kiwi_one_sentence_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kiwipiepy", None)
    with pytest.raises(ConfigError, match=r"pip install ieum\[peers\]"):
        open_kiwi()


def test_the_commonest_words_come_whatever_is_before_and_fit_what_is_typed(tmp_path: Path) -> None:
    lines = ["오늘 학교에 갔다", "오늘 집에 갔다", "오늘 왔다", "어제 집에 있었다"]
    peer = Unigram(open_ngram(tmp_path, lines), Manners())
    first = [one.text for one in peer.predict(Query("나는 ", limit=3))]
    assert set(first[:2]) == {"갔다", "집에"}  # each after two different words
    assert first == [one.text for one in peer.predict(Query("학교에서 ", limit=3))]
    assert [one.text for one in peer.predict(Query("나는 ", "지"))] == ["집에"]
    assert [one.text for one in peer.predict(Query("나는 ", "“지"))] == ["“집에"]
    assert peer.predict(Query("나는 ", "집?")) == []


def test_baselines_are_named_between_commas_or_not_at_all() -> None:
    assert baseline_names("kiwi, ngram,kiwi") == ("kiwi", "ngram")
    assert baseline_names("none") == ()
    with pytest.raises(argparse.ArgumentTypeError, match="must be none, or of ngram, unigram"):
        baseline_names("ngram,bigram")


def test_only_what_is_there_is_asked_by_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opening, "ngram_dirs", lambda: (tmp_path,))
    monkeypatch.setattr(opening, "_has_kiwi", lambda: False)
    assert opening.installed() == ()
    (tmp_path / "it.ngram").write_bytes(b"")
    assert opening.installed() == ("ngram", "unigram")
    monkeypatch.setattr(opening, "_has_kiwi", lambda: True)
    assert opening.installed() == ("ngram", "unigram", "kiwi")
