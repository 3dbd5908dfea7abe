# SPDX-License-Identifier: Apache-2.0
"""The `ieum` command as users call it, against a running daemon."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ibus_component import supervisor
from ime_engine.cli.ibus_address import is_alive
from ime_engine.service.client import PredictorClient
from tests.harness.bus import Daemon, daemon, owned, private_bus, reached
from tests.harness.command import ieum


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    with private_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
        yield bus


@pytest.fixture
async def running(address: str, tiny_model_dir: Path, tmp_path: Path) -> AsyncIterator[Daemon]:
    settings = {"model": "tiny", "models_dir": str(tiny_model_dir), "deadline_ms": 5000}
    with daemon(address, tmp_path, settings) as process:
        await owned(process)
        async with PredictorClient() as client:
            await reached(client, "ready")
        yield process


@pytest.mark.usefixtures("running")
class TestWithADaemon:
    def test_predict_asks_it(self) -> None:
        done = ieum("predict", "감사합니다. 앞으로도 잘", "--prefix", "부", "--limit", "1")

        assert done.returncode == 0
        assert done.stdout.startswith("부탁드립니다  ")
        assert len(done.stdout.splitlines()) == 1
        assert done.stderr == ""

    def test_predict_reads_stdin_and_prints_json(self) -> None:
        done = ieum("predict", "-", "--json", text="감사합니다. 앞으로도 잘\n")
        assert json.loads(done.stdout)[0]["text"] == "부탁드립니다"

    def test_a_locale_without_hangul_is_no_crash(self) -> None:
        done = ieum("predict", "감사합니다. 앞으로도 잘", PYTHONIOENCODING="ascii")

        assert done.returncode == 0
        assert done.stdout.startswith(r"\ubd80\ud0c1")

    def test_nul_on_stdin_is_refused_in_one_sentence(self) -> None:
        done = ieum("predict", "-", text="비밀\0")

        assert (done.returncode, done.stdout) == (1, "")
        assert "NUL" in done.stderr
        assert "비밀" not in done.stderr

    def test_forgetting_reaches_what_it_keeps_in_memory(self) -> None:
        ieum("predict", "감사합니다. 앞으로도 잘")
        first, second = (ieum("history", "forget", "부탁드립니다") for _ in range(2))

        assert first.stdout.startswith("Forgot 1 word (")
        assert (second.returncode, second.stdout) == (0, "")
        assert second.stderr == "Nothing is kept of this word.\n"

    def test_status_as_a_table_and_as_json(self, running: Daemon) -> None:
        table, machine = ieum("status"), ieum("status", "--json")
        facts = json.loads(machine.stdout)

        assert table.returncode == machine.returncode == 0
        assert facts["State"] == "ready"
        assert facts["Pid"] == running.process.pid
        assert facts["Statistics"]["memory_bytes"] > 0
        assert {"state", "model", "device", "memory"} <= {
            line.split()[0] for line in table.stdout.splitlines()
        }

    def test_doctor_sees_it(self) -> None:
        checks = {check["name"]: check for check in json.loads(ieum("doctor", "--json").stdout)}

        assert checks["predictor"]["level"] == checks["session bus"]["level"] == "ok"

    def test_a_reader_that_goes_away_is_no_crash(self) -> None:
        command = f"{sys.executable} -m ime_engine.cli status | true"
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False
        )
        assert "Traceback" not in done.stderr
        assert "Exception" not in done.stderr


@pytest.mark.usefixtures("address")
class TestWithoutADaemon:
    def test_status_says_how_to_start_one(self) -> None:
        done = ieum("status")

        assert (done.returncode, done.stdout) == (1, "")
        assert "is not running; start it with `ieum run`" in done.stderr

    def test_run_needs_an_ibus_daemon(self) -> None:
        done = ieum("run", IBUS_ADDRESS="", IBUS_ADDRESS_FILE="/nonexistent")

        assert done.returncode == 1
        assert "No ibus-daemon runs in this session; start it with" in done.stderr


async def test_status_of_a_failed_daemon_tells_the_remedy(address: str, tmp_path: Path) -> None:
    with daemon(address, tmp_path, {"model": "nowhere"}) as process:
        await owned(process)
        async with PredictorClient() as client:
            await reached(client, "failed")
        done = await asyncio.to_thread(ieum, "status")

    assert done.returncode == 1
    assert "ieum model build nowhere" in done.stdout


async def test_run_starts_what_is_missing_restarts_it_and_leaves_nothing(
    address: str, tmp_path: Path, tiny_model_dir: Path
) -> None:
    """`ieum run` beside a stand-in for the IBus engine that writes down when it runs."""
    stand_in = tmp_path / "modules" / "ibus_component"
    stand_in.mkdir(parents=True)
    (stand_in / "__init__.py").touch()
    (stand_in / "__main__.py").write_text(STAND_IN, encoding="utf-8")
    shutil.copy(supervisor.__file__, stand_in)
    notes = tmp_path / "notes"
    environment = {
        **os.environ,
        "PYTHONPATH": str(stand_in.parent),
        "IEUM_MODELS_DIR": str(tiny_model_dir),
        "IBUS_ADDRESS": "unix:path=/stand-in",
        "NOTES": str(notes),
    }
    with start_run(environment) as process:
        try:
            first = await note(notes, 0)
            daemon_pid = await pid_of_daemon()
            os.kill(first, signal.SIGKILL)
            second = await note(notes, 1)
            process.send_signal(signal.SIGINT)
            status = process.wait(15)
        finally:
            process.kill()
        assert process.stdout is not None
        told = process.stdout.read().decode()

    assert status == 0
    assert "이음 is on in this session" in told
    assert "Shift+Space" in told
    assert "the engine ended (status 137); starting it again" in told
    assert lines_in(notes)[-1] == "ended", "it was asked to end, not killed"
    assert not any(is_alive(pid) for pid in (first, second, daemon_pid))


STAND_IN = """
import os, pathlib, signal, sys, time
notes = pathlib.Path(os.environ["NOTES"])
assert sys.argv[1:] in (["--register"], ["--register", "--recover"])
def leave(*_):
    notes.open("a").write("ended\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
notes.open("a").write(f"{os.getpid()}\\n")
time.sleep(60)
"""


def start_run(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "ime_engine.cli", "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def lines_in(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


async def note(notes: Path, at: int) -> int:
    """The process id in this line of the notes, as soon as it is there."""
    for _ in range(1000):
        lines = lines_in(notes)
        if len(lines) > at:
            return int(lines[at])
        await asyncio.sleep(0.02)
    pytest.fail("the engine was not started")


async def pid_of_daemon() -> int:
    deadline = time.monotonic() + 20
    async with PredictorClient() as client:
        while time.monotonic() < deadline:
            if pid := await client.owner_pid():
                return pid
            await asyncio.sleep(0.02)
    pytest.fail("the daemon was not started")
