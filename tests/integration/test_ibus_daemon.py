# SPDX-License-Identifier: Apache-2.0
"""The whole path with the real daemon: keys, ibus-daemon, engine, predictor, list, text."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ibus_component.headless import wait_until
from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH
from tests.harness.ibus import Desk, Ear, at_desk

pytestmark = pytest.mark.ibus

ALT = 1 << 3
PASSWORD = 8
CONFIG = """
daemon:
  model: tiny
  models_dir: {models}
"""


@pytest.fixture
def desk(tiny_model_dir: Path) -> Iterator[Desk]:
    """A desk with `python -m ime_engine` ready to answer."""
    with at_desk(config=CONFIG.format(models=tiny_model_dir), minconfidence=0.0) as desk:
        desk.ibus.spawn(sys.executable, "-m", "ime_engine")
        desk.wait_for_name(BUS_NAME)
        wait_until(lambda: state(desk) == "ready", "the loading of the model", 30.0)
        yield desk


def state(desk: Desk) -> str:
    bus = desk.session_bus()
    try:
        body = bus.call(
            BUS_NAME,
            OBJECT_PATH,
            "Get",
            "ss",
            [INTERFACE, "State"],
            "org.freedesktop.DBus.Properties",
        )
    finally:
        bus.close()
    return str(body[0].value)


def test_a_candidate_of_the_model_is_shown_and_accepted(desk: Desk) -> None:
    desk.typist.type("dkssud ")
    rows = list(desk.typist.wait_for(lambda shown: bool(shown.rows)).rows)

    desk.typist.press("1", state=ALT)
    desk.typist.type(".")

    assert 1 <= len(rows) <= 5
    assert desk.typist.settle().text == f"안녕 {rows[0]}."


def test_the_daemon_is_not_asked_about_a_password(desk: Desk) -> None:
    with Ear(desk) as ear:
        desk.typist.content_type(PASSWORD)
        desk.typist.type("dkssud tptkd ")
        assert ear.calls() == []

        desk.typist.content_type(0)
        desk.typist.type("dkssud ")
        assert len(ear.calls()) == 1


def test_the_daemon_may_be_killed_while_its_list_is_shown(desk: Desk) -> None:
    desk.typist.type("dkssud ")
    first = desk.typist.wait_for(lambda shown: bool(shown.rows)).rows[0]
    (daemon,) = desk.ibus.processes("ime_engine")
    os.kill(daemon, signal.SIGKILL)

    desk.typist.press("1", state=ALT)
    desk.typist.type(" tptkd ")

    assert desk.typist.settle().text == f"안녕 {first} 세상 "
