#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   ieum component      ──► share/ibus/component/ieum.xml   IBus finds the engine
#   data/dbus/*.in      ──► share/dbus-1/services/          the predictor starts on demand
#   data/dbus/*.xml     ──► share/dbus-1/interfaces/        clients can read what it offers
#   data/systemd/*.in   ──► lib/systemd/user/               and is confined by systemd
#   data/gsettings/     ──► share/glib-2.0/schemas/         what the desktop keeps of our settings
#   data/desktop/*.in   ──► share/applications/             the settings dialog
#   data/icons/         ──► share/icons/hicolor/            its icon
#   data/po/*.po        ──► share/locale/                   Korean texts
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
readonly schemas=$target/share/glib-2.0/schemas
readonly applications=$target/share/applications
readonly icons=$target/share/icons/hicolor/scalable/apps
readonly locales=$target/share/locale
readonly command=$target/bin/ieum

installed_name() {
  basename "$1" .in
}

# The command line of the settings dialog, as the component file states it.
setup_line() {
  sed -n 's#.*<setup>\(.*\)</setup>.*#\1#p' <<<"$xml"
}

render() {
  sed -e "s#@PYTHON@#$environment/bin/python#g" -e "s#@SETUP@#$(setup_line)#g" "$1"
}

# Write standard input to a file, whole or not at all.
put() {
  mkdir -p "$(dirname "$1")"
  cat >"$1.new"
  chmod 644 "$1.new"
  mv -f "$1.new" "$1"
  say "  $1"
}

# Languages whose texts make setup has compiled.
languages() {
  local language
  for language in $(cat data/po/LINGUAS); do
    [ ! -e "$environment/share/locale/$language/LC_MESSAGES/ieum.mo" ] || printf '%s\n' "$language"
  done
}

# What the desktop keeps compiled; a package does that in its own triggers.
refresh_desktop() {
  [ -z "${DESTDIR:-}" ] || return 0
  if ! command -v glib-compile-schemas >/dev/null; then
    say "Desktop settings are kept once glib-compile-schemas (libglib2.0-bin) has run on $schemas."
  elif [ -d "$schemas" ]; then
    glib-compile-schemas "$schemas"
  fi
  if command -v gtk-update-icon-cache >/dev/null && [ -e "$target/share/icons/hicolor/index.theme" ]; then
    gtk-update-icon-cache --quiet --force "$target/share/icons/hicolor"
  fi
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
  case $environment$root in
    *[[:space:]\"\'\\%\#\&\$]*) fail "The path $environment has a space or sign that D-Bus and systemd cannot take; move this folder." ;;
  esac
  check_writable
  local template name xml language
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
  for template in data/gsettings/*.xml; do
    put "$schemas/$(installed_name "$template")" <"$template"
  done
  for template in data/desktop/*.in; do
    render "$template" | put "$applications/$(installed_name "$template")"
  done
  put "$icons/ieum.svg" <data/icons/ieum.svg
  for language in $(languages); do
    put "$locales/$language/LC_MESSAGES/ieum.mo" <"$environment/share/locale/$language/LC_MESSAGES/ieum.mo"
  done
  mkdir -p "$(dirname "$command")"
  ln -sfn "$environment/bin/ieum" "$command"
  say "  $command"
  refresh_desktop
  [ -n "${DESTDIR:-}" ] || say \
    "Now, as yourself: ibus write-cache (IBus reads its components again), ibus restart (loads them)," \
    "then add 이음 in ibus-setup. These files name $root: install again after moving it."
}

uninstall_files() {
  check_writable
  local template language
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
  for template in data/gsettings/*.xml; do
    rm -f "$schemas/$(installed_name "$template")"
  done
  for template in data/desktop/*.in; do
    rm -f "$applications/$(installed_name "$template")"
  done
  rm -f "$icons/ieum.svg"
  for language in $(cat data/po/LINGUAS); do
    rm -f "$locales/$language/LC_MESSAGES/ieum.mo"
  done
  refresh_desktop
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
