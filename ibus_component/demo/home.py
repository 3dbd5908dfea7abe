# SPDX-License-Identifier: Apache-2.0
"""The private folder a desktop lives in, and the environment that points there."""

from __future__ import annotations

import json
import os
import secrets
import struct
import tempfile
from pathlib import Path
from typing import Final

import ibus_component
from ibus_component.demo.plan import Plan

__all__ = ["environment", "make_home"]

KEPT: Final = ("PATH", "LANG", "OMP_NUM_THREADS")
"""What the programs inside learn of the world outside."""

FOLDERS: Final = ("config/glib-2.0/settings", "cache", "data", "state", "run", "component", "log")

IBUS_SETTINGS: Final = """\
[desktop/ibus/general]
preload-engines=['{engine}']
engines-order=['{engine}']
use-system-keyboard-layout=true

[desktop/ibus/panel]
use-custom-font=true
custom-font='Noto Sans CJK KR 17'
show-icon-on-systray=false
"""


def make_home(plan: Plan) -> Path:
    """A new folder (0700) with everything that must lie there before the start."""
    home = Path(tempfile.mkdtemp(prefix="ieum-demo-"))
    for name in FOLDERS:
        (home / name).mkdir(mode=0o700, parents=True)
    settings = IBUS_SETTINGS.format(engine=plan.engine) + plan.keyfile
    (home / "config/glib-2.0/settings/keyfile").write_text(settings, encoding="utf-8")
    if plan.model:
        # JSON's quotes are YAML's too.
        daemon = f"daemon:\n  model: {json.dumps(plan.model, ensure_ascii=False)}\n"
        (home / "config/ieum").mkdir(mode=0o700)
        (home / "config/ieum/config.yaml").write_text(daemon, encoding="utf-8")
    (home / "component/demo.xml").write_text(plan.component, encoding="utf-8")
    (home / "run/Xauthority").write_bytes(_cookie())
    return home


def environment(home: Path, plan: Plan) -> dict[str, str]:
    """Variables of every program on the desktop; DISPLAY and the bus come later."""
    variables = {name: os.environ[name] for name in KEPT if name in os.environ}
    variables |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": f"{home}/config",
        "XDG_CACHE_HOME": f"{home}/cache",
        "XDG_DATA_HOME": f"{home}/data",
        "XDG_STATE_HOME": f"{home}/state",
        "XDG_RUNTIME_DIR": f"{home}/run",
        "XAUTHORITY": f"{home}/run/Xauthority",
        "PYTHONPATH": str(Path(ibus_component.__file__).parent.parent),
        "IBUS_COMPONENT_PATH": f"{home}/component",
        "GTK_IM_MODULE": "ibus",
        "QT_IM_MODULE": "ibus",
        "XMODIFIERS": "@im=ibus",
        "GDK_BACKEND": "x11",
        "GSETTINGS_BACKEND": "keyfile",
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "ko",
        "NO_AT_BRIDGE": "1",
        "GTK_A11Y": "none",
    }
    if plan.models_dir is not None:
        variables["IEUM_MODELS_DIR"] = str(plan.models_dir)
    return {**variables, **plan.variables}


def _cookie() -> bytes:
    """An Xauthority entry that opens any display: without it every local user may look on."""
    family_any = struct.pack(">H", 0xFFFF)
    fields = (b"", b"", b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16))
    return family_any + b"".join(struct.pack(">H", len(field)) + field for field in fields)
