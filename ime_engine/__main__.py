# SPDX-License-Identifier: Apache-2.0
"""`python -m ime_engine`: the daemon in the foreground; logs go to stderr."""

from __future__ import annotations

import time

STARTED = time.monotonic()  # before anything heavy is imported

import argparse  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import msgspec  # noqa: E402

from ime_engine import __version__  # noqa: E402
from ime_engine.config import load_config  # noqa: E402
from ime_engine.errors import ConfigError  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Run the daemon; return its exit status."""
    options = parser().parse_args(arguments)
    try:
        config = load_config(None if options.config is None else (options.config,))
    except ConfigError as error:
        sys.stderr.write(f"ieum: {error}\n")
        return 1
    if options.verbose:
        config = msgspec.structs.replace(config, log_level="debug")
    from ime_engine.service.server import run_daemon

    return run_daemon(config, STARTED)


def parser() -> argparse.ArgumentParser:
    """The daemon's own options; everything else is in the settings."""
    result = argparse.ArgumentParser(
        prog="python -m ime_engine",
        description="The prediction daemon of Ieum: owns org.ieum.Predictor1 on the session bus.",
        epilog="Example: python -m ime_engine --config ~/.config/ieum/config.yaml",
    )
    result.add_argument("--config", type=Path, metavar="FILE", help="read only this settings file")
    result.add_argument("-v", "--verbose", action="store_true", help="log at level debug")
    result.add_argument("--version", action="version", version=f"ieum {__version__}")
    return result


if __name__ == "__main__":
    sys.exit(main())
