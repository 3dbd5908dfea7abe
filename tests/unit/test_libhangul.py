# SPDX-License-Identifier: Apache-2.0
"""The library below composition: text that survives, options, the keyboards there are."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from ibus_component import libhangul
from ibus_component.libhangul import (
    BUILT_IN,
    HangulContext,
    HangulOption,
    LibhangulMissingError,
    check_keyboard,
    keyboards,
)
from ibus_component.settings import load_settings

MINE = """<?xml version="1.0" encoding="UTF-8"?>
<hangul-keyboard id="mine" type="jaso">
    <name>Mine</name>
    <map id="0">
        <item key="0x61" value="0x1100"/>
        <item key="0x62" value="0x1161"/>
    </map>
</hangul-keyboard>
"""
ROOT = Path(__file__).parents[2]
LIST = """
from ibus_component.libhangul import keyboards
print(keyboards())
"""
TYPE = """
import sys
from pathlib import Path
from ibus_component.composer import Composer
from ibus_component.settings import load_settings
settings, mistake = load_settings(Path(sys.argv[1]))
composer = Composer(settings)
print(mistake, composer.type("a").preedit + composer.type("b").preedit)
"""


def run(program: str, data_home: Path, *arguments: str) -> str:
    """libhangul reads the keyboards when it is loaded, so each look needs a new process."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={"XDG_DATA_HOME": str(data_home), "LC_ALL": "C.UTF-8"},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.fixture
def own_keyboards(tmp_path: Path) -> Path:
    folder = tmp_path / "libhangul" / "keyboards"
    folder.mkdir(parents=True)
    (folder / "mine.xml").write_text(MINE)
    (folder / "no-name.xml").write_text('<hangul-keyboard id="bare" type="jaso"/>')
    (folder / "second-2.xml").write_text(MINE.replace('"mine"', '"2"'))
    (folder / "broken.xml").write_text("<hangul-keyboard")
    (folder / "empty.xml").write_text("")
    return tmp_path


def test_every_keyboard_of_the_settings_is_installed() -> None:
    assert set(BUILT_IN) <= set(keyboards())
    assert keyboards()["2"] == "Dubeolsik"


def test_keyboards_of_the_users_own_are_listed_behind_the_others(own_keyboards: Path) -> None:
    expected = {**keyboards(), "mine": "Mine", "bare": "bare"}
    assert run(LIST, own_keyboards).strip() == str(expected)


def test_one_types_with_a_keyboard_of_ones_own(own_keyboards: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("engine:\n  layout: mine\n")
    assert run(TYPE, own_keyboards, str(config)) == "None ㄱ가\n"


def test_a_file_that_crashes_libhangul_costs_the_users_keyboards_and_no_more(
    own_keyboards: Path,
) -> None:
    """libhangul 0.1.0 dies of a keyboard without an id."""
    nameless = own_keyboards / "libhangul" / "keyboards" / "nameless.xml"
    nameless.write_text('<?xml version="1.0"?>\n<hangul-keyboard type="jaso"/>')
    assert run(LIST, own_keyboards) == run(LIST, own_keyboards / "nothing")


def test_an_unknown_keyboard_is_one_sentence_and_typing_goes_on(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("engine:\n  layout: qwerty\n")
    settings, mistake = load_settings(config)
    assert settings.layout == "2"
    assert mistake is not None
    assert mistake.count("\n") == 0
    assert "layout `qwerty` is not installed; libhangul has 2, 2y, 39, " in mistake


@pytest.mark.parametrize("layout", ["", "한", "2 ", "x" * 5000])
def test_strange_names_of_keyboards_are_refused_too(layout: str) -> None:
    with pytest.raises(ValueError, match="is not installed") as caught:
        check_keyboard(layout)
    assert len(str(caught.value)) < 200


def test_the_keyboards_of_the_settings_need_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that only read settings may run where libhangul is not installed."""

    def missing(soname: str = "") -> None:
        raise LibhangulMissingError(soname)

    monkeypatch.setattr(libhangul, "_load", missing)
    libhangul._read_own_keyboards.cache_clear()
    for identity in BUILT_IN:
        check_keyboard(identity)
    with pytest.raises(ValueError, match="layout `mine` is not installed; libhangul has 2, 2y"):
        check_keyboard("mine")


def test_without_the_library_one_sentence_names_the_package() -> None:
    with pytest.raises(LibhangulMissingError, match=r"install the package libhangul1"):
        libhangul._load("libhangul-that-nobody-has.so.9")


def composed(context: HangulContext, keys: str) -> str:
    text = ""
    for key in keys:
        context.process(key)
        text += context.commit
    return text + context.flush()


@pytest.mark.parametrize(
    ("option", "keys", "off", "on"),
    [
        (HangulOption.AUTO_REORDER, "kr", "ㅏㄱ", "가"),
        (HangulOption.COMBI_ON_DOUBLE_STROKE, "rrk", "ㄱ가", "까"),
        (HangulOption.NON_CHOSEONG_COMBI, "qt", "ㅂㅅ", "ㅄ"),
    ],
)
def test_options(option: HangulOption, keys: str, off: str, on: str) -> None:
    context = HangulContext()
    for wanted, text in ((False, off), (True, on)):
        context.set_option(option, wanted)
        assert composed(context, keys) == text


def test_an_old_library_has_no_options_and_composes_all_the_same() -> None:
    class Old:
        """Everything of libhangul but the one function."""

        def __getattr__(self, name: str) -> object:
            if name == "hangul_ic_set_option":
                raise AttributeError(name)
            return getattr(libhangul._load(), name)

    context = HangulContext()
    context._lib = Old()  # type: ignore[assignment]
    context.set_option(HangulOption.AUTO_REORDER, True)
    assert composed(context, "kr") == "ㅏㄱ"


def test_strings_survive_the_next_call() -> None:
    context = HangulContext()
    for key in "rks":
        context.process(key)
    first = context.preedit
    context.process("k")
    assert (first, context.commit, context.preedit) == ("간", "가", "나")


def test_contexts_do_not_share_a_syllable_and_are_freed() -> None:
    one, other = HangulContext(), HangulContext()
    one.process("r")
    assert other.preedit == ""
    del one
    gc.collect()
    other.process("s")
    assert other.preedit == "ㄴ"
