# SPDX-License-Identifier: Apache-2.0
"""`python -m ibus_component`: the IBus engine of 이음."""

from __future__ import annotations

import argparse
import logging
import sys

from ibus_component.lean import settle, spare_tls


def main(arguments: list[str] | None = None) -> int:
    """Run the engine; the exit code."""
    options = _parser().parse_args(arguments)
    if options.xml:
        from ibus_component.component_xml import component_xml

        sys.stdout.write(component_xml())
        return 0
    logging.basicConfig(level=logging.INFO, format="ieum: %(message)s")
    spare_tls()
    return _run(register=options.register, recover=options.recover)


def _run(*, register: bool, recover: bool) -> int:
    import asyncio

    from ibus_component.wire.address import AddressError
    from ibus_component.wire.bus import BusError

    try:
        asyncio.run(_serve(register=register, recover=recover))
    except (AddressError, BusError, OSError) as error:
        sys.stderr.write(f"ieum: {error}\n")
        return 1
    return 0


async def _serve(*, register: bool, recover: bool) -> None:
    from ibus_component.app import App, Role

    app = App(Role(register=register, recover=recover))
    settle()
    await app.run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ibus_component", description="The IBus engine of 이음 (Ieum)."
    )
    role = parser.add_mutually_exclusive_group()
    role.add_argument(
        "--ibus", action="store_true", help="serve an ibus-daemon that started this (default)"
    )
    role.add_argument(
        "--register",
        action="store_true",
        help="register and select the engine for this session only, without installing it",
    )
    role.add_argument(
        "--xml", action="store_true", help="print the component file of this installation"
    )
    parser.add_argument(
        "--recover", action="store_true", help="select the engine again after a crash"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
