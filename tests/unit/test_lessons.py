# SPDX-License-Identifier: Apache-2.0
"""What makes an eojeol a lesson, by itself: the stories are in tests/scenarios/c_learning.txt."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
import pytest

from ibus_component.actions import Count, CountSoon, Learn
from ibus_component.input_mode import InputMode
from ibus_component.keys import Key, Mask
from ibus_component.lessons import Lessons
from ibus_component.settings import Settings
from ibus_component.surrounding import Context
from ibus_component.tally import EVERY_MS, Tally
from tests.unit.keyboard import key
from tests.unit.sessions import consent_to, free_tally

TAB, ENTER, LEFT = key("Tab"), key("Return"), key("Left")


@dataclass
class Desk:
    """A caret in an empty field whose client tells its text, and who watches it."""

    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.mode = InputMode.of(self.settings)
        self.consent = consent_to(self.settings, self.mode)
        self.tally = Tally(self.consent)
        self.context = Context()
        self.lessons = Lessons(self.context, self.consent, self.tally)
        self.tell("", "")

    def tell(self, before: str, behind: str = "") -> None:
        self.context.told(before + behind, len(before), len(before))

    def write(self, *texts: str) -> None:
        for text in texts:
            self.lessons.wrote(text)
            self.context.committed(text)

    def erase(self) -> None:
        self.lessons.erased()
        self.context.erased()

    def told(self) -> list[str]:
        return [action.eojeol for action in self.lessons.take() if isinstance(action, Learn)]


class TestWhen:
    def test_it_waits_for_the_next_letter(self) -> None:
        desk = Desk()
        desk.write("안", "녕 ")
        assert desk.told() == []
        desk.lessons.begun()
        assert desk.told() == ["안녕"]
        desk.lessons.begun()
        assert desk.told() == []

    @pytest.mark.parametrize("text", ["안녕 ", "안녕. ", "안녕  "])
    def test_it_is_forgotten_when_all_behind_it_is_erased(self, text: str) -> None:
        desk = Desk()
        desk.write(*text)
        for _ in text[2:]:
            desk.erase()
        desk.lessons.begun()
        assert desk.told() == []

    def test_a_burst_that_the_client_has_not_told_yet(self) -> None:
        desk = Desk()
        desk.write("오늘 ", "날씨가 ")
        desk.tell("오늘 ")
        desk.write("좋다 ", "가")
        assert desk.told() == ["오늘", "날씨가", "좋다"]

    def test_the_client_tells_another_place_in_mid_eojeol(self) -> None:
        desk = Desk()
        desk.write("안녕")
        desk.tell("어제 반가워")
        desk.write("하세요 ", "가")
        assert desk.told() == []

    @pytest.mark.parametrize("passed", [TAB, LEFT, key("Home"), key("Page_Down"), key("Down")])
    def test_a_key_that_moves_the_caret_leaves_it_waiting(self, passed: Key) -> None:
        desk = Desk()
        desk.write("안녕")
        desk.lessons.passed(passed)
        desk.context.clear()
        assert desk.told() == []
        desk.lessons.begun()
        assert desk.told() == ["안녕"]

    @pytest.mark.parametrize(
        "passed",
        [key("z", Mask.CONTROL), key("Left", Mask.SHIFT), key("Delete"), key("Escape"), key("F9")],
    )
    def test_other_keys_make_it_doubtful(self, passed: Key) -> None:
        desk = Desk()
        desk.write("안녕")
        desk.lessons.passed(passed)
        desk.lessons.left("")
        assert desk.told() == []

    @pytest.mark.parametrize("passed", [key("z", Mask.CONTROL), key("Left", Mask.SHIFT)])
    def test_commands_and_selections_make_even_a_finished_one_doubtful(self, passed: Key) -> None:
        desk = Desk()
        desk.write("안녕 ")
        desk.lessons.passed(passed)
        desk.lessons.left("")
        assert desk.told() == []

    @pytest.mark.parametrize("passed", [key("Delete"), key("Escape"), key("F9"), TAB, ENTER])
    def test_any_other_key_tells_a_finished_one(self, passed: Key) -> None:
        desk = Desk()
        desk.write("안녕 ")
        desk.lessons.passed(passed)
        assert desk.told() == ["안녕"]

    def test_a_reset_that_a_backspace_caused_finishes_nothing(self) -> None:
        """GTK 3 resets its input method when it erases."""
        desk = Desk()
        desk.write("안녕히 ")
        for _ in range(2):
            desk.erase()
            desk.lessons.clicked("")
        desk.context.clear()
        desk.tell("안녕")
        desk.write("하세요 ", "가")
        assert desk.told() == ["안녕하세요"]

    def test_a_click_takes_what_is_composed_along_with_the_eojeol(self) -> None:
        desk = Desk()
        desk.write("안")
        desk.lessons.begun()
        desk.lessons.clicked("녕")
        desk.context.clear()
        desk.lessons.begun()
        assert desk.told() == ["안녕"]

    def test_a_word_that_goes_on_behind_the_caret(self) -> None:
        desk = Desk()
        desk.tell("", "하세요")
        desk.write("안녕")
        desk.lessons.left("")
        assert desk.told() == []


class TestConsent:
    @pytest.mark.parametrize("switch", ["incognito", "predict"])
    def test_a_switch_in_another_window_counts_at_once(self, switch: str) -> None:
        desk = Desk()
        desk.write("안녕 ")
        setattr(desk.mode, switch, switch == "incognito")
        desk.lessons.begun()
        desk.write("세상 ")
        desk.lessons.left("")
        assert desk.told() == []
        assert desk.tally.take() == ()

    def test_what_was_written_meanwhile_is_no_context_before_the_focus_changes(self) -> None:
        desk = Desk()
        desk.mode.incognito = True
        desk.write("비밀 ")
        desk.mode.incognito = False
        desk.write("안녕 ", "세상, ", "가")
        assert desk.lessons.take()[:2] == (Learn("", "안녕"), Learn("안녕 ", "세상"))

        desk.lessons.entered()
        desk.context.clear()
        desk.tell("비밀 ")
        desk.write("안녕 ", "가")
        assert desk.lessons.take()[:1] == (Learn("비밀 ", "안녕"),)

    def test_accepted_ones_only(self) -> None:
        desk = Desk(Settings(learn_from="accepted"))
        desk.write("안녕 ")
        desk.lessons.picked("", "세상", "세상", spared=5)
        desk.context.committed("세상")
        desk.write(" ", "가")
        assert desk.told() == ["세상"]
        assert desk.tally.take() == (Count(keys=2, keys_saved=3, eojeols=2, lists_used=1),)

    @pytest.mark.parametrize("learn", [True, False])
    def test_private_while_learning_is_off_or_incognito_on(self, learn: bool) -> None:
        settings = Settings(learn=learn)
        mode = InputMode.of(settings)
        consent = consent_to(settings, mode)
        assert (consent.learn, consent.private) == (learn, not learn)
        mode.incognito = True
        assert (consent.learn, consent.private) == (False, True)

    def test_settings_change_it(self) -> None:
        consent = consent_to(Settings())
        consent.configure(msgspec.structs.replace(Settings(), learn=False, learn_from="accepted"))
        assert (consent.learn, consent.typed) == (False, False)


class TestCandidates:
    def test_the_end_of_another_eojeol_comes_before_it(self) -> None:
        desk = Desk()
        desk.write("안")
        desk.lessons.picked("녕 ", "세상", "세상", spared=5)
        desk.context.committed("녕 세상")
        desk.lessons.left("")
        assert desk.told() == ["안녕", "세상"]

    @pytest.mark.parametrize("candidate", ["할 수", "OK", "…"])
    def test_what_is_no_eojeol_is_not_told(self, candidate: str) -> None:
        desk = Desk()
        desk.lessons.picked("", candidate, candidate, spared=5)
        desk.context.committed(candidate)
        desk.lessons.left("")
        assert desk.told() == []


class TestTally:
    def test_it_announces_itself_once_until_it_is_told(self) -> None:
        desk = Desk()
        desk.write("안녕 ", "세상 ", "가 ")
        announced = [action for action in desk.lessons.take() if isinstance(action, CountSoon)]
        assert announced == [CountSoon(EVERY_MS)]
        desk.write("나")
        assert desk.lessons.take() == (Learn("안녕 세상 ", "가"),)
        assert desk.tally.take() == (Count(eojeols=3),)
        assert desk.tally.take() == ()
        desk.write(" ", "다")
        assert desk.lessons.take()[1:] == (CountSoon(EVERY_MS),)

    @pytest.mark.parametrize(("spared", "saved"), [(0, 0), (2, 0), (3, 1), (9, 7)])
    def test_only_what_is_saved_beyond_the_keys_of_taking(self, spared: int, saved: int) -> None:
        tally = free_tally()
        tally.used(spared)
        assert tally.take() == (Count(keys=2, keys_saved=saved, lists_used=1),)
