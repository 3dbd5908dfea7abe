# SPDX-License-Identifier: Apache-2.0
"""What the user wrote just before the text of now: for the model to read, in memory only.

    Learn("", "회의는"), Learn("회의는 ", "몇") … Enter     a message goes, its field is empty again
    Predict("", "")                          ─► the model reads: 회의는 몇 시예요.

A chat empties its field with each message, so the text before the cursor says nothing of what is
written about. Here are the last words that were learned in that field, so that nothing is read
which may not be kept, nor what was written elsewhere. Where the text before the cursor is not the
one they were typed in, or is long enough to tell by itself what it is about, they are left out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Final, NamedTuple

from ime_engine.hangul.eojeol import normalised
from ime_engine.ngram.context import read_token

__all__ = ["Foregoing", "Said", "foregoing_of", "text_of", "with_word"]

FIELDS: Final = 8
"""Text fields whose words are kept: those that somebody goes to and fro between."""

MOST: Final = 96
"""Words kept of each; a model reads about the last fifty of them."""

LEFT: Final = 64
"""Words that stay when there are more: many at a time go, so that the beginning seldom moves."""

NEAR: Final = 4
"""Last words before one that was learned among which the one learned before it must be: what is
not learned, such as numbers, may stand between them."""

FIRST: Final = 3
"""First words of a text among which the first that was learned must be."""

LONG: Final = 240
"""Characters of a text that fill what a model reads."""


class Said(NamedTuple):
    """A word that was learned."""

    word: str
    text: str
    """The word with the signs around it, as far as they are known."""

    opens: bool
    """Whether a text begins with it."""


Words = tuple[Said, ...]


def with_word(said: Words, word: str, before: str) -> Words:
    """Return what was said with one word more.

    Args:
        said: Until now.
        word: As it was learned.
        before: Text before it, in the same field.

    >>> said = with_word(with_word((), "네", ""), "갈게요", "네, ")
    >>> [each.text for each in said]
    ['네,', '갈게요']
    """
    tokens = normalised(before[-LONG:]).split()
    # One word that is not learned may begin a text, such as a number.
    opens = len(tokens) <= 1 and not _begins(said[_start(said) :], tokens)
    kept = said if opens else _continued(said, tokens)
    longer = (*kept, Said(word, word, opens))
    return longer if len(longer) <= MOST else longer[-LEFT:]


def foregoing_of(said: Words, before: str) -> Words:
    """Return what was said before the text that is written now.

    It stays the same while this text grows, whether its last words were learned already or not.

    Args:
        said: The words learned last.
        before: Text before the cursor.

    >>> said = with_word(with_word(with_word((), "몇", ""), "시예요", "몇 "), "다섯", "")
    >>> [[each.word for each in foregoing_of(said, text)] for text in ("다섯 ", "다섯 시 ")]
    [['몇', '시예요'], ['몇', '시예요']]
    """
    if not said or len(before) > LONG:
        return ()
    tokens = normalised(before).split()
    start = _start(said)
    if _begins(said[start:], tokens) and len(said) - start <= len(tokens):
        return said[:start]
    # Of a text that was just begun nothing was learned yet.
    return said if len(tokens) <= 1 else ()


def text_of(said: Words) -> str:
    """Return words as text, with a full stop where a message ended without a sign.

    >>> text_of((Said("네", "네", True), Said("언제", "언제", True), Said("봐요", "봐요?", False)))
    '네. 언제 봐요?'
    """
    ends = (each.opens for each in (*said[1:], Said("", "", opens=True)))
    stopped = (
        f"{each.text}." if end and each.text == each.word else each.text
        for each, end in zip(said, ends, strict=False)
    )
    return " ".join(stopped)


class Foregoing:
    """The words learned last; may be asked from any thread.

    Args:
        epoch: Changes whenever more happened to what is learned than lessons: something was
            forgotten, by whatever program. Then nothing is left here either.
    """

    def __init__(self, epoch: Callable[[], Hashable]) -> None:
        self._epoch = epoch
        self._lock = threading.Lock()
        self._said: OrderedDict[str, Words] = OrderedDict()
        self._of: Hashable = None

    def __len__(self) -> int:
        with self._lock:
            self._renew()
            return sum(map(len, self._said.values()))

    def learned(self, word: str, before: str, field: str) -> None:
        """Take a word that was learned, the text before it, and the name of its field."""
        with self._lock:
            self._renew()
            self._said[field] = with_word(self._said.pop(field, ()), word, before)
            if len(self._said) > FIELDS:
                self._said.popitem(last=False)

    def text(self, before: str, field: str) -> str:
        """Return what the model should read before a field's text; empty where that is all."""
        with self._lock:
            if field not in self._said:
                return ""
            self._renew()
            said = self._said.get(field, ())
        return text_of(foregoing_of(said, before))

    def forget(self, word: str) -> None:
        """Keep nothing where a word is among what was learned; it may never have reached a disk."""
        with self._lock:
            if any(each.word == word for said in self._said.values() for each in said):
                self._said.clear()

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._said.clear()

    def _renew(self) -> None:
        epoch = self._epoch()
        if epoch != self._of:
            self._of = epoch
            self._said.clear()


def _continued(said: Words, tokens: Sequence[str]) -> Words:
    """Return what was said up to a word that these come before; nothing in another text."""
    start = _start(said)
    if said and said[-1].word not in _words(tokens[-NEAR:]):
        there = _words(tokens) if _begins(said[start:], tokens) else set()
        # The same text, of which some was taken back.
        said = said[:start] + tuple(each for each in said[start:] if each.word in there)
        return said if there else ()
    if said and read_token(tokens[-1]).word == said[-1].word:
        return (*said[:-1], said[-1]._replace(text=tokens[-1]))
    return said


def _start(said: Words) -> int:
    """Return where the text begins that was written last."""
    return next((at for at in reversed(range(len(said))) if said[at].opens), 0)


def _begins(current: Words, tokens: Sequence[str]) -> bool:
    """Tell whether a text begins with these words."""
    return bool(current) and current[0].word in _words(tokens[:FIRST])


def _words(tokens: Sequence[str]) -> set[str | None]:
    return {read_token(token).word for token in tokens} - {None}
