# SPDX-License-Identifier: Apache-2.0
"""Hangul or Latin, the predictor's switch, incognito: one for all engine objects of a process.

Another window, and whoever comes back from another input method, has another
engine object and so another session. They all look here, so that none of them
can be of another opinion.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final, Self

from ibus_component.settings import Settings

__all__ = ["InputMode"]

REMEMBERED: Final = 256
"""Windows whose mode is remembered; the one longest without focus is forgotten first."""


class InputMode:
    """The mode of the window that has the focus, and the switch of all windows.

    Args:
        hangul: The mode of a window never seen.
        predict: Whether the predictor is asked.
        per_window: Whether each window keeps its own mode; else all share one.
    """

    def __init__(self, hangul: bool, predict: bool = True, *, per_window: bool = False) -> None:
        self._initial = self.hangul = hangul
        """Whether Hangul is typed; else Latin."""
        self.predict = predict
        """Whether the predictor is asked."""
        self.incognito = False
        """Whether, until it is switched off, nothing may be kept of what is typed."""
        self.per_window = per_window
        self._window = ""
        self._kept: OrderedDict[str, bool] = OrderedDict()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The mode in which an engine starts."""
        return cls(settings.start_hangul, settings.predict, per_window=settings.mode_per_window)

    def configure(self, was: Settings, now: Settings) -> None:
        """Take over changed settings; the mode itself stays until another window comes."""
        self._initial = now.start_hangul
        self.per_window = now.mode_per_window
        if now.predict != was.predict:
            self.predict = now.predict

    def enter(self, window: str) -> bool:
        """A window got the focus; whether the mode changes with it.

        Args:
            window: What IBus calls its input context; empty when it does not say.
        """
        if not window or window == self._window:
            return False
        left, self._window = self._window, window
        if not self.per_window or not left:  # the first window has the mode we started in
            return False
        self._keep(left)
        was, self.hangul = self.hangul, self._kept.pop(window, self._initial)
        return was != self.hangul

    def forget_windows(self) -> None:
        """IBus has started anew, and counts its windows from the beginning."""
        self._window = ""
        self._kept.clear()

    def snapshot(self) -> dict[str, bool]:
        """What a restarted engine should find again; holds no text."""
        return {"hangul": self.hangul, "predict": self.predict, "incognito": self.incognito}

    def restore(self, snapshot: Mapping[str, bool]) -> None:
        """Take a snapshot back; what it lacks stays as it is."""
        self.hangul = snapshot.get("hangul", self.hangul)
        self.predict = snapshot.get("predict", self.predict)
        self.incognito = snapshot.get("incognito", self.incognito)

    def _keep(self, window: str) -> None:
        self._kept[window] = self.hangul
        self._kept.move_to_end(window)
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
