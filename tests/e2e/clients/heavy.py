# SPDX-License-Identifier: Apache-2.0
"""Applications that weigh hundreds of megabytes: a browser, an office suite."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.needs import SYSTEM_PYTHON
from ibus_component.demo.screen import Screen
from tests.e2e.clients.client import OPEN_S, Client
from tests.e2e.clients.windows import HERE, NONE

__all__ = ["chromium", "writer"]

CHROMIUM: Final = (
    *("chromium", "--no-sandbox", "--kiosk", "--no-first-run", "--disable-gpu"),
    *("--password-store=basic", "--disable-features=Translate", "--disable-component-update"),
    *("--disable-background-networking", "--disable-sync"),
)
WRITER: Final = ("soffice", "--writer", "--norestore", "--nologo", "--nofirststartwizard")


def chromium(desktop: Desktop, title: str = "", variables: Mapping[str, str] = NONE) -> Client:
    """A page with text areas in a browser without decorations."""
    server = desktop.start(
        SYSTEM_PYTHON, "-I", str(HERE / "page_server.py"), stdout=subprocess.PIPE
    )
    client = Client(server)
    address = client.await_address()
    ozone = "--ozone-platform=wayland" if variables else "--ozone-platform=x11"
    options = (
        f"--user-data-dir={desktop.home}/chromium",
        ozone,
        "--enable-wayland-ime",
        "--wayland-text-input-version=1",
        address,
    )
    desktop.start(*CHROMIUM, *options, variables=variables)
    client.await_focus("main", OPEN_S)
    if title:
        client.corner = Screen(desktop.environment).window_box(title)
    return client


def writer(desktop: Desktop) -> Client:
    """An empty text document in LibreOffice, read back through its own interface."""
    port = _free_port()
    desktop.start(
        *WRITER,
        f"-env:UserInstallation=file://{desktop.home}/office",
        f"--accept=socket,host=127.0.0.1,port={port};urp;",
        variables={"SAL_USE_VCLPLUGIN": "gtk3"},
    )
    script = str(HERE / "writer_report.py")
    client = Client(desktop.start(SYSTEM_PYTHON, "-I", script, str(port), stdout=subprocess.PIPE))
    client.await_focus("main", OPEN_S)
    _door(f"file://{desktop.home}/office").unlink(missing_ok=True)
    return client


def _door(installation: str) -> Path:
    """Where a second start of the office suite would knock; it never takes it away itself."""
    digest = hashlib.md5(installation.encode("utf-16-le"), usedforsecurity=False).digest()
    name = "".join(f"{byte:x}" for byte in digest)
    return Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{name}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
