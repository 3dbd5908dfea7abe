# SPDX-License-Identifier: Apache-2.0
"""org.ieum.Predictor1, the daemon's face on the session bus: marshals, decides nothing.

dbus-next reads each argument's *annotation* as its signature ("s", "a{sv}"),
which is why this file, and no other, is exempt from the linter's rules on
annotations. The interface is written down in data/dbus/org.ieum.Predictor1.xml
and docs/dbus.md; a test holds them to what runs.

Every member passes the border: a failure becomes a D-Bus error with one
sentence, and what nobody foresaw is logged by its class, never by its text.
"""
# mypy: disable-error-code="name-defined,valid-type,untyped-decorator,misc,no-redef"
# ruff: noqa: F722, F821, UP037

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

from dbus_next.constants import MessageType, PropertyAccess
from dbus_next.errors import DBusError
from dbus_next.message import Message
from dbus_next.service import ServiceInterface, dbus_property, method
from dbus_next.signature import Variant

from ime_engine import __version__
from ime_engine.errors import IeumError, InputError
from ime_engine.protocol import INTERFACE, OBJECT_PATH
from ime_engine.queries import check_text
from ime_engine.service.arguments import check_counts, check_eojeol, parse_learn, parse_query
from ime_engine.service.models import describe, list_models
from ime_engine.service.personal import Personal
from ime_engine.service.predictor import Predictor
from ime_engine.service.status import Status

__all__ = ["PredictorInterface"]

log = logging.getLogger(__name__)

PROPERTIES: Final = "org.freedesktop.DBus.Properties"
WRITABLE: Final = ("Enabled", "Learning")

_sender: ContextVar[str] = ContextVar("sender", default="")


