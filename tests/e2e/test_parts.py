# SPDX-License-Identifier: Apache-2.0
"""The demo's pure parts: which keys a text takes, what was overheard, what is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from io import StringIO
from pathlib import Path

import pytest

from ibus_component import dubeolsik
from ibus_component.demo import leftovers, needs
from ibus_component.demo.__main__ import main
from ibus_component.demo.panel import CandidateList, ListReader
from ibus_component.demo.plan import models_dir
from ibus_component.demo.transcript import Transcript, speaks_korean
from ibus_component.demo.waiting import DemoError, wait_until


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("감사합니다. ", "r k a t k g k q s l e k period space"),
        ("까뿌쏘", "R k Q n T h"),
        ("닭값", "e k f r r k q t"),
        ("의외", "d m l d h l"),
        ("ㅋㅋㅏㄳㅢ", "z z k r t m l"),
        ("2026?", "2 0 2 6 question"),
    ],
)
def test_keys_of_a_text(text: str, keys: str) -> None:
    assert dubeolsik.keys(text) == keys.split()


@pytest.mark.parametrize("text", ["a", "漢", "\0", "가\ud800"])
def test_a_character_without_a_key_is_refused_by_number(text: str) -> None:
    with pytest.raises(dubeolsik.UntypeableError, match=r"no key for U\+[0-9A-F]{4}"):
        dubeolsik.keys(text)


def call(member: str) -> str:
    return f"method call time=1 sender=x -> destination=y serial=1 path=/; member={member}\n"


def update(*candidates: str, visible: bool, highlighted: bool = False, cursor: int = 0) -> str:
    """What dbus-monitor prints for one UpdateLookupTable."""
    texts = "".join(
        textwrap.indent(
            textwrap.dedent(f"""\
                variant                struct {{
                      string "IBusText"
                      array [
                      ]
                      string "{text}"
                      variant                      struct {{
                            string "IBusAttrList"
                            array [
                            ]
                            array [
                            ]
                         }}
                   }}
                """),
            " " * 12,
        )
        for text in candidates
    )
    head = textwrap.indent(
        textwrap.dedent(f"""\
            string "IBusLookupTable"
            array [
            ]
            uint32 5
            uint32 {cursor}
            boolean {str(highlighted).lower()}
            boolean false
            int32 1
            array [
            """),
        " " * 9,
    )
    tail = "         ]\n         array [\n         ]\n      }\n"
    shown = f"   boolean {str(visible).lower()}\n"
    return call("UpdateLookupTable") + "   variant       struct {\n" + head + texts + tail + shown


def overheard(*messages: str) -> CandidateList | None:
    reader = ListReader()
    for line in "".join(messages).splitlines(keepends=True):
        reader.heed(line)
    return reader.shown


def test_a_passive_and_an_active_list_are_overheard() -> None:
    assert overheard(update("하나", "둘", visible=True)) == CandidateList(("하나", "둘"), None)
    active = update("하나", "둘", visible=True, highlighted=True, cursor=1)
    assert overheard(active) == CandidateList(("하나", "둘"), 1)


def test_a_list_that_was_hidden_is_not_on_the_screen() -> None:
    one = update("하나", visible=True)
    assert overheard(one, call("HideLookupTable")) is None
    assert overheard(one, update(visible=False)) is None
    assert overheard(update("하나", visible=False)) is None
    again = overheard(one, call("HideLookupTable"), call("ShowLookupTable"))
    assert again == CandidateList(("하나",), None)


def test_a_quotation_mark_in_a_candidate_is_kept() -> None:
    assert overheard(update('"네"', visible=True)) == CandidateList(('"네"',), None)


def test_other_calls_change_nothing() -> None:
    noise = call("UpdateAuxiliaryText") + "   variant       struct {\n      }\n   boolean false\n"
    assert overheard(update("하나", visible=True), noise) == CandidateList(("하나",), None)


def test_everything_missing_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(needs, "LIBEXEC", (str(tmp_path),))

    with pytest.raises(DemoError) as failure:
        needs.require(3)

    sentence = str(failure.value)
    assert "\n" not in sentence
    for name in ("Xvfb", "xdotool", "ibus-ui-gtk3", "a Korean font"):
        assert name in sentence
    packages = sentence.partition("sudo apt-get install ")[2].split()
    assert {"xvfb", "ibus", "fonts-noto-cjk", "matchbox-window-manager"} <= set(packages)
    assert len(packages) == len(set(packages))


def test_the_command_fails_with_that_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IEUM_MODELS_DIR", str(tmp_path / "none"))

    assert main(["--out", str(tmp_path / "pictures")]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("ieum demo: ")
    assert said.err.count("\n") == 1
    assert "make setup" in said.err
    assert not (tmp_path / "pictures").exists()


@pytest.mark.parametrize("text", ["hello", "", "  "])
def test_a_text_that_cannot_be_typed_is_a_usage_error(text: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--text", text])
    assert ended.value.code == 2


def test_models_are_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IEUM_MODELS_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/there")
    assert models_dir() == Path("/there/ieum/models")
    monkeypatch.setenv("XDG_DATA_HOME", "not/absolute")
    assert models_dir() == Path.home() / ".local/share/ieum/models"
    monkeypatch.setenv("IEUM_MODELS_DIR", "/elsewhere")
    assert models_dir() == Path("/elsewhere")


def test_the_transcript_speaks_the_users_language() -> None:
    assert speaks_korean({"LANG": "ko_KR.UTF-8"})
    assert not speaks_korean({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"})
    out = StringIO()
    Transcript(out, korean=True).document("가나 ")
    Transcript(out, korean=False).document("가나 ")
    assert out.getvalue() == "  문서      가나␣\n  document  가나␣\n"


def test_waiting_ends_with_a_sentence() -> None:
    with pytest.raises(DemoError, match=r"It did not come \(waited 0.02 s\)\."):
        wait_until(lambda: False, "It did not come", timeout_s=0.02)


def test_a_process_that_hid_its_home_is_found_by_its_session(tmp_path: Path) -> None:
    """A browser writes its title over its environment."""
    with subprocess.Popen(
        [sys.executable, "-c", "import signal; signal.pause()"], env={}, start_new_session=True
    ) as process:
        assert leftovers.processes_at(tmp_path) == []

        leftovers.end_all(tmp_path, [process.pid])

        assert process.wait() == -signal.SIGTERM


def test_a_process_that_will_not_listen_is_ended_by_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "PATIENCE_S", 0.1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True)"
    wait = "; signal.pause()"
    with subprocess.Popen(
        [sys.executable, "-c", deaf + wait],
        env={**os.environ, "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert leftovers.processes_at(tmp_path) == [process.pid]

        leftovers.end_all(tmp_path)

        assert process.wait() == -signal.SIGKILL
    assert leftovers.processes_at(tmp_path) == []
