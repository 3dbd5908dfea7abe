# SPDX-License-Identifier: Apache-2.0
"""The mode on the session bus, as org.ieum.Engine1: read, set and watched by other programs.

Nothing depends on that bus: without one typing is the same. One that comes late, or comes
back, is found when somebody types: a field that gets the focus, or a changed mode, starts
a few attempts, and then there is silence until the next such sign. The name belongs to the
engine that was used last; others stand in line, so that it is never without an owner.

No text passes here, in neither direction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag, MessageType, NameFlag
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.input_mode import InputMode
from ibus_component.wire.bus import BusError, close_bus, open_bus
from ime_engine.protocol import ENGINE_BUS_NAME, ENGINE_INTERFACE, ENGINE_OBJECT_PATH

__all__ = ["INTROSPECTION", "Controlling", "Remote"]

PAUSES_S: Final = (0.5, 1.0, 2.0, 4.0)
"""Between the attempts to reach the bus that one sign of life starts."""

DBUS: Final = "org.freedesktop.DBus"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
INTROSPECTABLE: Final = "org.freedesktop.DBus.Introspectable"
INVALID_MODE: Final = f"{ENGINE_INTERFACE}.Error.InvalidMode"
INVALID_ARGUMENTS: Final = "org.freedesktop.DBus.Error.InvalidArgs"
UNKNOWN_PROPERTY: Final = "org.freedesktop.DBus.Error.UnknownProperty"
READ_ONLY: Final = "org.freedesktop.DBus.Error.PropertyReadOnly"
MODES: Final = {"hangul": True, "latin": False}
SIGNATURES: Final = {"Mode": "s", "Predict": "b", "Version": "s"}
ARGUMENTS: Final = {"Get": "ss", "GetAll": "s", "Set": "ssv"}

INTROSPECTION: Final = f"""\
<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node>
  <interface name="{ENGINE_INTERFACE}">
    <property name="Mode" type="s" access="readwrite"/>
    <property name="Predict" type="b" access="readwrite"/>
    <property name="Version" type="s" access="read"/>
  </interface>
  <interface name="{PROPERTIES}">
    <method name="Get">
      <arg name="interface" type="s" direction="in"/>
      <arg name="name" type="s" direction="in"/>
      <arg name="value" type="v" direction="out"/>
    </method>
    <method name="GetAll">
      <arg name="interface" type="s" direction="in"/>
      <arg name="values" type="a{{sv}}" direction="out"/>
    </method>
    <method name="Set">
      <arg name="interface" type="s" direction="in"/>
      <arg name="name" type="s" direction="in"/>
      <arg name="value" type="v" direction="in"/>
    </method>
    <signal name="PropertiesChanged">
      <arg name="interface" type="s"/>
      <arg name="changed" type="a{{sv}}"/>
      <arg name="invalidated" type="as"/>
    </signal>
  </interface>
  <interface name="{INTROSPECTABLE}">
    <method name="Introspect">
      <arg name="xml" type="s" direction="out"/>
    </method>
  </interface>
