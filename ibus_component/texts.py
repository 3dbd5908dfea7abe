# SPDX-License-Identifier: Apache-2.0
"""What the user reads, in the language of the desktop: Korean where that is Korean, else English.

The standard library only: the engine and the settings dialog, which the system's
Python runs, both speak through this. The language is that of the first of LANGUAGE,
LC_ALL, LC_MESSAGES and LANG that is set.
"""

from __future__ import annotations

import functools
import gettext
from pathlib import Path
from typing import Final

__all__ = ["DOMAIN", "N_", "_", "shared"]

DOMAIN: Final = "ieum"
ANY_CATALOGUE: Final = f"locale/en/LC_MESSAGES/{DOMAIN}.mo"


def _(message: str) -> str:
    """The message in the user's language; itself where there is no translation."""
    return _catalogue().gettext(message)


def N_(message: str) -> str:  # noqa: N802 - the name that every tool of gettext knows
    """Mark a message of a table, which `_` translates when it is shown."""
    return message


def shared(name: str) -> Path | None:
    """A file that set-up or an installation put below some `share/`; None where there is none.

    The environment beside this very code comes before the system: what an older
    installation left there may not fit.
    """
    places = (
        folder / share / name
        for folder in Path(__file__).resolve().parents
        for share in (".venv/share", "share")
    )
    return next((path for path in places if path.exists()), None)


@functools.cache
def _catalogue() -> gettext.NullTranslations:
    found = shared(ANY_CATALOGUE)
    place = None if found is None else str(found.parents[2])
    return gettext.translation(DOMAIN, place, fallback=True)
