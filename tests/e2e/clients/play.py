# SPDX-License-Identifier: Apache-2.0
"""Tells stories in one kind of client, on as few desktops as will do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.panel import Panel
from ibus_component.demo.plan import Plan
from ibus_component.demo.screen import Screen
from ibus_component.demo.waiting import DemoError
from tests.e2e.clients.ear import Ear
from tests.e2e.clients.hand import Hand
from tests.e2e.clients.kind import Kind
from tests.e2e.clients.stories import STORIES
from tests.e2e.run_demo import table_plan

__all__ = ["Report", "peer_plan", "play"]

PEER_XML: Final = Path("/usr/share/ibus/component/hangul.xml")
PEER_SETTINGS: Final = """
[org/freedesktop/ibus/engine/hangul]
initial-input-mode='hangul'
"""
OURS_ONLY: Final = ("choosing", "passive")
"""Stories about a list, which the peer has not."""

FAULT_S: Final = 1.5
"""How long to wait for a text that the client is known to spoil."""


@dataclass
class Report:
    """What was seen of one kind of client."""

    kind: Kind
    told: dict[str, str] = field(default_factory=dict)
    """Each story that was told: empty, or the complaint about it."""

    surrounding: bool = False
    """Whether the client tells the text around the caret."""

    caret: bool = False
    """Whether it tells the engine where its caret is."""

    forwarded: int = 0
    """Keys that the engine handed back behind a syllable."""

    @property
    def wrong(self) -> dict[str, str]:
        """Complaints that are not about a known fault of the client's own."""
        return {name: what for name, what in self.told.items() if what and not self.known(name)}

    def known(self, story: str) -> str:
        """Why a story went wrong, when it is the client's known fault; else empty."""
        fault, what = self.kind.faults.get(story), self.told.get(story, "")
        return fault.why if fault and what and what.endswith(fault.ends) else ""


def peer_plan() -> Plan:
    """ibus-hangul on the same desktop."""
    return Plan(
        PEER_XML.read_text(encoding="utf-8"), engine="hangul", predictor=(), keyfile=PEER_SETTINGS
    )


def play(
    kind: Kind,
    plan: Plan | None = None,
    stories: Iterable[str] = STORIES,
    picture: Path | None = None,
) -> Report:
    """Tell all stories that can be told; one that goes wrong spoils none of the others.

    Args:
        kind: The client.
        plan: Desktop and engine; None is ours, with a predictor that answers from a table.
        stories: Names of stories to tell, in order.
        picture: Where to save a picture of the client with all its text and a list.

    Raises:
        DemoError: The client cannot be opened.
    """
    kind.require()
    plan = plan or table_plan()
    skipped = kind.without if plan.engine == "ieum" else (*kind.without, *OURS_ONLY)
    left = [name for name in stories if name not in skipped]
    report = Report(kind)
    while left:
        with _hand(kind, plan) as hand:
            _tell(left, hand, report)
            if picture and not left and not any(list(report.told.values())[-1:]):
                hand.keys("d k v d m f h space w k f space")
                hand.await_list()
                Screen(hand.environment).photograph(picture)
    return report


def _tell(left: list[str], hand: Hand, report: Report) -> None:
    """Tell what is left, up to a story that goes wrong."""
    while left:
        name = left.pop(0)
        if name in hand.kind.faults:
            hand.client.patience_s = FAULT_S
        report.told[name] = _complaint(name, hand)
        _note(report, hand.ear)
        if report.told[name]:
            return


def _complaint(name: str, hand: Hand) -> str:
    try:
        STORIES[name](hand)
    except DemoError as error:
        return str(error)
    return ""


def _note(report: Report, ear: Ear) -> None:
    report.surrounding |= ear.count("SetSurroundingText") > 0
    report.caret |= any(value != "0" for value in ear.last("SetCursorLocation"))
    report.forwarded = max(report.forwarded, ear.count("ForwardKeyEvent"))


@contextmanager
def _hand(kind: Kind, plan: Plan) -> Iterator[Hand]:
    gtk = 4 if kind.name.startswith("gtk4") else 3
    with Desktop(replace(plan, gtk=gtk, variables=kind.session)) as desktop:
        if plan.predictor:
            desktop.await_predictor()
        panel, ear = Panel(desktop), Ear(desktop)
        client = kind.open(desktop)
        ear.await_more(0, "FocusIn", "FocusInId", missing=f"{kind.name} has no input method")
        yield Hand(client, kind, desktop, panel, ear)
