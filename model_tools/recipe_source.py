# SPDX-License-Identifier: Apache-2.0
"""Where a recipe's model comes from, one struct a kind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

__all__ = [
    "Digest",
    "FolderSource",
    "GgufSource",
    "HubSource",
    "ModelSource",
    "Name",
    "Package",
    "PackageSource",
    "Text",
    "origin",
    "placed",
]

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wheel of a package registry."""

    name: Name
    version: Text
    sha256: Digest
    """Of the wheel."""

    part: str = ""
    """Path in the wheel of the part of the model it holds; empty for none."""

    notice: str = ""
    """Path in the wheel of a licence notice; empty for none."""

    @property
    def wheel(self) -> str:
        """File name of the wheel."""
        return f"{self.name.replace('-', '_').replace('.', '_')}-{self.version}-py3-none-any.whl"


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """What all kinds have in common: the field that names them."""


class PackageSource(_Source, frozen=True, tag="packages"):
    """A GGUF file in parts, each in a wheel of its own."""

    file: Text
    """Name of the assembled file."""

    sha256: Digest
    """Of the assembled file."""

    packages: list[Package]


class HubSource(_Source, frozen=True, tag="hub"):
    """A model of the Hugging Face hub."""

    id: Text
    files: list[str]
    """Names of the files to fetch, patterns allowed."""

    revision: str = "main"


class FolderSource(_Source, frozen=True, tag="folder"):
    """A folder on this machine, in the layout of the Hugging Face hub."""

    path: Text
    """Of the folder; taken from the recipe's own folder where it is relative."""


class GgufSource(_Source, frozen=True, tag="gguf"):
    """A GGUF file on this machine."""

    path: Text
    """Of the file; taken from the recipe's own folder where it is relative."""

    sha256: Digest | None = None
    """Of the file; not compared where it is left out."""


ModelSource = PackageSource | HubSource | FolderSource | GgufSource


def placed(source: ModelSource, folder: Path) -> ModelSource:
    """Return a source whose path no longer depends on where the recipe lies."""
    if not isinstance(source, FolderSource | GgufSource):
        return source
    path = (folder / Path(source.path).expanduser()).resolve()
    return msgspec.structs.replace(source, path=str(path))


def origin(source: ModelSource) -> str:
    """Say for people where the weights come from."""
    if isinstance(source, HubSource):
        return source.id
    return source.file if isinstance(source, PackageSource) else Path(source.path).name