</node>
"""


class Controlling(Protocol):
    """Who knows the mode, and who may change it."""

    mode: InputMode

    def set_hangul(self, hangul: bool) -> None: ...
    def set_predict(self, predict: bool) -> None: ...


class Remote:
    """The object that other programs see."""

    def __init__(self, control: Controlling, version: str, address: Callable[[], str]) -> None:
        """Serve nobody yet; `seek` does.

        Args:
            control: Told what other programs want.
            version: Of this engine.
            address: Gives the address of the session bus; raises BusError if there is none.
        """
        self._control = control
        self._version = version
        self._address = address
        self._bus: MessageBus | None = None
        self._seeking: asyncio.Task[None] | None = None
        self._ours = False
        self._told: dict[str, str | bool] = {}
        self._due = False

    def seek(self) -> None:
        """Somebody types here: be on the bus, and have the name."""
        if self._bus is not None and not self._ours:
            self._claim(self._bus)
        elif self._bus is None and self._seeking is None:
            self._seeking = asyncio.ensure_future(self._seek())

    def tell(self) -> None:
        """Announce what has changed, after the key that changed it has been answered."""
        if self._bus is None:
            self.seek()
        elif not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._announce, self._bus)

    def close(self) -> None:
        """Leave the bus."""
        if self._seeking is not None:
            self._seeking.cancel()
        if self._bus is not None:
            bus, self._bus = self._bus, None
            close_bus(bus)

    # -- the bus ------------------------------------------------------------

    async def _seek(self) -> None:
        try:
            for pause_s in PAUSES_S:
                try:
                    bus = await open_bus(self._address())
                except BusError:
                    await asyncio.sleep(pause_s)
                else:
                    self._serve(bus)
                    return
        finally:
            self._seeking = None

    def _serve(self, bus: MessageBus) -> None:
        self._bus = bus
        self._told = self._values()
        bus._disconnect_future.add_done_callback(self._lost)
        bus.add_message_handler(self._handle)
        self._claim(bus)

    def _claim(self, bus: MessageBus) -> None:
        """Take the name from whoever has it; he stands in line behind us, as we did behind him."""
        flags = NameFlag.ALLOW_REPLACEMENT | NameFlag.REPLACE_EXISTING
        bus.send(
            Message(
                destination=DBUS,
                path="/org/freedesktop/DBus",
                interface=DBUS,
                member="RequestName",
                signature="su",
                body=[ENGINE_BUS_NAME, flags],
                flags=MessageFlag.NO_REPLY_EXPECTED,
            )
        )

    def _lost(self, future: asyncio.Future[Any]) -> None:
        if not future.cancelled():
            future.exception()  # retrieved: that the bus went is no error of ours
        self._ours = self._due = False
        if self._bus is not None:  # else we left it
            self._bus = None
            self.seek()

    def _announce(self, bus: MessageBus) -> None:
        self._due = False
        now = self._values()
        changed = {name: value for name, value in now.items() if value != self._told.get(name)}
        self._told = now
        if changed and bus is self._bus:
            body = [ENGINE_INTERFACE, _variants(changed), []]
            bus.send(
                Message.new_signal(
                    ENGINE_OBJECT_PATH, PROPERTIES, "PropertiesChanged", "sa{sv}as", body
                )
            )

    def _values(self) -> dict[str, str | bool]:
        mode = self._control.mode
        return {
            "Mode": "hangul" if mode.hangul else "latin",
            "Predict": mode.predict,
            "Version": self._version,
        }

    # -- calls --------------------------------------------------------------

    def _handle(self, message: Message) -> Message | None:
        if message.message_type is MessageType.SIGNAL:
            self._heed(message)
        elif message.message_type is MessageType.METHOD_CALL:
            if message.interface == INTROSPECTABLE and message.member == "Introspect":
                return _introspect(message)
            if message.path == ENGINE_OBJECT_PATH and message.interface == PROPERTIES:
                return self._property(message)
        return None

    def _heed(self, signal: Message) -> None:
        """The bus says whose the name is."""
        if signal.sender == DBUS and signal.body == [ENGINE_BUS_NAME]:
            self._ours = signal.member == "NameAcquired"

    def _property(self, call: Message) -> Message | None:
        if call.signature != ARGUMENTS.get(call.member):
            return None
        interface, *rest = call.body
        if interface not in (ENGINE_INTERFACE, ""):
            return Message.new_error(call, INVALID_ARGUMENTS, f"Ask for {ENGINE_INTERFACE}.")
        if call.member == "GetAll":
            return Message.new_method_return(call, "a{sv}", [_variants(self._values())])
        if rest[0] not in SIGNATURES:
            sentence = "The properties are Mode, Predict and Version."
            return Message.new_error(call, UNKNOWN_PROPERTY, sentence)
        if call.member == "Get":
            return Message.new_method_return(call, "v", [_variants(self._values())[rest[0]]])
        return self._set(call, *rest)

    def _set(self, call: Message, name: str, value: Variant) -> Message:
        match name, value:
            case "Mode", Variant(signature="s", value=word) if word in MODES:
                self._control.set_hangul(MODES[word])
            case "Mode", _:
                return Message.new_error(call, INVALID_MODE, "Mode takes `hangul` or `latin`.")
            case "Predict", Variant(signature="b", value=predict):
                self._control.set_predict(predict)
            case "Predict", _:
                return Message.new_error(call, INVALID_ARGUMENTS, "Predict takes a boolean.")
            case _:
                return Message.new_error(call, READ_ONLY, f"{name} cannot be set.")
        return Message.new_method_return(call)


def _variants(values: dict[str, str | bool]) -> dict[str, Variant]:
    return {name: Variant(SIGNATURES[name], value) for name, value in values.items()}


def _introspect(call: Message) -> Message | None:
    """Our object, or the way to it for those who look around."""
    way = call.path.rstrip("/") + "/"
    if call.path == ENGINE_OBJECT_PATH:
        xml = INTROSPECTION
    elif ENGINE_OBJECT_PATH.startswith(way):
        xml = f'<node><node name="{ENGINE_OBJECT_PATH.removeprefix(way).split("/")[0]}"/></node>'
    else:
        return None
    return Message.new_method_return(call, "s", [xml])
