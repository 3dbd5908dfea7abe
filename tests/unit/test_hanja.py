# SPDX-License-Identifier: Apache-2.0
"""Hanja and symbols as libhangul's own tables have them, and tables that are not there (D8)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ibus_component.hanja import Hanja, HanjaDictionary, data_folders, shared_dictionary

LAZY = """
import resource, sys
from ibus_component.session import Session
from ibus_component.settings import Settings
from ibus_component.keys import Key

def held():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

def opened():
    return "hanja.txt" in "".join(open(f"/proc/self/maps")) or any(
        "hanja.txt" in link for link in links())

def links():
    import os
    for number in os.listdir("/proc/self/fd"):
        try:
            yield os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            pass

session = Session(Settings())
for value, code in ((0x67, 34), (0x6B, 37), (0x73, 31), (0x20, 57), (0x67, 34), (0x6B, 37)):
    session.press(Key(value, code))
print(opened())
before = held()
session.press(Key(0xFF34, 123))
print(session.shows_hanja, held() - before)
"""


@pytest.fixture(scope="module")
def dictionary() -> HanjaDictionary:
    return HanjaDictionary()


class TestTables:
    def test_a_syllable_in_the_order_of_the_table(self, dictionary: HanjaDictionary) -> None:
        found = dictionary.ending("한")

        assert found[0] == Hanja("한", "韓", "나라 이름 한, 한나라 한")
        assert found[1] == Hanja("한", "漢", "한수 한")
        assert len(found) > 50
        assert {entry.reading for entry in found} == {"한"}

    def test_endings_of_a_word_the_longest_first(self, dictionary: HanjaDictionary) -> None:
        found = dictionary.ending("우리대한민국")

        assert [entry.text for entry in found[:3]] == ["大韓民國", "民國", "國"]
        lengths = [len(entry.reading) for entry in found]
        assert lengths == sorted(lengths, reverse=True)

    def test_beginnings_of_a_word_the_longest_first(self, dictionary: HanjaDictionary) -> None:
        found = dictionary.beginning("학교에서")

        assert found[0] == Hanja("학교", "學校")
        assert {entry.reading for entry in found} == {"학교", "학"}

    def test_symbols_of_every_consonant(self, dictionary: HanjaDictionary) -> None:
        for jamo in "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅊㅋㅌㅍㅎ":
            assert len(dictionary.symbols(jamo)) >= 18, jamo
        assert [entry.text for entry in dictionary.symbols("ㅁ")[:8]] == [*"＃＆＊＠§※☆★"]

    @pytest.mark.parametrize("text", ["", "뷁", "abc", "\0", "한\0", "ㅏ", "😀"])
    def test_what_is_in_no_table(self, dictionary: HanjaDictionary, text: str) -> None:
        assert dictionary.ending(text) == ()
        assert dictionary.beginning(text) == () or text == "한\0"
        assert dictionary.symbols(text) == ()

    def test_lone_surrogates_are_in_no_table(self, dictionary: HanjaDictionary) -> None:
        assert dictionary.ending("\ud800") == ()


class TestPlaces:
    def test_the_desktops_folders_come_first(self) -> None:
        folders = data_folders({"XDG_DATA_DIRS": "/opt/share::relative:/usr/share:/opt/share"})

        assert folders == ("/opt/share", "/usr/share", "/usr/local/share")

    def test_the_usual_ones_without_a_desktop(self) -> None:
        assert data_folders({}) == ("/usr/local/share", "/usr/share")

    def test_tables_under_another_prefix(self, tmp_path: Path) -> None:
        put(tmp_path, "hanja.txt", "# mine\n\n가:嘉:아름다울 가\n나:娜:\n")
        put(tmp_path, "mssymbol.txt", "# mine\nㄱ:♡:\nㅁ:♥:\n")
        mine = HanjaDictionary((str(tmp_path / "nothing"), str(tmp_path)))

        assert mine.ending("나가") == (Hanja("가", "嘉", "아름다울 가"),)
        assert mine.symbols("ㅁ") == (Hanja("ㅁ", "♥"),)

    def test_without_tables_nothing_is_found(self, tmp_path: Path) -> None:
        none = HanjaDictionary((str(tmp_path),))

        assert none.ending("한") == none.beginning("한") == none.symbols("ㅁ") == ()

    def test_a_broken_table_harms_nobody(self, tmp_path: Path) -> None:
        (tmp_path / "libhangul/hanja").mkdir(parents=True)
        broken = "가:".encode() + b"\xff\xfe:\n" + "가:可:옳을 가\n가\n:::\n".encode()
        (tmp_path / "libhangul/hanja/hanja.txt").write_bytes(broken)

        assert HanjaDictionary((str(tmp_path),)).ending("가") == (Hanja("가", "可", "옳을 가"),)

    def test_an_empty_table(self, tmp_path: Path) -> None:
        put(tmp_path, "hanja.txt", "")

        assert HanjaDictionary((str(tmp_path),)).ending("가") == ()


def test_one_dictionary_for_all_sessions() -> None:
    assert shared_dictionary() is shared_dictionary()


def test_a_table_is_opened_at_the_first_use_and_stays_small() -> None:
    """The engine's memory is for those who ask for hanja: under 2 MB, and nothing before."""
    said = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    opened, shown, grown = said.stdout.split()

    assert (opened, shown) == ("False", "True")
    assert int(grown) < 2_000_000


def put(folder: Path, name: str, text: str) -> None:
    place = folder / "libhangul/hanja"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text, encoding="utf-8")
