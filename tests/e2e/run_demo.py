# SPDX-License-Identifier: Apache-2.0
"""`ieum demo` with a predictor that answers from a table; takes the same command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from ibus_component.demo.__main__ import main
from ibus_component.demo.plan import Plan, component_xml

TABLE_PREDICTOR: Final = (sys.executable, str(Path(__file__).with_name("table_predictor.py")))


def table_plan() -> Plan:
    """This installation's engine on a desktop whose predictor is a table."""
    return Plan(component_xml(), predictor=TABLE_PREDICTOR)


if __name__ == "__main__":
    sys.exit(main(plan=table_plan()))
