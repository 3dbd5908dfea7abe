# SPDX-License-Identifier: Apache-2.0
"""What dies, hangs or was never there: typing goes on, and nothing typed is lost."""

from __future__ import annotations

import os
import signal
import statistics
import time

import pytest

from ibus_component.client import ANSWER_TIMEOUT_S
from ibus_component.headless import wait_until
from ibus_component.wire.keyboard import RELEASE, key_of
from ibus_component.wire.typist import Typist
from tests.harness.ibus import BACK_S, Desk, at_desk, is_alive, works_again

pytestmark = pytest.mark.ibus

SENTENCE = "dkssudgktpdy tptkd "
COMPOSED = "안녕하세요 세상 "
HANG_S = 10.0


def key_times_ms(typist: Typist, sentences: int) -> list[float]:
    """Round trips of the keys of some sentences."""
    times = []
    for name in SENTENCE * sentences:
        keyval, keycode, state = key_of(name)
        times.append(typist.timed_key(keyval, keycode, state)[1])
        typist.timed_key(keyval, keycode, state | RELEASE)
    return times


def eojeol_brings_a_list(desk: Desk) -> bool:
    """Type an eojeol and wait for its candidates, but not long."""
    desk.typist.type("dkssud ")
    try:
        desk.typist.wait_for(lambda shown: bool(shown.rows), 0.6)
    except TimeoutError:
        return False
    return True


def type_afresh(desk: Desk) -> str:
    """The text of SENTENCE in an empty field."""
    desk.typist.settle().text = ""
    desk.typist.type(SENTENCE)
    return desk.typist.settle().text


def test_typing_without_a_predictor() -> None:
    with at_desk() as desk:
        assert type_afresh(desk) == COMPOSED


def test_typing_without_a_session_bus_that_comes_later() -> None:
    with at_desk(session_bus=False) as desk:
        assert type_afresh(desk) == COMPOSED

        desk.ibus.start_session_bus()
        desk.start_predictor()
        # The engine seeks the bus again when there is something to ask, after a pause.
        wait_until(lambda: eojeol_brings_a_list(desk), "a list", 20.0)


def test_a_predictor_that_starts_late_is_asked() -> None:
    with at_desk() as desk:
        desk.typist.type("dkssud ")
        desk.start_predictor()
        desk.typist.type("dkssud ")

        desk.typist.wait_for(lambda shown: bool(shown.rows))


def test_a_killed_predictor_takes_no_key_along() -> None:
    with at_desk() as desk:
        predictor = desk.start_predictor()
        desk.typist.type("dkssud ")
        desk.typist.wait_for(lambda shown: bool(shown.rows))
        predictor.kill()
        predictor.wait()
        assert type_afresh(desk) == COMPOSED

        desk.start_predictor()
        desk.typist.type("dkssud ")
        desk.typist.wait_for(lambda shown: bool(shown.rows))


def test_a_stopped_predictor_slows_no_key() -> None:
    """B5: SIGSTOP for ten seconds of typing; then it is asked again."""
    with at_desk() as desk:
        predictor = desk.start_predictor()
        before = statistics.median(key_times_ms(desk.typist, 20))
        predictor.send_signal(signal.SIGSTOP)
        end = time.monotonic() + HANG_S
        during: list[float] = []
        while time.monotonic() < end:
            during += key_times_ms(desk.typist, 1)
            time.sleep(0.05)
        text = type_afresh(desk)
        predictor.send_signal(signal.SIGCONT)

        # What is asked while the predictor wakes up may come too late for its list.
        wait_until(lambda: eojeol_brings_a_list(desk), "a list", 5.0)

    assert text == COMPOSED
    # The engine gives a question a second: a key that waited for one would show it.
    assert max(during) < 1000 * ANSWER_TIMEOUT_S
    assert statistics.median(during) < before + 5


def test_the_mode_outlives_a_crash() -> None:
    with at_desk() as desk:
        typist = desk.typist
        typist.press("Hangul")
        typist.activate("Predict", 0)
        typist.settle()
        killed = time.monotonic()
        os.kill(desk.ibus.engine_pid(), signal.SIGKILL)
        wait_until(lambda: desk.selected() != "ieum", "the end of the engine", BACK_S)
        works_again(desk, killed)
        typist.type("rk")

        shown = typist.settle()

    assert shown.text == "rk"
    assert shown.properties["Predict"][1] == 0


def test_engine_and_supervisor_end_with_the_daemon() -> None:
    with at_desk() as desk:
        pids = desk.ibus.processes("ibus_component")
        assert len(pids) == 2
        desk.ibus.daemon.kill()

        wait_until(lambda: not any(map(is_alive, pids)), "the end of engine and supervisor", BACK_S)


def test_a_desk_leaves_no_process_and_no_file() -> None:
    with at_desk() as desk:
        desk.start_predictor()
        ibus = desk.ibus

    assert ibus.processes() == []
    assert not ibus.home.exists()
