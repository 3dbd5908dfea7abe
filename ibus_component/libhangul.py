# SPDX-License-Identifier: Apache-2.0
"""The few functions we need of libhangul, called through ctypes.

libhangul hands out text as a pointer to 32-bit code points ended by 0, valid
until the next call on the same context; `_text` copies it at once.

Nine keyboards are built in. libhangul 0.1 and later reads more from XML files in
`$XDG_DATA_HOME/libhangul/keyboards` when it is told to; we tell it only when one
is asked for. Standard library only, so that programs besides the engine can list them.
"""

from __future__ import annotations

import ctypes
import functools
import sys
import weakref
from enum import IntEnum
from typing import Final

__all__ = [
    "BUILT_IN",
    "HangulContext",
    "HangulOption",
    "LibhangulMissingError",
    "check_keyboard",
    "keyboards",
]

SONAME: Final = "libhangul.so.1"
LONGEST: Final = 64
"""No string of libhangul is longer; a bound in case the final 0 were missing."""

BUILT_IN: Final = ("2", "2y", "39", "3f", "3s", "3y", "32", "ro", "ahn")
"""Keyboards that every libhangul since 0.1 brings along."""
TRIAL_TIMEOUT_S: Final = 5.0
TRIAL: Final = """
import ctypes, sys
lib = ctypes.CDLL(sys.argv[1])
lib.hangul_ic_get_keyboard_id.restype = lib.hangul_ic_new.restype = ctypes.c_void_p
lib.hangul_init()
for index in range(lib.hangul_ic_get_n_keyboards()):
    lib.hangul_ic_get_keyboard_name(index)
    keyboard = ctypes.c_void_p(lib.hangul_ic_get_keyboard_id(index))
    context = ctypes.c_void_p(lib.hangul_ic_new(keyboard))
    for key in range(33, 127):
        lib.hangul_ic_process(context, key)
"""


class LibhangulMissingError(OSError):
    """The shared library is not installed."""


class HangulOption(IntEnum):
    """HANGUL_IC_OPTION_*: how a context composes."""

    AUTO_REORDER = 0
    """A vowel before its consonant, or a final before its vowel, is put in order."""

    COMBI_ON_DOUBLE_STROKE = 1
    """A consonant typed twice gives the double one."""

    NON_CHOSEONG_COMBI = 2
    """Initials combine that are no initial of modern Korean, as final clusters do (ㅂㅅ → ㅄ)."""


class HangulContext:
    """One keyboard's composing state ("2" is dubeolsik, "3f" sebeolsik).

    libhangul takes an id that it does not know for a keyboard without keys;
    `keyboards` tells which it knows.
    """

    def __init__(self, keyboard: str = "2") -> None:
        self._lib = _load()
        self._context = self._lib.hangul_ic_new(keyboard.encode())
        weakref.finalize(self, self._lib.hangul_ic_delete, self._context)

    def set_option(self, option: HangulOption, on: bool) -> None:
        """Choose how to compose; a libhangul older than 0.1 has no choice."""
        if hasattr(self._lib, "hangul_ic_set_option"):
            self._lib.hangul_ic_set_option(self._context, option, on)

    @property
    def is_transliteration(self) -> bool:
        """Whether the keyboard reads Latin letters, wherever they are, and not positions."""
        return bool(self._lib.hangul_ic_is_transliteration(self._context))

    def process(self, ascii_key: str) -> bool:
        """Feed one key of the US layout; False when the keyboard has no jamo there."""
        return bool(self._lib.hangul_ic_process(self._context, ord(ascii_key)))

    def backspace(self) -> bool:
        """Remove the last jamo; False when nothing is being composed."""
        return bool(self._lib.hangul_ic_backspace(self._context))

    def flush(self) -> str:
        """End composing and return what was being composed."""
        return _text(self._lib.hangul_ic_flush(self._context))

    def reset(self) -> None:
        """End composing and forget what was being composed."""
        self._lib.hangul_ic_reset(self._context)

    @property
    def preedit(self) -> str:
        """The syllable being composed."""
        return _text(self._lib.hangul_ic_get_preedit_string(self._context))

    @property
    def commit(self) -> str:
        """What the last key completed."""
        return _text(self._lib.hangul_ic_get_commit_string(self._context))


