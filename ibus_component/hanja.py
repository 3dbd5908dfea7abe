# SPDX-License-Identifier: Apache-2.0
"""Hanja and symbols by their reading, from the tables of libhangul.

libhangul keeps an index of its big table (300,000 entries, 6 MB) and reads the
rest from the file at each search, so an open table costs half a megabyte. It is
opened at the first search: who never asks for hanja pays nothing.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

__all__ = ["Dictionary", "Hanja", "HanjaDictionary", "data_folders", "shared_dictionary"]

SONAME: Final = "libhangul.so.1"
HANJA_TABLE: Final = "libhangul/hanja/hanja.txt"
SYMBOL_TABLE: Final = "libhangul/hanja/mssymbol.txt"
SYSTEM_FOLDERS: Final = ("/usr/local/share", "/usr/share")


@dataclass(frozen=True, slots=True)
class Hanja:
    """An entry of a table."""

    reading: str
    """The Hangul it stands for, or the jamo of a symbol."""

    text: str
    """The hanja or the symbol."""

    meaning: str = ""
    """훈음, such as 나라 한; empty for most words and all symbols."""


class Dictionary(Protocol):
    """Where hanja are looked up; each answer holds longer readings first."""

    def beginning(self, text: str) -> tuple[Hanja, ...]:
        """Entries whose reading begins the text, or is the text."""

    def ending(self, text: str) -> tuple[Hanja, ...]:
        """Entries whose reading ends the text, or is the text."""

    def symbols(self, jamo: str) -> tuple[Hanja, ...]:
        """Symbols of a consonant."""


class HanjaDictionary:
    """libhangul's tables; a table that is missing is an empty one.

    Args:
        folders: Where `libhangul/hanja/` may be; None looks where data of this system is.
    """

    def __init__(self, folders: tuple[str, ...] | None = None) -> None:
        self._folders = data_folders(os.environ) if folders is None else folders
        self._hanja: _Table | None = None
        self._symbols: _Table | None = None

    def beginning(self, text: str) -> tuple[Hanja, ...]:
        """Entries whose reading begins the text; the longest first, else in the table's order."""
        return self._open_hanja().search("prefix", text)

    def ending(self, text: str) -> tuple[Hanja, ...]:
        """Entries whose reading ends the text; the longest first, else in the table's order."""
        return self._open_hanja().search("suffix", text)

    def symbols(self, jamo: str) -> tuple[Hanja, ...]:
        """Symbols of a consonant, in the table's order."""
        if self._symbols is None:
            self._symbols = _Table(self._find(SYMBOL_TABLE))
        return self._symbols.search("exact", jamo)

    def _open_hanja(self) -> _Table:
        if self._hanja is None:
            self._hanja = _Table(self._find(HANJA_TABLE))
        return self._hanja

    def _find(self, table: str) -> Path | None:
        places = (Path(folder, table) for folder in self._folders)
        return next((path for path in places if path.is_file()), None)


@functools.cache
def shared_dictionary() -> HanjaDictionary:
    """The one dictionary of the process."""
    return HanjaDictionary()


def data_folders(env: Mapping[str, str]) -> tuple[str, ...]:
    """Folders of shared data: those the desktop names, then the usual ones."""
    named = env.get("XDG_DATA_DIRS", "").split(":")
    return tuple(dict.fromkeys((*filter(os.path.isabs, named), *SYSTEM_FOLDERS)))


class _Table:
    """One open table; it stays open as long as the process."""

    def __init__(self, path: Path | None) -> None:
        self._lib = _load()
        self._table = self._lib.hanja_table_load(os.fsencode(path)) if path else None

    def search(self, how: str, text: str) -> tuple[Hanja, ...]:
        if not self._table or not text or "\0" in text:
            return ()
        match = getattr(self._lib, f"hanja_table_match_{how}")
        found = match(self._table, text.encode(errors="surrogatepass"))
        if not found:
            return ()
        try:
            return tuple(self._entries(found))
        finally:
            self._lib.hanja_list_delete(found)

    def _entries(self, found: int) -> Iterator[Hanja]:
        lib = self._lib
        for index in range(lib.hanja_list_get_size(found)):
            parts = (
                lib.hanja_list_get_nth_key(found, index),
                lib.hanja_list_get_nth_value(found, index),
                lib.hanja_list_get_nth_comment(found, index),
            )
            with suppress(UnicodeDecodeError):  # a table of the user's own may be broken
                reading, text, meaning = ((part or b"").decode().strip("\r\n") for part in parts)
                if text:
                    yield Hanja(reading, text, meaning.strip())


@functools.cache
def _load(soname: str = SONAME) -> ctypes.CDLL:
    lib = ctypes.CDLL(soname)  # composition has found it already
    pointer, string, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint
    for name, result, arguments in (
        ("hanja_table_load", pointer, [string]),
        ("hanja_table_match_exact", pointer, [pointer, string]),
        ("hanja_table_match_prefix", pointer, [pointer, string]),
        ("hanja_table_match_suffix", pointer, [pointer, string]),
        ("hanja_list_get_size", ctypes.c_int, [pointer]),
        ("hanja_list_get_nth_key", string, [pointer, number]),
        ("hanja_list_get_nth_value", string, [pointer, number]),
        ("hanja_list_get_nth_comment", string, [pointer, number]),
        ("hanja_list_delete", None, [pointer]),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib
