# SPDX-License-Identifier: Apache-2.0
"""`make setup` on machines of every kind: bare, without root, offline, full, interrupted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.fake_machine import Machine, wanted_packages

INSTALLED = ["venv", "pip torch==2.13.0", "pip .[tools,torch,dev]", "model"]
APT_INSTALL = "apt-get install -y --no-install-recommends"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


@pytest.fixture
def root_machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine", uid=0)


def test_first_run_installs_torch_before_the_rest_and_builds_the_model(machine: Machine) -> None:
    outcome = machine.setup()
    assert outcome.returncode == 0, outcome.stderr
    assert machine.did() == INSTALLED
    assert "Ieum is set up" in outcome.stderr
    assert outcome.stdout == ""


def test_second_run_installs_nothing(machine: Machine) -> None:
    machine.setup()
    machine.did()
    assert machine.setup().returncode == 0
    assert machine.did() == ["model"]


def test_changed_requirements_are_installed_into_the_same_environment(machine: Machine) -> None:
    machine.setup()
    machine.did()
    project = machine.checkout / "pyproject.toml"
    project.write_text(project.read_text() + "\n# a new pin\n")
    machine.setup()
    assert machine.did() == INSTALLED[1:]


def test_moved_checkout_gets_a_new_environment(machine: Machine, tmp_path: Path) -> None:
    machine.setup()
    machine.did()
    machine.folder.rename(tmp_path / "elsewhere")
    machine.folder = tmp_path / "elsewhere"
    machine.setup()
    assert machine.did() == INSTALLED


def test_root_installs_just_what_is_missing_and_says_why(root_machine: Machine) -> None:
    root_machine.knows("lists")
    root_machine.lacks("xvfb", "libhangul1")
    outcome = root_machine.setup()
    assert outcome.returncode == 0, outcome.stderr
    assert root_machine.did() == [f"{APT_INSTALL} libhangul1 xvfb", *INSTALLED]
    assert "composes jamo into syllables" in outcome.stderr


def test_bare_machine_refreshes_the_package_lists_once(root_machine: Machine) -> None:
    root_machine.lacks(*wanted_packages())
    assert root_machine.setup().returncode == 0
    apt = root_machine.did()[:3]
    assert apt[1] == "apt-get update"
    assert apt[0] == apt[2] == f"{APT_INSTALL} {' '.join(sorted(wanted_packages()))}"


def test_sudo_without_a_password_is_used(machine: Machine) -> None:
    machine.knows("lists")
    machine.offers(
        "sudo", '#!/bin/bash\n[ "$1" = -n ] && exit 0\necho sudo >>"$MACHINE/log"\n"$@"\n'
    )
    machine.lacks("ibus")
    assert machine.setup().returncode == 0
    assert machine.did() == ["sudo", f"{APT_INSTALL} ibus", *INSTALLED]


@pytest.mark.parametrize("lacking", ["ibus", "libhangul1", "python3-venv"])
def test_without_root_the_command_to_run_is_named(machine: Machine, lacking: str) -> None:
    machine.lacks(lacking, "xvfb")
    outcome = machine.setup()
    assert outcome.returncode == 1
    names = " ".join(sorted([lacking, "xvfb"]))
    assert f"apt-get install --no-install-recommends {names}\n" in outcome.stderr
    assert machine.did() == []


def test_sudo_that_wants_a_password_is_not_asked_without_a_terminal(machine: Machine) -> None:
    machine.offers("sudo", "#!/bin/bash\nexit 1\n")
    machine.lacks("ibus")
    outcome = machine.setup()
    assert outcome.returncode == 1
    assert "as root" in outcome.stderr


def test_without_root_a_missing_demo_package_does_not_stop_typing(machine: Machine) -> None:
    machine.lacks("xvfb", "xdotool")
    outcome = machine.setup()
    assert outcome.returncode == 0, outcome.stderr
    assert "apt-get install --no-install-recommends xdotool xvfb\n" in outcome.stderr
    assert machine.did() == INSTALLED


def test_apt_failure_shows_its_last_words(root_machine: Machine) -> None:
    root_machine.offers("apt-get", "#!/bin/bash\necho 'E: no candidate'\nexit 100\n")
    root_machine.lacks("ibus")
    outcome = root_machine.setup()
    assert outcome.returncode == 1
    assert "E: no candidate" in outcome.stderr
    assert root_machine.did() == []


@pytest.mark.parametrize(
    ("pip_says", "sentence"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "The disk is full"),
        ("WARNING: Retrying after connection broken by 'X'\nERROR: No match", "cannot be reached"),
        ("ERROR: ResolutionImpossible", "ERROR: ResolutionImpossible"),
    ],
)
def test_pip_failure_is_one_sentence_and_the_next_run_repairs(
    machine: Machine, pip_says: str, sentence: str
) -> None:
    machine.knows("pip-says", pip_says + "\n")
    outcome = machine.setup()
    assert outcome.returncode == 1
    assert sentence in outcome.stderr
    assert machine.did() == INSTALLED[:2]
    machine.forgets("pip-says")
    assert machine.setup().returncode == 0
    assert machine.did() == INSTALLED[1:]


def test_killed_installation_is_made_anew(machine: Machine) -> None:
    machine.knows("pip-is-killed")
    assert machine.setup().returncode != 0
    machine.forgets("pip-is-killed")
    machine.did()
    assert machine.setup().returncode == 0
    assert machine.did() == INSTALLED


def test_failed_model_build_is_tried_again_without_installing(machine: Machine) -> None:
    machine.knows("model-exits", "1")
    outcome = machine.setup()
    assert outcome.returncode == 1
    assert "The default model is not built" in outcome.stderr
    machine.forgets("model-exits")
    machine.did()
    assert machine.setup().returncode == 0
    assert machine.did() == ["model"]


def test_old_python_is_refused_with_a_remedy(machine: Machine) -> None:
    machine.knows("python-too-old", "1")
    outcome = machine.setup()
    assert outcome.returncode == 1
    assert "Python 3.11 or newer is needed" in outcome.stderr
    assert machine.did() == []


def test_full_disk_is_noticed_before_anything_is_made(machine: Machine) -> None:
    (machine.folder / "bin/df").unlink()
    machine.offers("df", "#!/bin/bash\nprintf 'head\\n/dev/x 9 9 12 100%% /\\n'\n")
    outcome = machine.setup()
    assert outcome.returncode == 1
    assert "The disk is too full" in outcome.stderr
    assert machine.did() == []
    assert not (machine.checkout / ".venv").exists()


SHARE = ".venv/share"
TEXTS = f"{SHARE}/locale/ko/LC_MESSAGES/ieum.mo"
SCHEMA = f"{SHARE}/glib-2.0/schemas/gschemas.compiled"


def test_texts_and_schema_are_compiled_once_and_again_after_a_change(machine: Machine) -> None:
    machine.setup()
    texts = machine.checkout / TEXTS
    made = texts.stat().st_mtime_ns
    assert (machine.checkout / SCHEMA).exists()
    machine.setup()
    assert texts.stat().st_mtime_ns == made
    with (machine.checkout / "data/po/ko.po").open("a") as file:
        file.write("# changed\n")
    machine.setup()
    assert texts.read_text().endswith("# changed\n")


def test_a_change_in_the_very_moment_of_the_last_set_up_is_seen(machine: Machine) -> None:
    # The system's clock for files goes by several milliseconds at a time.
    machine.setup()
    texts, source = machine.checkout / TEXTS, machine.checkout / "data/po/ko.po"
    with source.open("a") as file:
        file.write("# changed\n")
    moment = source.stat().st_mtime_ns
    os.utime(texts, ns=(moment, moment))
    machine.setup()
    assert texts.read_text().endswith("# changed\n")


@pytest.mark.parametrize(
    ("lacking", "sentence", "left_out"),
    [
        ("msgfmt", "Settings and hints are in English only", TEXTS),
        ("glib-compile-schemas", "The settings dialog cannot be opened", SCHEMA),
    ],
)
def test_without_their_compilers_set_up_goes_on(
    machine: Machine, lacking: str, sentence: str, left_out: str
) -> None:
    machine.takes_away(lacking)
    outcome = machine.setup()
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stderr.count(sentence) == 1
    assert not (machine.checkout / left_out).exists()
    assert machine.did() == INSTALLED


def test_a_mistake_in_a_translation_leaves_the_last_one_in_place(machine: Machine) -> None:
    machine.setup()
    before = (machine.checkout / TEXTS).read_text()
    with (machine.checkout / "data/po/ko.po").open("a") as file:
        file.write('msgstr "broken\n')
    outcome = machine.setup()
    assert outcome.returncode == 1
    assert "data/po/ko.po has a mistake" in outcome.stderr
    assert (machine.checkout / TEXTS).read_text() == before
