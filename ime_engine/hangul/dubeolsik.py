# SPDX-License-Identifier: Apache-2.0
"""What stands in the text after each key of an eojeol, as a dubeolsik keyboard composes it.

    가고:  ㄱ → 가 → 각 → 가고      the consonant joins the syllable until a vowel takes it away

What is prepared for the next key, and the evaluation, need the text a daemon is asked about
while somebody types; the keyboard itself composes with libhangul.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ime_engine.hangul import keystrokes
from ime_engine.hangul.jamo import (
    FINALS,
    INITIALS,
    MEDIALS,
    Syllable,
    compose,
    is_jamo,
    is_syllable,
    spell,
)

__all__ = ["keys", "typed_prefixes"]

JAMO: Final = {key: jamo for jamo, key in keystrokes.SIMPLE.items()}
TWO_KEYS: Final = keystrokes.VOWELS | keystrokes.FINALS

COMPOUND: Final = {whole: "".join(JAMO[key] for key in keys) for whole, keys in TWO_KEYS.items()}
"""Jamo that take two keys, and which."""

JOINED: Final = {keys: whole for whole, keys in COMPOUND.items()}


def keys(text: str) -> list[str]:
    """Name each key press by what it types: a simple jamo, or the character itself.

    >>> keys("과값A")
    ['ㄱ', 'ㅗ', 'ㅏ', 'ㄱ', 'ㅏ', 'ㅂ', 'ㅅ', 'A']
    """
    spelt = "".join(spell(char) if is_syllable(char) else char for char in text)
    return [key for char in spelt for key in COMPOUND.get(char, char)]


def typed_prefixes(text: str) -> list[str]:
    """What stands in the text after 1, 2 … all keys.

    >>> typed_prefixes("가고")
    ['ㄱ', '가', '각', '가고']
    """
    composition = Composition()
    return [composition.press(key) for key in keys(text)]


@dataclass(slots=True)
class Composition:
    """Finished text and the syllable under the keys."""

    done: str = ""
    initial: str = ""
    medial: str = ""
    final: str = ""

    def press(self, key: str) -> str:
        """Press one key; return all text so far."""
        if not is_jamo(key):
            self._finish(done=key)
        elif key in MEDIALS:
            self._vowel(key)
        else:
            self._consonant(key)
        return self.done + self._shown()

    def _consonant(self, key: str) -> None:
        joined = JOINED.get(self.final + key, "") if self.final else key
        if self.initial and self.medial and joined in FINALS and joined:
            self.final = joined
        else:
            self._finish(initial=key)

    def _vowel(self, key: str) -> None:
        if self.final:
            *kept, moved = list(COMPOUND.get(self.final, self.final))
            self.final = "".join(kept)
            self._finish(initial=moved, medial=key)
        elif not self.medial:
            self.medial = key
        elif self.medial + key in JOINED:
            self.medial = JOINED[self.medial + key]
        else:
            self._finish(medial=key)

    def _finish(self, *, done: str = "", initial: str = "", medial: str = "") -> None:
        self.done += self._shown() + done
        self.initial, self.medial, self.final = initial, medial, ""

    def _shown(self) -> str:
        if not (self.initial and self.medial):
            return self.initial + self.medial
        return compose(
            Syllable(
                INITIALS.index(self.initial),
                MEDIALS.index(self.medial),
                FINALS.index(self.final),
            )
        )
