# SPDX-License-Identifier: Apache-2.0
"""The `ieum` command without a daemon: help, usage, output, what it hands over."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from ime_engine import __version__
from ime_engine.cli import COMMANDS, main, predict, siblings, status
from ime_engine.cli.output import paint, table
from ime_engine.errors import InputError, NotAvailableError


def usage_of(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert isinstance(left.value.code, int)
    return left.value.code


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_has_help_with_an_example(
        self, command: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert usage_of([command, "--help"]) == 0
        told = capsys.readouterr().out

        assert re.search(rf"examples?:\n  (\S+ )*ieum {command}", told)
        assert len(COMMANDS[command].SUMMARY) > 20

    def test_the_command_itself(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert usage_of(["--help"]) == 0
        told = capsys.readouterr().out
        assert all(command in told for command in COMMANDS)
        assert usage_of(["--version"]) == 0
        assert capsys.readouterr().out == f"ieum {__version__}\n"

    @pytest.mark.parametrize(
        "arguments",
        [[], ["dance"], ["predict"], ["predict", "가", "--limit", "x"], ["status", "x"], ["model"]],
    )
    def test_a_wrong_call_is_told_on_stderr_with_2(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert usage_of(arguments) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert "usage: ieum" in told.err


class TestHandingOver:
    @pytest.fixture
    def handed(self, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
        calls: list[list[str]] = []

        def leave(path: str, command: list[str]) -> None:
            calls.append([path, *command])
            raise SystemExit(0)

        monkeypatch.setattr("os.execv", leave)
        return calls

    @pytest.mark.parametrize(
        ("arguments", "rest"),
        [
            (["component"], ["ibus_component", "--xml"]),
            (["settings"], ["ibus_component.setup"]),
            (["demo"], ["ibus_component.demo"]),
            (["demo", "--", "--help"], ["ibus_component.demo", "--help"]),
            (["model", "list"], ["model_tools", "list"]),
            (["demo", "--window", "3"], ["ibus_component.demo", "--window", "3"]),
            (["model", "build", "--help"], ["model_tools", "build", "--help"]),
            (["model", "verify", "--json", "x"], ["model_tools", "verify", "--json", "x"]),
        ],
    )
    def test_siblings_run_in_this_very_python(
        self,
        arguments: list[str],
        rest: list[str],
        handed: list[list[str]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
        monkeypatch.setenv("DISPLAY", ":0")
        assert usage_of(arguments) == 0
        assert handed == [[sys.executable, sys.executable, "-P", "-m", *rest]]

    def test_a_missing_part_is_one_sentence(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
        for arguments in (["demo"], ["component"], ["model", "list"], ["run"]):
            assert main(arguments) == 1
            assert "is not installed" in capsys.readouterr().err

    def test_without_a_display_there_is_no_dialog(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        assert main(["settings"]) == 1
        assert "no display here for a dialog; `ieum config`" in capsys.readouterr().err

    def test_building_names_the_missing_extras(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("ime_engine.cli.model.is_installed", lambda name: name != "gguf")
        assert main(["model", "build", "x"]) == 1
        assert "needs gguf; install it with `pip install 'ieum[tools]'`" in (
            capsys.readouterr().err
        )

    def test_a_module_below_a_missing_package_is_not_installed(self) -> None:
        assert not siblings.is_installed("no_such_package.demo")
        assert siblings.is_installed("ime_engine.protocol")
        with pytest.raises(NotAvailableError):
            siblings.become("no_such_package.demo", [])


class TestPredict:
    @pytest.fixture(autouse=True)
    def no_bus(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))

    @pytest.fixture
    def tiny(
        self, tiny_model_dir: Path, monkeypatch: pytest.MonkeyPatch, private_home: Path
    ) -> None:
        monkeypatch.setenv("IEUM_MODELS_DIR", str(tiny_model_dir))
        own = private_home / "config" / "ieum" / "config.yaml"
        own.parent.mkdir()
        own.write_text("daemon: {model: tiny, deadline_ms: 5000}", encoding="utf-8")

    @pytest.mark.usefixtures("tiny")
    def test_without_a_daemon_the_model_is_opened_here(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["predict", "감사합니다. 앞으로도 잘", "--limit", "2"]) == 0
        told = capsys.readouterr()

        assert told.out.startswith("부탁드립니다  ")
        assert "Opening the model in this process" in told.err

    @pytest.mark.usefixtures("tiny")
    def test_stdin_and_json(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = io.TextIOWrapper(io.BytesIO("감사합니다. 앞으로도 잘\n".encode()))
        monkeypatch.setattr("sys.stdin", text)
        assert main(["predict", "-", "--prefix", "부", "--json"]) == 0
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)

        assert found[0]["text"] == "부탁드립니다"
        assert found[0]["source"] == "model"

    def test_no_model_is_one_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["predict", "가"]) == 1
        assert "run `ieum model build gemma3-270m-ko`" in capsys.readouterr().err

    @pytest.mark.parametrize("limit", ["0", "21", "-1"])
    def test_a_limit_out_of_range_is_refused(
        self, limit: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["predict", "가", f"--limit={limit}"]) == 1
        assert "from 1 to 20" in capsys.readouterr().err

    def test_bytes_that_are_no_text_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
        with pytest.raises(InputError, match="not UTF-8"):
            predict.before_of("-")

    def test_an_argument_that_is_no_text_is_refused(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["predict", "\udcff"]) == 1
        assert "surrogate" in capsys.readouterr().err

    def test_a_missing_space_is_added_and_a_present_one_kept(self) -> None:
        assert predict.before_of("잘") == "잘 "
        assert predict.before_of("잘\n") == "잘\n"
        assert predict.before_of("") == ""


class TestStatus:
    def test_without_a_daemon_it_says_so_with_1(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        assert main(["status", "--json"]) == 1
        told = capsys.readouterr()
        assert json.loads(told.out) == {"State": "absent"}
        assert "No session bus" in told.err

    def test_the_report_is_two_columns(self) -> None:
        facts = {
            "State": "failed", "Model": "", "Device": "", "Enabled": True, "Learning": False,
            "Version": "1", "Pid": 7, "Problem": "why", "Statistics": {"uptime_s": 1.5},
        }  # fmt: skip
        lines = status.report(facts).splitlines()

        assert lines[0] == "state     failed"
        assert "problem   why" in lines
        assert lines[-1] == "uptime s  1.50"
        assert "history   none" in lines, "a daemon from before there was one"
        assert "history   off" in status.report({**facts, "History": "off"}).splitlines()


class TestOutput:
    def test_hangul_takes_two_cells(self) -> None:
        assert table([["가나", "x"], ["a", "y"]]) == "가나  x\na     y"
        assert table([]) == ""

    def test_colour_only_on_a_terminal_that_wants_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        assert paint("x", "red", io.StringIO()) == "x"
        assert paint("x", "red", Terminal()) == "\x1b[31mx\x1b[0m"
        monkeypatch.setenv("NO_COLOR", "1")
        assert paint("x", "red", Terminal()) == "x"
