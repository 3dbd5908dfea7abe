# SPDX-License-Identifier: Apache-2.0
"""The n-gram alone, and the predictor that has nothing else yet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from ime_engine import config as settings
from ime_engine.config import DaemonConfig
from ime_engine.errors import InputError, ModelError, NotReadyError
from ime_engine.protocol import Candidate, Query
from ime_engine.ranking.mixture import FIXED, Weights
from ime_engine.ranking.ranker import Ranker
from ime_engine.service import ngrams
from ime_engine.service.predictor import Predictor
from ime_engine.service.status import State
from ime_engine.service.worker import Worker
from ime_engine.standby import Standby
from model_tools.fit_mix import as_file
from tests.fakes import TableNGram
from tests.tiny_ngram import open_ngram
from tests.unit.echo_engine import Opener, answer, model_folders

NGRAM = TableNGram({"": {"그": 0.4}, "오늘": {"날씨가": 0.5, "저녁에": 0.3}})
LINES = ["오늘 날씨가 좋네요", "오늘 날씨가 흐리다", "오늘 저녁에 만나요"]


@pytest.fixture
def standby() -> Standby:
    return Standby(Ranker(NGRAM))


class TestStandby:
    def test_candidates_say_where_they_come_from(self, standby: Standby) -> None:
        assert standby.predict(Query("오늘 ")) == [
            Candidate("날씨가", 0.5, "ngram"),
            Candidate("저녁에", 0.3, "ngram"),
        ]

    def test_opening_punctuation_is_given_back(self, standby: Standby) -> None:
        assert [each.text for each in standby.predict(Query("오늘 ", "“ㅈ"))] == ["“저녁에"]

    @pytest.mark.parametrize("prefix", ["부탁.", "漢", "부,탁", "날씨가"])
    def test_what_no_eojeol_begins_with_gets_no_list(self, standby: Standby, prefix: str) -> None:
        assert standby.predict(Query("오늘 ", prefix)) == []

    def test_the_limit_is_obeyed(self, standby: Standby) -> None:
        assert len(standby.predict(Query("오늘 ", limit=1))) == 1

    def test_a_malformed_query_is_refused(self, standby: Standby) -> None:
        with pytest.raises(InputError, match="limit"):
            standby.predict(Query("오늘 ", limit=0))


class TestPredictor:
    @pytest.fixture
    def opener(self) -> Opener:
        return Opener()

    @pytest.fixture
    def predictor(self, tmp_path: Path, opener: Opener, standby: Standby) -> Iterator[Predictor]:
        worker = Worker()
        config = DaemonConfig(model="one", models_dir=str(model_folders(tmp_path)))
        yield Predictor(config, worker, opener, lambda _: standby)
        opener.gate.set()
        assert worker.stop(5)

    async def test_it_answers_while_the_model_loads_and_steps_back_then(
        self, predictor: Predictor, opener: Opener
    ) -> None:
        await predictor.stand_by()
        opener.gate.clear()
        loading = asyncio.ensure_future(predictor.load("one"))
        await asyncio.sleep(0)

        assert predictor.status.state is State.LOADING
        assert await answer(predictor) == "날씨가"
        opener.gate.set()
        await loading
        assert await answer(predictor) == "one"
        assert predictor.statistics()["answered_alone"] == 1

    async def test_it_answers_when_the_model_cannot_be_loaded(
        self, predictor: Predictor, opener: Opener
    ) -> None:
        await predictor.stand_by()
        opener.failure = ModelError("broken.")
        with pytest.raises(ModelError):
            await predictor.load("one")

        assert predictor.status.state is State.FAILED
        assert await answer(predictor) == "날씨가"

    async def test_raw_tokens_are_the_models_and_say_why_there_are_none(
        self, predictor: Predictor, opener: Opener
    ) -> None:
        await predictor.stand_by()
        opener.failure = ModelError("broken.")
        with pytest.raises(ModelError):
            await predictor.load("one")

        with pytest.raises(NotReadyError, match="broken"):
            await predictor.predict(":1.1", Query("오늘 ", tokens=True))

    async def test_switched_off_it_says_nothing(self, predictor: Predictor) -> None:
        await predictor.stand_by()
        predictor.enable(False)

        assert await predictor.predict(":1.1", Query("오늘 ")) == []


class TestOpening:
    """What lies in the folder, and what the log says of it."""

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(ngrams, "ngram_dirs", lambda: (tmp_path,))
        (tmp_path / "left_out.txt").write_text("날씨", encoding="utf-8")
        return tmp_path

    def opened(self, caplog: pytest.LogCaptureFixture, *, ngram: bool = True) -> tuple[Ranker, str]:
        with caplog.at_level(logging.INFO):
            ranker = ngrams.open_ranker(DaemonConfig(ngram=ngram))
        return ranker, caplog.text

    def test_weights_beside_it_are_used(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        digest = open_ngram(folder, LINES).header.sha256
        text = as_file(Weights({"bias": 1.5}), digest, digest, {})
        (folder / "tiny.mix.json").write_text(text, encoding="utf-8")
        ranker, log = self.opened(caplog)

        assert ranker.digest == digest
        assert ranker.weights == Weights({"bias": 1.5})
        assert log == ""

    def test_without_weights_the_share_is_fixed(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        open_ngram(folder, LINES)
        ranker, log = self.opened(caplog)

        assert ranker.weights == FIXED
        assert log.count("\n") == 1
        assert "fixed share" in log

    def test_weights_of_another_n_gram_are_not_used(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        open_ngram(folder, LINES)
        text = as_file(Weights({"bias": 1.5}), "a" * 64, "b" * 64, {})
        (folder / "tiny.mix.json").write_text(text, encoding="utf-8")
        ranker, log = self.opened(caplog)

        assert ranker.weights == FIXED
        assert "fitted for another n-gram" in log

    def test_a_word_on_the_list_is_not_offered(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        open_ngram(folder, LINES)
        standby = Standby(self.opened(caplog)[0])

        assert next(each.text for each in standby.predict(Query("오늘 "))) == "저녁에"

    def test_a_damaged_one_leaves_the_model_alone(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (folder / "tiny.ngram").write_bytes(b"nothing")
        ranker, log = self.opened(caplog)

        assert not ranker.has_ngram
        assert "tiny.ngram is no n-gram file. The model answers alone." in log

    def test_none_at_all_is_told_in_one_line(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        ranker, log = self.opened(caplog)

        assert not ranker.has_ngram
        assert log.count("\n") == 1
        assert "There is no n-gram" in log

    def test_switched_off_in_the_settings_it_is_not_opened(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        open_ngram(folder, LINES)
        ranker, log = self.opened(caplog, ngram=False)

        assert (ranker.has_ngram, log) == (False, "")
        assert ngrams.open_standby(DaemonConfig(ngram=False)) is None


def test_the_users_own_counts_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    first, checkout, *_ = settings.ngram_dirs()

    assert first == tmp_path / "ieum" / "ngram"
    assert (checkout / "left_out.txt").is_file()
