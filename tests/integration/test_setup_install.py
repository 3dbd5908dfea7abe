# SPDX-License-Identifier: Apache-2.0
"""`make install` into a staging folder, as a packager does it, and `make uninstall`."""

from __future__ import annotations

import gettext
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ime_engine.protocol import BUS_NAME, ENGINE_BUS_NAME

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = "org.freedesktop.ibus.engine.ieum"
UNFILLED = re.compile(r"@[A-Z_]+@")


def make(target: str, destination: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    variables = {"VENV": sys.prefix, "DESTDIR": str(destination)} | variables
    assignments = [f"{name}={value}" for name, value in variables.items()]
    return subprocess.run(
        ["make", "-s", target, *assignments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def files_under(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    outcome = make("install", tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    return tmp_path


def test_installs_what_ibus_dbus_systemd_and_the_shell_look_for(staged: Path) -> None:
    installed = files_under(staged)
    assert "usr/share/ibus/component/ieum.xml" in installed
    assert f"usr/share/dbus-1/services/{BUS_NAME}.service" in installed
    assert "usr/bin/ieum" in installed
    assert f"usr/share/dbus-1/interfaces/{BUS_NAME}.xml" in installed
    assert "usr/lib/systemd/user/ieum.service" in installed
    assert f"usr/share/dbus-1/interfaces/{ENGINE_BUS_NAME}.xml" in installed
    assert f"usr/share/glib-2.0/schemas/{SCHEMA}.gschema.xml" in installed
    assert "usr/share/applications/ibus-setup-ieum.desktop" in installed
    assert "usr/share/icons/hicolor/scalable/apps/ieum.svg" in installed
    assert {f"usr/share/locale/{name}/LC_MESSAGES/ieum.mo" for name in ("en", "ko")} <= installed
    assert len(installed) == 11


def test_files_are_readable_by_all_and_completely_filled_in(staged: Path) -> None:
    for name in files_under(staged) - {"usr/bin/ieum"}:
        path = staged / name
        assert path.stat().st_mode & 0o777 == 0o644
        assert not UNFILLED.search(path.read_text(encoding="utf-8", errors="replace")), name


def test_component_names_a_program_that_exists(staged: Path) -> None:
    component = ET.parse(staged / "usr/share/ibus/component/ieum.xml").getroot()
    command = component.findtext("exec") or ""
    program = Path(command.split()[0])
    assert program.is_absolute()
    assert os.access(program, os.X_OK)
    assert component.findtext("engines/engine/name") == "ieum"


def test_service_file_names_a_program_and_a_unit_that_exist(staged: Path) -> None:
    service = (staged / f"usr/share/dbus-1/services/{BUS_NAME}.service").read_text("utf-8")
    fields = dict(re.findall(r"^(\w+)=(.*)$", service, re.MULTILINE))
    assert fields["Name"] == BUS_NAME
    assert os.access(fields["Exec"].split()[0], os.X_OK)
    assert (staged / "usr/lib/systemd/user" / fields["SystemdService"]).exists()


def test_the_settings_are_started_alike_by_ibus_and_by_gnome(staged: Path) -> None:
    component = ET.parse(staged / "usr/share/ibus/component/ieum.xml").getroot()
    setup = component.findtext("engines/engine/setup") or ""
    entry = (staged / "usr/share/applications/ibus-setup-ieum.desktop").read_text("utf-8")
    assert f"\nExec={setup}\n" in entry
    done = subprocess.run(
        [*setup.split(), "--check"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_installed_texts_are_korean(staged: Path) -> None:
    with (staged / "usr/share/locale/ko/LC_MESSAGES/ieum.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Learning") == "학습"


def test_without_a_staging_folder_the_schemas_are_compiled(tmp_path: Path) -> None:
    outcome = make("install", Path(), DESTDIR="", PREFIX=str(tmp_path))
    assert outcome.returncode == 0, outcome.stderr
    compiled = tmp_path / "share/glib-2.0/schemas/gschemas.compiled"
    assert SCHEMA.encode() in compiled.read_bytes()
    assert make("uninstall", Path(), DESTDIR="", PREFIX=str(tmp_path)).returncode == 0
    assert SCHEMA.encode() not in (compiled.read_bytes() if compiled.exists() else b"")


def test_installed_command_runs(staged: Path) -> None:
    command = staged / "usr/bin/ieum"
    done = subprocess.run([command, "--help"], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0


def test_uninstall_leaves_nothing_behind(staged: Path) -> None:
    outcome = make("uninstall", staged)
    assert outcome.returncode == 0, outcome.stderr
    assert files_under(staged) == set()


def test_another_prefix_is_honoured(tmp_path: Path) -> None:
    assert make("install", tmp_path, PREFIX="/usr/local").returncode == 0
    assert all(name.startswith("usr/local/") for name in files_under(tmp_path))


def test_a_path_that_services_cannot_name_is_refused(tmp_path: Path) -> None:
    spaced = tmp_path / "my folder"
    (spaced / "bin").mkdir(parents=True)
    (spaced / "bin/ieum").symlink_to(Path(sys.prefix) / "bin/ieum")
    outcome = make("install", tmp_path / "stage", VENV=str(spaced))
    assert outcome.returncode != 0
    assert "move this folder" in outcome.stderr
    assert not (tmp_path / "stage").exists()


def test_before_set_up_the_remedy_is_named(tmp_path: Path) -> None:
    outcome = make("install", tmp_path / "stage", VENV=str(tmp_path / "nothing"))
    assert outcome.returncode != 0
    assert "run make setup first" in outcome.stderr
    assert files_under(tmp_path) == set()
