# SPDX-License-Identifier: Apache-2.0
"""The stories of A1 to D7 in real clients; `make clients` has the heavy ones too."""

from __future__ import annotations

from pathlib import Path

import pytest

from ibus_component.demo.waiting import DemoError
from tests.e2e.clients.kind import Caret, Fault, Kind
from tests.e2e.clients.kinds import KINDS, LIGHT
from tests.e2e.clients.play import Report, play
from tests.e2e.clients.stories import STORIES


@pytest.mark.desktop
@pytest.mark.timeout(150)
@pytest.mark.usefixtures("short_tmp")
@pytest.mark.parametrize("name", LIGHT)
def test_the_stories_in_a_client(name: str) -> None:
    kind = KINDS[name]

    report = play(kind)

    assert report.wrong == {}
    assert set(report.told) == set(STORIES) - set(kind.without)
    assert report.surrounding == kind.tells_surrounding
    assert report.caret == (kind.caret is not Caret.NOBODY)
    # Up to IBus 1.5.27 a client that says nothing else is taken for a synchronous one.
    assert (report.forwarded > 0) == kind.gets_keys_back


def test_every_story_is_told_somewhere_and_every_exception_names_one() -> None:
    for kind in KINDS.values():
        assert {*kind.without, *kind.faults} <= set(STORIES)
        assert kind.without.keys().isdisjoint(kind.faults)
    assert all(story not in KINDS["gtk3"].without for story in STORIES)


def test_only_the_known_fault_is_the_clients_own() -> None:
    kind = Kind("one", KINDS["gtk3"].open, faults={"click": Fault("composing '다'.", "it forgets")})
    report = Report(kind, {"click": "It holds '가나', composing '다'.", "focus": ""})
    assert report.wrong == {}
    assert report.known("click") == "it forgets"

    report.told["click"] = "It holds '다가나다'."
    assert report.wrong == {"click": "It holds '다가나다'."}


def test_a_client_that_is_not_installed_is_a_failure_with_the_command_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "dpkg-query"
    fake.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    kind = Kind("qt5", KINDS["qt5"].open, ("python3-pyqt5",))

    with pytest.raises(DemoError, match=r"^qt5 needs packages: sudo apt-get install python3-pyqt5"):
        play(kind)
