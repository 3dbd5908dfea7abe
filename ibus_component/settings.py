# SPDX-License-Identifier: Apache-2.0
"""What a user may change about the engine, and how config.yaml says it in `engine:`.

The file counts where the desktop keeps no preferences (ibus_component.keeper). A mistake
in it never stops typing: the defaults are used, and one sentence says what to mend.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from ibus_component.keymap import parse_chord
from ibus_component.libhangul import check_keyboard

__all__ = ["Settings", "load_settings", "names_engine", "only_switched", "switched"]

KNOWN_SECTIONS: Final = frozenset({"engine", "daemon"})
MAX_BYTES: Final = 1_000_000
SWITCHES: Final = ("predict", "learn", "hanja_lock")
"""What keys and the panel's menu switch; none of them changes what is being composed."""
ENGINE_SECTION: Final = re.compile(r"""^(?:[^#\n]*[{,]\s*)?["']?engine["']?\s*:""", re.MULTILINE)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the engine. Keys are written as `Control+Alt+h`, by their X names."""

    layout: str = "2"
    """A keyboard that libhangul has, the user's own ones included; "2" is dubeolsik."""

    auto_reorder: bool = False
    """Whether a vowel typed before its consonant is put in order (ㅏㄱ → 가)."""

    double_stroke: bool = False
    """Whether a consonant typed twice makes a double one (ㄱㄱ → ㄲ)."""

    non_choseong: bool = True
    """Whether consonants combine without a vowel as they do at its end (ㅂㅅ → ㅄ)."""

    preedit: Literal["syllable", "word", "none"] = "syllable"
    """What is shown as being composed: the syllable, the whole word, or nothing."""

    start_hangul: bool = True
    """Mode of a fresh engine: Hangul, or Latin when false."""

    mode_per_window: bool = False
    """Whether each window keeps its own mode, Hangul or Latin; else all share one."""

    toggle_keys: tuple[str, ...] = ("Hangul", "Shift+space", "Alt_R")
    """Keys that switch between Hangul and Latin."""

    hangul_keys: tuple[str, ...] = ()
    """Keys that always switch to Hangul."""

    latin_keys: tuple[str, ...] = ()
    """Keys that switch to Latin and still reach the application, such as Escape for vim."""

    hanja_keys: tuple[str, ...] = ("Hangul_Hanja", "F9", "Control_R")
    """Keys that offer hanja and symbols; a modifier counts when it is tapped alone."""

    hanja_lock: bool = False
    """Whether hanja are offered for each syllable without a key."""

    predict: bool = True
    """The predictor's switch: whether the next eojeol is offered."""

    complete: bool = True
    """Whether the eojeol being typed is completed."""

    complete_after: Annotated[int, msgspec.Meta(ge=1, le=5)] = 2
    """Syllables of an eojeol after which it is completed, 1 to 5."""

    learn: bool = True
    """Whether the predictor may keep anything of what is typed; off marks each question private."""

    learn_from: Literal["all", "accepted"] = "all"
    """What it is told: each finished eojeol, or only those accepted from its list."""

    private_apps: tuple[str, ...] = ()
    """Programs such as `gedit` of which nothing is told, and where each question is private."""

    terminal_predict: bool = False
    """Whether to predict in terminals."""

    terminal_learn: bool = False
    """Whether to learn from what is typed in terminals."""

    model: str = ""
    """Name of the model that the predictor loads; empty leaves the choice to it."""

    show_on_request: bool = False
    """Whether the list appears only when a key asks for it."""

    popup_delay_ms: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 200
    """Span without a key before the list appears, in milliseconds, 0 to 1000."""

    min_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    """Least probability of the best candidate for the list to appear, 0 to 1."""

    page_size: Annotated[int, msgspec.Meta(ge=1, le=5)] = 5
    """Most candidates shown, 1 to 5."""

    orientation: Literal["vertical", "horizontal", "system"] = "vertical"
    """Whether candidates stand under or beside each other; `system` leaves it to the panel."""

    show_hints: bool = True
    """Whether a line above the list tells its keys."""

    deferred_space: bool = True
    """After accepting, wait with the space until the next letter; else it comes at once."""

    preset: Literal["default", "keyboard-untouched"] = "default"
    """`keyboard-untouched` binds no key to the passive list: it is for the mouse."""

    next_keys: tuple[str, ...] = ("Tab",)
    """Keys that enter the list, and move to its next candidate."""

    previous_keys: tuple[str, ...] = ("Shift+Tab",)
    """Keys that move to the previous candidate once in the list."""

    pick_keys: tuple[str, ...] = ("Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5")
    """The n-th of these accepts the n-th candidate."""

    accept_keys: tuple[str, ...] = ("Return",)
    """Keys that accept the highlighted candidate."""

    accept_space_keys: tuple[str, ...] = ("space",)
    """Keys that accept it and type a space."""

    leave_keys: tuple[str, ...] = ("Escape", "BackSpace")
    """Keys that leave the list."""

    up_keys: tuple[str, ...] = ("Up", "Left")
    """Further keys for the previous candidate, once in the list."""

    down_keys: tuple[str, ...] = ("Down", "Right")
    """Further keys for the next candidate, once in the list."""

    first_keys: tuple[str, ...] = ("Home", "Page_Up")
    """Keys for the first candidate, once in the list."""

    last_keys: tuple[str, ...] = ("End", "Page_Down")
    """Keys for the last candidate, once in the list."""

    forget_keys: tuple[str, ...] = ("Control+Delete",)
    """Keys that make the daemon forget the highlighted candidate."""

    switch_keys: tuple[str, ...] = ("Control+Alt+h",)
    """Keys that turn the predictor on and off."""

    show_keys: tuple[str, ...] = ("Control+Alt+j",)
    """Keys that show the list once, at once and however unsure."""

    incognito_keys: tuple[str, ...] = ()
    """Keys that turn incognito on and off: meanwhile nothing is told, each question is private."""

    def __post_init__(self) -> None:
        """Refuse keys and keyboards that do not exist, while the file is being read."""
        check_keyboard(self.layout)
        for field in msgspec.structs.fields(type(self)):
            if field.name.endswith("_keys"):
                for name in getattr(self, field.name):
                    parse_chord(name)


