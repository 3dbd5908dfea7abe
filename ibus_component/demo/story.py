# SPDX-License-Identifier: Apache-2.0
"""A person types a message and takes words from the list; every step is checked.

    type …␣ → list at the caret → accept by Alt+n, by Tab and Space, or by mouse → type on …
    type half a word → the same, and what is missing of it is written

What the model offers is not known beforehand: the typist looks at the list and
takes the word they want if it is there, else the first one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from ibus_component.demo.application import Application
from ibus_component.demo.desktop import Desktop
from ibus_component.demo.panel import CandidateList, Panel
from ibus_component.demo.screen import Box, Screen
from ibus_component.demo.transcript import Transcript
from ibus_component.demo.typist import PACE_MS, Typist
from ibus_component.demo.waiting import DemoError, wait_until

__all__ = ["MESSAGE", "Accept", "Scene", "Story", "scenes_for"]

FAR_PX: Final = 8
"""A list further than this from the caret's line is not at the caret."""


class Accept(Enum):
    """How to take the n-th candidate."""

    CHORD = "Alt+{n}"
    ENTER = "Tab × {n}, Space"
    MOUSE = "click"


@dataclass(frozen=True, slots=True)
class Scene:
    """Type, look at the list, take a candidate."""

    text: str
    """What to type; a space at its end brings the next word, half a word brings the rest of it."""

    by: Accept
    wanted: tuple[str, ...] = ()
    """What the typist hopes to find, best first."""


MESSAGE: Final = (
    Scene("안녕하", Accept.CHORD, ("안녕하세요",)),
    Scene(". 자료를 보내 주셔서 ", Accept.CHORD, ("감사합니다",)),
    Scene(". 궁금한 점이 있으시면 ", Accept.ENTER, ("언제든지", "언제든")),
    Scene("말씀해 ", Accept.MOUSE, ("주세요", "주십시오")),
    Scene(".\n감사합니다. 앞으로도 잘 ", Accept.CHORD, ("부탁드립니다", "부탁드리겠습니다")),
)
"""The demo's letter; `Story` adds the full stop."""


def scenes_for(text: str) -> tuple[Scene, ...]:
    """A text of the user's own, followed by two candidates: one by key, one by mouse."""
    return (Scene(text.rstrip() + " ", Accept.CHORD), Scene(" ", Accept.MOUSE))


class Story:
    """One person at one desktop."""

    def __init__(
        self, desktop: Desktop, transcript: Transcript, out: Path, pace_ms: int = PACE_MS
    ) -> None:
        self.window = Application.open_on(desktop)
        self.panel = Panel(desktop)
        self._screen = Screen(desktop.environment)
        self._typist = Typist(desktop.environment, pace_ms)
        self._transcript = transcript
        self._out = out
        # The GTK 4 module of IBus 1.5.27 tells the panel a wrong place.
        self._placed = desktop.plan.gtk == 3
        self._space_is_due = False
        self._begun = ""
        self._pictures = 0
        self.text = ""
        """What a person must see in the document."""
        self.keys = 0
        self.clicks = 0

    def play(self, scenes: Sequence[Scene]) -> None:
        """Play the scenes and end the message.

        Raises:
            DemoError: The document or the list is not what a typist expects.
        """
        for scene in scenes:
            self.type(scene.text)
            shown, _ = self.await_list()
            self.photograph("list")
            self.accept(scene, shown)
        self.type(".")
        self.photograph("done")

    def type(self, text: str) -> None:
        """Type, and check that a person sees the text so far."""
        keys = self._typist.type(text)
        if self._space_is_due and text[0].isalnum():
            self.text += " "
        self._space_is_due = False
        self.text += text
        self._begun = _begun(self.text)
        self.keys += keys
        self._transcript.typed(text, keys)
        self._check()

    def await_list(self) -> tuple[CandidateList, Box]:
        """Wait for the list, and check that it is drawn at the caret."""
        shown = self.panel.await_list()
        self._transcript.listed(shown, time.monotonic() - self.window.changed_at_s)
        return shown, self._await_box()

    def accept(self, scene: Scene, shown: CandidateList) -> None:
        """Take a candidate as the scene says, and check that the document has it."""
        wanted = (text for text in scene.wanted if text in shown.candidates)
        text = next(wanted, shown.candidates[0])
        index = shown.candidates.index(text)
        match scene.by:
            case Accept.CHORD:
                self.press(f"alt+{index + 1}")
            case Accept.ENTER:
                self._enter(index)
            case Accept.MOUSE:
                self._click(index, len(shown.candidates))
        self._space_is_due = scene.by is not Accept.ENTER
        self.text = self.text.removesuffix(self._begun) + text
        self.text += "" if self._space_is_due else " "
        self._begun = ""
        self._transcript.accepted(scene.by.value.format(n=index + 1), text)
        self._check()

    def _click(self, index: int, count: int) -> None:
        """Click the candidate's row, where it is by now."""
        box = self._screen.list_box()
        if box is None:
            raise DemoError("The list went away before the click.")
        self._typist.click(*self._screen.rows(box, count)[index])
        self.clicks += 1

    def _enter(self, index: int) -> None:
        """Tab to a candidate, see it highlighted, and take it with Space."""
        self.press(*["Tab"] * (index + 1))
        self.panel.await_cursor(index)
        self.photograph("highlighted")
        self.press("space")

    def photograph(self, what: str) -> None:
        """Save a picture of the screen in the folder the user chose."""
        self._pictures += 1
        path = self._out / f"{self._pictures}-{what}.png"
        self._screen.photograph(path)
        self._transcript.picture(path)

    def _await_box(self) -> Box:
        """Wait until the list is drawn at the caret; the panel shows it first, then moves it."""
        seen: Box | None = None

        def at_caret() -> Box | None:
            nonlocal seen
            seen = self._screen.list_box()
            return seen if seen and (not self._placed or _is_at(self.window.caret, seen)) else None

        try:
            return wait_until(at_caret, "", 2.0)
        except DemoError:
            caret = self.window.caret
            raise DemoError(f"The list is at {seen}, but the caret is at {caret}.") from None

    def press(self, *keys: str) -> None:
        """Press keys by X's names, whatever they may do."""
        self._typist.press(*keys)
        self.keys += len(keys)

    def _check(self) -> None:
        self.window.await_text(self.text)
        self._transcript.document(self.text)


def _begun(text: str) -> str:
    """The word whose last syllable is still in work; empty when the text ends with none."""
    return text.split()[-1] if "가" <= text[-1] <= "힣" else ""


def _is_at(caret: Box, box: Box) -> bool:
    """Whether the list touches the caret's line, below or above, and begins near the caret."""
    below = abs(box.y - caret.bottom) <= FAR_PX
    above = abs(box.bottom - caret.y) <= FAR_PX
    return (below or above) and box.x - FAR_PX <= caret.right <= box.right + FAR_PX
