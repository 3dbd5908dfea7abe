# SPDX-License-Identifier: Apache-2.0
"""The terms of a model: shown before anything is fetched, accepted by name where a recipe asks."""

from __future__ import annotations

import argparse

from model_tools.errors import LicenceError
from model_tools.recipe import Recipe
from model_tools.stages import note

__all__ = ["accept", "add_accept_argument"]


def add_accept_argument(parser: argparse.ArgumentParser) -> None:
    """Declare the option that `accept` wants."""
    parser.add_argument(
        "--accept-licence",
        metavar="LICENCE",
        help="accept this licence, by the name that the recipe gives it",
    )


def accept(recipe: Recipe, accepted: str | None) -> None:
    """Show the notice of a recipe, and compare what the user accepts with what it asks.

    Args:
        recipe: What is going to be fetched or built.
        accepted: Name of the licence that the user accepts; None when nothing was said.

    Raises:
        LicenceError: nothing was said and has to be, or another licence was named.
    """
    note(f"{recipe.name} is under the licence: {recipe.licence}\n\n{recipe.notice}")
    asked = f'--accept-licence "{recipe.licence}"'
    if accepted is None and recipe.acknowledge:
        raise LicenceError(f"the licence of {recipe.name} has to be accepted: add {asked}.")
    if accepted is not None and _plain(accepted) != _plain(recipe.licence):
        raise LicenceError(f"the licence of {recipe.name} is another one: say {asked} to accept.")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
