# SPDX-License-Identifier: Apache-2.0
"""What is typed in every client. Each story begins and ends with a finished line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ibus_component.demo.waiting import DemoError
from tests.e2e.clients.hand import Hand

__all__ = ["STORIES", "Story"]

Story = Callable[[Hand], None]


def greeting(hand: Hand) -> None:
    """A3, A4, A14: Space and Enter come behind the syllable they end, Enter once."""
    hand.type("안녕하세요 세상\n반가워요.\n네\n\n")
    hand.check()


def backspace(hand: Hand) -> None:
    """A12: it takes one jamo each, then the character before."""
    hand.type("가닭")
    hand.keys("BackSpace BackSpace BackSpace")  # 달, 다, ㄷ
    hand.drop(1)
    hand.add("ㄷ")
    hand.see_composing()
    hand.keys("BackSpace BackSpace")  # ㄷ, then 가
    hand.drop(2)
    hand.type("좋다")
    hand.end_line()


def laughter(hand: Hand) -> None:
    """A9: the same letter again and again."""
    hand.type("ㅋㅋㅋ 네 ㅋㅋㅋㅋ")
    hand.end_line()


def digits(hand: Hand) -> None:
    """A5, A8: digits and shifted punctuation stay in order."""
    hand.type("가1, 나! 12시 30분(다)?~")
    hand.end_line()


def arrows(hand: Hand) -> None:
    """A3: an arrow moves after the syllable is in its place."""
    hand.type("가다")
    hand.keys("Left")
    hand.drop(1)
    hand.type("나")
    hand.keys("End")
    hand.add("다")
    hand.end_line()


def toggle(hand: Hand) -> None:
    """A7, B8: the mode changes in mid-word; Latin keys are the application's own."""
    hand.type("한")
    hand.keys("shift+space")
    hand.keys("H e l l o comma space 1 2 BackSpace x")
    hand.keys("shift+space")
    hand.add("Hello, 1x")
    hand.type("글")
    hand.keys("shift+space Return shift+space")
    hand.add("\n")
    hand.type("끝")
    hand.end_line()


def click(hand: Hand) -> None:
    """A1: a click while composing leaves the syllable where it is, once."""
    before = hand.expected["main"]
    hand.type("가나다")
    hand.see_composing()
    hand.click("main")
    hand.check()
    typed = hand.expected["main"]
    hand.expected["main"] = "라" + typed
    hand.keys("f k ctrl+End")
    hand.end_line()
    assert hand.expected["main"] == f"라{before}가나다\n"


def focus(hand: Hand) -> None:
    """A2: going to another field leaves the syllable in the first, and nothing in the second."""
    hand.type("가나")
    hand.see_composing()
    hand.go_to("second")
    hand.type("다라")
    hand.end_line()
    hand.go_to("main")
    hand.keys("ctrl+End")
    hand.end_line()


def away(hand: Hand) -> None:
    """A2, B7: another window takes the keyboard while a syllable is composed."""
    hand.type("나가")
    hand.see_composing()
    hand.leave_and_return()
    hand.check()
    hand.type("다")
    hand.end_line()


def choosing(hand: Hand) -> None:
    """D7, B3, A4: a word by Alt+1, another by Tab and Enter, without a line break."""
    hand.type("앞으로도 잘 ")
    first = hand.await_list().candidates[0]
    hand.see_list_in_place()
    hand.keys("alt+1")
    hand.add(first)
    hand.panel.await_none()
    hand.check()
    hand.type(", 말씀해 ")
    second = hand.await_list().candidates[1]
    hand.keys("Tab Tab")
    hand.panel.await_cursor(1)
    hand.keys("Return")
    hand.add(second)
    hand.panel.await_none()
    hand.check()
    hand.end_line()


def passive(hand: Hand) -> None:
    """B1, B2: a list that is not asked for takes no digit, Space or Enter."""
    hand.type("그해 ")
    hand.await_list()
    hand.type("2026년 ")
    hand.await_list()
    hand.end_line()
    hand.panel.await_none()


def secrets(hand: Hand) -> None:
    """C1: in a password field nothing is composed, and nothing is asked."""
    members = ("CommitText", "UpdatePreeditText")
    for name in ("secret", "pin"):
        if name not in (hand.client.places or ()):
            continue
        hand.go_to(name, listens=False)
        written, asked = hand.ear.count(*members), hand.ear.questions
        for character in "rk1 rk ":
            hand.keys(character.replace(" ", "space"))
            hand.add(character)
            hand.check()  # GTK 4 swaps its own keys when they come quickly, with any engine
        if hand.ear.count(*members) != written or hand.ear.questions != asked:
            raise DemoError(f"The engine was at work in {name!r}.")
    hand.go_to("main")
    hand.keys("ctrl+End")
    hand.type("다시")
    hand.end_line()


STORIES: Final[dict[str, Story]] = {
    story.__name__: story
    for story in (
        greeting,
        click,
        backspace,
        laughter,
        digits,
        arrows,
        toggle,
        choosing,
        passive,
        focus,
        away,
        secrets,
    )
}
