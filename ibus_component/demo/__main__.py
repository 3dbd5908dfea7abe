# SPDX-License-Identifier: Apache-2.0
"""`ieum demo`: type Korean on a private desktop, take words from the list, save pictures."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from ibus_component import dubeolsik
from ibus_component.demo import needs
from ibus_component.demo.desktop import Desktop
from ibus_component.demo.plan import Plan, component_xml, models_dir
from ibus_component.demo.story import MESSAGE, Story, scenes_for
from ibus_component.demo.transcript import Transcript, speaks_korean
from ibus_component.demo.waiting import DemoError

__all__ = ["main"]

FAILED: Final = 1


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="ieum demo",
        description="Open a private headless desktop, type Korean in a window as a person would, "
        "accept candidates by key and by mouse, save pictures; nothing of it stays running.",
    )
    options.add_argument("--out", type=Path, default=Path("ieum-demo"), metavar="DIR",
                         help="folder for the pictures (default: ./ieum-demo)")  # fmt: skip
    options.add_argument("--model", default="", metavar="NAME",
                         help="model to load (default: the daemon's)")  # fmt: skip
    options.add_argument("--gtk4", action="store_true", help="use a GTK 4 window instead of GTK 3")
    options.add_argument("--text", type=_typeable, metavar="TEXT",
                         help="type this instead of the demo's message")  # fmt: skip
    return options


def main(arguments: Sequence[str] | None = None, plan: Plan | None = None) -> int:
    """Run the demo; 0 when every step went as a typist expects.

    Args:
        arguments: The command line; None is this process's own.
        plan: What to run instead of this installation's engine and models.
    """
    options = parser().parse_args(arguments)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        _demonstrate(options, plan or _plan(options))
    except DemoError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}.")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


def _demonstrate(options: argparse.Namespace, plan: Plan) -> None:
    since = time.monotonic()
    options.out.mkdir(parents=True, exist_ok=True)
    transcript = Transcript(sys.stdout, speaks_korean())
    with Desktop(plan) as desktop:
        model = desktop.await_predictor()
        story = Story(desktop, transcript, options.out)
        span = time.monotonic() - since
        transcript.sentence("start", span=span, model=model, gtk=plan.gtk)
        story.play(scenes_for(options.text) if options.text else MESSAGE)
        transcript.sentence(
            "end",
            span=time.monotonic() - since,
            keys=story.keys,
            clicks=story.clicks,
            letters=len(story.text),
        )


def _plan(options: argparse.Namespace) -> Plan:
    gtk = 4 if options.gtk4 else 3
    needs.require(gtk)
    models = models_dir()
    if not any(models.glob(f"{options.model or '*'}/*")):
        named = f" {options.model!r}" if options.model else ""
        raise DemoError(f"There is no model{named} in {models}; build it with: make setup")
    return Plan(component_xml(), gtk=gtk, models_dir=models, model=options.model)


def _typeable(text: str) -> str:
    try:
        dubeolsik.keys(text)
    except dubeolsik.UntypeableError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty")
    return text


def _fail(sentence: str) -> int:
    sys.stderr.write(f"ieum demo: {sentence}\n")
    return FAILED


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
