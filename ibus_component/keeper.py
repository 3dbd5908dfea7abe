# SPDX-License-Identifier: Apache-2.0
"""The settings in force, and where they come from.

One rule: where IBus' configuration service is, the settings are what it says and nothing
else; what it does not name has its default. Without it they are those of config.yaml. A
service that comes later takes over; when it goes, what it said last stays in force.

What is wrong is told once, in one sentence, and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from ibus_component.preferences import SECTION, PreferenceError, changed, key_of, read
from ibus_component.settings import Settings, load_settings, names_engine, switched
from ibus_component.wire.bus import IBus
from ibus_component.wire.config import ConfigService

__all__ = ["Keeper"]

PATIENCE_S: Final = 0.5
"""Longest wait for the service at the start: the first key already has its keyboard."""

log = logging.getLogger(__name__)


class Keeper:
    """Reads, watches and keeps the settings.

    Args:
        follow: Called with the settings of before and of now whenever they have changed.
    """

    def __init__(self, follow: Callable[[Settings, Settings], None]) -> None:
        self.settings = Settings()
        """What is in force."""
        self._follow = follow
        self._service: ConfigService | None = None
        self._complaints: tuple[str, ...] = ()

    async def open(self, ibus: IBus) -> None:
        """Find the settings; they are in force when this returns, after PATIENCE_S at most."""
        self._service = ConfigService(ibus.bus, SECTION, self._take_all, self._take)
        if await self._service.start(PATIENCE_S):
            complaint: str | None = names_engine()
        else:
            settings, complaint = load_settings()
            self._become(settings)
        if complaint:
            log.warning("%s", complaint)

    def close(self) -> None:
        """Hear no more; the settings stay in force."""
        if self._service is not None:
            self._service.close()
            self._service = None

    def keep(self, setting: str, value: bool) -> None:
        """The user changed a setting by key or menu: it is in force, and kept where it can be.

        Args:
            setting: Name of a field of Settings.
            value: Its value.
        """
        self._become(switched(self.settings, setting, value))
        if self._service is not None:
            self._service.keep(key_of(setting), value)

    def refresh(self) -> None:
        """Something may have changed that the service does not tell: a reset to the default."""
        if self._service is not None:
            self._service.refresh()

    # -- the service --------------------------------------------------------

    def _take_all(self, values: Mapping[str, object]) -> None:
        settings, complaints = read(values, self.settings)
        self._complain(complaints)
        self._complaints = complaints
        self._become(settings)

    def _take(self, key: str, value: object) -> None:
        try:
            self._become(changed(self.settings, key, value))
        except PreferenceError as error:
            self._complain((str(error),))
            self._complaints += (str(error),)

    def _complain(self, complaints: Iterable[str]) -> None:
        """Tell what has not been told since it was last mended."""
        for complaint in complaints:
            if complaint not in self._complaints:
                log.warning("%s", complaint)

    def _become(self, settings: Settings) -> None:
        was, self.settings = self.settings, settings
        if settings != was:
            self._follow(was, settings)
