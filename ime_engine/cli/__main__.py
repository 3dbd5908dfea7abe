# SPDX-License-Identifier: Apache-2.0
"""`python -m ime_engine.cli`: the `ieum` command without its entry point."""

from __future__ import annotations

import sys

from ime_engine.cli import main

sys.exit(main())
