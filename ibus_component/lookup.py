# SPDX-License-Identifier: Apache-2.0
"""The candidate list, and the question that may bring it.

    rest ──idled──► ask ──► waiting ──answered and idled──► shown, passive ──enter──► active
     └───────────────┴─────────┴───── any key: cancel ◄────────┴────────────────────────┘

A ticket names one rest or one question; whatever arrives with an older one is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ibus_component.actions import Action, Ask, HideList, Orientation, ShowList, Wait
from ibus_component.tally import Tally
from ime_engine.protocol import Candidate, Query

__all__ = ["CandidateList", "ListStyle", "Suggestions"]


@dataclass(frozen=True, slots=True)
class CandidateList:
    """Candidates on the screen, never none; passive while the cursor is None."""

    candidates: tuple[Candidate, ...]
    cursor: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether the user has entered it."""
        return self.cursor is not None

    def moved(self, step: int) -> CandidateList:
        """Highlight the next or previous one, round and round; entering highlights the first."""
        if self.cursor is None:
            return replace(self, cursor=0)
        return replace(self, cursor=(self.cursor + step) % len(self.candidates))

    def at(self, index: int) -> CandidateList:
        """Highlight that one, or the nearest."""
        return replace(self, cursor=max(0, min(index, len(self.candidates) - 1)))

    def without(self, index: int) -> CandidateList | None:
        """The list without that one; None when nothing is left."""
        left = self.candidates[:index] + self.candidates[index + 1 :]
        return replace(self, candidates=left).at(index) if left else None


@dataclass(frozen=True, slots=True)
class ListStyle:
    """When a list of predictions appears, and how."""

    delay_ms: int = 200
    """Idle span before it appears, in milliseconds."""

    min_confidence: float = 0.0
    """Least probability of the best candidate, 0 to 1."""

    page_size: int = 5
    """Most candidates shown."""

    hint: str = ""
    """Auxiliary text of a list that has just appeared; empty for none."""

    orientation: Orientation = "vertical"

    on_request: bool = False
    """Whether it appears only when a key asks for it."""


@dataclass(slots=True)
class _Question:
    """A question under way."""

    forced: bool
    """Shown however unsure: the user asked for it."""

    idle: bool = False
    candidates: tuple[Candidate, ...] | None = None
    """The answer, once it is here."""


class Suggestions:
    """Holds at most one question or one list.

    Args:
        style: When a list appears, and how.
        tally: Counts those that do.
    """

    def __init__(self, style: ListStyle, tally: Tally) -> None:
        self._tally = tally
        self.style = style
        """Counts from the next question on."""
        self._ticket = 0
        self._resting = False
        self._question: _Question | None = None
        self.shown: CandidateList | None = None
        """What is on the screen now."""

    def rest(self, span_ms: int) -> tuple[Action, ...]:
        """Wait with a question until the hands have rested; `rested` tells when."""
        hide = self.cancel()
        self._ticket += 1
        self._resting = True
        return (*hide, Wait(self._ticket, span_ms))

    def rested(self, ticket: int) -> bool:
        """Whether this is the end of a rest after which no key came."""
        return self._resting and ticket == self._ticket

    def ask(self, query: Query, *, forced: bool = False, rested_ms: int = 0) -> tuple[Action, ...]:
        """Start a question; the list comes when it is answered and the hands rest.

        Args:
            query: What to ask.
            forced: Show the list at once and however unsure.
            rested_ms: How long the hands have rested already.
        """
        hide = self.cancel()
        self._ticket += 1
        self._question = _Question(forced)
        delay_ms = 0 if forced else max(0, self.style.delay_ms - rested_ms)
        return (*hide, Ask(self._ticket, query), Wait(self._ticket, delay_ms))

    def cancel(self, *, taken: bool = False) -> tuple[Action, ...]:
        """Drop the question and take the list away; whether a candidate of it was taken."""
        was_shown, self.shown, self._question = self.shown, None, None
        self._resting = False
        if was_shown is None:
            return ()
        if not taken:
            self._tally.ignored()
        return (HideList(),)

    def awaits(self, ticket: int) -> bool:
        """Whether an answer with this ticket is still wanted."""
        question = self._question
        return question is not None and ticket == self._ticket and question.candidates is None

    @property
    def forced(self) -> bool:
        """Whether the user asked for the list that is due."""
        return self._question is not None and self._question.forced

    def answered(self, ticket: int, candidates: Iterable[Candidate]) -> tuple[Action, ...]:
        """The daemon's answer to a question."""
        if self._question is None or not self.awaits(ticket):
            return ()
        self._question.candidates = _presentable(candidates)[: self.style.page_size]
        return self._show_when_due(self._question)

    def idled(self, ticket: int) -> tuple[Action, ...]:
        """No key came since the question."""
        if self._question is None or ticket != self._ticket:
            return ()
        self._question.idle = True
        return self._show_when_due(self._question)

    def show(self, shown: CandidateList | None, hint: str) -> tuple[Action, ...]:
        """Put a changed list on the screen; None takes it away."""
        if shown is None:
            return self.cancel()
        self.shown = shown
        rows = tuple(candidate.text for candidate in shown.candidates)
        return (ShowList(rows, shown.cursor, hint, self.style.orientation),)

    def _show_when_due(self, question: _Question) -> tuple[Action, ...]:
        candidates = question.candidates
        if candidates is None or not question.idle:
            return ()
        self._question = None
        if not candidates:
            return ()
        if not (question.forced or candidates[0].probability >= self.style.min_confidence):
            return ()
        self._tally.shown()
        return self.show(CandidateList(candidates), self.style.hint)


def _presentable(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Without blanks and control characters; of those that differ only in spacing, the first."""
    kept: dict[str, Candidate] = {}
    for candidate in candidates:
        text = candidate.text.strip()
        if text and text.isprintable():
            kept.setdefault("".join(text.split()), replace(candidate, text=text))
    return tuple(kept.values())
