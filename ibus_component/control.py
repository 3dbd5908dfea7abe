# SPDX-License-Identifier: Apache-2.0
"""The mode in one hand: set by keys and the panel, and from outside; kept over a crash.

key, panel ─► Session ─► InputMode ─► changed() ─┬─► ModeMemory   outlives kill -9
      ▲                                          └─► tell         org.ieum.Engine1
      └──── the session that has the focus ◄──── set_hangul, set_predict

Who sets the mode from outside does what the toggle key does: the session that has the
focus finishes its syllable and tells the panel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ibus_component.input_mode import InputMode
from ibus_component.mode import ModeMemory

__all__ = ["ModeControl", "Typing"]


class Typing(Protocol):
    """The session that has the focus, and its hands."""

    def happen(self, event: str, *values: object) -> None:
        """Tell it of something that no call of ibus-daemon caused."""


class ModeControl:
    """Who hears of the mode, and who may set it.

    Args:
        mode: What all sessions share.
        memory: Where the mode outlives this process.
        keep: Told when the predictor is switched and no session is there to say so.
    """

    def __init__(
        self, mode: InputMode, memory: ModeMemory, keep: Callable[[str, bool], None]
    ) -> None:
        self.mode = mode
        self.tell: Callable[[], None] = _nobody
        """Called when the mode may have changed."""
        self.seek: Callable[[], None] = _nobody
        """Called when a field got the focus: a moment to look whether other programs can hear."""
        self._memory = memory
        self._keep = keep
        self._typing: Typing | None = None

    def entered(self, typing: Typing) -> None:
        """This session has the focus now."""
        self._typing = typing
        self.seek()

    def left(self) -> None:
        """No session has the focus: ibus-daemon has gone."""
        self._typing = None

    def changed(self) -> None:
        """A session says that mode or switch may have changed."""
        self._memory.write(self.mode.snapshot())
        self.tell()

    def set_hangul(self, hangul: bool) -> None:
        """Change the mode from outside; the same mode again changes nothing."""
        if self._typing is not None and hangul != self.mode.hangul:
            self._typing.happen("set_hangul", hangul)
        if hangul != self.mode.hangul:  # nobody was there to do it
            self.mode.hangul = hangul
            self.changed()

    def set_predict(self, predict: bool) -> None:
        """Switch the predictor from outside."""
        if self._typing is not None and predict != self.mode.predict:
            self._typing.happen("property_activated", "Predict", int(predict))
        if predict != self.mode.predict:
            self.mode.predict = predict
            self._keep("predict", predict)
            self.changed()


def _nobody() -> None:
    """No program listens."""
