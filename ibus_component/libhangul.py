# SPDX-License-Identifier: Apache-2.0
"""The few functions we need of libhangul, called through ctypes.

libhangul hands out text as a pointer to 32-bit code points ended by 0, valid
until the next call on the same context; `_text` copies it at once.
"""

from __future__ import annotations

import ctypes
import functools
import weakref
from typing import Final

__all__ = ["HangulContext", "LibhangulMissingError"]

SONAME: Final = "libhangul.so.1"
LONGEST: Final = 64
"""No string of libhangul is longer; a bound in case the final 0 were missing."""


class LibhangulMissingError(OSError):
    """The shared library is not installed."""


class HangulContext:
    """One keyboard's composing state ("2" is dubeolsik, "3f" sebeolsik)."""

    def __init__(self, keyboard: str = "2") -> None:
        self._lib = _load()
        self._context = self._lib.hangul_ic_new(keyboard.encode("ascii"))
        weakref.finalize(self, self._lib.hangul_ic_delete, self._context)

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
    for name, result, arguments in (
        ("hangul_ic_new", context, [ctypes.c_char_p]),
        ("hangul_ic_delete", None, [context]),
        ("hangul_ic_process", ctypes.c_bool, [context, ctypes.c_int]),
        ("hangul_ic_backspace", ctypes.c_bool, [context]),
        ("hangul_ic_flush", text, [context]),
        ("hangul_ic_reset", None, [context]),
        ("hangul_ic_get_preedit_string", text, [context]),
        ("hangul_ic_get_commit_string", text, [context]),
    ):
        function = getattr(lib, name)
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
