# SPDX-License-Identifier: Apache-2.0
"""A model on a graphics card that goes on elsewhere when the card fails.

    pass ──► card ── gives ──► answer
              └─ fails: one line in the log, the spare is opened, the text is read again ─► answer

Cards run out of memory, and drivers go while a computer sleeps. What was read before the
failure is not taken along: the spare may keep keys and values otherwise. So each KV cache
here knows its text, and what it stands for is the same before and after.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np

from ime_engine.errors import ModelError
from ime_engine.runtime.base import Forward, IntArray, KVCache
from ime_engine.runtime.card import give_back_card
from ime_engine.runtime.graph_model import GraphModel

__all__ = ["FallbackModel", "Place", "Places"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A model where it runs."""

    device: str
    """cpu or cuda."""

    model: GraphModel
    alone: GraphModel
    """The same, whose passes are read beside no other text."""

    close: Callable[[], None]
    """Lets go of what is on the device, whoever still holds the model."""

    mark: object
    """Tells what was read here; holds nothing."""

    @classmethod
    def of(cls, device: str, model: GraphModel, close: Callable[[], None] | None = None) -> Place:
        """Return the place of a model that was opened on a device."""
        return cls(device, model, model.by_itself(), close or _nothing, object())


def _nothing() -> None:
    """Let go of nothing."""


class Places:
    """Where the model runs now, and what is opened when it cannot any longer.

    Args:
        first: On the card.
        spare: Opens it anew, elsewhere; called once at most.
    """

    def __init__(self, first: Place, spare: Callable[[], Place]) -> None:
        self._lock = threading.Lock()
        self._now = first
        self._spare: Callable[[], Place] | None = spare

    @property
    def now(self) -> Place:
        """Where the model runs."""
        return self._now

    def leave(self, mark: object, error: ModelError) -> None:
        """Go to the spare, unless somebody did already.

        Raises:
            ModelError: there is none any more: `error`; or it cannot be opened.
        """
        with self._lock:
            if self._now.mark is not mark:
                return
            if self._spare is None:
                raise error
            cause = type(error.__cause__ or error).__name__
            spare = self._spare()
            log.warning(
                "the model failed on %s (%s) and runs on %s from now on",
                *(self._now.device, cause, spare.device),
            )
            left, self._now, self._spare = self._now, spare, None
            left.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A KV cache, and the texts that it stands for."""

    mark: object
    """Of the place that read them."""

    prompt: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    """(n,) tokens after the prompt, equally many in each."""

    kv: KVCache


class FallbackModel:
    """`LanguageModel` over `Places`.

    Args:
        places: Shared by those who read together and those who read alone.
        alone: Whether passes are read beside no other text.
    """

    def __init__(self, places: Places, *, alone: bool = False) -> None:
        self._places = places
        self._alone = alone
        self.vocab_size = places.now.model.vocab_size
        self.context_length = places.now.model.context_length

    @property
    def device(self) -> str:
        """Where it runs: cpu or cuda."""
        return self._places.now.device

    def by_itself(self) -> FallbackModel:
        """Return the same model, whose passes are read beside no other text."""
        return FallbackModel(self._places, alone=True)

    def searching(self) -> AbstractContextManager[None]:
        """Return a block in which this thread searches; see `GraphModel.searching`."""
        return self._places.now.model.searching()

    def prefill(self, token_ids: Sequence[int], kv: _Kept | None = None, reuse: int = 0) -> Forward:
        """Read a prompt; see `LanguageModel.prefill`."""
        prompt = tuple(token_ids)

        def read(model: GraphModel, mark: object) -> Forward:
            if kv is None or kv.mark is not mark:
                return model.prefill(prompt)
            return model.prefill(prompt, kv.kv, reuse)

        return self._wherever(read, prompt, ((),))

    def extend(self, kv: _Kept, rows: IntArray, token_ids: IntArray) -> Forward:
        """Advance rows by one token each; see `LanguageModel.extend`."""
        pairs = zip(rows.tolist(), token_ids.tolist(), strict=True)
        texts = tuple((*kv.rows[row], token) for row, token in pairs)

        def read(model: GraphModel, mark: object) -> Forward:
            known = kv.kv if kv.mark is mark else _read_again(model, kv)
            return model.extend(known, rows, token_ids)

        return self._wherever(read, kv.prompt, texts)

    def thin(self, kv: _Kept, most: int) -> _Kept:
        """Let go of what searches read; see `LanguageModel.thin`."""
        place = self._places.now
        return replace(kv, kv=place.model.thin(kv.kv, most)) if kv.mark is place.mark else kv

    def _wherever(
        self,
        read: Callable[[GraphModel, object], Forward],
        prompt: tuple[int, ...],
        rows: tuple[tuple[int, ...], ...],
    ) -> Forward:
        """Read where the model runs, or else where it runs then."""
        place = self._places.now
        try:
            forward = read(place.alone if self._alone else place.model, place.mark)
            return Forward(forward.logits, _Kept(place.mark, prompt, rows, forward.kv))
        except ModelError as error:
            self._places.leave(place.mark, error)
        # Only now is nothing left that holds numbers on the card.
        give_back_card()
        return self._wherever(read, prompt, rows)


def _read_again(model: GraphModel, kept: _Kept) -> KVCache:
    """Read the texts of a KV cache, level by level as the search did."""
    again = model.prefill(kept.prompt).kv
    chosen = np.zeros(len(kept.rows), dtype=np.int64)
    for level in zip(*kept.rows, strict=True):
        again = model.extend(again, chosen, np.array(level, dtype=np.int64)).kv
        chosen = np.arange(len(kept.rows), dtype=np.int64)
    return again
