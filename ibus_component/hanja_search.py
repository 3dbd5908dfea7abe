# SPDX-License-Identifier: Apache-2.0
"""What can be converted where the caret is, and into what.

    document        in hand              converted
    … 대한민        국, being composed   대한민국, 민국, 국: the longest reading first
    … 대한민국      nothing              the same
    … 나는          학교에, selected     학교, 학, 에: its beginning and its end
                    ㅁ                   symbols

The next commit replaces what is in hand by itself. What stands in the document must
be removed, so it counts only if it is there for certain (Context.replaceable).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final

from ibus_component.hanja import Dictionary, Hanja
from ibus_component.hanja_list import Choice
from ibus_component.surrounding import Context

__all__ = ["Spot", "choices_at", "is_syllable", "spot_of"]

LONGEST: Final = 10
"""Characters of a word or a selection beyond which nothing is looked up."""

BLANK: Final = "빈칸"
"""What a symbol that cannot be seen is called."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The text that a conversion can replace."""

    word: str
    """Syllables that certainly stand in the document right before the caret."""

    hand: str
    """What is being composed, or else selected."""

    def admits(self, choice: Choice, found_at: Spot) -> bool:
        """Whether a choice found at a spot still fits, now that the spot is this."""
        return self == found_at or (choice.remove == 0 and self.hand == found_at.hand != "")


def spot_of(context: Context, composing: str, *, selections: bool) -> Spot:
    """Where the caret is.

    Args:
        context: What stands before it, and what is selected.
        composing: What is being composed there.
        selections: Whether the client is right about what is selected.
    """
    if context.has_selection:
        return Spot("", composing or (context.selection if selections else ""))
    return Spot(_last_syllables(context.replaceable), composing)


def choices_at(spot: Spot, dictionary: Dictionary) -> tuple[Choice, ...]:
    """What the text at the spot can be converted into: symbols, then the longest readings."""
    word, hand = spot.word, spot.hand
    if len(hand) > LONGEST or not all(map(_is_hangul, hand)):
        return ()
    symbols = dictionary.symbols(hand[-1]) if hand and not is_syllable(hand[-1]) else ()
    starts = dictionary.beginning(hand) if len(hand) > 1 else ()
    ends = dictionary.ending((word + hand)[-LONGEST:])
    hanja = [
        *((entry, _at_start(hand, entry)) for entry in starts),
        *((entry, _at_end(hand, entry)) for entry in ends),
    ]
    hanja.sort(key=lambda found: -len(found[0].reading))
    marks = (_at_end(hand, entry) for entry in symbols)
    return tuple(dict.fromkeys(chain(marks, (choice for _, choice in hanja))))


def is_syllable(character: str) -> bool:
    """Whether it is a whole syllable, with a vowel."""
    return "가" <= character <= "힣"


def _at_start(hand: str, entry: Hanja) -> Choice:
    return Choice(entry.text, _about(entry), entry.text + hand[len(entry.reading) :])


def _at_end(hand: str, entry: Hanja) -> Choice:
    before = len(entry.reading) - len(hand)
    kept = hand[:-before] if before < 0 else ""
    return Choice(entry.text, _about(entry), kept + entry.text, max(0, before))


def _about(entry: Hanja) -> str:
    return entry.meaning or (BLANK if entry.text.isspace() else entry.reading)


def _last_syllables(text: str) -> str:
    start = len(text)
    while start and len(text) - start < LONGEST and is_syllable(text[start - 1]):
        start -= 1
    return text[start:]


def _is_hangul(character: str) -> bool:
    return is_syllable(character) or "ㄱ" <= character <= "ㆎ"
