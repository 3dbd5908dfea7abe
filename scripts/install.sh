#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   ieum component      ──► share/ibus/component/ieum.xml   IBus finds the engine
#   data/dbus/*.in      ──► share/dbus-1/services/          the predictor starts on demand
#   data/dbus/*.xml     ──► share/dbus-1/interfaces/        clients can read what it offers
#   data/systemd/*.in   ──► lib/systemd/user/               and is confined by systemd
#   .venv/bin/ieum      ──► bin/ieum                        a link
#
# The files name this folder's environment. PREFIX and DESTDIR as usual.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

action=${1:-}
environment=$(realpath -sm "${VENV:-.venv}")
prefix=${PREFIX:-/usr}
target=${DESTDIR:-}$prefix
# Python must leave nothing of root's in the user's folder.
export PYTHONDONTWRITEBYTECODE=1

readonly component=$target/share/ibus/component/ieum.xml
readonly services=$target/share/dbus-1/services
readonly interfaces=$target/share/dbus-1/interfaces
readonly units=$target/lib/systemd/user
readonly command=$target/bin/ieum

installed_name() {
  basename "$1" .in
}

render() {
  sed -e "s#@PYTHON@#$environment/bin/python#g" "$1"
}

# Write standard input to a file, whole or not at all.
put() {
  mkdir -p "$(dirname "$1")"
  cat >"$1.new"
  chmod 644 "$1.new"
  mv -f "$1.new" "$1"
  say "  $1"
}

check_writable() {
  local nearest=$target
  while [ ! -e "$nearest" ]; do nearest=$(dirname "$nearest"); done
  [ -w "$nearest" ] ||
    fail "$nearest can be written by root only (IBus reads no per-user folder); run: sudo make $action"
}

install_files() {
  [ -x "$environment/bin/ieum" ] || fail "There is nothing to install yet; run make setup first."
  # In an Exec line these signs mean something else than themselves.
  case $environment in
    *[[:space:]\"\'\\%\#\&\$]*) fail "The path $environment has a space or sign that D-Bus and systemd cannot take; move this folder." ;;
  esac
  check_writable
  local template name xml
  xml=$("$environment/bin/ieum" component) || fail "ieum component failed, for the reason above."
  say "Installing into $target:"
  put "$component" <<<"$xml"
  for template in data/dbus/*.in; do
    render "$template" | put "$services/$(installed_name "$template")"
  done
  for template in data/dbus/*.xml; do
    name=$(installed_name "$template")
    put "$interfaces/$name" <"$template"
  done
  for template in data/systemd/*.in; do
    render "$template" | put "$units/$(installed_name "$template")"
  done
  mkdir -p "$(dirname "$command")"
  ln -sfn "$environment/bin/ieum" "$command"
  say "  $command"
  [ -n "${DESTDIR:-}" ] || say \
    "Now, as yourself: ibus write-cache (IBus reads its components again), ibus restart (loads them)," \
    "then add 이음 in ibus-setup. These files name $root: install again after moving it."
}

uninstall_files() {
  check_writable
  local template
  rm -f "$component" "$command"
  for template in data/dbus/*.in; do
    rm -f "$services/$(installed_name "$template")"
  done
  for template in data/dbus/*.xml; do
    rm -f "$interfaces/$(installed_name "$template")"
  done
  for template in data/systemd/*.in; do
    rm -f "$units/$(installed_name "$template")"
  done
  say "Removed from $target. As yourself: ibus write-cache, then ibus restart."
}

case $action in
  install) install_files ;;
  uninstall) uninstall_files ;;
  *)
    say "Usage: scripts/install.sh install | uninstall"
    exit 2
    ;;
esac
