# SPDX-License-Identifier: Apache-2.0
"""What the dialog calls each setting, and on which page it stands.

Texts are English here and translated when they are shown; the letter behind an
underscore opens the setting from the keyboard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ibus_component.texts import N_

__all__ = [
    "CHOICES",
    "KEYS",
    "LABELS",
    "LEARNING",
    "PREDICTION",
    "TYPING",
    "Label",
    "Section",
    "keys_of",
]


@dataclass(frozen=True)
class Label:
    """Name and explanation of a setting."""

    text: str
    tip: str


@dataclass(frozen=True)
class Section:
    """Settings that stand together under a heading."""

    title: str
    keys: tuple[str, ...]


TYPING: Final = (
    Section(N_("Keyboard"), ("layout", "autoreorder", "doublestroke", "nonchoseong")),
    Section(N_("While composing"), ("preedit",)),
    Section(N_("Hangul and Latin"), ("starthangul", "modeperwindow")),
    Section(N_("Hanja"), ("hanjalock",)),
)
PREDICTION: Final = (
    Section(
        N_("Predictor"),
        ("predict", "complete", "completeafter", "terminalpredict", "model"),
    ),
    Section(N_("When the list appears"), ("showonrequest", "popupdelay", "minconfidence")),
    Section(N_("The list"), ("pagesize", "orientation", "showhints", "deferredspace")),
)
LEARNING: Final = (
    Section(N_("What is learned"), ("learn", "learnfrom", "terminallearn")),
    Section(N_("Where nothing is learned"), ("privateapps",)),
)
KEYS: Final = (
    Section(N_("Hangul and Latin"), ("togglekeys", "hangulkeys", "latinkeys")),
    Section(N_("Hanja and predictor"), ("hanjakeys", "switchkeys", "showkeys", "incognitokeys")),
    Section(N_("When a list appeared"), ("preset", "nextkeys", "pickkeys")),
    Section(
        N_("Once in the list"),
        (
            "previouskeys",
            "acceptkeys",
            "acceptspacekeys",
            "leavekeys",
            "upkeys",
            "downkeys",
            "firstkeys",
            "lastkeys",
            "forgetkeys",
        ),
    ),
)

LABELS: Final = {
    "layout": Label(N_("Key_board:"), N_("Where the letters of Hangul lie on the keys.")),
    "autoreorder": Label(
        N_("Put letters in _order (ㅏㄱ → 가)"),
        N_("A vowel typed a moment before its consonant still makes the syllable."),
    ),
    "doublestroke": Label(
        N_("_Double a consonant by typing it twice (ㄱㄱ → ㄲ)"),
        N_("Besides Shift; a syllable that ends as the next begins then needs care."),
    ),
    "nonchoseong": Label(
        N_("_Combine consonants without a vowel (ㅂㅅ → ㅄ)"),
        N_("As they combine at the end of a syllable."),
    ),
    "preedit": Label(
        N_("_Show as being composed:"),
        N_("What is underlined until it is part of the text."),
    ),
    "starthangul": Label(N_("Start in _Hangul"), N_("Otherwise in Latin, until you switch.")),
    "modeperwindow": Label(
        N_("Each _window keeps its own mode"),
        N_("Otherwise all windows share Hangul or Latin."),
    ),
    "hanjalock": Label(
        N_("Offer han_ja for each syllable"),
        N_("Without a key being pressed, as long as this is on."),
    ),
    "predict": Label(
        N_("_Offer the next word"),
        N_("Everything is computed on this machine; nothing you type leaves it."),
    ),
    "complete": Label(
        N_("_Complete the word being typed"),
        N_("The list appears within a word, too."),
    ),
    "completeafter": Label(
        N_("Complete a_fter so many syllables:"),
        N_("How much of a word must be there before it is completed."),
    ),
    "terminalpredict": Label(
        N_("Also in term_inals"),
        N_("What stands on a terminal's screen is never read, only what you type."),
    ),
    "showonrequest": Label(
        N_("Only when a ke_y asks for it"),
        N_("The Keys page tells and changes the key that shows the list."),
    ),
    "popupdelay": Label(
        N_("_Wait before it appears (ms):"),
        N_("So long no key may come; 0 shows the list as soon as there is one."),
    ),
    "minconfidence": Label(
        N_("Least pro_bability (0 to 1):"),
        N_("Of the best candidate; higher shows fewer lists, and better ones."),
    ),
    "pagesize": Label(N_("Most ca_ndidates:"), N_("How many words the list offers at once.")),
    "orientation": Label(N_("_Direction:"), N_("Whether words stand under or beside each other.")),
    "showhints": Label(
        N_("Tell the keys abo_ve the list"),
        N_("One line that says how to accept, and how to leave."),
    ),
    "deferredspace": Label(
        N_("Leave the _space to the next word"),
        N_("After accepting, the space comes with the next letter, and not before punctuation."),
    ),
    "model": Label(
        N_("Mod_el:"), N_("Which language model predicts; automatic is the configured one.")
    ),
    "learn": Label(
        N_("Learn from _what I type"),
        N_("Off: the predictor keeps nothing and uses nothing it has kept."),
    ),
    "learnfrom": Label(
        N_("Learn _from:"), N_("Each word that I finish, or only those I accept from the list.")
    ),
    "terminallearn": Label(
        N_("Also learn in term_inals"),
        N_("What stands on a terminal's screen is never learned, only what you type."),
    ),
    "privateapps": Label(
        N_("Pr_ograms:"),
        N_(
            "Separated by commas, such as gedit, firefox. Nothing is learned in them, and "
            "nothing that was learned is used."
        ),
    ),
    "preset": Label(
        N_("Keys of a l_ist that appeared:"),
        N_("“Take none” leaves Tab and Alt+digit to the application: the list is for the mouse."),
    ),
    "togglekeys": Label(N_("Hangul or Latin"), N_("Switches between Hangul and Latin.")),
    "hangulkeys": Label(N_("Always to Hangul"), N_("Switches to Hangul, whatever the mode is.")),
    "latinkeys": Label(
        N_("Always to Latin"),
        N_("Switches to Latin and still reaches the application, as Esc should in vim."),
    ),
    "hanjakeys": Label(
        N_("Hanja and symbols"), N_("A modifier such as Right Ctrl counts when tapped alone.")
    ),
    "switchkeys": Label(N_("Predictor on or off"), N_("The same as the switch in the panel.")),
    "incognitokeys": Label(
        N_("Incognito on or off"), N_("Until it is off again, nothing is learned or kept.")
    ),
    "showkeys": Label(N_("Show the list now"), N_("At once, and however unsure.")),
    "nextkeys": Label(N_("Enter the list; next"), N_("Enters the list, then moves on in it.")),
    "pickkeys": Label(
        N_("Accept the n-th candidate"), N_("The first of these accepts the first candidate.")
    ),
    "previouskeys": Label(N_("Previous candidate"), N_("Moves back in the list.")),
    "acceptkeys": Label(N_("Accept"), N_("Accepts the highlighted candidate.")),
    "acceptspacekeys": Label(N_("Accept, with a space"), N_("Accepts it and types a space.")),
    "leavekeys": Label(N_("Leave the list"), N_("Closes the list and does nothing else.")),
    "upkeys": Label(N_("Also previous"), N_("Further keys that move back.")),
    "downkeys": Label(N_("Also next"), N_("Further keys that move on.")),
    "firstkeys": Label(N_("First candidate"), N_("Jumps to the first one.")),
    "lastkeys": Label(N_("Last candidate"), N_("Jumps to the last one.")),
    "forgetkeys": Label(
        N_("Forget the candidate"), N_("The highlighted one will not be offered again.")
    ),
}

CHOICES: Final = {
    "preedit": {
        "syllable": N_("the syllable"),
        "word": N_("the whole word"),
        "none": N_("nothing; it is shown beside the caret"),
    },
    "learnfrom": {
        "all": N_("all that I type"),
        "accepted": N_("what I accept from the list"),
    },
    "orientation": {
        "vertical": N_("under each other"),
        "horizontal": N_("beside each other"),
        "system": N_("as the desktop likes"),
    },
    "preset": {
        "default": N_("as set below"),
        "keyboard-untouched": N_("take none"),
    },
}


def keys_of(page: tuple[Section, ...]) -> tuple[str, ...]:
    """Every setting of a page."""
    return tuple(key for section in page for key in section.keys)
