# SPDX-License-Identifier: Apache-2.0
"""Types in one client, and knows what each of its fields must then hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.panel import CandidateList, Panel
from ibus_component.demo.screen import Box, Screen
from ibus_component.demo.typist import Typist
from ibus_component.demo.waiting import DemoError, wait_until
from tests.e2e.clients.client import Client
from tests.e2e.clients.ear import Ear
from tests.e2e.clients.kind import Caret, Kind
from tests.e2e.clients.windows import neighbour

__all__ = ["Hand"]

NEAR_PX: Final = 12
"""A list no further than this from the caret's line is at the caret."""


class Hand:
    """One typist at one client.

    Args:
        client: Where it types.
        kind: What it is like.
        desktop: Where it is open.
        panel: The candidate list.
        ear: What client and engine say to each other.
    """

    def __init__(
        self, client: Client, kind: Kind, desktop: Desktop, panel: Panel, ear: Ear
    ) -> None:
        self.client = client
        self.kind = kind
        self.panel = panel
        self.ear = ear
        self._desktop = desktop
        self._typist = Typist(desktop.environment, kind.pace_ms)
        self._screen = Screen(desktop.environment)
        self.field = "main"
        self.expected = {"main": ""}
        """What each field must hold, as far as it was typed into."""
        self.environment = desktop.environment

    # -- keys ---------------------------------------------------------------

    def type(self, text: str) -> None:
        """Type Korean, digits and punctuation at the end of the field."""
        self._typist.type(text)
        self.add(text)

    def keys(self, names: str) -> None:
        """Press keys by X's names, whatever they may do."""
        self._typist.press(*names.split())

    def add(self, text: str) -> None:
        """Expect this at the end of the field."""
        self.expected[self.field] = self.expected.get(self.field, "") + text

    def drop(self, count: int) -> None:
        """Expect the field without its last characters."""
        self.expected[self.field] = self.expected[self.field][:-count]

    # -- the field ----------------------------------------------------------

    def end_line(self) -> None:
        """Press Enter and check: it comes behind all that was typed before, and once."""
        self.keys("Return")
        self.add("\n")
        self.check()

    def check(self) -> None:
        """Wait until every field holds what it must.

        Raises:
            DemoError: One does not.
        """
        for field, text in self.expected.items():
            self.client.await_text(field, text)

    def see_composing(self) -> None:
        """Wait until the client shows what is being composed behind its text."""
        if self.kind.tells_preedit:
            self.client.await_text(self.field, self.expected[self.field], composing=True)

    def click(self, field: str) -> None:
        """Click near the beginning of a field."""
        self._typist.click(*self.client.spot(field))

    def go_to(self, field: str, *, listens: bool = True) -> None:
        """Click into another field and wait until it has the keyboard.

        Args:
            field: Its name.
            listens: Whether an input method listens there.
        """
        if listens and self.kind.own_contexts:
            waiting: AbstractContextManager[None] = self._listening(
                f"No input method listens in {field!r}"
            )
        else:
            waiting = nullcontext()
        with waiting:
            self.click(field)
            self.client.await_focus(field)
        self.field = field

    def leave_and_return(self) -> None:
        """Have another window take the keyboard, and go.

        IBus must have heard of each: two programs tell it without waiting for one another, and
        a window that goes before it was heard may seem to come last.
        """
        with self._listening("The other window has no input method"):
            other = neighbour(self._desktop)
            self.client.await_focus("")
        with self._listening(f"No input method came back to {self.field!r}"):
            other.terminate()
            self.client.await_focus(self.field)

    @contextmanager
    def _listening(self, missing: str) -> Iterator[None]:
        """Wait at the end until the engine was given to one more place.

        Raises:
            DemoError: It was not.
        """
        heard = self.ear.count("FocusIn", "FocusInId")
        yield
        self.ear.await_more(heard, "FocusIn", "FocusInId", missing=missing)

    # -- the list -----------------------------------------------------------

    def await_list(self) -> CandidateList:
        """Wait for a passive list."""
        return self.panel.await_list()

    def see_list_in_place(self) -> None:
        """Wait until the list touches the line of the caret, below or above.

        Raises:
            DemoError: It is elsewhere.
        """
        if self.kind.caret not in (Caret.CLIENT, Caret.IBUS):
            return
        seen: Box | None = None

        def near() -> bool:
            nonlocal seen
            seen = self._screen.list_box()
            return seen is not None and _near(self._caret(), seen)

        try:
            wait_until(near, "", 2.0)
        except DemoError:
            caret = self._caret()
            raise DemoError(f"The list is at {seen}, but the caret is at {caret}.") from None

    def _caret(self) -> Box:
        if self.kind.caret is Caret.CLIENT:
            return self.client.caret
        return Box(*(int(number) for number in self.ear.last("SetCursorLocation")))


def _near(caret: Box, box: Box) -> bool:
    below = abs(box.y - caret.bottom) <= NEAR_PX
    above = abs(box.bottom - caret.y) <= NEAR_PX
    return (below or above) and box.x - NEAR_PX <= caret.right <= box.right + NEAR_PX
