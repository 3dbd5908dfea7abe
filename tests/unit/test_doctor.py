# SPDX-License-Identifier: Apache-2.0
"""`ieum doctor`: every finding has a sentence, every bad one a remedy."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ime_engine.cli import doctor, main
from ime_engine.cli.checks import Check, Level, judge
from ime_engine.cli.facts import Facts, find_component, gather, output_of
from ime_engine.cli.history.kept import Kept

ROOT = Path(__file__).parents[2]
WELL = Facts(
    python=(3, 12),
    missing=(),
    config_error="",
    libhangul=True,
    ibus_binary="/usr/bin/ibus-daemon",
    ibus_address="unix:path=/x",
    desktop=True,
    bus_error="",
    daemon={"State": "ready", "Model": "m", "Device": "cpu"},
    daemon_problem="",
    model="m",
    model_error="",
    history=Kept("/home/me/state", 0o700, 0o600),
    runtime="1.2 CPUExecutionProvider",
    component="/usr/share/ibus/component/ieum.xml",
    selected="ieum",
    modules={"GTK_IM_MODULE": "ibus", "XMODIFIERS": "@im=ibus"},
    dialog_error="",
    fonts=3,
)


def found(facts: Facts, name: str) -> Check:
    (check,) = [check for check in judge(facts) if check.name == name]
    return check


def test_when_all_is_well_nothing_is_to_do() -> None:
    checks = judge(WELL)

    assert [check.name for check in checks if check.level is not Level.OK or check.remedy] == []
    assert len({check.name for check in checks}) == len(checks) == 14


AMISS: list[tuple[str, Level, str, dict[str, Any]]] = [
    ("python", Level.FAIL, "3.11", {"python": (3, 10)}),
    ("libraries", Level.FAIL, "make setup", {"missing": ("numpy",)}),
    ("settings", Level.FAIL, "docs/config.md", {"config_error": "c.yaml: wrong."}),
    ("runtime", Level.FAIL, "make setup", {"runtime": ""}),
    ("model", Level.FAIL, "ieum model build m", {"model_error": "damaged."}),
    ("libhangul", Level.FAIL, "apt install libhangul1", {"libhangul": False}),
    ("session bus", Level.FAIL, "dbus-run-session", {"bus_error": "none."}),
    ("predictor", Level.WARN, "ieum run", {"daemon": None}),
    ("predictor", Level.WARN, "moment", {"daemon": {"State": "loading", "Model": "m"}}),
    ("predictor", Level.WARN, "Ctrl+Alt+H", {"daemon": {"State": "off", "Model": "m"}}),
    ("predictor", Level.FAIL, "ieum model verify m", {"daemon": {"State": "failed", "Model": "m"}}),
    ("history", Level.FAIL, "chmod 700 /s", {"history": Kept("/s", 0o750, 0o600)}),
    ("history", Level.FAIL, "chmod 600 /s/history", {"history": Kept("/s", 0o700, 0o644)}),
    ("history", Level.FAIL, "mend it", {"history": Kept("/s", 0o700, 0o600, "Bad.", "mend it")}),
    ("history", Level.WARN, "ls -ld", {"history": Kept("/s", 0o500, 0o600, writable=False)}),
    ("ibus", Level.FAIL, "apt install ibus", {"ibus_binary": ""}),
    ("ibus", Level.FAIL, "ibus-daemon --daemonize", {"ibus_address": ""}),
    ("ibus", Level.WARN, "ieum demo", {"ibus_address": "", "desktop": False}),
    ("engine", Level.WARN, "make install", {"selected": "", "component": ""}),
    ("dialog", Level.WARN, "make setup", {"dialog_error": "The settings schema is missing."}),
    ("environment", Level.WARN, "GTK_IM_MODULE=ibus", {"modules": {"GTK_IM_MODULE": "fcitx"}}),
    ("environment", Level.WARN, "im-config", {"modules": {}}),
    ("fonts", Level.WARN, "fonts-noto-cjk", {"fonts": 0}),
    ("fonts", Level.WARN, "fonts-noto-cjk", {"fonts": None}),
]


@pytest.mark.parametrize(("name", "level", "remedy", "changes"), AMISS)
def test_what_is_amiss_has_a_level_a_sentence_and_a_remedy(
    name: str, level: Level, remedy: str, changes: dict[str, Any]
) -> None:
    check = found(replace(WELL, **changes), name)

    assert check.level is level
    assert check.sentence.endswith(".")
    assert remedy in check.remedy
    others = [other for other in judge(replace(WELL, **changes)) if other.name != name]
    assert all(other.level is Level.OK for other in others)


def test_a_history_that_was_never_written_is_fine() -> None:
    assert "Nothing is learned yet" in found(replace(WELL, history=Kept("/s")), "history").sentence


def test_an_engine_that_is_only_installed_is_fine() -> None:
    assert found(replace(WELL, selected="hangul"), "engine").level is Level.OK


@pytest.mark.parametrize(("changes", "status"), [({}, 0), ({"fonts": 0}, 0), ({"runtime": ""}, 1)])
def test_the_exit_status_is_1_only_when_a_check_fails(
    changes: dict[str, Any],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(doctor, "gather", lambda: replace(WELL, **changes))

    assert main(["doctor"]) == status
    assert main(["doctor", "--json"]) == status
    printed = capsys.readouterr().out
    checks = json.loads(printed[printed.index("[\n") :])
    assert {"name", "level", "sentence", "remedy"} == set(checks[0])


def test_gathering_survives_a_bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "IBUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    facts = gather({"HOME": str(tmp_path), "IBUS_COMPONENT_PATH": str(tmp_path)})

    assert facts.daemon is None
    assert "No session bus" in facts.bus_error
    assert "ieum model build" in facts.model_error
    assert (facts.ibus_binary, facts.component, facts.selected, facts.fonts) == ("", "", "", None)


def test_without_any_library_it_still_speaks() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1])\nfrom ime_engine.cli import main\n"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code + "sys.exit(main(['doctor']))", str(ROOT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "Missing Python packages: cachetools" in done.stdout
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\nfail") + done.stdout.count("\nok") > 4


def test_the_component_file_is_found_by_its_name_inside(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<name>org.freedesktop.IBus.Hangul</name>", encoding="utf-8")
    environment = {"IBUS_COMPONENT_PATH": f"/nonexistent:{tmp_path}"}
    assert find_component(environment) == ""
    (tmp_path / "z.xml").write_text("<name>org.freedesktop.IBus.Ieum</name>", encoding="utf-8")
    assert find_component(environment) == str(tmp_path / "z.xml")


def test_a_command_that_fails_or_is_missing_prints_nothing() -> None:
    assert output_of([sys.executable, "-c", "print('x'); raise SystemExit(3)"]) == ""
    assert output_of(["no-such-command-anywhere"]) == ""
    assert output_of([sys.executable, "-c", "print('x')"]) == "x"
