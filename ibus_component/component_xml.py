# SPDX-License-Identifier: Apache-2.0
"""What ibus-daemon must know about this installation: component, engine, how to start it."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ibus_component import supervisor
from ibus_component.texts import N_

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

__all__ = [
    "COMPONENT_NAME",
    "component_fields",
    "component_xml",
    "engine_fields",
    "exec_line",
    "setup_line",
]

SYSTEM_PYTHON: Final = "/usr/bin/python3"
"""The one that has gi, as IBus' own settings need it."""

COMPONENT_NAME: Final = "org.freedesktop.IBus.Ieum"
AUTHOR: Final = "The Ieum authors"
LICENSE: Final = "Apache-2.0"


def exec_line(python: str = sys.executable) -> str:
    """The <exec> of this installation.

    ibus-daemon splits it as a shell would, but looks nothing up in $PATH, so every
    path is absolute and quoted where it needs to be.

    Args:
        python: Interpreter of the environment in which the engine is installed.
    """
    return shlex.join([python, "-I", "-S", str(Path(supervisor.__file__).resolve()), "--ibus"])


def setup_line() -> str:
    """The command line of the settings dialog, quoted where it needs to be.

    `-I` keeps it free of variables that were set for another Python.
    """
    dialog = Path(__file__).resolve().parent / "setup" / "__main__.py"
    return shlex.join([SYSTEM_PYTHON, "-I", str(dialog)])


def component_fields(version: str, command: str) -> dict[str, str]:
    """The component, each field by its name in the XML, in the order of IBusComponent."""
    return {
        "name": COMPONENT_NAME,
        "description": N_("Korean input that predicts the next word"),
        "version": version,
        "license": LICENSE,
        "author": AUTHOR,
        "homepage": "",
        "exec": command,
        "textdomain": "ieum",
    }


def engine_fields(version: str) -> dict[str, str]:
    """The engine, each field by its name in the XML, in the order of IBusEngineDesc.

    The layout is `default`: two-set Hangul goes by the place of a key, so the user
    keeps whatever keyboard is set up, a US one included.
    """
    return {
        "name": "ieum",
        "longname": "이음 (Ieum)",
        "description": N_("Korean input method that predicts the next word"),
        "language": "ko",
        "license": LICENSE,
        "author": AUTHOR,
        "icon": "ibus-keyboard",
        "layout": "default",
        "rank": "50",
        "hotkeys": "",
        "symbol": "한",
        "setup": _without_quotes(setup_line()),
        "layout_variant": "",
        "layout_option": "",
        "version": version,
        "textdomain": "ieum",
        "icon_prop_key": "InputMode",
    }


def component_xml(python: str = sys.executable, version: str | None = None) -> str:
    """The component file of this installation.

    Args:
        python: Interpreter of the environment in which the engine is installed.
        version: Version to state; None takes that of the installed distribution.
    """
    # Megabytes that the engine's process does without.
    import xml.etree.ElementTree as ET
    from importlib import metadata

    stated = version or metadata.version("ieum")
    component = ET.Element("component")
    _children(component, component_fields(stated, exec_line(python)))
    engine = ET.SubElement(ET.SubElement(component, "engines"), "engine")
    _children(engine, engine_fields(stated))
    ET.indent(component)
    body = ET.tostring(component, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _without_quotes(command: str) -> str:
    """The command, or nothing where the path of this folder needs quotes.

    ibus-setup splits at every space and knows no quotes; it looks for /usr/libexec/ibus-setup-ieum
    when nothing is said.
    """
    return command if shlex.split(command) == command.split() else ""


def _children(parent: ET.Element, fields: dict[str, str]) -> None:
    import xml.etree.ElementTree as ET

    for name, value in fields.items():
        if value:
            ET.SubElement(parent, name).text = value
