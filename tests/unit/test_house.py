# SPDX-License-Identifier: Apache-2.0
"""What the documents promise is there, and every file keeps the measures of the house."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest

import ime_engine
from ibus_component.demo.needs import needs
from ime_engine.cli import COMMANDS
from tests.unit import house

MAX_MODULE = 300
MAX_FUNCTION = 60
LICENCE_LINE = "# SPDX-License-Identifier: Apache-2.0"
DOCUMENTS = [
    "README.md",
    "README.ko.md",
    "ARCHITECTURE.md",
    "docs/install.md",
    "docs/privacy.md",
    "docs/history.md",
    "docs/models.md",
    "docs/training.md",
]
PYTHON_FILES = [path for path in house.files() if path.suffix == ".py"]
SHELL_FILES = [*house.ROOT.glob("scripts/*.sh"), house.ROOT / ".ci/run"]
# In pieces, so that this file does not hold what it looks for.
FOREIGN = re.compile(r"(?<![\w.~])/(?:ro" r"ot|wo" r"rk)/" r"|pypi" r"\.org|python" r"hosted")


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(house.read("pyproject.toml"))["project"]
    return table


def help_of(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, "--help"], capture_output=True, text=True, timeout=60, check=False
    )


def ieum() -> str:
    return str(Path(sysconfig.get_path("scripts")) / "ieum")


class TestMeasures:
    def test_every_python_file_names_its_licence_first(self) -> None:
        without = [
            house.name_of(path)
            for path in PYTHON_FILES
            if not path.read_text(encoding="utf-8").startswith(LICENCE_LINE)
        ]
        assert not without

    def test_every_script_names_its_licence(self) -> None:
        assert len(SHELL_FILES) > 3
        assert not [p.name for p in SHELL_FILES if LICENCE_LINE not in p.read_text()]

    def test_no_module_is_longer_than_a_reader_can_hold(self) -> None:
        lengths = {
            house.name_of(path): len(path.read_text(encoding="utf-8").splitlines())
            for path in PYTHON_FILES
        }
        assert not {name: lines for name, lines in lengths.items() if lines > MAX_MODULE}

    def test_no_function_is_longer_than_a_screen(self) -> None:
        long = [
            f"{house.name_of(path)}: {node.name}"
            for path in PYTHON_FILES
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (node.end_lineno or node.lineno) - node.lineno >= MAX_FUNCTION
        ]
        assert not long

    def test_no_file_names_a_place_of_one_machine_or_a_registry(self) -> None:
        found = []
        for path in house.files():
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            found += [f"{house.name_of(path)}: {hit[0]}" for hit in FOREIGN.finditer(text)]
        assert not found

    def test_no_promise_is_left_for_later(self) -> None:
        mark = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
        left = [house.name_of(p) for p in PYTHON_FILES if mark.search(p.read_text("utf-8"))]
        assert not left


class TestArchitecture:
    def test_every_folder_has_its_line(self) -> None:
        lines = house.read("ARCHITECTURE.md")
        assert not {folder for folder in house.folders() if f"| `{folder}` |" not in lines}

    def test_every_line_has_its_folder(self) -> None:
        named = re.findall(r"^\| `([^`]+/)` \|", house.read("ARCHITECTURE.md"), re.MULTILINE)
        assert set(named) <= house.folders()

    def test_every_runtime_dependency_gives_its_reason(self) -> None:
        lines = house.read("ARCHITECTURE.md")
        names = {re.match(r"[\w-]+", item)[0] for item in project()["dependencies"]}  # type: ignore[index]
        assert not {name for name in names if f"| `{name}` |" not in lines}

    def test_every_data_folder_names_its_source(self) -> None:
        table = house.read("data/README.md")
        inside = {name.split("/")[1] for name in house.folders() if name.startswith("data/")}
        assert not {name for name in inside if name and f"`{name}/`" not in table}


class TestManual:
    @pytest.mark.parametrize("document", DOCUMENTS)
    def test_every_make_target_in_it_exists(self, document: str) -> None:
        named = {what for program, what in house.commands_in(document) if program == "make"}
        assert named <= house.make_targets()

    def test_every_make_target_is_explained(self) -> None:
        shown = subprocess.run(
            ["make", "-s", "help"], cwd=house.ROOT, capture_output=True, text=True, check=True
        ).stdout
        assert set(re.findall(r"^  make ([a-z]+)", shown, re.MULTILINE)) == house.make_targets()

    def test_every_ieum_command_in_it_has_help(self) -> None:
        named = {w for d in DOCUMENTS for p, w in house.commands_in(d) if p == "ieum"}
        assert named >= {"run", "predict", "status", "demo", "component", "doctor", "model"}
        assert not [name for name in sorted(named) if help_of(ieum(), name).returncode != 0]

    def test_every_ieum_command_is_in_it(self) -> None:
        for document in ("README.md", "README.ko.md"):
            named = {what for program, what in house.commands_in(document) if program == "ieum"}
            assert set(COMMANDS) <= named

    def test_every_workshop_command_in_it_has_help(self) -> None:
        workshop = (sys.executable, "-m", "model_tools")
        named = {w for d in DOCUMENTS for p, w in house.commands_in(d) if p.startswith("python")}
        assert named >= {"benchmark", "evaluate"}
        assert not [name for name in sorted(named) if help_of(*workshop, name).returncode != 0]

    def test_korean_twin_says_the_same(self) -> None:
        assert house.headings("README.md") == house.headings("README.ko.md")
        assert house.commands_in("README.md") == house.commands_in("README.ko.md")
        links = [
            set(re.findall(r"\]\(((?!README)[^)]+)\)", house.read(name)))
            for name in ("README.md", "README.ko.md")
        ]
        assert links[0] == links[1]

    @pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md", "data/README.md"])
    def test_every_link_leads_somewhere(self, document: str) -> None:
        folder = (house.ROOT / document).parent
        links = re.findall(r"\]\(((?!https?:)[^)#]+)\)", house.read(document))
        assert not [link for link in links if not (folder / link).exists()]


class TestSetUp:
    def test_every_package_that_the_demo_needs_is_installed(self) -> None:
        table = house.read("scripts/system-packages.txt")
        listed = {line.split()[0] for line in table.splitlines() if not line.startswith("#")}
        # Two packages that `dbus` itself depends on.
        listed |= {"dbus-bin", "dbus-daemon"}
        named = {name for gtk in (3, 4) for need in needs(gtk) for name in need.package.split()}
        assert named <= listed

    def test_torch_is_pinned_to_one_version(self) -> None:
        pins = [i for i in project()["optional-dependencies"]["torch"] if i.startswith("torch")]
        assert len(pins) == 1
        assert re.fullmatch(r"torch==[\d.]+", pins[0])


class TestRelease:
    def test_one_version_everywhere(self) -> None:
        version = ime_engine.__version__
        assert project()["version"] == version
        assert importlib.metadata.version("ieum") == version
        assert f"## [{version}]" in house.read("CHANGELOG.md")

    def test_licence_is_apache_in_full(self) -> None:
        text = house.read("LICENSE")
        assert project()["license"] == "Apache-2.0"
        assert "Version 2.0, January 2004" in text
        assert "END OF TERMS AND CONDITIONS" in text
        assert "limitations under the License." in text

    @pytest.mark.parametrize("document", ["README.md", "README.ko.md"])
    def test_notice_of_the_default_model_is_given(self, document: str) -> None:
        notice = "Gemma is provided under and subject to the Gemma Terms of Use"
        assert notice in " ".join(house.read(document).split())
