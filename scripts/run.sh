#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Type on this desktop; without one, watch the demo type on a headless desktop.
set -euo pipefail

venv=${VENV:-.venv}
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$venv/bin/ieum" run
fi
printf '%s\n' "There is no display here: running ieum demo on a headless desktop." >&2
exec "$venv/bin/ieum" demo
