# SPDX-License-Identifier: Apache-2.0
"""The text field that has the focus, as far as its client tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ibus_component.privacy import Policy, policy_of
from ibus_component.settings import Settings
from ibus_component.toolkits import orders_keys, program_of

__all__ = ["Field", "is_synchronous"]

SURROUNDING_CAPABILITY: Final = 1 << 5
SYNC_CAPABILITY: Final = 1 << 7


def is_synchronous(ibus_version: tuple[int, int, int], capabilities: int) -> bool:
    """Whether the client applies our answer to a key before our commits.

    The capability bit changed its meaning in 1.5.28; since 1.5.29 clients put
    answer and commits in order themselves.
    """
    if ibus_version >= (1, 5, 29):
        return False
    bit = bool(capabilities & SYNC_CAPABILITY)
    return bit if ibus_version >= (1, 5, 28) else not bit


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
        self._terminal_predict = self._terminal_learn = False
        self._private_apps: tuple[str, ...] = ()
        self.policy = Policy()
        """What may be done here."""
        self.touched = False
        """Whether a key or a text has come from it since it got the focus."""
        self._wayland = wayland
        self._caret_told = False

    def meet(self, client: str) -> None:
        """Take over what kind of program it is, such as `gtk3-im:gedit`; empty is any."""
        self._client = client
        self.touched = False
        self._decide()

    def follow(self, settings: Settings) -> bool:
        """Take over what the user allows where; whether that changes the policy here."""
        self._terminal_predict = settings.terminal_predict
        self._terminal_learn = settings.terminal_learn
        self._private_apps = settings.private_apps
        return self._decide()

    def become(self, purpose: int, hints: int) -> bool:
        """Take over the content type; whether that changes the policy."""
        self._kind = (purpose, hints)
        return self._decide()

    def _decide(self) -> bool:
        was = self.policy
        self.policy = policy_of(*self._kind, self._terminal_predict, self._terminal_learn)
        if self._is_private_app:
            self.policy = replace(self.policy, private=True, learn=False)
        return self.policy != was

    @property
    def _is_private_app(self) -> bool:
        """Whether it may be one of the user's private programs; one without a name may."""
        apps = self._private_apps
        return bool(apps) and (not self._client or program_of(self._client) in apps)

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
