# SPDX-License-Identifier: Apache-2.0
"""One page that holds everything it shows: no script, no picture, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from model_tools.reports.input import Benchmark, Evaluation, Facts
from model_tools.reports.peers import peer_sections
from model_tools.reports.sections import Section, sections
from model_tools.reports.svg import MARKS, SERIES, style_of

__all__ = ["document", "page", "section"]

STYLE: Final = """
:root { color-scheme: light dark; --ground: #fcfcfb; --card: #ffffff; --ink: #1d1f23;
  --faint: #8b9099; --line: #dfe1e5; --s0: #1f62c4; --s1: #c2500a; --s2: #237a3b; --s3: #8a3bb0;
  --s4: #97700a; --s5: #0c7c86; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181c; --card: #1e2126;
  --ink: #e7e9ec; --faint: #8a909a; --line: #353a42; --s0: #79aefb; --s1: #f79b5c; --s2: #74cf8c;
  --s3: #d195f0; --s4: #e0bd57; --s5: #62cdd6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 75rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, "Noto Sans KR", "Noto Sans CJK KR", sans-serif; }
h1 { font-size: 1.4rem; margin: 0.5rem 0 1rem; } h2 { font-size: 1.1rem; margin: 0; }
h3 { font-size: 1rem; margin: 1rem 0 0; }
p { margin: 0.3rem 0 0.6rem; } .note { font-size: 0.9rem; }
main { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
section { min-width: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.5rem; }
section.wide { grid-column: 1 / -1; }
svg { display: block; width: 100%; max-width: 40rem; height: auto; margin: 0 auto;
  font-family: "DejaVu Sans", "Noto Sans KR", "Noto Sans CJK KR", sans-serif; }
svg * { stroke-linejoin: round; stroke-linecap: butt; }
ul { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0; padding: 0; list-style: none;
  font-size: 0.9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--line); text-align: right;
  white-space: nowrap; }
th { white-space: normal; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.words th:last-child, .words td:last-child { text-align: left; }
summary { cursor: pointer; font-size: 0.9rem; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.85rem; }
"""


def page(evaluations: Mapping[str, Evaluation], benchmarks: Mapping[str, Benchmark]) -> str:
    """Draw the page.

    Args:
        evaluations: By label.
        benchmarks: By label.
    """
    shown = [*sections(evaluations, benchmarks), *peer_sections(evaluations)]
    parts = [section(part) for part in shown]
    measured = [*evaluations.items(), *benchmarks.items()]
    return document("이음: accuracy and waits", [*parts, _circumstances(measured)])


def document(title: str, parts: Iterable[str]) -> str:
    """Return a page of parts that are HTML already."""
    shown = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n<main>\n{shown}\n</main></body></html>\n"
    )


def section(part: Section) -> str:
    """Draw one part."""
    table = _table(part.header, part.rows, part.words_last) if part.rows else ""
    if part.drawing and table:
        table = f"<details><summary>in figures</summary>{table}</details>"
    wide = ' class="wide"' if part.wide else ""
    return (
        f'<section{wide}><h2>{escape(part.title)}</h2><p class="note">{escape(part.note)}</p>'
        f"{_legend(part.legend)}{part.drawing}{table}</section>"
    )


def _legend(labels: Sequence[str]) -> str:
    if not labels:
        return ""
    items = []
    for at, label in enumerate(labels):
        colour, mark = style_of(at)
        role = f"--s{SERIES.index(colour)}"
        items.append(
            f'<li><span style="color: var({role})">{MARKS[mark]}</span> {escape(label)}</li>'
        )
    return f"<ul>{''.join(items)}</ul>"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]], words_last: bool) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in row)}</tr>" for row in rows)
    kind = ' class="words"' if words_last else ""
    return f'<div class="scroll"><table{kind}><tr>{head}</tr>{body}</table></div>'


def _circumstances(measured: Iterable[tuple[str, Facts]]) -> str:
    told = "".join(_measured(label, facts) for label, facts in measured)
    return f'<section class="wide"><h2>How it was measured</h2>{told}</section>'


def _measured(label: str, facts: Facts) -> str:
    sentences = f"{_model(facts)} Seed {facts.seed}. {facts.machine.sentence()}; " + (
        f"load {facts.load_before:g} before, {facts.load_after:g} after."
    )
    command = facts.command or "(the file does not say by which command)"
    return (
        f'<h3>{escape(label)}</h3><p class="note">{escape(sentences)}</p>'
        f"<pre>{escape(command)}</pre>"
    )


def _model(facts: Facts) -> str:
    digest, counts = facts.model_digest[:12] or "none", facts.ngram_digest[:12]
    text = f"Model {facts.model or 'none'}, digest {digest}"
    text += f"; n-gram {counts}" if counts else ""
    if isinstance(facts, Evaluation):
        text += f"; predictor {facts.predictor}, beam {facts.beam_width}, "
        text += f"deadline {facts.deadline_ms} ms"
    if isinstance(facts, Benchmark) and facts.threads:
        text += f"; {facts.threads} threads"
    return text + "."
