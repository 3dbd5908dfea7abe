# SPDX-License-Identifier: Apache-2.0
"""The life of the engine process: find the daemon, serve, survive what can be survived.

--ibus      started by ibus-daemon: serve under the component's name, end with the daemon
--recover   the same after a crash: select the engine again, in the mode it had
--register  started by hand: register and select for this session only, come back after
            `ibus restart`, put the previous engine back at the end
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakSet

from ibus_component.client import Predictor, session_bus_address
from ibus_component.component_xml import COMPONENT_NAME, component_fields, engine_fields
from ibus_component.conductor import Conductor
from ibus_component.control import ModeControl
from ibus_component.ibus_version import installed_version
from ibus_component.input_mode import InputMode
from ibus_component.keeper import Keeper
from ibus_component.mode import ModeMemory
from ibus_component.session import Session
from ibus_component.settings import Settings
from ibus_component.wire.address import AddressError, find_address
from ibus_component.wire.bus import BusError, IBus, open_bus
from ibus_component.wire.factory import ENGINE_NAME, Factory
from ibus_component.wire.remote import Remote
from ibus_component.wire.resets import Resets
from ibus_component.wire.screen import Screen
from ime_engine import __version__

__all__ = ["App", "Role"]

ACTIVE_SURROUNDING_SINCE = (1, 5, 28)
LEAVE_POLL_S = 0.01
BACKOFF_FIRST_S = 0.1
BACKOFF_LONGEST_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Role:
    """How this process was started."""

    register: bool = False
    """Register on our own connection instead of owning the component's name."""

    recover: bool = False
    """Select the engine again: an earlier process of ours died."""


@dataclass
class App:
    """One engine process."""

    role: Role
    version: tuple[int, int, int] = field(default_factory=installed_version)
    memory: ModeMemory = field(default_factory=ModeMemory)

    def __post_init__(self) -> None:
        self._keeper = Keeper(self._configure)
        self._predictor = Predictor(guests=(Resets(self._keeper.refresh),))
        self._conductors: WeakSet[Conductor] = WeakSet()
        self._began = False
        self._previous = self.memory.read_previous() if self.role.recover else ""
        mode = InputMode.of(self._keeper.settings)
        if self.role.recover:
            mode.restore(self.memory.read())
        self._control = ModeControl(mode, self.memory, self._keeper.keep)
        self._control.changed()

    async def run(self) -> None:
        """Serve until the daemon goes or a signal comes.

        Raises:
            AddressError: there is no ibus-daemon.
            BusError: the daemon does not answer or refuses.
            OSError: libhangul is not installed.
        """
        Session(self._keeper.settings, self.version)  # no libhangul is found out now, not at a key
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, ended.set)
        address = partial(session_bus_address, os.environ)
        remote = Remote(self._control, __version__, address)
        self._control.tell, self._control.seek = remote.tell, remote.seek
        try:
            await self._serve(ended)
            while self.role.register and not ended.is_set():
                await self._return(ended)
        finally:
            remote.close()
            self._predictor.close()

    async def _serve(self, ended: asyncio.Event) -> None:
        """Serve over one connection."""
        ibus = IBus(await open_bus(find_address(os.environ)))
        factory = Factory(
            ibus.bus,
            self._conduct,
            active_surrounding_text=self.version >= ACTIVE_SURROUNDING_SINCE,
        )
        try:
            self._control.mode.forget_windows()
            await self._keeper.open(ibus)
            self._begin()
            await self._introduce(ibus)
            self._control.seek()
            closed, stopped = (
                asyncio.ensure_future(wait) for wait in (ibus.closed(), ended.wait())
            )
            await asyncio.wait((closed, stopped), return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            if closed.done():
                closed.result()
            closed.cancel()
        finally:
            self._control.left()
            self._keeper.close()
            factory.close()
            ibus.close()
            if self._previous and ended.is_set():
                await self._leave(ibus.name)

    async def _introduce(self, ibus: IBus) -> None:
        if self.role.register:
            previous = await ibus.selected()
            if previous != ENGINE_NAME:
                self._previous = self._previous or previous
                self.memory.write_previous(self._previous)
            await ibus.register(component_fields(__version__, ""), engine_fields(__version__))
            await ibus.select(ENGINE_NAME)
            log.info("이음 is selected for this session")
            return
        await ibus.own(COMPONENT_NAME)
        # Ours was selected when it died, unless another is now: ibus-daemon leaves none.
        if self.role.recover and await ibus.selected() in ("", ENGINE_NAME):
            await ibus.select(ENGINE_NAME)

    async def _leave(self, ours: str) -> None:
        """Select the engine of before.

        ibus-daemon clears the selection, whatever it is, when it notices the end of a
        connection that registered a component, so this comes after that, over another.
        """
        with contextlib.suppress(AddressError, BusError):
            ibus = IBus(await open_bus(find_address(os.environ)))
            try:
                while await ibus.has_owner(ours):  # noqa: ASYNC110 - a bus has no asyncio.Event
                    await asyncio.sleep(LEAVE_POLL_S)
                await ibus.select(self._previous)
            finally:
                ibus.close()

    async def _return(self, ended: asyncio.Event) -> None:
        """Serve again after the daemon went, as soon as there is one."""
        pause_s = BACKOFF_FIRST_S
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), pause_s)
                return
            try:
                await self._serve(ended)
            except (AddressError, BusError):
                pause_s = min(2 * pause_s, BACKOFF_LONGEST_S)
            else:
                pause_s = BACKOFF_FIRST_S

    def _begin(self) -> None:
        """Start in the mode that the settings say, or in that of before a crash; once."""
        if self._began:
            return
        self._began = True
        self._control.mode = InputMode.of(self._keeper.settings)
        if self.role.recover:
            self._control.mode.restore(self.memory.read())
        self._control.changed()
        self._predictor.follow(self._keeper.settings)

    def _conduct(self, screen: Screen) -> Conductor:
        control = self._control
        conductor = Conductor(
            Session(self._keeper.settings, self.version, control.mode, wayland=_wayland()),
            screen,
            self._predictor,
            control.changed,
            entered=control.entered,
            keep=self._keeper.keep,
            open_settings=_open_settings,
        )
        self._conductors.add(conductor)
        return conductor

    def _configure(self, was: Settings, now: Settings) -> None:
        """Have every part follow the settings that are in force now."""
        self._control.mode.configure(was, now)
        for conductor in tuple(self._conductors):
            conductor.configure(now)
        if self._began:
            self._control.changed()
            self._predictor.follow(now)


def _wayland() -> bool:
    """Whether the session that ibus-daemon runs in is a Wayland session."""
    return bool(os.environ.get("WAYLAND_DISPLAY"))


def _open_settings() -> None:
    from ibus_component.component_xml import setup_line
    from ibus_component.launch import launch

    launch(setup_line())
