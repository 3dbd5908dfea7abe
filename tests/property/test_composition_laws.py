# SPDX-License-Identifier: Apache-2.0
"""Laws of composition: every keyboard, every way to show what is composed, every client."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ibus_component.libhangul import BUILT_IN, HangulContext, HangulOption
from ibus_component.settings import Settings
from ime_engine.hangul.keystrokes import strokes_of
from tests.unit.text_field import CLIENTS, Client
from tests.unit.typist import Desk

PRINTABLE = "".join(map(chr, range(33, 127)))
OTHERS = ("space", "Return", "Left", "Right", "Home", "Escape", "Control+c", "Super_L", "Hangul")

clients = st.sampled_from(CLIENTS)
layouts = st.sampled_from(BUILT_IN)
ways = st.sampled_from(["syllable", "word", "none"])
letters = st.text("qwertyuiopasdfghjklzxcvbnmQWERTOP", min_size=1, max_size=20)
keys = st.lists(
    st.one_of(st.sampled_from(PRINTABLE), st.sampled_from([*OTHERS, "space"])), max_size=30
)


def typed(client: Client, script: list[str], *, away: bool = True, **wanted: object) -> Desk:
    """A desk where the keys were pressed; the last key ends what is composed."""
    desk = Desk(client, settings=Settings(predict=False, **wanted))  # type: ignore[arg-type]
    for name in [*script, "Escape"] if away else script:
        desk.press(name)
    return desk


@given(st.text(PRINTABLE, max_size=25), layouts, clients, ways)
@settings(max_examples=150, deadline=None)
def test_every_keyboard_gives_what_libhangul_gives(
    text: str, layout: str, client: Client, way: str
) -> None:
    """Keys without a jamo come themselves, behind what they end."""
    expected, hangul = "", HangulContext(layout)
    hangul.set_option(HangulOption.AUTO_REORDER, False)
    for character in text:
        taken = hangul.process(character)
        expected += hangul.commit if taken else hangul.commit + hangul.flush() + character
    desk = typed(client, list(text), layout=layout, preedit=way)
    assert desk.field.text == expected + hangul.flush()
    assert (desk.field.preedit, desk.composing) == ("", "")


@given(keys, layouts, clients)
@settings(max_examples=100, deadline=None)
def test_how_it_is_shown_changes_no_text(script: list[str], layout: str, client: Client) -> None:
    """D5: by syllable, by word, or beside the caret: the same document, the same keys passed."""
    one, *others = (
        typed(client, script, layout=layout, preedit=way) for way in ("syllable", "word", "none")
    )
    for other in others:
        assert (other.field.text, other.reached) == (one.field.text, one.reached)


@given(st.lists(st.sampled_from([*"rkstdh ", "BackSpace"]), max_size=40), clients, ways)
@settings(max_examples=100, deadline=None)
def test_backspace_leaves_the_same_text_however_it_is_shown(
    script: list[str], client: Client, way: str
) -> None:
    script = ["space" if name == " " else name for name in script]
    expected = typed(client, script)
    seen = typed(client, script, preedit=way)
    assert seen.field.text == expected.field.text


@given(letters, st.integers(0, 30), ways)
@settings(max_examples=80, deadline=None)
def test_a_click_or_a_reset_doubles_nothing(text: str, at: int, way: str) -> None:
    """A1, A10: whatever the mode, each jamo is there as often as it was typed."""
    plain = typed(CLIENTS[0], list(text), preedit=way)
    desk = typed(CLIENTS[0], list(text[:at]), preedit=way, away=False)
    desk.click(len(desk.field.text) + len(desk.field.preedit))
    for name in [*text[at:], "Escape"]:
        desk.press(name)
    assert strokes_of(desk.field.text) == strokes_of(plain.field.text)
