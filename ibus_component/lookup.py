# SPDX-License-Identifier: Apache-2.0
"""The candidate list, and the question that may bring it.

    ask ──► waiting ──answered and idled──► shown, passive ──enter──► active
               └───────────── any key: cancel ◄──────┴──────────────────┘

A ticket names one question; whatever arrives with an older one is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ibus_component.actions import Action, Ask, HideList, ShowList, Wait
from ime_engine.protocol import Candidate, Query

__all__ = ["CandidateList", "Suggestions"]


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
        delay_ms: Idle span before a list appears.
        min_confidence: Least probability of the best candidate.
        page_size: Most candidates shown.
        hint: What stands above a list that has just appeared; empty for nothing.
    """

    def __init__(
        self, delay_ms: int, min_confidence: float, page_size: int, hint: str = ""
    ) -> None:
        self._delay_ms = delay_ms
        self._min_confidence = min_confidence
        self._page_size = page_size
        self._hint = hint
        self._ticket = 0
        self._question: _Question | None = None
        self.shown: CandidateList | None = None
        """What is on the screen now."""

    def ask(self, query: Query, *, forced: bool = False) -> tuple[Action, ...]:
        """Start a question; the list comes when it is answered and the hands rest."""
        hide = self.cancel()
        self._ticket += 1
        self._question = _Question(forced)
        delay_ms = 0 if forced else self._delay_ms
        return (*hide, Ask(self._ticket, query), Wait(self._ticket, delay_ms))

    def cancel(self) -> tuple[Action, ...]:
        """Drop the question and take the list away."""
        was_shown, self.shown, self._question = self.shown, None, None
        return (HideList(),) if was_shown else ()

    def answered(self, ticket: int, candidates: Iterable[Candidate]) -> tuple[Action, ...]:
        """The daemon's answer to a question."""
        if self._question is None or ticket != self._ticket:
            return ()
        self._question.candidates = _presentable(candidates)[: self._page_size]
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
        return (ShowList(shown.candidates, shown.cursor, hint),)

    def _show_when_due(self, question: _Question) -> tuple[Action, ...]:
        candidates = question.candidates
        if candidates is None or not question.idle:
            return ()
        self._question = None
        if not candidates:
            return ()
        if not (question.forced or candidates[0].probability >= self._min_confidence):
            return ()
        return self.show(CandidateList(candidates), self._hint)


def _presentable(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Without blanks, control characters and repetitions."""
    kept: dict[str, Candidate] = {}
    for candidate in candidates:
        text = candidate.text.strip()
        if text and text.isprintable():
            kept.setdefault(text, replace(candidate, text=text))
    return tuple(kept.values())
