# SPDX-License-Identifier: Apache-2.0
"""Where things lie, after the XDG base directory specification 0.8.

A variable whose value is not absolute is ignored, as the specification asks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import platformdirs

__all__ = ["cache_dir", "config_file", "models_dir", "ngram_dir", "state_dir"]

APP: Final = "ieum"


def config_file() -> Path:
    """The settings a user may edit: ~/.config/ieum/config.yaml."""
    return platformdirs.user_config_path(APP) / "config.yaml"


def models_dir() -> Path:
    """Folder with one model folder each: ~/.local/share/ieum/models."""
    return platformdirs.user_data_path(APP) / "models"


def ngram_dir() -> Path:
    """Counts that a user puts in place of those that come along: ~/.local/share/ieum/ngram."""
    return platformdirs.user_data_path(APP) / "ngram"


def state_dir() -> Path:
    """What the user taught the daemon: ~/.local/state/ieum."""
    return platformdirs.user_state_path(APP)


def cache_dir() -> Path:
    """What may be deleted at any time: ~/.cache/ieum."""
    return platformdirs.user_cache_path(APP)
