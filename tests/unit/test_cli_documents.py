# SPDX-License-Identifier: Apache-2.0
"""A document becomes eojeols: the same ones, wherever reading was interrupted."""

from __future__ import annotations

import hashlib
import io
import unicodedata

import pytest

from ime_engine.cli.history import documents
from ime_engine.cli.history.documents import eojeols, pieces, survey
from ime_engine.errors import InputError
from ime_engine.ngram.context import context_of

TEXT = "민준이가 왔다. 반가웠다!\n\n다음 날, 학교에서 만났다.\r\n끝"


def read(data: bytes, start: int = 0) -> list[tuple[tuple[str, ...], str]]:
    found = pieces(io.BytesIO(data), start, len(data))
    return [(context_of(before), eojeol) for piece in found for before, eojeol in eojeols(piece)]


def nothing(_: int) -> None:
    pass


class TestSurvey:
    def test_it_notes_a_digest_and_a_size(self) -> None:
        document = survey(io.BytesIO(TEXT.encode()), nothing)
        assert document.digest == hashlib.sha256(TEXT.encode()).hexdigest()
        assert document.size == len(TEXT.encode())

    def test_it_tells_how_far_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(documents, "BLOCK", 40)
        told: list[int] = []
        survey(io.BytesIO(b"a" * 100), told.append)
        assert told == [40, 80, 100]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"\x7fELF\0\0", "not a text file"),
            ("가나".encode("utf-16"), "not UTF-8"),
            ("가나".encode("cp949"), "not UTF-8"),
            ("가나".encode()[:-1], "not UTF-8"),
            (("가" * 40_000).encode() + b"\xff", "not UTF-8"),
        ],
        ids=["program", "utf-16", "cp949", "cut off", "broken late"],
    )
    def test_what_is_no_text_is_refused(self, data: bytes, why: str) -> None:
        with pytest.raises(InputError, match=why):
            survey(io.BytesIO(data), nothing)


class TestReading:
    def test_each_eojeol_comes_with_its_context(self) -> None:
        assert read(TEXT.encode())[:4] == [
            (("<s>",), "민준이가"),
            (("<s>", "민준이가"), "왔다."),
            (("왔다", "<s>"), "반가웠다!"),
            (("<s>",), "다음"),
        ]

    def test_the_mark_at_the_beginning_is_no_part_of_a_word(self) -> None:
        assert read("\ufeff가 나".encode()) == read("가 나".encode())

    def test_decomposed_hangul_is_composed(self) -> None:
        assert read(unicodedata.normalize("NFD", "가나").encode())[0][1] == "가나"

    @pytest.mark.parametrize("block", [1, 7, 16, 64, 1000])
    @pytest.mark.parametrize(
        "text",
        [TEXT, TEXT * 5, "한 줄이 아주 길다 " * 30, "\ufeff첫 줄\n둘째 줄 " * 9, "", " ", "\n\n"],
    )
    def test_it_does_not_matter_how_much_is_read_at_a_time(
        self, block: int, text: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = read(text.encode())
        monkeypatch.setattr(documents, "BLOCK", max(block, 24))  # longer than an eojeol here
        assert read(text.encode()) == whole

    def test_reading_goes_on_where_any_piece_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(documents, "BLOCK", 50)
        data = ("\ufeff" + TEXT * 3 + " 줄 바꿈 없이 이어지는 글 " * 60).encode()
        whole, done = read(data), 0
        for piece in list(pieces(io.BytesIO(data), 0, len(data))):
            done += len(list(eojeols(piece)))
            assert read(data, piece.end) == whole[done:]

    def test_a_run_without_a_blank_is_cut_between_characters(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(documents, "BLOCK", 10)
        data = ("가😀" * 50).encode()
        texts = [piece.text for piece in pieces(io.BytesIO(data), 0, len(data))]
        assert "".join(texts) == "가😀" * 50

    def test_what_was_added_since_the_survey_is_left_alone(self) -> None:
        data = "가 나\n".encode()
        found = list(pieces(io.BytesIO(data + "다 라\n".encode()), 0, len(data)))
        assert found[-1].end == len(data)
        assert "다" not in found[-1].text

    def test_a_document_that_became_shorter_just_ends(self) -> None:
        assert list(pieces(io.BytesIO(b""), 0, 100)) == []

    def test_only_so_much_is_held_of_a_line_that_never_ends(self) -> None:
        data = ("가나다 " * 100_000).encode()
        for piece in pieces(io.BytesIO(data), 0, len(data)):
            assert len(piece.text.encode()) <= documents.BLOCK
            assert len(piece.before) <= documents.BEFORE
