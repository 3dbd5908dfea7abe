# SPDX-License-Identifier: Apache-2.0
"""What a user may change about the engine: the `engine:` section of config.yaml.

A mistake in the file never stops typing: the defaults are used, and one
sentence says what to mend.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from ibus_component.keymap import parse_chord

__all__ = ["Settings", "load_settings"]

KNOWN_SECTIONS: Final = frozenset({"engine", "daemon"})
MAX_BYTES: Final = 1_000_000


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the engine. Keys are written as `Control+Alt+h`, by their X names."""

    layout: Literal["2", "2y", "39", "3f", "3s", "3y", "32", "ro", "ahn"] = "2"
    """libhangul keyboard; "2" is dubeolsik."""

    start_hangul: bool = True
    """Mode of a fresh engine: Hangul, or Latin when false."""

    toggle_keys: tuple[str, ...] = ("Hangul", "Shift+space", "Alt_R")
    """Keys that switch between Hangul and Latin."""

    latin_keys: tuple[str, ...] = ()
    """Keys that switch to Latin and still reach the application, such as Escape for vim."""

    predict: bool = True
    """Whether the predictor is on when the engine starts."""

    terminal_predict: bool = False
    """Whether to predict in terminals."""

    popup_delay_ms: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 200
    """Span without a key before the list appears, in milliseconds, 0 to 1000."""

    min_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    """Least probability of the best candidate for the list to appear, 0 to 1."""

    page_size: Annotated[int, msgspec.Meta(ge=1, le=5)] = 5
    """Most candidates shown, 1 to 5."""

    show_hints: bool = True
    """Whether a line above the list tells its keys."""

    deferred_space: bool = True
    """After accepting, wait with the space until the next letter; else it comes at once."""

    keyboard_untouched: bool = False
    """Bind no key to the passive list: it is entered and picked from by mouse only."""

    next_keys: tuple[str, ...] = ("Tab",)
    """Keys that enter the list, and move to its next candidate."""

    previous_keys: tuple[str, ...] = ("Shift+Tab",)
    """Keys that move to the previous candidate once in the list."""

    pick_keys: tuple[str, ...] = ("Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5")
    """The n-th of these accepts the n-th candidate."""

    forget_keys: tuple[str, ...] = ("Control+Delete",)
    """Keys that make the daemon forget the highlighted candidate."""

    switch_keys: tuple[str, ...] = ("Control+Alt+h",)
    """Keys that turn the predictor on and off."""

    show_keys: tuple[str, ...] = ("Control+Alt+j",)
    """Keys that show the list once, at once and however unsure."""

    def __post_init__(self) -> None:
        """Refuse key names that do not exist, while the file is being read."""
        for field in msgspec.structs.fields(type(self)):
            if field.name.endswith("_keys"):
                for name in getattr(self, field.name):
                    parse_chord(name)


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
