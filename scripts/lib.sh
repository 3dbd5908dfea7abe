# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scripts share: they talk on stderr, one sentence at a time.

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "ieum: $*"
  exit 1
}
