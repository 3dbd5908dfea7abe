# SPDX-License-Identifier: Apache-2.0
"""Pages of nine, the row that is highlighted, and what a text can be converted into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibus_component.hanja import Hanja
from ibus_component.hanja_list import ROWS, Choice, HanjaList
from ibus_component.hanja_search import Spot, choices_at
from ibus_component.keys import Key, Mask, Sym
from ibus_component.tap import Tap

WORDS = {
    "학교": ("學校",),
    "학": ("學", "鶴"),
    "교": ("校",),
    "에": ("恚",),
}


class SmallDictionary:
    """A dictionary that fits in one's head."""

    def beginning(self, text: str) -> tuple[Hanja, ...]:
        return self._all(text[:length] for length in range(len(text), 0, -1))

    def ending(self, text: str) -> tuple[Hanja, ...]:
        return self._all(text[start:] for start in range(len(text)))

    def symbols(self, jamo: str) -> tuple[Hanja, ...]:
        return (Hanja("ㅁ", "※"), Hanja("ㅁ", "　")) if jamo == "ㅁ" else ()

    @staticmethod
    def _all(readings: object) -> tuple[Hanja, ...]:
        assert hasattr(readings, "__iter__")
        return tuple(Hanja(r, text) for r in readings for text in WORDS.get(r, ()))


def found(word: str, hand: str) -> list[tuple[str, str, int]]:
    choices = choices_at(Spot(word, hand), SmallDictionary())
    return [(choice.row, choice.text, choice.remove) for choice in choices]


class TestSearch:
    def test_a_syllable_and_the_word_before_it(self) -> None:
        assert found("나는학", "교") == [("學校", "學校", 1), ("校", "校", 0)]

    def test_the_document_alone(self) -> None:
        assert found("학교", "") == [("學校", "學校", 2), ("校", "校", 1)]

    def test_a_word_in_hand_keeps_what_is_not_converted(self) -> None:
        assert found("", "학교에") == [
            ("學校", "學校에", 0),
            ("學", "學교에", 0),
            ("鶴", "鶴교에", 0),
            ("恚", "학교恚", 0),
        ]

    def test_a_whole_word_in_hand_is_offered_once(self) -> None:
        assert [row for row, _, _ in found("", "학교")] == ["學校", "學", "鶴", "校"]

    def test_a_consonant_after_a_word_in_hand(self) -> None:
        assert found("나", "가ㅁ") == [("※", "가※", 0), ("　", "가　", 0)]

    @pytest.mark.parametrize("hand", ["abc", "학교 에", "학" * 11, "學"])
    def test_what_is_no_hangul_or_too_long_is_left_alone(self, hand: str) -> None:
        assert found("", hand) == []

    def test_nothing_is_found_in_nothing(self) -> None:
        assert found("", "") == []

    @given(st.text("학교에나ㅁ", max_size=6), st.text("학교에나ㅁ", max_size=4))
    def test_a_choice_replaces_only_what_is_there(self, word: str, hand: str) -> None:
        """A law: each choice changes its reading and nothing else of the text."""
        for choice in choices_at(Spot(word, hand), SmallDictionary()):
            assert choice.remove <= len(word)
            after = word[: len(word) - choice.remove] + choice.text
            back = {text: reading for reading, texts in WORDS.items() for text in texts}
            reading = back.get(choice.row, "ㅁ")
            assert after.replace(choice.row, reading, 1) == word + hand

    def test_a_choice_fits_only_where_it_was_found(self) -> None:
        here = Spot("학", "교")
        word, syllable = choices_at(here, SmallDictionary())

        assert here.admits(word, here)
        assert not Spot("나", "교").admits(word, here)
        assert Spot("나", "교").admits(syllable, here)
        assert not Spot("학", "").admits(syllable, here)


def numbered(count: int, cursor: int | None = 0) -> HanjaList:
    return HanjaList(tuple(Choice(str(n), f"뜻{n}", str(n)) for n in range(count)), cursor)


class TestList:
    def test_one_page_has_no_number(self) -> None:
        assert numbered(9).hint == "뜻0"
        assert numbered(9).pages == 1

    def test_meaning_and_page(self) -> None:
        assert numbered(10).at(9).hint == "뜻9 · 2/2"

    def test_a_passive_list_tells_its_pages_and_no_meaning(self) -> None:
        passive = numbered(20, cursor=None)
        assert (passive.highlighted, passive.page, passive.hint) == (None, 0, "1/3")
        assert numbered(3, cursor=None).hint == ""

    def test_entering_highlights_the_first(self) -> None:
        assert numbered(20, cursor=None).moved(1).cursor == 0

    def test_a_row_beyond_the_page_is_none(self) -> None:
        last = numbered(11).paged(1)
        assert last.row(1) == last.choices[10]
        assert last.row(2) is None
        assert last.row(-1) is None

    @given(st.integers(1, 40), st.lists(st.sampled_from(["moved", "paged", "at"])), st.integers())
    def test_the_highlighted_row_is_always_on_the_page(
        self, count: int, ways: list[str], amount: int
    ) -> None:
        shown = numbered(count)
        for way in ways:
            shown = getattr(shown, way)(amount)
            assert shown.cursor is not None
            assert shown.highlighted is not None
            assert 1 <= len(shown.rows) <= ROWS
            assert 0 <= shown.page < shown.pages
            assert shown.row(shown.highlighted) == shown.choices[shown.cursor]


class TestTap:
    RIGHT = Key(Sym.CONTROL_R, 97)
    UP = Key(Sym.CONTROL_R, 97, Mask.CONTROL | Mask.RELEASE)

    def test_press_and_release(self) -> None:
        tap = Tap()
        tap.pressed(self.RIGHT, watched=True)
        assert tap.released(self.UP)
        assert not tap.released(self.UP), "once"

    def test_a_release_alone_is_none(self) -> None:
        assert not Tap().released(self.UP)

    def test_another_key_ends_it(self) -> None:
        tap = Tap()
        tap.pressed(self.RIGHT, watched=True)
        tap.pressed(Key(ord("c"), 46, Mask.CONTROL), watched=False)
        assert not tap.released(self.UP)

    def test_the_release_of_another_key_does_not(self) -> None:
        tap = Tap()
        tap.pressed(self.RIGHT, watched=True)
        assert not tap.released(Key(ord("r"), 19, Mask.CONTROL | Mask.RELEASE))
        assert tap.released(self.UP)

    def test_a_repeat_does_not(self) -> None:
        tap = Tap()
        tap.pressed(self.RIGHT, watched=True)
        tap.pressed(self.RIGHT, watched=True)
        assert tap.released(self.UP)
