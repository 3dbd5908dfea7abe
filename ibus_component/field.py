# SPDX-License-Identifier: Apache-2.0
"""The text field that has the focus, as far as its client tells."""

from __future__ import annotations

from typing import Final

from ibus_component.privacy import Policy, policy_of
from ibus_component.toolkits import orders_keys
from ibus_component.writer import is_synchronous

__all__ = ["Field"]

SURROUNDING_CAPABILITY: Final = 1 << 5


class Field:
    """What the client says, kept until it says otherwise: it repeats nothing at a focus change.

    Args:
        ibus_version: Of the ibus-daemon; it decides how clients order keys and text.
        wayland: Whether this is a Wayland session. There no client knows its place on the
            screen; it tells the panel where the caret is in its window, and nobody tells us.
    """

    def __init__(self, ibus_version: tuple[int, int, int], *, wayland: bool = False) -> None:
        self._version = ibus_version
        self._client = ""
        self._capabilities = 0
        self._kind = (0, 0)
        self._terminal_predict = False
        self.policy = Policy()
        """What may be done here."""
        self._wayland = wayland
        self._caret_told = False

    def meet(self, client: str) -> None:
        """Take over what kind of program it is, such as `gtk3-im:gedit`; empty is any."""
        self._client = client

    def allow_terminals(self, predict: bool) -> bool:
        """Say whether terminals get predictions; whether that changes the policy here."""
        self._terminal_predict = predict
        return self.become(*self._kind)

    def become(self, purpose: int, hints: int) -> bool:
        """Take over the content type; whether that changes the policy."""
        self._kind = (purpose, hints)
        was, self.policy = self.policy, policy_of(purpose, hints, self._terminal_predict)
        return self.policy != was

    def set_capabilities(self, capabilities: int) -> bool:
        """Take over IBusCapabilite; whether surrounding text is offered no more."""
        was, self._capabilities = self._capabilities, capabilities
        return bool(was & ~capabilities & SURROUNDING_CAPABILITY)

    def set_caret(self, x: int, y: int, width: int, height: int) -> None:
        """Take over the caret's place on the screen, in pixels; all 0 is nowhere."""
        self._caret_told = any((x, y, width, height))

    @property
    def caret_known(self) -> bool:
        """Whether a list can be placed at the caret."""
        return self._caret_told or self._wayland

    @property
    def tells_surrounding(self) -> bool:
        """Whether the client's surrounding text is offered, and is the user's own."""
        return self.policy.surrounding and bool(self._capabilities & SURROUNDING_CAPABILITY)

    @property
    def is_synchronous(self) -> bool:
        """Whether the client applies our answer to a key before our commits."""
        if orders_keys(self._client):
            return False
        return is_synchronous(self._version, self._capabilities)
