# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around the daemon: it says so once, loses nothing, and leaves when told."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from ime_engine.errors import (
    ModelMismatchError,
    ModelNotFoundError,
    NotReadyError,
    ServiceError,
)
from ime_engine.protocol import Query
from ime_engine.service.client import PredictorClient
from tests.harness.bus import Daemon, daemon, owned, private_bus, reached
from tests.harness.raw_bus import RawClient, predict_call
from tests.harness.slow_daemon import slow

UNKNOWN_HEADER = 77


def settings_for(models: Path, name: str = "tiny") -> dict[str, object]:
    return {"model": name, "models_dir": str(models), "deadline_ms": 5000}


@pytest.fixture
def models(tiny_model_dir: Path, tmp_path: Path) -> Path:
    """A copy of the models that a test may spoil."""
    copy = tmp_path / "models"
    shutil.copytree(tiny_model_dir, copy)
    return copy


def limits_of(pid: int) -> str:
    return Path(f"/proc/{pid}/limits").read_text(encoding="ascii")


class TestHostileBytes:
    @pytest.mark.parametrize(
        "before",
        [b"a\0b", b"\xff\xfe", "\ud55c".encode("utf-16"), b"\xed\xa0\x80", b"\xf4\x90\x80\x80"],
        ids=["NUL", "no UTF-8", "UTF-16", "lone surrogate", "beyond Unicode"],
    )
    async def test_the_bus_drops_the_sender_and_the_others_go_on(
        self, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes
    ) -> None:
        with private_bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with daemon(address, tmp_path, settings_for(models)) as process:
                await owned(process)
                async with PredictorClient() as client:
                    await reached(client, "ready")
                    with RawClient(address) as hostile:
                        hostile.send(predict_call(before))
                        assert hostile.answer() == b""
                    assert await client.predict(Query("오늘 날씨가 "))

    async def test_a_header_field_from_the_future_is_survived(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch) as (_, client):
            await reached(client, "ready")
            with RawClient(os.environ["DBUS_SESSION_BUS_ADDRESS"]) as future:
                future.send(predict_call("오늘 ".encode(), [(UNKNOWN_HEADER, b"?")]))
                assert future.answer() != b""
            assert await client.predict(Query("오늘 "))


