# SPDX-License-Identifier: Apache-2.0
"""What a user taught the daemon: offered again, kept over a restart, forgotten, never leaked."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from dbus_next.aio.message_bus import MessageBus
from dbus_next.message import Message
from dbus_next.signature import Variant

from ime_engine.errors import InputError
from ime_engine.protocol import INTERFACE, Query
from ime_engine.service.client import PredictorClient
from tests.harness.bus import Daemon, changes, private_bus, serving

NAME = "뜨락식당에서"
BEFORE = "우리는 오늘 "
PROPERTIES = "org.freedesktop.DBus.Properties"


@pytest.fixture
def bus_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def settings(tiny_model_dir: Path) -> dict[str, object]:
    tiny = {"model": "tiny", "models_dir": str(tiny_model_dir), "deadline_ms": 5000}
    return {**tiny, "ngram": True}  # which tells what words of the context are everybody's


@pytest.fixture
async def client(
    bus_address: str, tmp_path: Path, settings: dict[str, object]
) -> AsyncIterator[PredictorClient]:
    async with serving(bus_address, tmp_path, settings) as (connected, _):
        yield connected


async def learn(client: PredictorClient, before: str, eojeol: str, **options: bool) -> None:
    packed = {name: Variant("b", value) for name, value in options.items()}
    await client._call("Learn", "ssa{sv}", [before, eojeol, packed])


async def texts(client: PredictorClient, before: str, prefix: str = "", **kind: Any) -> list[str]:
    return [each.text for each in await client.predict(Query(before, prefix, **kind))]


async def twice(client: PredictorClient) -> None:
    for _ in range(2):
        await learn(client, BEFORE, NAME)
    await client.forget("없는말")  # waits for the disk, and so for what was learned before it


async def test_a_word_typed_twice_is_among_the_first_three_there(client: PredictorClient) -> None:
    assert NAME not in await texts(client, BEFORE)
    await twice(client)

    assert NAME in (await texts(client, BEFORE))[:3]
    (source,) = {each.source for each in await client.predict(Query(BEFORE)) if each.text == NAME}
    assert source == "history"


async def test_a_learned_name_is_offered_as_it_is_typed(client: PredictorClient) -> None:
    await twice(client)

    assert NAME in await texts(client, "그 사람은 ", "뜨락")
    assert "뜨락식당을" in await texts(client, "그 사람은 ", "뜨락식당"), "another ending"


async def test_private_questions_hear_nothing_of_it(client: PredictorClient) -> None:
    await twice(client)

    assert NAME not in await texts(client, BEFORE, private=True)


async def test_private_and_switched_off_lessons_leave_the_files_alone(
    client: PredictorClient, tmp_path: Path
) -> None:
    await twice(client)
    was = contents(tmp_path / "state")

    await learn(client, BEFORE, "비밀번호는", private=True)
    await switch(client, "Learning", on=False)
    await learn(client, BEFORE, "몰래")
    await client._call("Count", "a{su}", [{"keys": 3}])

    assert NAME not in await texts(client, BEFORE)
    assert contents(tmp_path / "state") == was
    await switch(client, "Learning", on=True)
    assert NAME in await texts(client, BEFORE)


async def test_it_is_there_after_a_restart(
    bus_address: str, tmp_path: Path, settings: dict[str, object]
) -> None:
    async with serving(bus_address, tmp_path, settings) as (client, process):
        for _ in range(2):
            await learn(client, BEFORE, NAME)
        process.stop()  # what was acknowledged is written before it ends
    async with serving(bus_address, tmp_path, settings) as (client, _):
        assert NAME in (await texts(client, BEFORE))[:3]


async def test_forgetting_takes_it_out_of_every_file(
    client: PredictorClient, tmp_path: Path
) -> None:
    await twice(client)
    assert NAME.encode() in b"".join(contents(tmp_path / "state").values())

    assert await client.forget(NAME) > 0
    assert NAME not in await texts(client, BEFORE)
    assert NAME.encode() not in b"".join(contents(tmp_path).values())


async def test_its_files_are_the_users_alone(client: PredictorClient, tmp_path: Path) -> None:
    await twice(client)
    folder = tmp_path / "state" / "ieum"

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


async def test_counts_are_added_up_by_day(client: PredictorClient, tmp_path: Path) -> None:
    for _ in range(2):
        await client._call("Count", "a{su}", [{"keys": 10, "lists_shown": 1}])
    await client.forget("없는말")

    with sqlite3.connect(tmp_path / "state" / "ieum" / "history.sqlite3") as history:
        rows = dict(history.execute("SELECT name, count FROM tallies"))
    history.close()
    assert rows == {"keys": 20, "lists_shown": 2}


@pytest.mark.parametrize(
    ("member", "signature", "body", "sentence"),
    [
        ("Learn", "ssa{sv}", ["", "두 말", {}], "one word"),
        ("Learn", "ssa{sv}", ["", "말", {"weight": Variant("d", 1.0)}], "Unknown option weight"),
        ("Learn", "ssa{sv}", ["", "말", {"accepted": Variant("u", 1)}], "of D-Bus type b"),
        ("Learn", "ssa{sv}", ["", "말", {"field": Variant("s", "x" * 300)}], "at most 200"),
        ("Count", "a{su}", [{"text": 1}], "Unknown count text"),
        ("Count", "a{su}", [{"keys": 2_000_000}], "at most 1000000"),
    ],
)
async def test_bad_input_gets_one_sentence(
    member: str, signature: str, body: list[Any], sentence: str, client: PredictorClient
) -> None:
    with pytest.raises(InputError, match=sentence):
        await client._call(member, signature, body)


async def test_the_switch_is_announced(client: PredictorClient, bus_address: str) -> None:
    async with changes(bus_address) as heard:
        await switch(client, "Learning", on=False)
        assert await heard.get() == {"Learning": False, "History": "off"}
        await switch(client, "Learning", on=True)
        assert await heard.get() == {"Learning": True, "History": "ready"}


async def test_it_starts_learns_and_predicts_without_a_network(
    bus_address: str, tmp_path: Path, settings: dict[str, object]
) -> None:
    """Under the rule of its systemd unit: no socket of any family but AF_UNIX."""
    alone = ("-m", "tests.harness.unix_only", sys.executable, "-m", "ime_engine")
    async with serving(bus_address, tmp_path, settings, alone) as (client, process):
        await twice(client)
        assert NAME in (await texts(client, BEFORE))[:3]
        status = status_of(process)
    assert "\nSeccomp:\t2\n" in status, "the filter was there all the time"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user of the machine")
async def test_other_users_can_neither_ask_nor_read(
    bus_address: str, client: PredictorClient, tmp_path: Path
) -> None:
    await twice(client)
    history = tmp_path / "state" / "ieum" / "history.sqlite3"
    for folder in (*history.parents[1:-1], folder_of(bus_address)):
        folder.chmod(folder.stat().st_mode | 0o055)  # so that only ours are closed

    assert as_nobody("cat", str(history)).returncode != 0
    assert as_nobody("cat", "/etc/hostname").returncode == 0
    asked = as_nobody(
        "dbus-send",
        f"--bus={bus_address}",
        "--dest=org.ieum.Predictor1",
        "--print-reply",
        "/org/ieum/Predictor1",
        "org.ieum.Predictor1.Statistics",
    )
    assert asked.returncode != 0
    assert b"uptime_s" not in asked.stdout


def folder_of(address: str) -> Path:
    """Where the socket of a bus lies."""
    return Path(address.partition("path=")[2].partition(",")[0]).parent


def status_of(daemon: Daemon) -> str:
    """What the kernel says of a process."""
    return Path(f"/proc/{daemon.process.pid}/status").read_text(encoding="ascii")


def as_nobody(*command: str) -> subprocess.CompletedProcess[bytes]:
    become = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    return subprocess.run((*become, *command), capture_output=True, timeout=20, check=False)


async def switch(client: PredictorClient, name: str, *, on: bool) -> None:
    await client._call("Set", "ssv", [INTERFACE, name, Variant("b", on)], interface=PROPERTIES)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for the index of the log that readers share in memory."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file): file.read_bytes() for file in files if not file.name.endswith("-shm")}


@asynccontextmanager
async def desktop(address: str) -> AsyncIterator[list[str]]:
    """A desktop that shows notifications; the texts that it showed."""
    shown: list[str] = []

    def show(message: Message) -> Message | None:
        if message.member != "Notify":
            return None
        shown.append(message.body[4])
        return Message.new_method_return(message, "u", [1])

    bus = await MessageBus(bus_address=address).connect()
    bus.add_message_handler(show)
    await bus.request_name("org.freedesktop.Notifications")
    yield shown
    bus.disconnect()


def cut_short(folder: Path) -> None:
    (history,) = folder.rglob("history.sqlite3")
    history.write_bytes(history.read_bytes()[:5000])


async def test_a_damaged_history_is_told_on_the_desktop_once(
    bus_address: str, tmp_path: Path, settings: dict[str, object]
) -> None:
    async with serving(bus_address, tmp_path, settings) as (client, _):
        await twice(client)
    cut_short(tmp_path)
    async with desktop(bus_address) as shown:
        for _ in range(2):
            async with serving(bus_address, tmp_path, settings) as (client, _):
                await learn(client, BEFORE, "날씨가")
                await client.forget("없는말")

    (told,) = shown
    assert "따로 두었습니다" in told
    assert "history.sqlite3.damaged-" in told
    assert NAME not in told
