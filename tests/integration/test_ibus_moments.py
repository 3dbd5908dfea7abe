# SPDX-License-Identifier: Apache-2.0
"""In mid-syllable, in mid-word and with a list: something dies, or the focus goes elsewhere."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from ibus_component.headless import wait_until
from ibus_component.wire.address import AddressError
from ibus_component.wire.typist import Typist
from ime_engine.protocol import ENGINE_BUS_NAME
from tests.harness.ibus import BACK_S, Desk, at_desk, is_alive, works_again

pytestmark = pytest.mark.ibus


@dataclass(frozen=True)
class Moment:
    """Where the typist is when something dies."""

    before: str
    committed: str
    composing: str
    after: str
    text: str
    """In the end, of both."""
    has_list: bool = False


MOMENTS = {
    "mid-syllable": Moment("gks", "", "한", "rmf ", "한글 "),
    "mid-word": Moment("dkssudgk", "안녕", "하", "tpdy ", "안녕하세요 "),
    "mid-list": Moment("dkssud ", "안녕 ", "", "tptkd ", "안녕 세상 ", has_list=True),
}
moments = pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)


@contextmanager
def at_the(moment: Moment) -> Iterator[Desk]:
    """A desk where the typist has come that far, a predictor beside her."""
    with at_desk(popupdelay=0) as desk:
        desk.predictor = desk.start_predictor()
        desk.typist.type(moment.before)
        if moment.has_list:
            desk.typist.wait_for(lambda shown: bool(shown.rows))
        shown = desk.typist.settle()
        assert (shown.text, shown.preedit) == (moment.committed, moment.composing)
        yield desk


@moments
def test_a_killed_engine_comes_back_and_the_text_is_there_once(moment: Moment) -> None:
    """B9, B7: no list stays behind, and what was composed is committed, once."""
    with at_the(moment) as desk:
        killed = time.monotonic()
        os.kill(desk.ibus.engine_pid(), signal.SIGKILL)
        wait_until(lambda: desk.selected() != "ieum", "the end of the engine", BACK_S)
        shown = desk.typist.settle()
        assert (shown.text, shown.preedit) == (moment.committed + moment.composing, "")
        assert shown.rows == []
        works_again(desk, killed)
        desk.typist.type(moment.after)
        assert desk.typist.settle().text == moment.text


@moments
def test_a_killed_predictor_changes_no_text(moment: Moment) -> None:
    """B9."""
    with at_the(moment) as desk:
        assert desk.predictor is not None
        desk.predictor.kill()
        desk.predictor.wait()
        desk.typist.type(moment.after)
        assert desk.typist.settle().text == moment.text


@pytest.mark.parametrize("restart", [True, False], ids=["ibus restart", "kill -9"])
@moments
def test_ibus_daemon_goes_and_comes_back(moment: Moment, restart: bool) -> None:
    """B9: nothing is committed twice. What is composed in that moment is the client's to keep."""
    with at_the(moment) as desk:
        gone = time.monotonic()
        old, typist = end_the_daemon(desk, restart), desk.typist
        if not restart:
            desk.ibus.start_daemon()
        wait_until(lambda: _new_address(desk, old), "the return of ibus-daemon")
        assert typist.shown.text == moment.committed
        with Typist(desk.ibus.address, "ieum") as again:
            again.type(moment.before + moment.after)
            assert again.settle().text == moment.text
        assert time.monotonic() - gone < BACK_S


def end_the_daemon(desk: Desk, restart: bool) -> str:
    """Its address until now."""
    address, engine = desk.ibus.address, desk.ibus.engine_pid()
    if restart:
        desk.typist.restart_daemon()
    else:
        desk.ibus.daemon.kill()
        desk.ibus.daemon.wait()
    wait_until(lambda: not is_alive(engine), "the end of the old engine", BACK_S)
    return address


def test_an_engine_that_dies_unselected_does_not_push_itself_forward() -> None:
    with at_desk() as desk:
        desk.typist.press("Hangul")
        pid = desk.ibus.engine_pid()
        desk.typist.select("hangul")
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(pid), "the end of the engine", BACK_S)
        wait_until(lambda: desk.ibus.engine_pid() != pid, "the next engine", BACK_S)
        desk.wait_for_name(ENGINE_BUS_NAME)
        assert desk.selected() == "hangul"
        desk.typist.select("ieum")
        desk.typist.type("rk")
        assert desk.typist.settle().text == "rk", "in the mode that it had"


@pytest.mark.parametrize("engine", ["hangul", "ieum"])
def test_another_input_method_and_back_finds_the_mode_again(engine: str) -> None:
    """A7: in mid-syllable, and the syllable is there once."""
    with at_desk() as desk:
        typist = desk.typist
        typist.type("gks")
        typist.select(engine)
        typist.select("ieum")
        typist.type("rmf")
        typist.press("Hangul")
        typist.select(engine)
        typist.select("ieum")
        typist.type("ab")
        shown = typist.settle()
        assert shown.text == "한글ab"
        assert shown.properties["InputMode"][0] == "A"


def test_the_focus_goes_and_comes_around_the_list() -> None:
    """B7: within 100 ms of showing, and no text is lost, no list stays."""
    with at_the(MOMENTS["mid-list"]) as desk:
        typist = desk.typist
        for _ in range(5):
            typist.focus_out()
            typist.focus_in()
            assert typist.settle().rows == []
            typist.reset()
            typist.type("tptkd ")
            typist.wait_for(lambda shown: bool(shown.rows))
        assert typist.settle().text == "안녕 " + "세상 " * 5


def _new_address(desk: Desk, old: str) -> bool:
    try:
        return desk.ibus.address != old
    except AddressError:
        return False
