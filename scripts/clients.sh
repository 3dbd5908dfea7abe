#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The stories of tests/e2e/clients in every kind of client; installs the clients that are missing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

readonly python=${VENV:-.venv}/bin/python

is_installed() {
  # shellcheck disable=SC2016  # dpkg's own ${}
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_missing() {
  local name missing=() become=()
  for name in $("$python" -m tests.e2e.clients --packages); do
    is_installed "$name" || missing+=("$name")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || become=(sudo)
  say "Installing these clients with apt-get; a browser and an office suite take 700 MB:"
  say "  ${missing[*]}"
  local command=(apt-get install -y --no-install-recommends "${missing[@]}")
  "${become[@]}" env DEBIAN_FRONTEND=noninteractive "${command[@]}" >/dev/null ||
    fail "The clients could not be installed; as root, run this, then again: ${command[*]}"
}

if command -v dpkg-query >/dev/null; then
  install_missing
fi
exec "$python" -m tests.e2e.clients "$@"
