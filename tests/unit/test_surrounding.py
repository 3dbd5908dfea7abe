# SPDX-License-Identifier: Apache-2.0
"""The text before the caret: two sources, never mixed, and clients that lag behind."""

from __future__ import annotations

import pytest

from ibus_component.surrounding import KEPT, Context, ends_eojeol


def told(text: str) -> Context:
    context = Context()
    context.told(text, len(text), len(text))
    return context


def test_without_a_word_from_the_client_what_was_committed_counts() -> None:
    context = Context()
    context.committed("안녕 ")
    context.committed("하")
    assert context.before == "안녕 하"


def test_the_clients_text_replaces_what_was_committed() -> None:
    context = Context()
    context.committed("여기 ")
    context.told("저기 거기", 3, 3)
    assert context.before == "저기 "


def test_a_commit_counts_before_the_client_shows_it_and_once_after() -> None:
    context = told("안녕")
    context.committed("하세요 ")
    assert context.before == "안녕하세요 "
    context.told("안녕하세요 ", 6, 6)
    assert context.before == "안녕하세요 "


@pytest.mark.parametrize("shown", ["", "하", "하세", "하세요", "하세요 "])
def test_a_client_that_lags_shows_part_of_it(shown: str) -> None:
    context = told("안녕")
    for text in ("하", "세", "요 "):
        context.committed(text)
    now = "안녕" + shown
    context.told(now, len(now), len(now))
    assert context.before == "안녕하세요 "


@pytest.mark.parametrize("shown", ["", "안녕", "안녕 하"])
def test_the_first_word_of_a_client_may_lag_too(shown: str) -> None:
    context = Context()
    context.committed("안녕 ")
    context.committed("하세요 ")
    context.told(shown, len(shown), len(shown))
    assert context.before == "안녕 하세요 "


def test_a_lagging_client_with_a_moving_window() -> None:
    text = (
        "길고 긴 글이라서 창 하나에 다 들어가지 않는 문단이 여기에 하나 더 있고 또 있으며 또 있다 "
    )
    context = told(text)
    context.committed("끝 ")
    window = text[10:]
    context.told(window, len(window), len(window))
    assert context.before.endswith("있다 끝 ")


def test_gtk_4_in_a_burst_moves_its_short_window_while_it_lags() -> None:
    """As recorded from a GTK 4 text view with no pause between the keys."""
    context = told("만나가값\n서 나 ")
    for text in ("안", "녕", "하", "세", "요 ", "만"):
        context.committed(text)
    for window in ("서 나 안", "서 나 안녕", "서 나 안녕하", "서 나 안녕하세"):
        context.told(window, len(window), len(window))
        assert context.before == "서 나 안녕하세요 만"
    context.committed("나")
    assert context.before == "서 나 안녕하세요 만나"


def test_repetition_does_not_confuse_a_lagging_client() -> None:
    context = told("ㅋ")
    context.committed("ㅋ")
    context.committed("ㅋ")
    context.told("ㅋㅋ", 2, 2)
    assert context.before == "ㅋㅋㅋ"


def test_a_caret_elsewhere_drops_what_was_committed() -> None:
    context = told("안녕")
    context.committed("하세요")
    context.told("안녕하세요", 0, 0)
    assert context.before == ""


def test_text_after_the_caret_does_not_count() -> None:
    context = Context()
    context.told("앞뒤", 1, 1)
    assert context.before == "앞"


def test_a_selection_is_known_and_does_not_count() -> None:
    context = Context()
    context.told("앞가운데뒤", 4, 1)
    assert (context.before, context.has_selection) == ("앞", True)
    context.told("앞가운데뒤", 1, 4)
    assert (context.before, context.has_selection) == ("앞", True)


@pytest.mark.parametrize(("cursor", "anchor"), [(99, 99), (-1, -1), (2**31, 0)])
def test_a_caret_beyond_the_text_is_survived(cursor: int, anchor: int) -> None:
    context = Context()
    context.told("글", cursor, anchor)
    assert context.before in ("글", "")


def test_erasing_takes_from_what_is_nearest_the_caret() -> None:
    context = told("가")
    context.committed("나")
    for left in ("가", "", ""):
        context.erased()
        assert context.before == left


def test_clearing_forgets_both() -> None:
    context = told("가")
    context.committed("나")
    context.clear()
    assert (context.before, context.has_selection) == ("", False)


def test_only_the_last_part_is_kept() -> None:
    context = told("가" * 10_000)
    context.committed("나" * 10_000)
    assert context.before == "나" * KEPT


class TestReplaceable:
    """Only what we committed and the client shows may be taken away for a conversion (A5)."""

    def test_both_sources_agree(self) -> None:
        context = told("나는 ")
        context.committed("대한민")
        assert context.replaceable == "", "the client has not shown it yet"
        context.told("나는 대한민", 6, 6)
        assert context.replaceable == "대한민"

    def test_what_only_the_client_knows_is_not_ours(self) -> None:
        assert told("나는 대한민").replaceable == ""

    def test_what_only_we_know_is_not_certain(self) -> None:
        context = Context()
        context.committed("대한민")
        assert context.replaceable == ""

    def test_a_client_that_made_something_else_of_it(self) -> None:
        context = told("")
        context.committed("대한민")
        context.told("대한 민", 4, 4)
        assert context.replaceable == ""

    def test_a_client_that_tells_only_the_last_words(self) -> None:
        context = told("")
        context.committed("우리 대한민")
        context.told("대한민", 3, 3)
        assert context.replaceable == "대한민"

    def test_a_caret_that_moved(self) -> None:
        context = told("")
        context.committed("대한민")
        context.clear()
        context.told("대한민", 3, 3)
        assert context.replaceable == ""

    def test_a_character_that_was_erased_is_gone_once_the_client_shows_it(self) -> None:
        context = told("")
        context.committed("대한민국")
        context.told("대한민국", 4, 4)
        context.erased()
        assert context.replaceable == ""
        context.told("대한민", 3, 3)
        assert context.replaceable == "대한민"

    def test_what_was_converted_can_be_told_in_parts(self) -> None:
        """A client removes and commits one after the other, and may tell in between."""
        context = told("")
        context.committed("대한")
        context.told("대한", 2, 2)
        context.removed(2)
        context.committed("大韓")
        assert context.before == "大韓"
        for text in ("", "大韓"):
            context.told(text, len(text), len(text))
            assert context.before == "大韓"
        assert context.replaceable == "大韓"


def test_a_selection_is_known_by_its_text() -> None:
    context = Context()
    context.told("나는 학교에", 5, 3)
    assert (context.selection, context.before) == ("학교", "나는 ")
    context.told("가" * 1000, 0, 1000)
    assert (context.selection, context.has_selection) == ("", True)


def test_a_client_that_counts_the_preedit() -> None:
    context = told("나는 ")
    context.told("나는 하", 4, 4, composing="하")
    assert context.before == "나는 "
    context.told("나는 한", 4, 4, composing="한")
    assert context.before == "나는 "


@pytest.mark.parametrize(
    ("before", "ends"),
    [
        ("안녕", True),
        ("안녕!", True),
        ("2026년", True),
        ("ㅋㅋ", True),
        ("오늘 API는", True),
        ("안녕 ", False),
        ("안녕 okay", False),
        ("2026", False),
        ("", False),
        ("\n", False),
        ("漢字", False),
    ],
)
def test_what_ends_an_eojeol(before: str, ends: bool) -> None:
    assert ends_eojeol(before) is ends
