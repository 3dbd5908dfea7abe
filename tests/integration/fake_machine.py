# SPDX-License-Identifier: Apache-2.0
"""A machine for the set-up script: real shell tools, pretended apt, dpkg, sudo, pip and Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# fmt: off
TOOLS = (
    "awk", "bash", "cat", "chmod", "comm", "cp", "cut", "df", "dirname", "env", "flock", "grep",
    "head", "mkdir", "mktemp", "mv", "rm", "sed", "sha256sum", "sort", "tail", "tee", "touch",
)
# fmt: on

PYTHON = """#!/bin/bash
case "$*" in
  *version_info*) exit "$(cat "$MACHINE/python-too-old" 2>/dev/null || echo 0)" ;;
  *ensurepip*) [ -e "$MACHINE/packages/python3-venv" ] ;;
  --version) echo "Python 3.11.2" ;;
  "-m venv --clear "*)
    echo "venv" >>"$MACHINE/log"
    rm -rf "$4" && mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  "-c import pip") exit 0 ;;
  "-m pip install "*)
    echo "pip ${*: -1}" >>"$MACHINE/log"
    [ ! -e "$MACHINE/pip-is-killed" ] || kill -KILL "$PPID" $$
    [ ! -e "$MACHINE/pip-says" ] || { cat "$MACHINE/pip-says"; exit 1; } ;;
  "-m model_tools build")
    echo "model" >>"$MACHINE/log"
    exit "$(cat "$MACHINE/model-exits" 2>/dev/null || echo 0)" ;;
  *) exec "$REAL_PYTHON" "$@" ;;
esac
"""

DPKG_QUERY = """#!/bin/bash
for name in "${@:3}"; do
  [ ! -e "$MACHINE/packages/$name" ] || echo "$name:amd64 installed"
done
exit 1
"""

APT_GET = """#!/bin/bash
echo "apt-get ${*:3}" >>"$MACHINE/log"
case "$3" in
  update) touch "$MACHINE/lists" ;;
  install)
    [ -e "$MACHINE/lists" ] || { echo "E: Unable to locate package"; exit 100; }
    for name in "${@:6}"; do touch "$MACHINE/packages/$name"; done ;;
esac
"""

MSGFMT = """#!/bin/bash
! grep -q '^msgstr "broken' "$2" || { echo "$2: mistake" >&2; exit 1; }
cp "$2" "$4"
"""

COMPILE_SCHEMAS = """#!/bin/bash
cat "${@: -1}"/*.xml >"${@: -1}/gschemas.compiled"
"""


def wanted_packages() -> list[str]:
    """What scripts/system-packages.txt lists, with the part that makes environments."""
    table = (REPOSITORY / "scripts/system-packages.txt").read_text()
    names = [line.split()[0] for line in table.splitlines() if not line.startswith("#")]
    return [*names, "python3-venv"]


@dataclass
class Machine:
    """A checkout of the scripts in a folder of its own, and the commands that PATH offers."""

    folder: Path
    uid: int = 1000
    commands: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "packages").mkdir(parents=True)
        (self.folder / "bin").mkdir()
        (self.checkout / "scripts").mkdir(parents=True)
        for name in ("setup.sh", "lib.sh", "system-packages.txt"):
            shutil.copy(REPOSITORY / "scripts" / name, self.checkout / "scripts")
        shutil.copy(REPOSITORY / "pyproject.toml", self.checkout)
        for name in ("po", "gsettings"):
            shutil.copytree(REPOSITORY / "data" / name, self.checkout / "data" / name)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"{tool} is no Debian essential after all"
            (self.folder / "bin" / tool).symlink_to(found)
        self.offers("python3", PYTHON)
        self.offers("dpkg-query", DPKG_QUERY)
        self.offers("apt-get", APT_GET)
        self.offers("msgfmt", MSGFMT)
        self.offers("glib-compile-schemas", COMPILE_SCHEMAS)
        self.offers("id", f"#!/bin/bash\necho {self.uid}\n")
        self.has(*wanted_packages())

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    def did(self) -> list[str]:
        """What was asked of apt, pip and the workshop since the last look, in order."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.write_text("")
        return lines

    def offers(self, name: str, script: str) -> None:
        """Put a command on the PATH."""
        command = self.folder / "bin" / name
        command.write_text(script)
        command.chmod(0o755)

    def takes_away(self, name: str) -> None:
        """Take a command off the PATH."""
        (self.folder / "bin" / name).unlink()

    def has(self, *packages: str) -> None:
        for name in packages:
            (self.folder / "packages" / name).touch()

    def lacks(self, *packages: str) -> None:
        for name in packages:
            (self.folder / "packages" / name).unlink()

    def knows(self, name: str, content: str = "") -> None:
        """Set a circumstance that the pretended commands look at."""
        (self.folder / name).write_text(content)

    def forgets(self, name: str) -> None:
        (self.folder / name).unlink()

    def setup(self, arguments: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run scripts/setup.sh as `make setup` does, without a terminal."""
        environment = {
            "PATH": str(self.folder / "bin"),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "MACHINE": str(self.folder),
            "REAL_PYTHON": os.fspath(sys.executable),
        }
        return subprocess.run(
            [self.checkout / "scripts/setup.sh", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
