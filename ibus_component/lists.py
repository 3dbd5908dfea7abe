# SPDX-License-Identifier: Apache-2.0
"""The two lists of a session, of which one at most is on the screen: hanja, predictions."""

from __future__ import annotations

from ibus_component.actions import Action
from ibus_component.hanja_picker import HanjaPicker
from ibus_component.manners import LAST, Act, Manner
from ibus_component.predictions import Predictions

__all__ = ["Lists"]


class Lists:
    """What the panel's buttons, wheel and rows do to whichever list is there."""

    def __init__(self, hanja: HanjaPicker, predictions: Predictions) -> None:
        self._hanja = hanja
        self._predictions = predictions

    def clicked(self, index: int, button: int) -> tuple[Action, ...]:
        """A row of the page was clicked."""
        if self._hanja.is_open:
            return self._hanja.clicked(index, button)
        return self._predictions.clicked(index, button)

    def turn(self, step: int) -> tuple[Action, ...]:
        """The page before (-1) or after (1); of predictions, one page, its first or last row."""
        jump = Manner(Act.JUMP, 0 if step < 0 else LAST)
        return self._hanja.turn(step) or self._predictions.move(jump)

    def step(self, step: int) -> tuple[Action, ...]:
        """The row before (-1) or after (1)."""
        return self._hanja.step(step) or self._predictions.move(Manner(Act.MOVE, step))

    def close(self) -> tuple[Action, ...]:
        """Take away what is there, and ask no more."""
        return (*self._hanja.close(), *self._predictions.cancel())

    def clear(self) -> tuple[Action, ...]:
        """The caret is elsewhere."""
        return (*self._hanja.clear(), *self._predictions.cancel())
