# SPDX-License-Identifier: Apache-2.0
"""`ieum config` beside a running engine: what a terminal says, the next key obeys."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pytest

from ibus_component.headless import wait_until
from ibus_component.settings import Settings
from tests.harness.ibus import Desk, at_desk

pytestmark = pytest.mark.ibus


def config(desk: Desk, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ime_engine.cli", "config", *words]
    return subprocess.run(
        command, env=desk.ibus.env, capture_output=True, text=True, timeout=30, check=False
    )


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


def type_away(desk: Desk, keys: str) -> str:
    desk.typist.shown.text = ""
    desk.typist.type(keys)
    desk.typist.press("Return")
    return desk.typist.settle().text.strip()


def test_a_layout_set_in_a_terminal_is_typed_with_at_once(desk: Desk) -> None:
    assert config(desk, "layout").stdout == "2\n"
    assert type_away(desk, "dkssud") == "안녕"

    done = config(desk, "layout", "3f")
    assert (done.returncode, done.stdout, done.stderr) == (0, "3f\n", "")
    wait_until(lambda: type_away(desk, "jfs") == "안", "the new layout")

    assert config(desk, "layout", "--reset").stdout == "2\n"
    wait_until(lambda: type_away(desk, "dkssud") == "안녕", "the old layout")


def test_the_list_marks_what_is_not_at_its_default(desk: Desk) -> None:
    config(desk, "toggle_keys", "Hangul, F8")
    config(desk, "pagesize", "3")
    try:
        lines = config(desk).stdout.splitlines()
        marked = [line.split(maxsplit=2)[1:] for line in lines if line.startswith("*")]
        assert marked == [["toggle_keys", "Hangul, F8"], ["page_size", "3"]]
        told = json.loads(config(desk, "--json").stdout)
        assert set(told) == set(msgspec.structs.asdict(Settings()))
        assert told["toggle_keys"] == ["Hangul", "F8"]
    finally:
        config(desk, "toggle_keys", "--reset")
        config(desk, "page_size", "--reset")
    assert not [line for line in config(desk).stdout.splitlines() if line.startswith("*")]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("layout", "qwerty"), "qwerty"),
        (("toggle_keys", "Hangeul"), "Hangeul"),
        (("popup_delay_ms", "soon"), "popupdelay"),
        (("popup_delay_ms", "-1"), "popupdelay"),
        (("predict", "maybe"), "predict"),
        (("toggle_keys", "a"), "A"),
        (("show_keys", "Return"), "Enter"),
        (("hanja_keys", "Shift+space"), "toggle_keys"),
        (("weather",), "weather"),
    ],
)
def test_a_bad_wish_gets_one_sentence_and_changes_nothing(
    words: tuple[str, ...], part: str, desk: Desk
) -> None:
    before = config(desk).stdout
    done = config(desk, *words[:1], "--", *words[1:]) if words[1:] else config(desk, *words)

    assert done.returncode == 1
    assert part in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert config(desk).stdout == before


def test_reset_wants_a_name(desk: Desk) -> None:
    assert config(desk, "--reset").returncode == 2


def test_without_the_service_the_file_is_told_and_cannot_be_changed() -> None:
    with at_desk(keeper=None, config="engine:\n  page_size: 2\n") as desk:
        assert config(desk, "page_size").stdout == "2\n"
        done = config(desk, "page_size", "4")
    assert done.returncode == 1
    assert "config.yaml" in done.stderr
