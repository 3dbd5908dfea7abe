# SPDX-License-Identifier: Apache-2.0
"""Runs commands of the workshop in this process."""

from __future__ import annotations

import pytest

from model_tools.__main__ import main

__all__ = ["fails"]


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that fails and prints nothing; return its one sentence."""
    capsys.readouterr()
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    last = captured.err.splitlines()[-1]
    assert last.startswith("error: ")
    assert last.endswith(".")
    return last
