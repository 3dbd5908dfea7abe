# SPDX-License-Identifier: Apache-2.0
"""What the user reads: every text is translated, and the language is that of the desktop."""

from __future__ import annotations

import gettext
import io
import re
import string
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ibus_component.setup.labels import KEYS, LABELS, LEARNING, PREDICTION, TYPING, Section, keys_of
from ibus_component.texts import shared

ROOT = Path(__file__).parents[2]
LANGUAGES = ("ko", "en")
TABS = ("_Typing", "_Prediction", "_Learning", "_Keys", "_About")
BUTTONS = ("_Reset this page to the defaults", "P_ut them back")
HISTORY = ("E_xport…", "Forget _everything learned…")


def compiled(po: bytes) -> dict[str, str]:
    """Every message of a file of gettext, and its translation."""
    done = subprocess.run(
        ["msgfmt", "--check-format", "-o", "-", "-"], input=po, capture_output=True, check=True
    )
    catalogue = vars(gettext.GNUTranslations(io.BytesIO(done.stdout)))["_catalog"]
    return {key: text for key, text in catalogue.items() if key}


def messages(template: Path) -> set[str]:
    """What a template asks to be translated."""
    filled = subprocess.run(["msgen", template], capture_output=True, check=True).stdout
    return set(compiled(filled.replace(b"#, fuzzy\n", b"")))


@pytest.fixture(scope="module")
def texts() -> Mapping[str, dict[str, str]]:
    folder = ROOT / "data/po"
    return {name: compiled((folder / f"{name}.po").read_bytes()) for name in LANGUAGES}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def letter_of(text: str) -> str:
    found = re.search(r"_(.)", text)
    return found[1].upper() if found else ""


class TestCatalogues:
    def test_the_template_has_what_the_sources_say(self, tmp_path: Path) -> None:
        subprocess.run([ROOT / "scripts/messages.sh", tmp_path / "new.pot"], check=True)
        now = messages(ROOT / "data/po/ieum.pot")
        assert len(now) > 150
        assert now == messages(tmp_path / "new.pot"), "run scripts/messages.sh"

    def test_every_source_that_translates_is_named(self) -> None:
        named = set((ROOT / "data/po/POTFILES.in").read_text().split())
        speaks = re.compile(r"^ *from ibus_component\.texts import .*\b(?:_|N_)(?:,|$|  #)", re.M)
        sources = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / "ibus_component").rglob("*.py")
            if speaks.search(path.read_text(encoding="utf-8"))
        }
        assert sources == named

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_message_is_translated(
        self, language: str, texts: Mapping[str, dict[str, str]]
    ) -> None:
        assert set(texts[language]) == messages(ROOT / "data/po/ieum.pot"), "scripts/messages.sh"

    def test_korean_texts_are_korean(self, texts: Mapping[str, dict[str, str]]) -> None:
        assert not [text for text in texts["ko"].values() if not re.search("[가-힣]", text)]

    def test_a_translation_names_what_the_message_names(
        self, texts: Mapping[str, dict[str, str]]
    ) -> None:
        assert not [text for text, ko in texts["ko"].items() if fields(text) != fields(ko)]

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        "page", [TYPING, PREDICTION, LEARNING, KEYS], ids=["typing", "pred", "learn", "keys"]
    )
    def test_no_two_settings_of_a_page_share_a_letter(
        self, language: str, page: tuple[Section, ...], texts: Mapping[str, dict[str, str]]
    ) -> None:
        history = HISTORY if page is LEARNING else ()
        shown = [*TABS, *BUTTONS, *history, *(LABELS[key].text for key in keys_of(page))]
        letters = [letter for text in shown if (letter := letter_of(texts[language][text]))]
        assert len(letters) > len(TABS) + len(BUTTONS)
        assert sorted(letters) == sorted(set(letters))


class TestLanguage:
    @pytest.mark.parametrize(
        ("variables", "said"),
        [
            ({}, "Learning"),
            ({"LANG": "C.UTF-8"}, "Learning"),
            ({"LANG": "ko_KR.UTF-8"}, "학습"),
            ({"LANG": "ko"}, "학습"),
            ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.UTF-8"}, "학습"),
            ({"LANG": "ko_KR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "Learning"),
            ({"LANG": "ko_KR.UTF-8", "LANGUAGE": ""}, "학습"),
            ({"LANG": "en_US.UTF-8", "LANGUAGE": "ko:en"}, "학습"),
            # English is a translation too: it must not fall through to the next language.
            ({"LANG": "ko_KR.UTF-8", "LANGUAGE": "en:ko"}, "Learning"),
            ({"LANG": "de_DE.UTF-8"}, "Learning"),
            ({"LANG": "../../etc"}, "Learning"),
        ],
    )
    def test_korean_where_the_desktop_is_korean(self, variables: dict[str, str], said: str) -> None:
        code = "from ibus_component.texts import _; print(_('Learning'))"
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code],
            env=variables,
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout == f"{said}\n"

    def test_it_needs_the_standard_library_only(self) -> None:
        code = "import sys; sys.path.append(sys.argv[1]); import ibus_component.keycaps as k"
        names = "print(k.printed('Control+Alt+h'))"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", f"{code}; {names}", str(ROOT)],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout == "Ctrl+Alt+H\n"

    def test_what_set_up_compiled_is_found_beside_the_code(self) -> None:
        found = shared("glib-2.0/schemas/gschemas.compiled")
        assert found is not None
        assert found.is_file()
        assert shared("glib-2.0/no-such-file") is None
