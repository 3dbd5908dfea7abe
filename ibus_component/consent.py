# SPDX-License-Identifier: Apache-2.0
"""Whether anything may be kept of what is typed: the field's say and the user's together.

    field    its purpose and hints, its program      Policy.learn, Policy.private
    user     learning, the predictor's switch        Settings.learn, InputMode.predict
             incognito                               InputMode.incognito

Looked up each time, never remembered: a switch in one window counts in all others.
"""

from __future__ import annotations

from ibus_component.field import Field
from ibus_component.input_mode import InputMode
from ibus_component.settings import Settings

__all__ = ["Consent"]


class Consent:
    """What is allowed here and now.

    Args:
        field: Knows what kind of field has the focus, and in which program.
        mode: Knows the switches that all windows share.
        settings: What the user wants.
    """

    def __init__(self, field: Field, mode: InputMode, settings: Settings) -> None:
        self._field = field
        self._mode = mode
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Take over settings."""
        self._learning = settings.learn
        self.typed = settings.learn_from == "all"
        """Whether typed eojeols are told, too, and not only accepted ones."""

    @property
    def learn(self) -> bool:
        """Whether the daemon may be told of anything that is done."""
        mode = self._mode
        switches = self._learning and mode.predict and not mode.incognito
        return switches and self._field.policy.learn

    @property
    def private(self) -> bool:
        """Whether a question says that nothing may be kept or looked up."""
        return self._field.policy.private or not self._learning or self._mode.incognito
