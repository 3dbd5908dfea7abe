# SPDX-License-Identifier: Apache-2.0
"""The engine as a process: started by hand, refused with a sentence, ended by a signal."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ibus_component.component_xml import component_xml
from ibus_component.headless import HeadlessIBus, wait_until
from ibus_component.wire.typist import Typist
from tests.harness.ibus import BACK_S, at_desk, selected_engine, works_again

pytestmark = pytest.mark.ibus

ENGINE = [sys.executable, "-m", "ibus_component"]


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ENGINE, *arguments], env=env, capture_output=True, text=True, timeout=20, check=False
    )


def empty_home(tmp_path: Path) -> dict[str, str]:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "IBUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS")
    env = {name: value for name, value in os.environ.items() if name not in names}
    return env | {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}


def test_xml_names_an_absolute_command_that_exists(tmp_path: Path) -> None:
    done = run("--xml", env=empty_home(tmp_path))

    assert done.returncode == 0
    root = ET.fromstring(done.stdout.encode())
    command = shlex.split(root.findtext("exec", ""))
    assert [Path(word).is_absolute() for word in command[:1]] == [True]
    assert all(Path(word).exists() for word in (command[0], command[3]))


@pytest.mark.parametrize("role", ["--ibus", "--register"])
def test_without_ibus_daemon_one_sentence_says_what_to_do(role: str, tmp_path: Path) -> None:
    done = run(role, env=empty_home(tmp_path))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "ibus-daemon" in done.stderr
    assert "start it with" in done.stderr


def test_without_libhangul_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    code = (
        "import ctypes, sys\n"
        "def missing(*_): raise OSError('no such library')\n"
        "ctypes.CDLL = missing\n"
        "from ibus_component.__main__ import main\n"
        "sys.exit(main(['--ibus']))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=empty_home(tmp_path),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "libhangul" in done.stderr


def test_a_mistake_in_the_settings_is_told_once_and_stops_nothing() -> None:
    with at_desk(config="engine:\n  popup_dely_ms: 0\n", keeper=None) as desk:
        desk.typist.type("gksrmf ")

        assert desk.typist.settle().text == "한글 "
        assert desk.ibus.log.count("popup_dely_ms") == 1


def test_register_selects_for_this_session_and_restores_at_the_end() -> None:
    with at_desk("hangul") as desk:
        process = desk.ibus.spawn(*ENGINE, "--register")
        wait_until(lambda: desk.selected() == "ieum", "the selection of the engine")
        desk.typist.type("gksrmf ")
        assert desk.typist.settle().text == "한글 "

        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        assert desk.selected() == "hangul"


def test_a_registered_engine_comes_back_after_ibus_restart() -> None:
    with HeadlessIBus(components=[]) as ibus:
        process = ibus.spawn(*ENGINE, "--register")
        wait_until(lambda: selected_engine(ibus.address) == "ieum", "the selection of the engine")
        with Typist(ibus.address) as typist:
            typist.restart_daemon()
            wait_until(lambda: _is_selected(ibus), "the return of the engine")
        with Typist(ibus.address) as typist:
            typist.type("gksrmf ")
            assert typist.settle().text == "한글 "
        assert process.poll() is None


def test_a_registered_engine_that_was_killed_has_its_mode_and_knows_what_to_put_back() -> None:
    """As `ieum run` keeps it: D3, B9, and the input method of before at the end."""
    with at_desk("hangul") as desk:
        keeper = desk.ibus.spawn(
            sys.executable, "-P", "-m", "ibus_component.supervisor", "--register"
        )
        wait_until(lambda: desk.selected() == "ieum", "the selection of the engine")
        desk.typist.press("Hangul")
        killed = time.monotonic()
        os.kill(desk.ibus.engine_pid(), signal.SIGKILL)
        wait_until(lambda: desk.selected() != "ieum", "the end of the engine")
        works_again(desk, killed)
        desk.typist.type("ab")
        assert desk.typist.settle().text == "ab"

        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(5) == 0
        assert desk.selected() == "hangul"


def test_the_recovery_benchmark_reports_how_long_and_that_nothing_was_lost() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ibus_component.recovery", "--kills", "2", "--json"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["kills"] == report["intact"] == 2, "in Hangul mode and in Latin"
    assert 0 < report["p50_ms"] <= 500
    assert report["max_ms"] < 1000 * BACK_S


def test_a_second_copy_is_refused_with_a_sentence() -> None:
    with at_desk() as desk:
        done = run("--ibus", env=desk.ibus.env)

    assert done.returncode == 1
    assert "another copy" in done.stderr


def test_a_path_with_a_space_survives_the_daemon(tmp_path: Path) -> None:
    """ibus-daemon splits <exec> as a shell would."""
    interpreter = tmp_path / "my programs" / "python"
    interpreter.parent.mkdir()
    interpreter.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    interpreter.chmod(0o755)

    with (
        HeadlessIBus(components=[component_xml(str(interpreter))]) as ibus,
        Typist(ibus.address, "ieum") as typist,
    ):
        typist.type("gksrmf ")
        assert typist.settle().text == "한글 "


def test_the_latency_benchmark_reports_both_engines_as_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ibus_component.latency", "--keys", "60", "--json"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["ieum"]["keys"] == report["ibus_hangul"]["keys"] == 60
    assert 0 < report["ieum"]["p50_ms"] <= report["ieum"]["p95_ms"] <= report["ieum"]["max_ms"]
    assert report["ratio_p50"] > 0
    assert 5 < report["engine_rss_mb"] < 100


def _is_selected(ibus: HeadlessIBus) -> bool:
    try:
        return selected_engine(ibus.address) == "ieum"
    except Exception:
        return False
