# SPDX-License-Identifier: Apache-2.0
"""The list of predictions: when to ask for it, and what keys and clicks do to it.

After a finished eojeol the question is for the next one, and goes out at once. Within
an eojeol it is for the rest of it, and goes out after a short rest of the hands: else
each key of a burst would ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ibus_component.actions import Action, Forget
from ibus_component.auxiliary import active_hint, forgotten_hint, passive_hint
from ibus_component.begun import Begun, begun_of
from ibus_component.consent import Consent
from ibus_component.field import Field
from ibus_component.input_mode import InputMode
from ibus_component.keys import Key
from ibus_component.lookup import CandidateList, ListStyle, Suggestions
from ibus_component.manners import Act, Bindings, Manner, manner_of
from ibus_component.settings import Settings
from ibus_component.surrounding import ends_eojeol
from ibus_component.tally import Tally
from ibus_component.writer import Writer
from ime_engine.protocol import Candidate, Query

__all__ = ["REST_MS", "Predictions"]

LEFT_BUTTON: Final = 1

REST_MS: Final = 120
"""Span without a key before the rest of an eojeol is asked for; keys of a burst are closer."""


class Predictions:
    """Asks, shows, and writes what is accepted.

    Args:
        writer: Knows what stands before the caret, and writes there.
        field: Knows what may be asked here.
        settings: What the user wants.
        mode: Knows whether the predictor is switched on.
        consent: Knows whether a question is private.
        tally: Counts the lists.
    """

    def __init__(
        self,
        writer: Writer,
        field: Field,
        settings: Settings,
        mode: InputMode,
        consent: Consent,
        tally: Tally,
    ) -> None:
        self._writer = writer
        self._field = field
        self._suggestions = Suggestions(ListStyle(), tally)
        self._mode = mode
        self._consent = consent
        self._begun: Begun | None = None
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Take over settings; they count from the next list on."""
        self._bindings = Bindings.of(settings)
        self._complete = settings.complete
        self._complete_after = settings.complete_after
        self._active_hint = active_hint(settings)
        self._suggestions.style = ListStyle(
            settings.popup_delay_ms,
            settings.min_confidence,
            settings.page_size,
            passive_hint(settings),
            settings.orientation,
            settings.show_on_request,
        )

    # -- keys and clicks ----------------------------------------------------

    def press(self, key: Key) -> tuple[Action, ...] | None:
        """What a key does to the list on the screen; None when it is not for the list."""
        shown = self._suggestions.shown
        manner = manner_of(key, shown, self._bindings)
        if shown is None or manner.act is Act.NOTHING:
            return None
        return self._act(manner, shown)

    def clicked(self, index: int, button: int) -> tuple[Action, ...]:
        """A candidate was clicked; `index` counts in the page."""
        shown = self._suggestions.shown
        if shown is None or button != LEFT_BUTTON or not 0 <= index < len(shown.candidates):
            return ()
        return self._accept(shown, index)

    def move(self, manner: Manner) -> tuple[Action, ...]:
        """The panel's buttons and wheel."""
        shown = self._suggestions.shown
        return self._act(manner, shown) if shown else ()

    def cancel(self) -> tuple[Action, ...]:
        """Drop the question and take the list away."""
        return self._suggestions.cancel()

    def _act(self, manner: Manner, shown: CandidateList) -> tuple[Action, ...]:
        match manner.act:
            case Act.PICK:
                return self._accept(shown, manner.index)
            case Act.ACCEPT | Act.ACCEPT_SPACE:
                space = manner.act is Act.ACCEPT_SPACE
                return self._accept(shown, shown.cursor or 0, then_space=space)
            case Act.MOVE:
                return self._suggestions.show(shown.moved(manner.index), self._active_hint)
            case Act.JUMP:
                return self._suggestions.show(shown.at(manner.index), self._active_hint)
            case Act.FORGET:
                return self._forget(shown)
            case _:
                return self._suggestions.cancel()

    def _accept(
        self, shown: CandidateList, index: int, *, then_space: bool = False
    ) -> tuple[Action, ...]:
        eojeol, begun = shown.candidates[index].text, self._begun
        if begun is not None and begun != self._begun_now:
            # The application changed the text: what would be missing is not known.
            return self._suggestions.cancel()
        hide = self._suggestions.cancel(taken=True)
        if begun is None:
            return (*hide, *self._writer.accept(eojeol, then_space=then_space), *self._ask_next())
        written = self._writer.complete(begun.missing(eojeol), eojeol, then_space=then_space)
        return (*hide, *written, *self._ask_next())

    def _forget(self, shown: CandidateList) -> tuple[Action, ...]:
        index = shown.cursor or 0
        eojeol = shown.candidates[index].text
        left = shown.without(index)
        return (Forget(eojeol), *self._suggestions.show(left, forgotten_hint(eojeol)))

    # -- questions ----------------------------------------------------------

    def typed(self, key: Key) -> tuple[Action, ...]:
        """A key was written: ask when it finished an eojeol, or has come far enough in one."""
        if self._writer.composing:
            return self._rest()
        before = self._writer.context.before
        finished = key.character == " " and before.endswith(" ") and ends_eojeol(before[:-1])
        return self._ask_next() if finished else ()

    def request(self) -> tuple[Action, ...]:
        """The user asks for the list now, however unsure: of this eojeol, else of the next."""
        begun = self._begun_now if self._complete else None
        return self._ask_rest_of(begun, forced=True) if begun else self._ask_next(forced=True)

    def answered(self, ticket: int, candidates: Iterable[Candidate]) -> tuple[Action, ...]:
        """The daemon's answer; a stale one is dropped."""
        if not self._suggestions.awaits(ticket):
            return ()
        if not self._may_show:
            return self._suggestions.cancel()
        if self._begun is not None:
            same = self._begun == self._begun_now
            candidates = self._begun.completions(candidates) if same else ()
            if not candidates and self._suggestions.forced:
                return self._ask_next(forced=True)
        return self._suggestions.answered(ticket, candidates)

    def idled(self, ticket: int) -> tuple[Action, ...]:
        """The span of a Wait is over; a stale one is dropped."""
        if not self._may_show:
            return self._suggestions.cancel()
        if not self._suggestions.rested(ticket):
            return self._suggestions.idled(ticket)
        begun = self._begun_now
        return self._ask_rest_of(begun) if begun else self._suggestions.cancel()

    @property
    def may_ask(self) -> bool:
        """Whether the daemon may be asked about the text before the caret."""
        asked_for = self._mode.predict and self._field.policy.predict
        return asked_for and not self._writer.context.has_selection and bool(self._text.strip())

    @property
    def _may_show(self) -> bool:
        return self.may_ask and self._field.caret_known

    @property
    def _text(self) -> str:
        """All that is written, what is being composed included."""
        return self._writer.context.before + self._writer.composing

    @property
    def _begun_now(self) -> Begun | None:
        """The eojeol in the making; none where a word goes on behind the caret."""
        context = self._writer.context
        return None if context.continues else begun_of(context.before, self._writer.composing)

    def _rest(self) -> tuple[Action, ...]:
        if not self._complete or self._suggestions.style.on_request or not self.may_ask:
            return ()
        begun = self._begun_now
        if begun is None or begun.syllables < self._complete_after:
            return ()
        return self._suggestions.rest(REST_MS)

    def _ask_rest_of(self, begun: Begun, *, forced: bool = False) -> tuple[Action, ...]:
        self._begun = begun
        query = self._query(begun.before, begun.prefix)
        return self._suggestions.ask(query, forced=forced, rested_ms=REST_MS)

    def _ask_next(self, *, forced: bool = False) -> tuple[Action, ...]:
        style = self._suggestions.style
        if not self.may_ask or (style.on_request and not forced):
            return ()
        self._begun = None
        return self._suggestions.ask(self._query(self._text), forced=forced)

    def _query(self, before: str, prefix: str = "") -> Query:
        limit = self._suggestions.style.page_size
        return Query(before, prefix, limit=limit, private=self._consent.private)
