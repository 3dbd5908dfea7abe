# SPDX-License-Identifier: Apache-2.0
"""What keys and the panel's menu switch: the mode, the predictor, incognito.

key, menu, D-Bus ─► Switches ─► InputMode       what all windows share
─► Keep            what a setting keeps
─► UpdateProperties  what the panel shows
"""

from __future__ import annotations

from ibus_component.actions import Action, Keep, Status, UpdateProperties
from ibus_component.input_mode import InputMode
from ibus_component.lists import Lists
from ibus_component.settings import Settings
from ibus_component.tally import Tally
from ibus_component.writer import Writer

__all__ = ["Switches"]


class Switches:
    """The switches of one session.

    Args:
        mode: Where they are kept for all windows.
        settings: What the menu shows besides.
        writer: Finishes the syllable when the mode changes.
        lists: Close then.
        tally: Is emptied when nothing may be kept any more.
    """

    def __init__(
        self, mode: InputMode, settings: Settings, writer: Writer, lists: Lists, tally: Tally
    ) -> None:
        self._mode = mode
        self._writer = writer
        self._lists = lists
        self._tally = tally
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Take over settings."""
        self._learn = settings.learn
        self._hanja_lock = settings.hanja_lock

    @property
    def hangul(self) -> bool:
        """Hangul mode, or Latin."""
        return self._mode.hangul

    @property
    def predict(self) -> bool:
        """The predictor's switch."""
        return self._mode.predict

    @property
    def incognito(self) -> bool:
        """Whether nothing may be kept of what is typed."""
        return self._mode.incognito

    @property
    def status(self) -> Status:
        """What the panel shows."""
        mode = self._mode
        return Status(mode.hangul, mode.predict, self._learn, self._hanja_lock, mode.incognito)

    @property
    def shown(self) -> UpdateProperties:
        """Has the panel show it."""
        return UpdateProperties(self.status)

    def set_hangul(self, hangul: bool) -> tuple[Action, ...]:
        """Change the mode, whoever wishes it; the syllable is finished."""
        self._mode.hangul = hangul
        return (*self._lists.close(), *self._writer.flush(), self.shown)

    def leave_hangul(self) -> tuple[Action, ...]:
        """Change to Latin; the syllable is finished already."""
        self._mode.hangul = False
        return (self.shown,)

    def set_predict(self, predict: bool) -> tuple[Action, ...]:
        """Switch the predictor; a setting keeps that."""
        self._mode.predict = predict
        self.drop_lessons()
        return (Keep("predict", predict), self.shown)

    def set_incognito(self, incognito: bool) -> tuple[Action, ...]:
        """Switch incognito; nothing keeps that."""
        self._mode.incognito = incognito
        self.drop_lessons()
        return (self.shown,)

    def drop_lessons(self) -> None:
        """What may be kept has changed: forget what has been seen and not been told."""
        self._writer.doubt()
        self._tally.clear()