class PredictorInterface(ServiceInterface):
    """The members of org.ieum.Predictor1."""

    def __init__(self, predictor: Predictor, personal: Personal) -> None:
        super().__init__(INTERFACE)
        self._predictor = predictor
        self._personal = personal
        self._shown = shown(predictor.status, personal)
        self._members = {member.name: member for member in self.introspect().methods}
        predictor.on_change = self._tell

    def screen(self, message: Message) -> Message | None:
        """Note who calls, and answer calls whose arguments have the wrong types.

        For `MessageBus.add_message_handler`: returns an error reply, or None to
        let the call through. dbus-next itself would say "could not be found".
        """
        if message.message_type is not MessageType.METHOD_CALL or message.path != OBJECT_PATH:
            return None
        _sender.set(message.sender or "")
        sentence = self._wrong_types(message)
        if sentence is None:
            return None
        return Message.new_error(message, InputError.dbus_name, sentence)

    @method(name="Predict")
    async def predict(self, before: "s", prefix: "s", options: "a{sv}") -> "a(sda{sv})":
        with border("Predict"):
            query = parse_query(before, prefix, plain(options), _sender.get())
            candidates = await self._predictor.predict(_sender.get(), query)
            return [[c.text, c.probability, {"source": Variant("s", c.source)}] for c in candidates]

    @method(name="Learn")
    async def learn(self, before: "s", eojeol: "s", options: "a{sv}") -> "":
        with border("Learn"):
            check_text("before", before)
            check_eojeol(eojeol)
            accepted, private, field = parse_learn(plain(options), _sender.get())
            if not private:
                self._personal.learn(before, eojeol, accepted=accepted, field=field)

    @method(name="Count")
    async def count(self, counts: "a{su}") -> "":
        with border("Count"):
            check_counts(counts)
            self._personal.count(counts)

    @method(name="Forget")
    async def forget(self, eojeol: "s") -> "u":
        with border("Forget"):
            check_eojeol(eojeol)
            kept = await self._predictor.forget(eojeol)
            return kept + await self._predictor.in_worker(partial(self._personal.forget, eojeol))

    @method(name="LoadModel")
    async def load_model(self, name: "s") -> "":
        with border("LoadModel"):
            await self._predictor.load(name)

    @method(name="UnloadModel")
    async def unload_model(self) -> "":
        with border("UnloadModel"):
            await self._predictor.unload()

    @method(name="ListModels")
    async def list_models(self) -> "aa{sv}":
        with border("ListModels"):
            loaded = self._predictor.status
            return [
                packed(describe(folder))
                | {"loaded": Variant("b", bool(loaded.device) and name == loaded.model)}
                for name, folder in list_models(self._predictor.folders).items()
            ]

    @method(name="Statistics")
    async def statistics(self) -> "a{sv}":
        with border("Statistics"):
            return packed({**self._predictor.statistics(), **self._personal.statistics()})

    @dbus_property(name="Enabled")
    def enabled(self) -> "b":
        return self._predictor.status.enabled

    @enabled.setter
    def enabled(self, value: "b") -> None:
        self._predictor.enable(value)
        if not value:
            self._personal.clear_foregoing()

    @dbus_property(name="Learning")
    def learning(self) -> "b":
        return self._personal.learning

    @learning.setter
    def learning(self, value: "b") -> None:
        self._personal.learning = value
        self._tell(self._predictor.status)

    @dbus_property(access=PropertyAccess.READ, name="History")
    def history(self) -> "s":
        return self._personal.state.value

    @dbus_property(access=PropertyAccess.READ, name="State")
    def state(self) -> "s":
        return self._predictor.status.state.value

    @dbus_property(access=PropertyAccess.READ, name="Model")
    def model(self) -> "s":
        return self._predictor.status.model

    @dbus_property(access=PropertyAccess.READ, name="Device")
    def device(self) -> "s":
        return self._predictor.status.device

    @dbus_property(access=PropertyAccess.READ, name="Version")
    def version(self) -> "s":
        return __version__

    def _tell(self, status: Status) -> None:
        """Emit PropertiesChanged with what differs from what was last told."""
        now = shown(status, self._personal)
        changed = {name: value for name, value in now.items() if self._shown[name] != value}
        self._shown = now
        if changed:
            self.emit_properties_changed(changed)

    def _wrong_types(self, message: Message) -> str | None:
        """Say what a call takes when its arguments have other types; None when they fit."""
        got = message.signature
        if message.interface == INTERFACE and message.member in self._members:
            member = self._members[message.member]
            takes = ", ".join(f"{arg.name} ({arg.signature})" for arg in member.in_args)
            if got != member.in_signature:
                return f"{member.name} takes {takes or 'no arguments'}; got ({got})."
        if (message.interface, message.member, got) == (PROPERTIES, "Set", "ssv"):
            interface, name, value = message.body
            if interface == INTERFACE and name in WRITABLE and value.signature != "b":
                return f"{name} takes a boolean (b); got ({value.signature})."
        return None


@contextmanager
def border(member: str) -> Iterator[None]:
    """Turn every failure inside into a D-Bus error; log the unforeseen by class only."""
    try:
        yield
    except IeumError as error:
        raise DBusError(error.dbus_name, str(error)) from None
    except Exception as error:
        log.error("%s failed: %s", member, type(error).__name__)  # noqa: TRY400 - never its text
        sentence = f"{member} failed inside the daemon; its log names the cause."
        raise DBusError(IeumError.dbus_name, sentence) from None


def shown(status: Status, personal: Personal) -> dict[str, Any]:
    """The properties that change, by their names on the bus."""
    return {
        "Enabled": status.enabled,
        "Learning": personal.learning,
        "History": personal.state.value,
        "State": status.state.value,
        "Model": status.model,
        "Device": status.device,
    }


def plain(options: dict[str, Variant]) -> dict[str, tuple[str, Any]]:
    """Options without D-Bus types: name to (signature, value)."""
    return {name: (option.signature, option.value) for name, option in options.items()}


def packed(values: Mapping[str, str | int | float]) -> dict[str, Variant]:
    """Plain values as D-Bus values: t for counts, d for spans, s for names."""
    kinds: dict[type, str] = {int: "t", float: "d", str: "s"}
    return {name: Variant(kinds[type(value)], value) for name, value in values.items()}
