# SPDX-License-Identifier: Apache-2.0
"""What a simulation depends on besides the code."""

from __future__ import annotations

import argparse

from model_tools import machine
from model_tools.invocation import command_line
from model_tools.simulation.lists import Opened
from model_tools.simulation.user import ACCEPTED, User

__all__ = ["circumstances", "sentences"]


def circumstances(
    args: argparse.Namespace, opened: Opened, user: User, load: float
) -> dict[str, object]:
    """Return them as plain values.

    Args:
        args: How the command was called.
        opened: Who answered.
        user: Who typed; the history is still open.
        load: Of the machine before.
    """
    user.history.flush()
    totals = user.history.totals()
    return {
        "command": command_line(args),
        "text": args.text.stem,
        "first": args.first,
        "together": args.together,
        "eojeols_taught": user.taught,
        "accepted_by_coin": ACCEPTED,
        "words": totals.words,
        "pairs": totals.pairs,
        "triples": totals.triples,
        "history_bytes": totals.bytes,
        "model": opened.model,
        "model_digest": opened.model_digest,
        "ngram_digest": opened.ranker.digest,
        "weights": dict(opened.ranker.personal),
        "seed": args.seed,
        "load_before": load,
        "load_after": machine.load_average(),
        "machine": machine.describe().as_json(),
    }


def sentences(facts: dict[str, object]) -> str:
    """The same for a reader of the table."""
    return (
        f"History at the end: {facts['words']:,} words, {facts['pairs']:,} pairs, "
        f"{facts['triples']:,} triples, {facts['eojeols_taught']:,} eojeols taught; text "
        f"{facts['text']} from sentence {facts['first']} on, seed {facts['seed']}.\n"
        f"Model {facts['model']}, digest {str(facts['model_digest'])[:12]}; "
        f"n-gram {str(facts['ngram_digest'])[:12] or 'none'}.\n"
        f"{machine.describe().sentence()}; load {facts['load_before']} before, "
        f"{facts['load_after']} after.\n"
    )