def keyboards() -> dict[str, str]:
    """Names of the installed keyboards by their ids, the user's own last.

    Takes a moment the first time, for the user's own are tried in a process of their own.

    Raises:
        LibhangulMissingError: libhangul is not installed.
    """
    lib = _load()
    _read_own_keyboards()
    found: dict[str, str] = {}
    for index in range(lib.hangul_ic_get_n_keyboards()):
        raw = lib.hangul_ic_get_keyboard_id(index)
        identity = raw.decode(errors="replace") if raw else ""
        if identity and identity not in found:  # of two with one id libhangul takes the first
            name = lib.hangul_ic_get_keyboard_name(index)
            found[identity] = name.decode(errors="replace") if name else identity
    ours = [identity for identity in BUILT_IN if identity in found]
    return {identity: found[identity] for identity in dict.fromkeys([*ours, *found])}


def check_keyboard(identity: str) -> None:
    """Refuse a keyboard that is not installed.

    Those that come with libhangul need no look at it, nor that it is installed.

    Raises:
        ValueError: No such keyboard; the sentence lists those there are.
    """
    if identity in BUILT_IN:
        return
    try:
        known = tuple(keyboards())
    except LibhangulMissingError:
        known = BUILT_IN
    if identity not in known:
        shown = identity if len(identity) <= LONGEST else identity[:LONGEST] + "…"
        raise ValueError(f"layout `{shown}` is not installed; libhangul has {', '.join(known)}")


@functools.cache
def _read_own_keyboards() -> None:
    """Have libhangul read the user's keyboards, if it survives that.

    Some files crash it, one without an id for instance, so another process goes first;
    when that one dies the built-in keyboards are all there are.
    """
    import subprocess  # only for users who have or look for keyboards of their own

    lib = _load()
    if not hasattr(lib, "hangul_init"):
        return
    command = [sys.executable, "-I", "-S", "-c", TRIAL, SONAME]
    silent = subprocess.DEVNULL
    try:
        trial = subprocess.run(
            command,
            check=False,
            stdin=silent,
            stdout=silent,
            stderr=silent,
            timeout=TRIAL_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    if trial.returncode == 0:
        lib.hangul_init()


@functools.cache
def _load(soname: str = SONAME) -> ctypes.CDLL:
    try:
        lib = ctypes.CDLL(soname)
    except OSError as error:
        raise LibhangulMissingError(
            f"The Hangul library {soname} is not installed: install the package libhangul1 "
            "(Debian, Ubuntu) or libhangul (elsewhere)."
        ) from error
    context, text = ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32)
    number = ctypes.c_uint
    for name, result, arguments in (
        ("hangul_ic_new", context, [ctypes.c_char_p]),
        ("hangul_ic_delete", None, [context]),
        ("hangul_ic_process", ctypes.c_bool, [context, ctypes.c_int]),
        ("hangul_ic_backspace", ctypes.c_bool, [context]),
        ("hangul_ic_flush", text, [context]),
        ("hangul_ic_reset", None, [context]),
        ("hangul_ic_get_preedit_string", text, [context]),
        ("hangul_ic_get_commit_string", text, [context]),
        ("hangul_ic_is_transliteration", ctypes.c_bool, [context]),
        ("hangul_ic_get_n_keyboards", number, []),
        ("hangul_ic_get_keyboard_id", ctypes.c_char_p, [number]),
        ("hangul_ic_get_keyboard_name", ctypes.c_char_p, [number]),
        ("hangul_ic_set_option", None, [context, ctypes.c_int, ctypes.c_bool]),
    ):
        function = getattr(lib, name, None)
        if function is not None:  # only set_option may be lacking, in old releases
            function.restype, function.argtypes = result, arguments
    return lib


def _text(pointer: ctypes._Pointer[ctypes.c_uint32]) -> str:
    characters: list[str] = []
    for index in range(LONGEST):
        code = pointer[index]
        if code == 0:
            break
        characters.append(chr(code))
    return "".join(characters)
