# SPDX-License-Identifier: Apache-2.0
"""A folder is replaced as a whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from model_tools import staging
from model_tools.errors import WorkshopError
from model_tools.staging import staged


def hidden(path: Path) -> bool:
    return path.name == "home" or path.name.endswith(".lock")


def visible(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if not hidden(each))


def build(folder: Path, content: str) -> None:
    with staged(folder) as aside:
        (aside / "file").write_text(content)


def fail_halfway(folder: Path, error: type[BaseException]) -> None:
    with staged(folder) as aside:
        (aside / "file").write_text("half")
        raise error


def test_a_new_folder_appears(tmp_path: Path) -> None:
    build(tmp_path / "deep" / "model", "new")
    assert (tmp_path / "deep" / "model" / "file").read_text() == "new"
    assert (tmp_path / "deep" / "model").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("can_exchange", [True, False])
def test_an_old_folder_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr(staging, "_exchange", lambda first, second: False)
    build(tmp_path / "model", "old")
    (tmp_path / "model" / "left").touch()
    build(tmp_path / "model", "new")
    assert (tmp_path / "model" / "file").read_text() == "new"
    assert visible(tmp_path) == ["model"]
    assert visible(tmp_path / "model") == ["file"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_failure_changes_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    build(tmp_path / "model", "old")
    with pytest.raises(error):
        fail_halfway(tmp_path / "model", error)
    assert (tmp_path / "model" / "file").read_text() == "old"
    assert visible(tmp_path) == ["model"]


def test_two_builds_do_not_meet(tmp_path: Path) -> None:
    with (
        staged(tmp_path / "model"),
        pytest.raises(WorkshopError, match="another build of model"),
        staged(tmp_path / "model"),
    ):
        pass


def test_a_killed_build_leaves_the_old_model_and_is_cleared_up(tmp_path: Path) -> None:
    build(tmp_path / "model", "old")
    script = (
        "import sys, time, pathlib; from model_tools.staging import staged\n"
        "with staged(pathlib.Path(sys.argv[1])) as aside:\n"
        "    (aside / 'file').write_text('half'); print('ready', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "model")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / "model" / "file").read_text() == "old"
    assert len(visible(tmp_path)) == 2
    build(tmp_path / "model", "new")
    assert visible(tmp_path) == ["model"]


def test_a_build_killed_between_two_renames_is_repaired(tmp_path: Path) -> None:
    build(tmp_path / "model", "old")
    (tmp_path / "model").rename(tmp_path / ".model.old")
    with pytest.raises(KeyboardInterrupt), staged(tmp_path / "model"):
        raise KeyboardInterrupt
    assert (tmp_path / "model" / "file").read_text() == "old"
