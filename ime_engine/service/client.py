# SPDX-License-Identifier: Apache-2.0
"""Asks the running daemon; every call has a timeout and every failure a sentence.

async with PredictorClient() as client:
candidates = await client.predict(Query("감사합니다. 앞으로도 잘 "))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from dbus_next.signature import Variant

from ime_engine.errors import IeumError
from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH, Candidate, Query
from ime_engine.queries import check_query
from ime_engine.service import bus as session_bus
from ime_engine.service.arguments import OPTIONS
from ime_engine.service.connection import TIMEOUT_S, SessionClient

__all__ = ["LOAD_TIMEOUT_S", "TIMEOUT_S", "PredictorClient"]

LOAD_TIMEOUT_S: Final = 120.0
PROPERTIES: Final = "org.freedesktop.DBus.Properties"


class PredictorClient(SessionClient):
    """A connection to the session bus, for calls to the daemon.

    Args:
        timeout_s: Longest wait for an answer, in seconds.
        autostart: Whether the bus may start an installed daemon that is not running.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S, *, autostart: bool = True) -> None:
        super().__init__(timeout_s)
        self._autostart = autostart

    async def predict(self, query: Query) -> list[Candidate]:
        """Candidates, best first.

        Raises:
            InputError: The query is malformed.
            NotReadyError: No model is open.
            SupersededError: A newer query of this connection took its place.
            ServiceError: Nobody answers.
        """
        check_query(query)
        body = [query.before, query.prefix, options_of(query)]
        rows = await self._call("Predict", "ssa{sv}", body)
        return [Candidate(row[0], row[1], row[2]["source"].value) for row in rows]

    async def learn(
        self, before: str, eojeol: str, *, accepted: bool = False, field: str = ""
    ) -> None:
        """Tell what the user committed; answered when it is noted, before it is on disk.

        Args:
            before: Text before the eojeol, spaces as typed.
            eojeol: What was committed.
            accepted: Whether it was picked from a list rather than typed.
            field: Opaque name of the text field, as of `Query`.

        Raises:
            InputError: It is no eojeol.
            NotAvailableError: Nothing is learned at present.
            ServiceError: Nobody answers.
        """
        options = {"accepted": Variant("b", True)} if accepted else {}
        if field:
            options["field"] = Variant("s", field)
        await self._call("Learn", "ssa{sv}", [before, eojeol, options])

    async def count(self, counts: Mapping[str, int]) -> None:
        """Add to what is counted of today: keys, lists; docs/dbus.md names them."""
        await self._call("Count", "a{su}", [dict(counts)])

    async def forget(self, eojeol: str) -> int:
        """Drop what is remembered of an eojeol; return how many records went."""
        return int(await self._call("Forget", "s", [eojeol]))

    async def load_model(self, name: str) -> None:
        """Open another model; returns when it is ready."""
        await self._call("LoadModel", "s", [name], timeout_s=LOAD_TIMEOUT_S)

    async def unload_model(self) -> None:
        """Give the model's memory back."""
        await self._call("UnloadModel")

    async def list_models(self) -> list[dict[str, Any]]:
        """One entry a model: name, path, loaded."""
        return [unpacked(row) for row in await self._call("ListModels")]

    async def statistics(self) -> dict[str, Any]:
        """Counters and latency percentiles."""
        return unpacked(await self._call("Statistics"))

    async def properties(self) -> dict[str, Any]:
        """Enabled, Learning, History, State, Model, Device and Version."""
        return unpacked(await self._call("GetAll", "s", [INTERFACE], interface=PROPERTIES))

    async def set_enabled(self, enabled: bool) -> None:
        """Switch the predictor on or off."""
        await self._set("Enabled", enabled)

    async def set_learning(self, learning: bool) -> None:
        """Switch learning on or off.

        Raises:
            NotAvailableError: This daemon cannot learn.
            ServiceError: Nobody answers.
        """
        await self._set("Learning", learning)

    async def owner_pid(self) -> int | None:
        """Process that owns the daemon's name; None when nobody does."""
        try:
            pid = await session_bus.call(
                self._connected,
                "GetConnectionUnixProcessID",
                "s",
                [BUS_NAME],
                timeout_s=self._timeout_s,
            )
        except IeumError:
            return None
        return int(pid)

    async def _set(self, name: str, value: bool) -> None:
        body = [INTERFACE, name, Variant("b", value)]
        await self._call("Set", "ssv", body, interface=PROPERTIES)

    async def _call(
        self,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
        *,
        interface: str = INTERFACE,
        timeout_s: float | None = None,
    ) -> Any:  # noqa: ANN401 - whatever the method returns
        return await session_bus.call(
            self._connected,
            member,
            signature,
            body,
            timeout_s=timeout_s or self._timeout_s,
            destination=BUS_NAME,
            path=OBJECT_PATH,
            interface=interface,
            autostart=self._autostart,
        )


def options_of(query: Query) -> dict[str, Variant]:
    """What differs from the defaults, as Predict's options."""
    defaults = {field.name: field.default for field in fields(Query)}
    return {
        name: Variant(kind, getattr(query, name))
        for name, kind in OPTIONS.items()
        if getattr(query, name) != defaults[name]
    }


def unpacked(values: dict[str, Variant]) -> dict[str, Any]:
    """The values without their D-Bus types."""
    return {name: value.value for name, value in values.items()}
