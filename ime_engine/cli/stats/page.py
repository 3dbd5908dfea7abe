# SPDX-License-Identifier: Apache-2.0
"""One page that holds everything it shows: no script, no picture, nothing from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from ime_engine.cli.stats.chart import Bar, bars
from ime_engine.cli.stats.figures import Figures, total

__all__ = ["page"]

TITLE: Final = "이음: what the lists saved you"
STYLE: Final = """
:root { color-scheme: light dark; --ground: #fcfcfb; --card: #ffffff; --ink: #1d1f23;
  --faint: #6d727b; --line: #dfe1e5; --good: #1f62c4; --rest: #b9c2cf; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181c; --card: #1e2126;
  --ink: #e7e9ec; --faint: #9aa0aa; --line: #353a42; --good: #79aefb; --rest: #4a5360; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, "Noto Sans KR", "Noto Sans CJK KR", sans-serif; }
h1 { font-size: 1.4rem; margin: 0.5rem 0 1rem; } h2 { font-size: 1.1rem; margin: 0; }
p { margin: 0.2rem 0 0.8rem; color: var(--faint); font-size: 0.9rem; }
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); }
section { min-width: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.5rem; }
section.wide { grid-column: 1 / -1; }
.big { margin: 0; color: var(--ink); font-size: 2rem; line-height: 1.2;
  font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--faint); font: 11px system-ui, sans-serif; }
svg .grid { stroke: var(--line); fill: none; }
svg .slot { fill: transparent; }
svg .b0 { fill: var(--good); } svg .b1 { fill: var(--rest); }
svg g:hover .slot { fill: var(--line); fill-opacity: 0.4; }
.key::before { content: "■ "; color: var(--good); } .key.rest::before { color: var(--rest); }
.key { margin-right: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.8rem; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; font-weight: normal; }
th { color: var(--faint); } th:first-child { text-align: left; padding-left: 0; }
tfoot th, tfoot td { font-weight: 600; color: var(--ink); border-bottom: 0; }
summary { cursor: pointer; }
"""
HEADER: Final = ("day", "eojeols", "keys", "saved", "share", "lists", "used", "ignored", "accepted")


def page(days: Sequence[tuple[str, Figures]], ever: Figures, since: str) -> str:
    """Write the page.

    Args:
        days: Oldest first, at least one.
        ever: The sum of all days there are.
        since: The first day that was counted.
    """
    span = f"{days[0][0]} to {days[-1][0]}" if len(days) > 1 else days[0][0]
    cards = "".join(_card(*told) for told in _told(ever, since))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{STYLE}</style></head>\n<body><h1>{TITLE}</h1>\n"
        f"<main>{cards}\n{_saved(days, span)}\n{_lists(days, span)}\n{_table(days)}</main>\n"
        "<p>Counts only; no text is kept with them. Nothing of this leaves your machine.</p>"
        "</body></html>\n"
    )


def _told(ever: Figures, since: str) -> Iterable[tuple[str, str, str]]:
    """Headline, big figure and what it is of."""
    full = ever.keys + ever.keys_saved
    yield ("Keystrokes saved", f"{ever.keys_saved:,}", f"{ever.saved:.1%} of {full:,}")
    yield ("Lists accepted", f"{ever.accepted:.0%}", f"{ever.lists_used:,} of {ever.lists_shown:,}")
    yield ("Lists ignored", f"{ever.lists_ignored:,}", "you typed on")
    yield ("Eojeols", f"{ever.eojeols:,}", f"since {since}")


def _card(name: str, figure: str, note: str) -> str:
    return (
        f'<section><h2>{escape(name)}</h2><p class="big">{escape(figure)}</p>'
        f"<p>{escape(note)}</p></section>"
    )


def _saved(days: Sequence[tuple[str, Figures]], span: str) -> str:
    title = "Keystrokes saved by day"
    drawn = [
        Bar(day, (of.keys_saved,), f"{day}: {of.keys_saved:,} ({of.saved:.1%})") for day, of in days
    ]
    chart = bars(drawn, f"{title}, {span}")
    return f'<section class="wide"><h2>{title}</h2><p>{span}</p>{chart}</section>'


def _lists(days: Sequence[tuple[str, Figures]], span: str) -> str:
    title = "Lists by day"
    drawn = [
        Bar(
            day,
            (of.lists_used, max(of.lists_shown - of.lists_used, 0)),
            f"{day}: {of.lists_used:,} of {of.lists_shown:,} used ({of.accepted:.0%})",
        )
        for day, of in days
    ]
    chart = bars(drawn, f"{title}, {span}")
    key = '<span class="key">used</span><span class="key rest">not used</span>'
    return f'<section class="wide"><h2>{title}</h2><p>{key}</p>{chart}</section>'


def _table(days: Sequence[tuple[str, Figures]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADER)
    body = "".join(_row(day, of) for day, of in reversed(days))
    foot = _row("together", total(of for _, of in days))
    return (
        '<section class="wide"><details><summary>By day, in figures</summary>'
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        f"<tfoot>{foot}</tfoot></table></div></details></section>"
    )


def _row(name: str, of: Figures) -> str:
    cells = (
        *(f"{count:,}" for count in (of.eojeols, of.keys, of.keys_saved)),
        f"{of.saved:.1%}",
        *(f"{count:,}" for count in (of.lists_shown, of.lists_used, of.lists_ignored)),
        f"{of.accepted:.0%}",
    )
    data = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(name)}</th>{data}</tr>'
