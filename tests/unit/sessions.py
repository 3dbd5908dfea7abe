# SPDX-License-Identifier: Apache-2.0
"""A session in a field of its own, and typing in it."""

from __future__ import annotations

from ibus_component.actions import Reaction
from ibus_component.consent import Consent
from ibus_component.field import Field
from ibus_component.input_mode import InputMode
from ibus_component.session import Session
from ibus_component.settings import Settings
from ibus_component.tally import Tally
from ime_engine.protocol import Candidate
from tests.unit.keyboard import key
from tests.unit.text_field import SYNC_BIT

__all__ = ["MEET", "consent_to", "free_tally", "session_in", "typed", "typed_rk"]

MEET = Candidate("만나서", 0.5)


def session_in(capabilities: int = SYNC_BIT, settings: Settings | None = None) -> Session:
    session = Session(settings or Settings())
    session.focus_in("gtk3-im:test")
    session.set_capabilities(capabilities)
    session.set_cursor_location(10, 10, 1, 20)
    return session


def typed(session: Session, characters: str) -> list[Reaction]:
    return [session.press(key("space" if c == " " else c)) for c in characters]


def typed_rk() -> Session:
    session = session_in()
    typed(session, "rk")
    return session


def consent_to(settings: Settings, mode: InputMode | None = None) -> Consent:
    """That of a field of no special kind."""
    return Consent(Field((1, 5, 27)), mode or InputMode.of(settings), settings)


def free_tally() -> Tally:
    """Counts everything."""
    return Tally(consent_to(Settings()))
