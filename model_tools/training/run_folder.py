# SPDX-License-Identifier: Apache-2.0
"""A run on the disk: what it was started with, its last states, and the best one.

    OUT.run/run.json         options, model and text; a run with others is another one
            step-000040.pt   everything that the next step depends on
            best.pt          weights that did best on what is held out
            lock

Each file is written aside, flushed and renamed. The folder goes when its result is written.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Final

from model_tools.errors import WorkshopError
from model_tools.report_file import write_json

__all__ = ["RunFolder", "difference"]

FACTS: Final = "run.json"

State = dict[str, Any]
"""Tensors, numbers and texts, in dictionaries and lists."""


class RunFolder:
    """The folder of one run, held by one process."""

    def __init__(self, path: Path, keep: int) -> None:
        """Take the folder; of the last states `keep` stay, >= 1."""
        self.path = path
        self._keep = keep

    def steps(self) -> list[int]:
        """List the steps after which there is a state, ascending."""
        return sorted(int(each.stem.partition("-")[2]) for each in self.path.glob("step-*.pt"))

    def begin(self, facts: Mapping[str, object]) -> None:
        """Note what the run is started with."""
        write_json(self.path / FACTS, facts)

    def facts(self) -> dict[str, object] | None:
        """Return what the run was started with; None where no run was.

        Raises:
            WorkshopError: the note is damaged.
        """
        try:
            read: object = json.loads((self.path / FACTS).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise WorkshopError(f"{self.path / FACTS} is damaged; --restart begins anew.")
        return read

    def save(self, step: int, state: State) -> None:
        """Keep the state after a step, and let older ones go."""
        self._write(f"step-{step:06d}.pt", state)
        for old in self.steps()[: -self._keep]:
            (self.path / f"step-{old:06d}.pt").unlink()

    def last(self) -> State | None:
        """Return the last state; None where there is none yet."""
        steps = self.steps()
        return self._read(f"step-{steps[-1]:06d}.pt") if steps else None

    def save_best(self, state: State) -> None:
        """Keep the weights that did best."""
        self._write("best.pt", state)

    def best(self) -> State:
        """Return the weights that did best."""
        return self._read("best.pt")

    def clear(self) -> None:
        """Forget a run; the folder stays and is still held."""
        for each in self.path.iterdir():
            if each.name != "lock":
                each.unlink()

    def remove(self) -> None:
        """Take the folder away; the lock dies with the process."""
        shutil.rmtree(self.path, ignore_errors=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes out for the time of the block.

        Raises:
            WorkshopError: one is in already.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise WorkshopError(f"the run in {self.path} is under way already.") from error
            for half in self.path.glob("*.half"):
                half.unlink()
            yield

    def _write(self, name: str, state: State) -> None:
        import torch

        half = self.path / f"{name}.half"
        try:
            with half.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            half.replace(self.path / name)
        except (OSError, RuntimeError) as error:
            # Where a disk is full torch says so in words of its own.
            reason = getattr(error, "strerror", None) or "the disk may be full"
            raise WorkshopError(f"{name} could not be written to {self.path}: {reason}.") from error
        finally:
            half.unlink(missing_ok=True)

    def _read(self, name: str) -> State:
        import torch

        try:
            state: State = torch.load(self.path / name, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
            raise WorkshopError(
                f"{self.path / name} is missing or damaged; delete it, or --restart begins anew."
            ) from error
        return state


def difference(before: Mapping[str, object], now: Mapping[str, object]) -> str:
    """Say in what a run differs from the one in its folder; empty for nothing."""
    for name in dict.fromkeys([*before, *now]):
        if before.get(name) != now.get(name):
            then = f"{name} was {before.get(name)}, now it is {now.get(name)}"
            return f"another {name}" if _is_digest(before.get(name)) else then
    return ""


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64
