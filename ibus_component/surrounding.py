# SPDX-License-Identifier: Apache-2.0
"""The text before the caret, as far as it is known.

One of two sources, never both: what the client says surrounds the caret, or,
as long as it says nothing, what was committed since the caret last moved.

A client tells its text a moment after we commit, and in a burst of keys even
some commits late. So commits are kept until the client's text shows them:

    client's text          base "안녕"
    committed since        since "하세요 "       before = base + since
    client says            "안녕하" | "안녕하세요 " | anything else
    then since is          "세요 "  | ""           | "", the caret is elsewhere
"""

from __future__ import annotations

from typing import Final

__all__ = ["Context", "ends_eojeol"]

KEPT: Final = 400
"""Characters handed on; the daemon keeps fewer."""

HANGUL: Final = (("가", "힣"), ("ㄱ", "ㆎ"), ("\u1100", "\u11ff"), ("\ua960", "\ud7fb"))


class Context:
    """What stands before the caret of the focused field."""

    def __init__(self) -> None:
        self.clear()

    def clear(self, *, line: bool = False) -> None:
        """The caret may be anywhere now.

        Args:
            line: Whether a line has been ended: then no word goes on at the caret.
        """
        self._line = line
        self._base = self._since = self._ours = self._selected = self._behind = ""
        self._selection = self._continues = self._certain = False

    @property
    def before(self) -> str:
        """The last characters before the caret."""
        return (self._base + self._since)[-KEPT:]

    @property
    def has_selection(self) -> bool:
        """Whether the client last said that text is selected."""
        return self._selection

    @property
    def replaceable(self) -> str:
        """The end of the text before the caret that certainly is there, and nothing else.

        We committed it since the caret last moved, and the client shows it there. Either alone
        is not enough: text may be selected without our knowing, for most clients do not tell.
        """
        if self._since or not self._certain:
            return ""
        shorter, longer = sorted((self._base, self._ours), key=len)
        return shorter if longer.endswith(shorter) else ""

    @property
    def selection(self) -> str:
        """What the client last said is selected; empty too when it is longer than a few words."""
        return self._selected

    @property
    def around(self) -> tuple[str, str] | None:
        """The text on both sides of the caret; None while not certain, or nothing of it is ours."""
        certain = self._certain and self._ours and not self._selection
        return (self.before, self._behind) if certain else None

    @property
    def continues(self) -> bool:
        """Whether the client last said that a word goes on right behind the caret."""
        return self._continues

    @property
    def from_start(self) -> bool:
        """Whether `before` certainly does not begin within a word."""
        return self._certain or self._line

    @property
    def ends(self) -> bool:
        """Whether the client last said that no word goes on behind the caret."""
        return self._certain and not self._continues and not self._selection

    def committed(self, text: str) -> None:
        """We put text before the caret."""
        self._since = (self._since + text)[-KEPT:]
        self._ours = (self._ours + text)[-KEPT:]

    def erased(self) -> None:
        """The application took the character before the caret away."""
        self._ours = self._ours[:-1]
        if self._since:
            self._since = self._since[:-1]
        else:
            self._base = self._base[:-1]
            self._certain = self._line = False

    def removed(self, count: int) -> None:
        """The client is taking so many characters of what it told away, or what is selected."""
        self._base = self._base[: len(self._base) - count]
        self._ours = self._ours[: max(0, len(self._ours) - count)]
        self._selection, self._selected = False, ""

    def told(self, text: str, cursor: int, anchor: int, composing: str = "") -> None:
        """The client says what surrounds the caret.

        Args:
            text: Its text, or the part of it around the caret.
            cursor: Caret, in characters of `text`.
            anchor: Other end of the selection; equal to cursor without one.
            composing: What is being composed there; some clients count it into their text.
        """
        base = text[: max(0, min(cursor, anchor))][-KEPT:]
        if composing and base == (self.before + composing)[-KEPT:]:
            base = base[: -len(composing)]
        self._since = self._not_shown_yet(base)
        self._base, self._selection = base, cursor != anchor
        self._certain = True
        selected = text[max(0, min(cursor, anchor)) : max(0, cursor, anchor)]
        self._selected = selected if len(selected) <= KEPT else ""
        self._behind = text[max(0, cursor, anchor) :]
        self._continues = self._behind[:1].isalnum()

    def _not_shown_yet(self, base: str) -> str:
        """The part of our commits that the client's new text does not have.

        Its text may begin later than the last time: GTK 4 tells a few words and moves on.
        """
        lengths = range(len(self._since), -1, -1)
        expected = [(self._base + self._since[:shown])[-KEPT:] for shown in lengths]
        same = [text == base for text in expected]
        moved = [base != "" and text.endswith(base) for text in expected]
        for matches in (same, moved):
            if True in matches:
                return self._since[lengths[matches.index(True)] :]
        return ""


def ends_eojeol(before: str) -> bool:
    """Whether the text ends with an eojeol: Korean, and no space after it."""
    if not before or before[-1].isspace():
        return False
    return any(_is_hangul(character) for character in before.split()[-1])


def _is_hangul(character: str) -> bool:
    """Syllables, jamo, and the conjoining jamo that old letters are written with."""
    return any(first <= character <= last for first, last in HANGUL)
