# SPDX-License-Identifier: Apache-2.0
"""How a subcommand was called, for whoever wants its figures again."""

from __future__ import annotations

import argparse
import shlex

__all__ = ["command_line"]


def command_line(args: argparse.Namespace) -> str:
    """The command that gave these arguments; empty when they came from nowhere in particular."""
    given = getattr(args, "given", None)
    return shlex.join(["python", "-m", "model_tools", *given]) if given else ""
