# SPDX-License-Identifier: Apache-2.0
"""Every kind of client that the stories are told in.

A fault stands here only after ibus-hangul showed it too: `python -m tests.e2e.clients --peer`.
"""

from __future__ import annotations

from typing import Final

from tests.e2e.clients.heavy import chromium, writer
from tests.e2e.clients.kind import QUICK_MS, Caret, Fault, Kind
from tests.e2e.clients.wayland import SESSION, in_weston
from tests.e2e.clients.windows import window, xterm

__all__ = ["KINDS", "LIGHT"]

ONE_WINDOW: Final = {"away": "the compositor shows one window"}
ONE_PLACE: Final = dict.fromkeys(
    ("click", "arrows", "focus", "away", "secrets"), "a terminal has one place to type, at its end"
)
ONE_FIELD: Final = {
    "focus": "a document is one field",
    "secrets": "a document is one field",
    "away": "it does not report which window has the keyboard",
}
STAYS: Final = "composing '다'."
CARRIED_OFF: Final = {
    "click": Fault(STAYS, "it does not reset the input method: the syllable goes with the caret")
}
FORGOTTEN: Final = {
    "click": Fault(STAYS, "it resets the input method and drops the syllable it still shows")
}
NOBODY_LISTENS: Final = {
    "away": Fault("나'.", "it drops the syllable when its window loses the keyboard")
}

_ALL: Final = (
    Kind("gtk3", window("window_gtk.py")),
    Kind(
        "gtk3-sync",
        window("window_gtk.py", IBUS_ENABLE_SYNC_MODE="1"),
        faults=CARRIED_OFF,
        gets_keys_back=True,
    ),
    Kind(
        "gtk4",
        window("window_gtk.py", "--gtk4"),
        pace_ms=QUICK_MS,
        faults=FORGOTTEN,
        caret=Caret.WRONG,
    ),
    Kind(
        "qt5",
        window("window_qt.py", "5"),
        ("python3-pyqt5",),
        faults=NOBODY_LISTENS,
        own_contexts=False,
    ),
    Kind(
        "qt6",
        window("window_qt.py", "6"),
        ("python3-pyqt6",),
        faults=NOBODY_LISTENS,
        own_contexts=False,
    ),
    Kind(
        "xterm",
        xterm,
        ("xterm",),
        without=ONE_PLACE,
        caret=Caret.IBUS,
        tells_preedit=False,
        tells_surrounding=False,
        gets_keys_back=True,
    ),
    Kind(
        "gtk3-wayland",
        in_weston(window("window_gtk.py")),
        ("weston",),
        session=SESSION,
        without=ONE_WINDOW,
        caret=Caret.NOBODY,
    ),
    Kind(
        "gtk4-wayland",
        in_weston(window("window_gtk.py", "--gtk4")),
        ("weston",),
        pace_ms=QUICK_MS,
        session=SESSION,
        without=ONE_WINDOW,
        faults=FORGOTTEN,
        caret=Caret.NOBODY,
    ),
    Kind(
        "chromium",
        chromium,
        ("chromium",),
        faults={"away": Fault("나'.", "it may drop the syllable as its window loses the keyboard")},
        tells_surrounding=False,
    ),
    Kind(
        "chromium-wayland",
        in_weston(chromium, input_method=True),
        ("chromium", "weston", "ibus-wayland"),
        session=SESSION,
        without=ONE_WINDOW,
        faults={
            "click": Fault("가나다\\n'.", "ibus-wayland does not tell of the click: 다 twice"),
            "secrets": Fault(".", "ibus-wayland does not tell what kind of field it is"),
        },
        caret=Caret.NOBODY,
        gets_keys_back=True,
        own_contexts=False,
    ),
    Kind(
        "writer",
        writer,
        ("libreoffice-writer", "libreoffice-gtk3", "python3-uno"),
        pace_ms=QUICK_MS,
        without=ONE_FIELD,
        faults={"click": Fault("가나'.", "it drops the syllable, or shows it where one clicked")},
        caret=Caret.IBUS,
        tells_preedit=False,
    ),
)

KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in _ALL}
LIGHT: Final = ("gtk3", "gtk3-sync", "gtk4", "qt5", "qt6", "xterm", "gtk3-wayland")
"""Those that every test run can afford: no browser, no office suite, Wayland once."""
