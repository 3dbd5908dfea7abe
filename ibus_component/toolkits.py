# SPDX-License-Identifier: Apache-2.0
"""What toolkits do their own way, known by the name that a client gives its input context."""

from __future__ import annotations

from typing import Final

from ibus_component.keymap import is_at

__all__ = ["commits_preedit", "counts_as_x", "key_position", "orders_keys", "program_of"]

QT: Final = "QIBusInputContext"
"""Qt 5 and 6, on X11 and on Wayland."""

WAYLAND: Final = "wayland"
"""ibus-wayland, which stands between a compositor's input-method protocol and IBus."""

X_OFFSET: Final = 8
"""X counts keys from 8, the kernel from 0."""


def commits_preedit(client: str) -> bool:
    """Whether the client commits what is being composed at a click or a change of field.

    Qt does, then tells the daemon to reset, which would commit it a second time.
    """
    return client == QT


def orders_keys(client: str) -> bool:
    """Whether the client applies commits and keys in the order they come, whatever IBus says.

    Qt does by default and has no capability bit to say so. A forwarded key would reach
    none of its shortcuts, and with Control it crashes the application.
    """
    return client == QT


def program_of(client: str) -> str:
    """The program behind a client, as far as its toolkit says; else the toolkit itself.

    >>> program_of("gtk3-im:gedit"), program_of("QIBusInputContext")
    ('gedit', 'QIBusInputContext')
    """
    return client.rpartition(":")[2]


def counts_as_x(client: str) -> bool:
    """Whether key positions may come as X counts them instead of as the kernel does."""
    return client == WAYLAND


def key_position(keyval: int, keycode: int) -> int:
    """The kernel's number of a key that `counts_as_x`.

    ibus-wayland 1.5.27 counts as X does. Should a later one not, its symbols agree with
    the positions of a US keyboard as they stand.
    """
    return keycode if keycode < X_OFFSET or is_at(keyval, keycode) else keycode - X_OFFSET
