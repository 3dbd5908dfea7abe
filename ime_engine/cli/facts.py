# SPDX-License-Identifier: Apache-2.0
"""What `ieum doctor` looks at: gathered here without an opinion, judged in `checks`.

Each probe survives whatever is missing and says so in its field; libraries
are imported inside, because a missing one is a finding and no crash.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ime_engine.cli.history.kept import Kept, probe_history
from ime_engine.cli.ibus_address import find_ibus
from ime_engine.cli.siblings import command_of
from ime_engine.errors import IeumError

__all__ = ["Facts", "gather"]

LIBRARIES: Final = (
    "cachetools",
    "dbus_next",
    "msgspec",
    "numpy",
    "onnxruntime",
    "platformdirs",
    "tokenizers",
    "yaml",
)
COMPONENT_NAME: Final = "org.freedesktop.IBus.Ieum"
COMPONENTS: Final = "/usr/share/ibus/component"
PROBE_S: Final = 20.0
ORT: Final = "import onnxruntime as o; print(o.__version__, *o.get_available_providers())"


@dataclass(frozen=True, slots=True)
class Facts:
    """One moment of one machine."""

    python: tuple[int, int]
    missing: tuple[str, ...]
    """Python packages that cannot be found."""

    config_error: str
    """What is wrong with the settings; empty when nothing is."""

    libhangul: bool
    ibus_binary: str
    """Path of ibus-daemon; empty when it is not installed."""

    ibus_address: str
    """Address of the running ibus-daemon; empty when none runs."""

    desktop: bool
    """Whether there is a display."""

    bus_error: str
    """Why the session bus cannot be reached; empty when it can."""

    daemon: Mapping[str, Any] | None
    """The daemon's properties; None when none runs."""

    daemon_problem: str
    """Why its model could not be loaded; empty unless its state is failed."""

    model: str
    """Name of the configured model."""

    model_error: str
    """What is wrong with its folder; empty when it was verified."""

    history: Kept
    """The file with what was learned."""

    runtime: str
    """Version and execution providers of ONNX Runtime; empty when it does not start."""

    component: str
    """Component file that ibus-daemon reads; empty when there is none."""

    selected: str
    """Name of the engine that is selected in the running ibus-daemon."""

    modules: Mapping[str, str]
    """GTK_IM_MODULE, QT_IM_MODULE and XMODIFIERS as far as they are set."""

    dialog_error: str
    """Why the settings dialog cannot be opened; empty when it can, on a desktop."""

    fonts: int | None
    """Fonts with Korean glyphs; None when fontconfig is not there to tell."""


def gather(environment: Mapping[str, str] = os.environ) -> Facts:
    """Look at everything; takes a few seconds, changes nothing."""
    missing = tuple(name for name in LIBRARIES if importlib.util.find_spec(name) is None)
    config_error, model, model_error = probe_model()
    bus_error, daemon, problem = probe_daemon()
    address = find_ibus(environment) or ""
    return Facts(
        python=sys.version_info[:2],
        missing=missing,
        config_error=config_error,
        libhangul=probe_libhangul(),
        ibus_binary=shutil.which("ibus-daemon") or "",
        ibus_address=address,
        desktop=bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")),
        bus_error=bus_error,
        daemon=daemon,
        daemon_problem=problem,
        model=model,
        model_error=model_error,
        history=probe_history(),
        runtime=output_of([sys.executable, "-P", "-c", ORT]),
        component=find_component(environment),
        selected=output_of(["ibus", "engine"]) if address else "",
        modules={
            name: environment[name]
            for name in ("GTK_IM_MODULE", "QT_IM_MODULE", "XMODIFIERS")
            if environment.get(name)
        },
        dialog_error=probe_dialog(),
        fonts=count_fonts(),
    )


def probe_libhangul() -> bool:
    """Whether the library that composes syllables can be opened."""
    try:
        ctypes.CDLL("libhangul.so.1")
    except OSError:
        return False
    return True


def probe_model() -> tuple[str, str, str]:
    """What is wrong with the settings, the model's name, what is wrong with its folder."""
    try:
        from ime_engine.config import load_config, models_dirs
        from ime_engine.runtime.manifest import verify_folder
        from ime_engine.service.models import find_model
    except ImportError as error:
        return "", "", f"It cannot be checked without the package {error.name}."
    try:
        config = load_config()
        folders = models_dirs(config)
    except IeumError as error:
        return str(error), "", "It cannot be found while the settings are wrong."
    try:
        verify_folder(find_model(config.model, folders))
    except IeumError as error:
        return "", config.model, str(error)
    return "", config.model, ""


def probe_daemon() -> tuple[str, Mapping[str, Any] | None, str]:
    """Why there is no session bus, the daemon's properties, why its model is not there."""
    try:
        from ime_engine.cli.status import ask
        from ime_engine.service.bus import session_address
    except ImportError as error:
        return f"It cannot be asked without the package {error.name}.", None, ""
    try:
        session_address()
    except IeumError as error:
        return str(error), None, ""
    try:
        properties = asyncio.run(ask())
    except IeumError:
        return "", None, ""
    return "", properties, properties.get("Problem", "")


def find_component(environment: Mapping[str, str]) -> str:
    """The file from which ibus-daemon learns of our engine; empty when there is none."""
    folders = environment.get("IBUS_COMPONENT_PATH") or COMPONENTS
    for folder in filter(None, folders.split(":")):
        for file in sorted(Path(folder).glob("*.xml")):
            try:
                if COMPONENT_NAME in file.read_text(encoding="utf-8", errors="replace"):
                    return str(file)
            except OSError:
                continue
    return ""


def probe_dialog() -> str:
    """Why the settings dialog cannot be opened; empty when it can."""
    try:
        done = subprocess.run(
            command_of("ibus_component.setup", ["--check"]),
            env=os.environ | {"LANGUAGE": "en"},
            capture_output=True,
            text=True,
            timeout=PROBE_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return "The settings dialog cannot be started."
    if done.returncode == 0:
        return ""
    said = done.stderr.strip().rpartition("\n")[2]
    return said.removeprefix("ieum: ") or "The settings dialog cannot be started."


def count_fonts() -> int | None:
    """How many fonts have Korean glyphs; None without fontconfig."""
    if shutil.which("fc-list") is None:
        return None
    return len(output_of(["fc-list", ":lang=ko", "family"]).splitlines())


def output_of(command: list[str]) -> str:
    """What a command prints; empty when it fails, is missing or takes too long."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
