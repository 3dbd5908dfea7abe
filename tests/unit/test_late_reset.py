# SPDX-License-Identifier: Apache-2.0
"""Return, ㅇ, and only then the Reset of the Return: GTK 4 with IBus 1.5.27.

Seen on a busy machine at 20 to 60 ms a key: "가↵안" became "가↵ㅏㄴ".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.unit.text_field import CLIENTS
from tests.unit.typist import Desk

GTK4 = next(client for client in CLIENTS if client.name == "gtk4")


def at_gtk4() -> Desk:
    desk = Desk(GTK4)
    desk.session.focus_in("gtk4-im:letter")
    return desk


@contextmanager
def late_return(desk: Desk, line: str = "rk", *, commits: bool = False) -> Iterator[None]:
    """A line whose Return is acted on late: then the view resets, and breaks the line.

    Args:
        desk: Where it is typed.
        line: What stands before the Return.
        commits: Whether the view puts its preedit into the text when it resets.
    """
    desk.type(line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "_reach", lambda *_, **__: None)
        desk.press("Return")
        yield
    if commits:
        desk.field.keep_preedit()
    desk.perform(desk.session.reset())
    desk.field.insert("\n")


@pytest.mark.parametrize("line", ["rk", "rk ", "rk sk ek fk ak"])
def test_the_syllable_outlives_a_reset_of_the_key_before(line: str) -> None:
    desk = at_gtk4()
    with late_return(desk, line):
        desk.type("d")
    desk.type("ks ")
    assert desk.field.text.endswith("\n안 ")
    assert desk.commits[-1] == "안 "


def test_in_the_middle_of_a_text_too() -> None:
    desk = at_gtk4()
    desk.field.insert("나")
    desk.click(0)
    with late_return(desk):
        desk.type("d")
    desk.type("ks ")
    assert desk.field.text == "가\n안 나"


def test_gtk_tells_only_the_last_words_after_a_line_break() -> None:
    desk = at_gtk4()
    with late_return(desk, "rk sk ek fk ak"):
        desk.type("d")
    tail = "다 라 마\n"
    desk.session.set_surrounding(tail, len(tail), len(tail))
    desk.surrounding = False
    desk.type("ks ")
    assert desk.field.text == "가 나 다 라 마\n안 "


def test_a_client_that_committed_it_itself_gets_it_once() -> None:
    """Should a later GTK module do so: the text it tells shows it."""
    desk = at_gtk4()
    with late_return(desk, commits=True):
        desk.type("d")
    desk.type("ks ")
    assert desk.field.text == "가ㅇ\nㅏㄴ "


def test_committed_and_clicked_away_it_is_there_once() -> None:
    desk = at_gtk4()
    with late_return(desk, commits=True):
        desk.type("d")
    desk.field.caret = desk.field.anchor = 0
    desk.type("ks ")
    assert desk.field.text == "ㅏㄴ 가ㅇ\n"


def test_a_client_that_tells_nothing_more_is_not_trusted() -> None:
    desk = at_gtk4()
    with late_return(desk):
        desk.type("d")
    desk.surrounding = False
    desk.type("k")
    assert desk.session._writer.composing == "ㅏ"


def test_the_second_reset_is_a_click() -> None:
    desk = at_gtk4()
    with late_return(desk):
        desk.type("d")
    desk.type("k")
    assert desk.field.preedit == "아"
    desk.click(0)
    assert desk.field.text == "가\n아"
    desk.type("s ")
    assert desk.field.text == "ㄴ 가\n아"


def test_while_nothing_is_known_the_toggle_commits_nothing() -> None:
    desk = at_gtk4()
    with late_return(desk):
        desk.type("d")
    commits = list(desk.commits)
    desk.surrounding = False
    desk.press("Hangul")
    assert desk.commits == commits


def test_after_a_commit_no_reset_is_expected_any_more() -> None:
    desk = at_gtk4()
    with late_return(desk):
        desk.type("dk d")
    assert desk.session._writer.composing == ""


def test_other_clients_resets_are_clicks() -> None:
    desk = Desk(GTK4)
    desk.session.focus_in("xim")
    with late_return(desk):
        desk.type("d")
    assert desk.session._writer.composing == ""
