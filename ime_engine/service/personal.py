# SPDX-License-Identifier: Apache-2.0
"""What the user taught, as far as the daemon may use and keep it now.

    Learn  ─► policy ─┬► History (a queue; on disk within a second)
                      └► Foregoing (the last words, in memory for ten minutes)
    Predict ◄─ recall, foregoing ◄─┘    nothing while `Learning` is off

Opened in a worker, because SQLite and the disk may take their time. A history that cannot
be opened or written costs one line in the log and never a prediction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from ime_engine.config import DaemonConfig, ngram_dirs
from ime_engine.errors import IeumError
from ime_engine.hangul.eojeol import normalised
from ime_engine.metrics import Metrics
from ime_engine.paths import state_dir
from ime_engine.service.resting import Rest
from ime_engine.service.status import HistoryState

if TYPE_CHECKING:
    from ime_engine.history.foregoing import Foregoing
    from ime_engine.history.history import History
    from ime_engine.history.limits import Limits
    from ime_engine.history.recall import Recall
    from ime_engine.ranking.left_out import Allowed

__all__ = ["HistoryOpener", "Personal", "limits_of", "open_history"]

log = logging.getLogger(__name__)

FOREGOING_S: Final = 600.0
"""Span without a lesson after which what was written last is forgotten: an answer in a chat may
take as long."""

HistoryOpener = Callable[[DaemonConfig], "History"]


def limits_of(config: DaemonConfig) -> Limits:
    """How much is kept, and how fast it fades."""
    from ime_engine.history.limits import Limits

    return Limits(
        entries=config.history_entries,
        bytes=config.history_mib << 20,
        half_life_days=config.history_half_life_days,
    )


def open_history(config: DaemonConfig) -> History:
    """Open the user's own history; takes some milliseconds and imports SQLite: for a worker.

    Raises:
        HistoryError: it cannot be opened; says what to do.
    """
    from ime_engine.history.history import History

    return History.open(state_dir(), limits_of(config))


class Personal:
    """The history and the switch before it; may be asked from any thread.

    Args:
        config: The settings.
        opener: Opens the history.
        metrics: Where lessons and look-ups are timed.
        on_notice: Called on the event loop with a sentence that the user should read once.
    """

    def __init__(
        self,
        config: DaemonConfig,
        opener: HistoryOpener = open_history,
        metrics: Metrics | None = None,
        on_notice: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._learning = config.learn
        self._config = config
        self._opener = opener
        self._history: History | None = None
        self._foregoing: Foregoing | None = None
        self._rest = Rest((FOREGOING_S, self.clear_foregoing))
        self._allowed: Allowed | None = None
        self._is_everyday: Callable[[str], bool] = lambda _: False
        self._told = ""
        self._on_notice = on_notice
        self._noticed = ""
        self._metrics = metrics or Metrics()

    @property
    def learning(self) -> bool:
        """Whether anything may be kept, or read of what was kept."""
        return self._learning

    @learning.setter
    def learning(self, value: bool) -> None:
        self._learning = value
        if not value:
            self.clear_foregoing()

    @property
    def state(self) -> HistoryState:
        """What the property of the interface shows."""
        if not self.learning:
            return HistoryState.OFF
        history = self._history
        return HistoryState.FAILED if history is None or history.problem else HistoryState.READY

    def open(self) -> None:
        """Open the history, once; for a worker. A failure is logged."""
        from ime_engine.service.ngrams import open_allowed, open_ranker

        self._is_everyday = open_ranker(self._config).is_everyday
        self._allowed = open_allowed(ngram_dirs())
        try:
            history = self._opener(self._config)
        except IeumError as error:
            log.error("%s Nothing is learned.", error)  # noqa: TRY400 - a traceback might quote text
            return
        from ime_engine.history.foregoing import Foregoing

        self._foregoing = Foregoing(lambda: history.epoch)
        self._history = history

    @property
    def version(self) -> tuple[bool, int]:
        """Changes whenever `recall` may answer otherwise."""
        if self._history is None or not self.learning:
            return False, 0
        return True, self._history.version

    def recall(
        self, context: Sequence[str], strokes: str = "", others: Sequence[str] = ()
    ) -> Recall:
        """What the user may mean; nothing while learning is off. See `Remembering`."""
        from ime_engine.history.recall import NOTHING

        history = self._history
        if history is None or not self.learning:
            return NOTHING
        begun = time.perf_counter()
        recall = history.recall(context, strokes, others)
        self._metrics.observe("recall", (time.perf_counter() - begun) * 1000)
        return recall

    def foregoing(self, before: str, field: str) -> str:
        """What was written before a text; nothing while learning is off. See `Remembering`."""
        if self._foregoing is None or not self.learning:
            return ""
        return self._foregoing.text(before, field)

    def statistics(self) -> dict[str, int]:
        """Numbers only: how many words are kept in memory of what was written last."""
        return {"foregoing_words": 0 if self._foregoing is None else len(self._foregoing)}

    def clear_foregoing(self) -> None:
        """Keep nothing in memory of what was written last; what was learned of it stays."""
        if self._foregoing is not None:
            self._foregoing.clear()

    def clear_memory(self) -> None:
        """Keep nothing of what was asked."""
        if self._history is not None:
            self._history.clear_memory()

    def learn(self, before: str, eojeol: str, *, accepted: bool, field: str = "") -> None:
        """Keep an eojeol that the user committed, if it may be kept."""
        from ime_engine.history.policy import lesson_of

        if self._history is None or self._allowed is None or not self.learning:
            return
        begun = time.perf_counter()
        lesson = lesson_of(
            before, eojeol, accepted=accepted, allowed=self._allowed, everyday=self._is_everyday
        )
        if lesson is not None:
            self._history.learn(lesson)
            if self._foregoing is not None and field:
                self._foregoing.learned(lesson.eojeol, before, field)
                self._rest.begin()
            self._metrics.count("lessons")
        self.tell()
        self._metrics.observe("learn", (time.perf_counter() - begun) * 1000)

    def count(self, counts: Mapping[str, int]) -> None:
        """Add to what was counted today."""
        if self._history is not None and self.learning:
            self._history.tally(date.today().isoformat(), counts)

    def forget(self, eojeol: str) -> int:
        """Remove an eojeol; return how many records went. Waits for the disk: for a worker."""
        if self._foregoing is not None:
            self._foregoing.forget(normalised(eojeol))
        return 0 if self._history is None else self._history.forget(eojeol)

    def close(self) -> None:
        """Write what is not written yet."""
        if self._history is not None:
            self._history.close()

    def tell(self) -> None:
        """Say once what became of the history's file, or keeps it from being written."""
        if self._history is None:
            return
        problem, notice = self._history.problem, self._history.notice
        if problem and problem != self._told:
            log.warning("%s", problem)
        if notice and notice != self._noticed:
            self._on_notice(notice)
        self._told, self._noticed = problem, notice
