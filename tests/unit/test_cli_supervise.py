# SPDX-License-Identifier: Apache-2.0
"""What `ieum run` stands on: children that are kept alive, and finding ibus-daemon."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ime_engine.cli import ibus_address
from ime_engine.cli.supervise import PATIENCE, Backoff, keep
from ime_engine.errors import ServiceError


class TestSupervision:
    def test_patience_ends_and_a_long_life_restores_it(self) -> None:
        backoff = Backoff()
        for _ in range(PATIENCE):
            assert not backoff.hopeless
            backoff = backoff.after(0.1)
        assert backoff.hopeless
        assert not backoff.after(60).quick_ends

    async def test_a_child_that_refuses_to_start_is_not_tried_again(self) -> None:
        started = time.monotonic()
        with pytest.raises(ServiceError, match="The engine ends as soon as it starts"):
            await keep("The engine", [sys.executable, "-c", "raise SystemExit(1)"])
        assert time.monotonic() - started < 5

    async def test_a_child_that_dies_is_started_again_and_gone_at_the_end(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        code = (
            "import os, pathlib, signal, sys, time\n"
            "log = pathlib.Path(sys.argv[1])\n"
            "log.open('a').write(f'{os.getpid()}\\n')\n"
            "if len(log.read_text().split()) < 3: os.kill(os.getpid(), signal.SIGKILL)\n"
            "time.sleep(60)\n"
        )
        log = tmp_path / "pids"
        task = asyncio.create_task(keep("It", [sys.executable, "-c", code, str(log)]))
        pids = await until(lambda: words_in(log)[:3] if len(words_in(log)) >= 3 else [])
        assert ibus_address.is_alive(int(pids[2]))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert not any(ibus_address.is_alive(int(pid)) for pid in pids)
        assert capfd.readouterr().err.count("starting it again") == 2

    async def test_a_child_that_will_not_end_is_killed(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("ime_engine.cli.supervise.END_S", 0.2)
        ready = tmp_path / "ready"
        code = (
            "import pathlib, signal, sys, time\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "pathlib.Path(sys.argv[1]).touch()\n"
            "time.sleep(60)\n"
        )
        task = asyncio.create_task(keep("It", [sys.executable, "-c", code, str(ready)]))
        await until(lambda: [str(ready)] if ready.exists() else [])
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def words_in(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split() if file.exists() else []


async def until(look: Callable[[], list[str]]) -> list[str]:
    """Look again and again; what is seen first."""
    for _ in range(1000):
        if seen := look():
            return seen
        await asyncio.sleep(0.02)
    pytest.fail("nothing came")


class TestIBusAddress:
    def test_the_file_of_a_dead_daemon_does_not_count(self, tmp_path: Path) -> None:
        file = tmp_path / "address"
        environment = {"IBUS_ADDRESS_FILE": str(file)}
        assert ibus_address.find_ibus(environment) is None
        file.write_text("IBUS_ADDRESS=unix:path=/x\nIBUS_DAEMON_PID=999999999\n")
        assert ibus_address.find_ibus(environment) is None
        file.write_text("IBUS_ADDRESS=unix:path=/x\nIBUS_DAEMON_PID=1\n")
        assert ibus_address.find_ibus(environment) == "unix:path=/x"
        file.write_bytes(b"\xff")
        assert ibus_address.find_ibus(environment) is None

    def test_the_variable_wins(self) -> None:
        assert ibus_address.find_ibus({"IBUS_ADDRESS": "unix:path=/y"}) == "unix:path=/y"
