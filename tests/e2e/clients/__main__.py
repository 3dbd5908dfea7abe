# SPDX-License-Identifier: Apache-2.0
"""Tells the stories in real clients and prints a table.

python -m tests.e2e.clients                  all kinds, the browser and the office suite too
python -m tests.e2e.clients qt5 xterm        these
python -m tests.e2e.clients --peer gtk4      with ibus-hangul, to tell whose fault something is
python -m tests.e2e.clients --packages       what is to be installed for all kinds
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ibus_component.demo.waiting import DemoError
from tests.e2e.clients.kinds import KINDS
from tests.e2e.clients.play import Report, peer_plan, play
from tests.e2e.clients.stories import STORIES

COLUMNS = ("client", "stories", "text around the caret", "caret", "keys handed back", "own fault")


def main() -> int:
    """0 when every story went well but for known faults of the clients."""
    options = argparse.ArgumentParser(
        prog="python -m tests.e2e.clients",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    options.add_argument("--peer", action="store_true", help="with ibus-hangul instead of ours")
    options.add_argument("--story", action="append", choices=list(STORIES), help="only this one")
    options.add_argument("--pictures", type=Path, metavar="DIR", help="save one of each client")
    options.add_argument("--packages", action="store_true", help="print Debian's names and end")
    given = options.parse_args()
    if unknown := set(given.kinds) - set(KINDS):
        options.error(f"no such client: {', '.join(sorted(unknown))}")
    kinds = [KINDS[name] for name in given.kinds or KINDS]
    if given.packages:
        _say(" ".join(sorted({package for kind in kinds for package in kind.packages})))
        return 0
    _say(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|")
    wrong: dict[str, str] = {}
    for kind in kinds:
        picture = given.pictures and given.pictures / f"{kind.name}.png"
        try:
            report = play(kind, peer_plan() if given.peer else None,
                          given.story or STORIES, picture)  # fmt: skip
        except DemoError as error:
            wrong[kind.name] = str(error)
            continue
        _say(_row(report))
        wrong |= {f"{kind.name}, {story}": what for story, what in report.wrong.items()}
    for where, what in wrong.items():
        _say(f"\n{where}: {what}")
    return int(bool(wrong))


def _row(report: Report) -> str:
    well = sum(not what for what in report.told.values())
    known = {name: why for name in report.told if (why := report.known(name))}
    faults = "; ".join(f"{name}: {why}" for name, why in known.items())
    told = {True: "told", False: "not told"}
    return (
        f"| {report.kind.name} | {well} of {len(report.told)} | {told[report.surrounding]} "
        f"| {told[report.caret]} | {report.forwarded} | {faults} |"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
