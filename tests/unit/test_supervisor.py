# SPDX-License-Identifier: Apache-2.0
"""The supervisor: restarts what crashed, believes what ended by itself, passes signals on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ibus_component import supervisor
from ibus_component.mode import VARIABLE
from ibus_component.supervisor import MODE_VARIABLE, PATIENCE, Supervisor

Engine = Callable[[str], Supervisor]


@pytest.fixture
def lives(tmp_path: Path) -> Path:
    """Where each life of the engine leaves a line with its arguments."""
    return tmp_path / "lives"


@pytest.fixture
def engine(lives: Path) -> Engine:
    """A supervisor of an engine that does what a line of shell says; $n counts its lives."""

    def make(script: str) -> Supervisor:
        command = f'echo "$@" >> {lives}; n=$(wc -l < {lives}); {script}'
        return Supervisor(["/bin/sh", "-c", command, "engine", "--ibus"], dict(os.environ))

    return make


def test_an_engine_that_ends_by_itself_is_not_restarted(engine: Engine, lives: Path) -> None:
    assert engine("exit 0").run() == 0
    assert lives.read_text() == "--ibus\n"


def test_a_killed_engine_is_restarted_to_recover(
    engine: Engine, lives: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert engine('if [ "$n" -lt 3 ]; then kill -9 $$; fi').run() == 0
    assert lives.read_text().splitlines() == ["--ibus", "--ibus --recover", "--ibus --recover"]
    assert capsys.readouterr().err.count("ended (status 137); starting it again") == 2


@pytest.mark.parametrize("code", [1, 2])
def test_an_engine_that_refuses_to_start_is_believed(
    code: int, engine: Engine, lives: Path
) -> None:
    assert engine(f"exit {code}").run() == code
    assert len(lives.read_text().splitlines()) == 1


def test_it_gives_up_on_an_engine_that_keeps_dying(
    engine: Engine, lives: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert engine("kill -9 $$").run() == 128 + signal.SIGKILL
    assert len(lives.read_text().splitlines()) == PATIENCE
    assert "ieum doctor" in capsys.readouterr().err


def test_a_signal_ends_engine_and_supervisor(tmp_path: Path) -> None:
    """Played with a real process: handlers are of a whole process."""
    ready = tmp_path / "ready"
    code = (
        "import signal, sys\n"
        "from ibus_component.supervisor import Supervisor\n"
        f"s = Supervisor(['/bin/sh', '-c', 'echo $$ > {ready}; exec sleep 60'], {{}})\n"
        "signal.signal(signal.SIGTERM, s.end)\n"
        "sys.exit(s.run())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        deadline = time.monotonic() + 10
        while not (ready.exists() and ready.read_text().strip()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.terminate()

        assert process.wait(10) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(int(ready.read_text()), 0)
    finally:
        process.kill()
        process.wait()


def test_it_needs_nothing_but_the_standard_library_unconfigured() -> None:
    """It runs with -I -S: no site-packages, no variables, so it stays small."""
    code = "import runpy, sys; runpy.run_path(sys.argv[1]); print(len(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, supervisor.__file__],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )

    assert "asyncio" not in done.stdout
    assert int(done.stdout) < 80


def test_engine_and_supervisor_call_the_memory_by_the_same_name() -> None:
    assert VARIABLE == MODE_VARIABLE
