# SPDX-License-Identifier: Apache-2.0
"""The published contract and the running daemon say the same thing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbus_next.signature import Variant

from ime_engine.errors import IeumError, InputError, ServiceError
from ime_engine.protocol import BUS_NAME, INTERFACE, MAX_TEXT, OBJECT_PATH, Query
from ime_engine.service.client import PROPERTIES, PredictorClient
from tests.harness.bus import Daemon, daemon, owned, private_bus, reached

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "data" / "dbus" / "org.ieum.Predictor1.xml"
EVERYTHING = {
    "limit": Variant("u", 3),
    "deadline_ms": Variant("u", 1000),
    "temperature": Variant("d", 0.8),
    "tokens": Variant("b", False),
    "private": Variant("b", True),
}


@pytest.fixture(scope="module")
def running(
    tiny_model_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Daemon]]:
    settings = {"model": "tiny", "models_dir": str(tiny_model_dir), "deadline_ms": 5000}
    folder = tmp_path_factory.mktemp("daemon")
    with private_bus() as address, daemon(address, folder, settings) as process:
        yield address, process


@pytest.fixture
async def client(
    running: tuple[str, Daemon], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PredictorClient]:
    address, process = running
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    await owned(process)
    async with PredictorClient() as connected:
        await reached(connected, "ready")
        yield connected


def members(xml: str) -> set[tuple[str, ...]]:
    """Methods, properties and signals of our interface, with their types."""
    interface = ET.fromstring(xml).find(f"interface[@name='{INTERFACE}']")
    assert interface is not None
    found = set()
    for member in interface:
        arguments = [f"{a.get('direction')} {a.get('type')}" for a in member.findall("arg")]
        kind = member.get("access") or ""
        name = member.get("name") or ""
        found.add((member.tag, name, member.get("type") or "", kind, *arguments))
    return found


async def predict(client: PredictorClient, *body: Any, signature: str = "ssa{sv}") -> Any:
    return await client._call("Predict", signature, list(body))


async def test_the_introspection_is_the_published_interface(client: PredictorClient) -> None:
    introspected = await client._call("Introspect", interface="org.freedesktop.DBus.Introspectable")

    assert members(introspected) == members(PUBLISHED.read_text(encoding="utf-8"))


async def test_the_argument_names_are_the_published_ones(client: PredictorClient) -> None:
    introspected = await client._call("Introspect", interface="org.freedesktop.DBus.Introspectable")
    names = [
        [arg.get("name") for arg in ET.fromstring(xml).iterfind(".//method[@name='Predict']/arg")]
        for xml in (introspected, PUBLISHED.read_text(encoding="utf-8"))
    ]

    assert names[0][:3] == names[1][:3] == ["before", "prefix", "options"]


def test_the_manual_names_every_member_option_and_error() -> None:
    manual = (ROOT / "docs" / "dbus.md").read_text(encoding="utf-8")
    wanted = {member[1] for member in members(PUBLISHED.read_text(encoding="utf-8"))}
    wanted |= set(EVERYTHING)
    wanted |= {"InvalidInput", "NotReady", "Superseded", "NotAvailable", "ModelNotFound"}

    assert [name for name in sorted(wanted) if f"`{name}`" not in manual] == []


def test_the_service_files_agree_on_the_name_and_the_command() -> None:
    activation = (ROOT / "data/dbus/org.ieum.Predictor1.service.in").read_text(encoding="utf-8")
    unit = (ROOT / "data/systemd/ieum.service.in").read_text(encoding="utf-8")
    command = "@PYTHON@ -P -m ime_engine"

    assert {f"Name={BUS_NAME}", f"Exec={command}", "SystemdService=ieum.service"} <= set(
        activation.splitlines()
    )
    assert {f"BusName={BUS_NAME}", f"ExecStart={command}", "Type=dbus"} <= set(unit.splitlines())
    assert "RestrictAddressFamilies=AF_UNIX" in unit.splitlines()


async def test_every_option_is_taken(client: PredictorClient) -> None:
    rows = await predict(client, "감사합니다. 앞으로도 잘 ", "", EVERYTHING)

    assert 0 < len(rows) <= 3
    text, probability, details = rows[0]
    assert text == "부탁드립니다"
    assert 0 < probability <= 1
    assert details["source"].value == "model"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"limt": Variant("u", 1)}, "Unknown option limt; did you mean limit?"),
        ({"limit": Variant("i", 1)}, "Option limit must be of D-Bus type u, got i"),
        ({"limit": Variant("s", "5")}, "Option limit must be of D-Bus type u, got s"),
        ({"private": Variant("u", 1)}, "Option private must be of D-Bus type b"),
        ({"limit": Variant("u", 0)}, "from 1 to 20"),
        ({"limit": Variant("u", 10_000)}, "from 1 to 20"),
        ({"temperature": Variant("d", float("nan"))}, "temperature"),
        ({"temperature": Variant("d", 0.0)}, "temperature"),
        ({"deadline_ms": Variant("u", 4_000_000_000)}, "deadline_ms"),
        ({"x" * 5000: Variant("u", 1)}, "Unknown option x{40}…;"),
    ],
)
async def test_a_wrong_option_is_refused_by_name(
    client: PredictorClient, options: dict[str, Variant], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        await predict(client, "오늘 ", "", options)


@pytest.mark.parametrize(
    ("signature", "body"),
    [
        ("", []),
        ("s", ["오늘 "]),
        ("ss", ["오늘 ", ""]),
        ("iia{sv}", [1, 2, {}]),
        ("ssa{ss}", ["", "", {}]),
    ],
)
async def test_wrong_types_are_told_what_the_call_takes(
    client: PredictorClient, signature: str, body: list[Any]
) -> None:
    with pytest.raises(InputError, match=r"takes before \(s\), prefix \(s\), options \(a\{sv\}\)"):
        await predict(client, *body, signature=signature)


async def test_wrong_types_of_a_property_are_told(client: PredictorClient) -> None:
    body = [INTERFACE, "Enabled", Variant("s", "yes")]
    with pytest.raises(InputError, match="Enabled takes a boolean"):
        await client._call("Set", "ssv", body, interface=PROPERTIES)


@pytest.mark.parametrize("name", ["State", "Version", "Nonsense"])
async def test_what_cannot_be_set_is_refused_and_nothing_breaks(
    client: PredictorClient, name: str
) -> None:
    body = [INTERFACE, name, Variant("s", "ready")]
    with pytest.raises(ServiceError):
        await client._call("Set", "ssv", body, interface=PROPERTIES)
    assert await client.predict(Query("오늘 날씨가 "))


async def test_an_unknown_member_is_refused_and_nothing_is_logged_of_it(
    client: PredictorClient, running: tuple[str, Daemon]
) -> None:
    with pytest.raises(ServiceError):
        await client._call("Divulge", "s", ["비밀"])
    assert "비밀" not in running[1].log


@pytest.mark.parametrize("eojeol", ["", "두 낱말", "가" * 1001, "줄\n바꿈"])
async def test_forget_and_learn_take_one_word(client: PredictorClient, eojeol: str) -> None:
    with pytest.raises(InputError, match="one word"):
        await client.forget(eojeol)
    with pytest.raises(InputError, match="one word"):
        await client._call("Learn", "ssa{sv}", ["", eojeol, {}])


@pytest.mark.parametrize("argument", ["before", "prefix"])
async def test_ten_megabytes_are_refused_in_one_sentence(
    client: PredictorClient, argument: str
) -> None:
    long = "가" * 3_500_000
    body = [long, "", {}] if argument == "before" else ["", long, {}]
    with pytest.raises(InputError, match=f"{argument} is longer than"):
        await predict(client, *body)
    assert await client.predict(Query("오늘 날씨가 "))


async def test_a_million_characters_are_fine(client: PredictorClient) -> None:
    long = ("오늘 날씨가 좋네요. " * (MAX_TEXT // 11))[: MAX_TEXT - 7]
    assert isinstance(await client.predict(Query(long + "오늘 날씨가 ")), list)


async def test_text_that_d_bus_cannot_carry_is_refused_before_it_is_sent(
    client: PredictorClient,
) -> None:
    for text in ("가\0나", "가\ud800나"):
        with pytest.raises(InputError):
            await client.predict(Query(text))


def test_every_error_has_a_name_of_its_own() -> None:
    kinds = [kind for kind in IeumError.__subclasses__() if kind.__module__ == "ime_engine.errors"]
    names = [kind.dbus_name for kind in kinds]

    assert len(set(names)) == len(names) >= 7
    assert all(name.startswith(f"{BUS_NAME}.Error.") for name in names)
    assert "/" + BUS_NAME.replace(".", "/") == OBJECT_PATH