class TestModels:
    async def failed(self, process: Daemon, client: PredictorClient) -> str:
        """What the daemon says of its failure; it stays on the bus."""
        await reached(client, "failed")
        with pytest.raises(NotReadyError) as refused:
            await client.predict(Query("오늘 "))
        assert str(refused.value) in process.log
        return str(refused.value)

    @pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
    async def test_an_altered_file_is_named_with_the_remedy_and_load_model_recovers(
        self, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        altered = bytearray((models / "tiny" / name).read_bytes())
        altered[len(altered) // 2] ^= 1
        shutil.copytree(models / "tiny", models / "good")
        (models / "tiny" / name).write_bytes(altered)
        with private_bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with daemon(address, tmp_path, settings_for(models)) as process:
                await owned(process)
                async with PredictorClient() as client:
                    sentence = await self.failed(process, client)
                    with pytest.raises(ModelMismatchError):
                        await client.load_model("tiny")
                    await client.load_model("good")
                    properties = await client.properties()
                    assert await client.predict(Query("오늘 날씨가 "))

        assert name in sentence
        assert "ieum model build" in sentence
        assert (properties["State"], properties["Model"]) == ("ready", "good")

    @pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json", None])
    async def test_a_missing_file_or_folder_is_named(
        self, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str | None
    ) -> None:
        if name is None:
            shutil.rmtree(models / "tiny")
        else:
            (models / "tiny" / name).unlink()
        with private_bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with daemon(address, tmp_path, settings_for(models)) as process:
                await owned(process)
                async with PredictorClient() as client:
                    sentence = await self.failed(process, client)
                    with pytest.raises(ModelNotFoundError):
                        await client.load_model("tiny")

        assert (name or "tiny") in sentence
        assert "ieum model build" in sentence

    async def test_a_manifest_that_is_no_manifest(
        self, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (models / "tiny" / "manifest.json").write_text("[]", encoding="utf-8")
        with private_bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with daemon(address, tmp_path, settings_for(models)) as process:
                await owned(process)
                async with PredictorClient() as client:
                    assert "ieum model build" in await self.failed(process, client)
                    (entry,) = await client.list_models()

        assert entry["problem"]
        assert entry["loaded"] is False


class TestTheEnd:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    async def test_a_signal_ends_it_cleanly(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
    ) -> None:
        async with slow(tmp_path, monkeypatch) as (process, client):
            await reached(client, "ready")
            status, span_s = process.stop(number)

        assert status == 0
        assert span_s < 2
        assert "Traceback" not in process.log

    async def test_a_signal_in_the_middle_of_a_load_ends_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch, IEUM_TEST_LOAD_S="60") as (process, client):
            await reached(client, "loading")
            with pytest.raises(NotReadyError, match="still loading; ask again"):
                await client.predict(Query("오늘 "))
            status, span_s = process.stop()

        assert status == 0
        assert span_s < 2
        assert "Traceback" not in process.log

    async def test_a_signal_in_the_middle_of_a_search_ends_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch, IEUM_TEST_PREDICT_S="60") as (process, client):
            await reached(client, "ready")
            search = asyncio.create_task(client.predict(Query("오늘 ")))
            await client.properties()
            status, span_s = process.stop()
            with pytest.raises(ServiceError):
                await search

        assert status == 0
        assert span_s < 2
        assert "Traceback" not in process.log

    async def test_it_leaves_with_the_session_bus(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "daemon"
        folder.mkdir()
        with private_bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            process_context = daemon(address, folder, {"model": "nowhere"})
            process = process_context.__enter__()
            await owned(process)
        try:
            assert process.wait() == 0
        finally:
            process_context.__exit__(None, None, None)
        assert "the session bus is gone" in process.log
        assert "Traceback" not in process.log


class TestTheStart:
    async def test_a_second_daemon_names_the_first_and_leaves_it_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch) as (first, client):
            address = os.environ["DBUS_SESSION_BUS_ADDRESS"]
            folder = tmp_path / "second"
            folder.mkdir()
            with daemon(address, folder, {}) as second:
                assert second.wait() == 1
            assert f"belongs to process {first.process.pid} already" in second.log
            assert "Traceback" not in second.log
            assert await client.owner_pid() == first.process.pid

    @pytest.mark.parametrize(
        ("address", "sentence"),
        [
            (None, "No session bus can be reached"),
            ("unix:path=/nonexistent/bus", "No session bus can be reached"),
            ("nonsense", "is not an address this program can use"),
            ("autolaunch:", "is not an address this program can use"),
        ],
    )
    def test_without_a_bus_it_says_so(
        self, tmp_path: Path, address: str | None, sentence: str
    ) -> None:
        with daemon(address, tmp_path, {}) as process:
            assert process.wait() == 1
        assert sentence in process.log
        assert len(process.log.splitlines()) == 1

    def test_an_unknown_setting_is_refused_before_anything_else(self, tmp_path: Path) -> None:
        with daemon(None, tmp_path, {"beam_widht": 4}) as process:
            assert process.wait() == 1
        assert "did you mean daemon.beam_width" in process.log
        assert "Traceback" not in process.log

    async def test_it_leaves_no_core_and_cannot_be_read_by_others(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch) as (process, _):
            limits = limits_of(process.process.pid)
        (core,) = [line for line in limits.splitlines() if "core file" in line]
        assert core.split()[4:6] == ["0", "0"]


class TestStopped:
    async def test_a_stopped_daemon_is_told_from_an_absent_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with slow(tmp_path, monkeypatch) as (process, client):
            await reached(client, "ready")
            process.process.send_signal(signal.SIGSTOP)
            async with PredictorClient(timeout_s=0.3) as impatient:
                asked = time.monotonic()
                with pytest.raises(ServiceError, match=r"did not answer Predict within 0\.3 s"):
                    await impatient.predict(Query("오늘 "))
                assert time.monotonic() - asked < 2
            process.process.send_signal(signal.SIGCONT)
            assert await client.predict(Query("오늘 "))
            process.process.kill()
            process.wait()
            with pytest.raises(ServiceError, match="is not running; start it with"):
                await client.predict(Query("오늘 "))