def switched(settings: Settings, switch: str, on: bool) -> Settings:
    """The settings with a switch on or off."""
    return msgspec.structs.replace(settings, **{switch: on})


def only_switched(was: Settings, now: Settings) -> bool:
    """Whether they differ, if at all, in what keys and menu can switch."""
    switches = {name: getattr(was, name) for name in SWITCHES}
    return msgspec.structs.replace(now, **switches) == was


def load_settings(path: Path | None = None) -> tuple[Settings, str | None]:
    """Read the settings.

    Args:
        path: The file; None is $XDG_CONFIG_HOME/ieum/config.yaml.

    Returns:
        The settings, and one sentence when the file could not be used (then
        they are the defaults); a missing file is no mistake.
    """
    path = path or _default_path()
    try:
        text = _read(path)
        return (Settings(), None) if text is None else (_parse(text), None)
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        return (
            Settings(),
            f"{path} is not used, typing goes on with the defaults: {_reason(error)}.",
        )


def names_engine(path: Path | None = None) -> str:
    """One sentence when the file has an `engine:` section that is not going to be read, else none.

    Args:
        path: The file; None is $XDG_CONFIG_HOME/ieum/config.yaml.
    """
    path = path or _default_path()
    try:
        text = _read(path)
    except (OSError, ValueError):
        return ""
    if text is None or not ENGINE_SECTION.search(text):
        return ""
    return f"`engine:` in {path} is not read: the desktop keeps the preferences (ieum settings)."


def _default_path() -> Path:
    home = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    base = home if home.is_absolute() else Path.home() / ".config"
    return base / "ieum" / "config.yaml"


def _read(path: Path) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES} bytes")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _parse(text: str) -> Settings:
    import yaml  # only people with a file pay for its memory

    try:
        document: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" near line {mark.line + 1}" if mark else ""
        raise ValueError(f"it is not valid YAML{place}") from error
    if document is None:
        return Settings()
    if not isinstance(document, dict):
        raise ValueError("its top level must be sections such as `engine:`")  # noqa: TRY004
    for name in document:
        if name not in KNOWN_SECTIONS:
            raise ValueError(f"section `{name}` is unknown; known are `engine` and `daemon`")
    section = document.get("engine")
    return Settings() if section is None else msgspec.convert(section, Settings)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error).replace("`$", "`engine")
