# SPDX-License-Identifier: Apache-2.0
"""What the kind of a text field allows: the table of docs/design/key-manners.md."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

__all__ = ["Hint", "Policy", "Purpose", "policy_of"]


class Purpose(IntEnum):
    """IBusInputPurpose."""

    FREE_FORM = 0
    ALPHA = 1
    DIGITS = 2
    NUMBER = 3
    PHONE = 4
    URL = 5
    EMAIL = 6
    NAME = 7
    PASSWORD = 8
    PIN = 9
    TERMINAL = 10


class Hint:
    """Bits of IBusInputHints that matter here."""

    PRIVATE: Final = 1 << 11
    HIDDEN_TEXT: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be done in the field that has the focus."""

    compose: bool = True
    """Whether Hangul is composed; False leaves every key alone."""

    predict: bool = True
    """Whether the daemon may be asked."""

    private: bool = False
    """Whether the question says that nothing may be kept or looked up."""

    surrounding: bool = True
    """Whether the client's surrounding text is the user's own text."""

    learn: bool = True
    """Whether the daemon may be told what was typed."""


SILENT: Final = Policy(compose=False, predict=False, private=True, surrounding=False, learn=False)
SECRETS: Final = frozenset({Purpose.PASSWORD, Purpose.PIN})
NOT_PROSE: Final = frozenset(
    {Purpose.URL, Purpose.EMAIL, Purpose.DIGITS, Purpose.NUMBER, Purpose.PHONE}
)


def policy_of(
    purpose: int, hints: int, terminal_predict: bool = False, terminal_learn: bool = False
) -> Policy:
    """Decide from what the client says about its field.

    Args:
        purpose: IBusInputPurpose; unknown numbers are taken as free text.
        hints: IBusInputHints.
        terminal_predict: Whether the user wants predictions in terminals.
        terminal_learn: Whether what is typed in terminals may be learnt.
    """
    private = bool(hints & Hint.PRIVATE)
    if purpose in SECRETS or hints & Hint.HIDDEN_TEXT:
        return SILENT
    if purpose == Purpose.TERMINAL:
        # Its surrounding text is the screen of another program.
        learn = terminal_learn and not private
        return Policy(predict=terminal_predict, private=private, surrounding=False, learn=learn)
    prose = purpose not in NOT_PROSE
    return Policy(predict=prose, private=private, learn=prose and not private)
