# SPDX-License-Identifier: Apache-2.0
"""Every purpose and hint against the table of DESIGN 4."""

from __future__ import annotations

import pytest

from ibus_component.privacy import Hint, Policy, Purpose, policy_of

SILENT = Policy(compose=False, predict=False, private=True, surrounding=False, learn=False)
NOT_PROSE = {Purpose.URL, Purpose.EMAIL, Purpose.DIGITS, Purpose.NUMBER, Purpose.PHONE}


@pytest.mark.parametrize("hints", [0, 1, Hint.PRIVATE, 0x7FF])
@pytest.mark.parametrize("purpose", [Purpose.PASSWORD, Purpose.PIN])
def test_secrets_silence_the_engine(purpose: Purpose, hints: int) -> None:
    assert policy_of(purpose, hints, terminal_predict=True, terminal_learn=True) == SILENT


@pytest.mark.parametrize("purpose", list(Purpose))
def test_hidden_text_is_a_secret_whatever_the_purpose(purpose: Purpose) -> None:
    hidden = policy_of(purpose, Hint.HIDDEN_TEXT, terminal_predict=True, terminal_learn=True)
    assert hidden == SILENT


@pytest.mark.parametrize("purpose", sorted(NOT_PROSE))
def test_where_no_prose_is_written_nothing_is_asked(purpose: Purpose) -> None:
    assert policy_of(purpose, 0) == Policy(predict=False, learn=False)


@pytest.mark.parametrize("purpose", [Purpose.FREE_FORM, Purpose.ALPHA, Purpose.NAME, 77])
def test_anything_else_is_free_text(purpose: int) -> None:
    assert policy_of(purpose, 0) == Policy()
    assert policy_of(purpose, Hint.PRIVATE) == Policy(private=True, learn=False)


@pytest.mark.parametrize("predict", [True, False])
@pytest.mark.parametrize("learn", [True, False])
def test_a_terminal_does_only_what_is_wanted_and_never_shows_its_screen(
    predict: bool, learn: bool
) -> None:
    policy = policy_of(Purpose.TERMINAL, 0, terminal_predict=predict, terminal_learn=learn)
    assert policy == Policy(predict=predict, surrounding=False, learn=learn)


def test_a_private_terminal_learns_nothing() -> None:
    assert not policy_of(Purpose.TERMINAL, Hint.PRIVATE, terminal_learn=True).learn
