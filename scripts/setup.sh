#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   system packages ──► .venv ──► CPU torch ──► everything else ──► schema, texts ──► default model
#
# Each step looks first and does only what is missing, so a second run takes a moment and a run
# that was stopped is repaired by the next one.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

readonly packages=scripts/system-packages.txt
readonly venv=.venv # never another: this one may be cleared
readonly stamp=$venv/.ieum-complete
readonly unfinished=$venv/.ieum-unfinished
readonly place=$venv/.ieum-place
readonly log=$venv/setup.log
readonly schema_name=org.freedesktop.ibus.engine.ieum.gschema.xml
readonly needed_mib=2500

interrupted() {
  say
  say "Stopped. Run make setup again: it goes on where this ended."
  exit 130
}
trap interrupted INT

find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer is needed; install it, or name it: make setup PYTHON=/path/to/python3"
}

# --- system packages -----------------------------------------------------------------------------

missing_packages() {
  local wanted present
  wanted=$(awk '/^[^#]/ {print $1}' "$packages" | sort)
  # A python without ensurepip cannot make a virtual environment; Debian ships that part apart.
  if [ ! -e "$stamp" ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    wanted=$(printf '%s\npython3-venv\n' "$wanted" | sort)
  fi
  # shellcheck disable=SC2016,SC2086  # dpkg's own ${}; the names are one word each
  present=$(dpkg-query -W -f='${binary:Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
    sed -n 's/^\([^ :]*\)[^ ]* installed$/\1/p' | sort) || true
  comm -23 <(printf '%s\n' "$wanted") <(printf '%s\n' "$present")
}

# How to become root here; empty when we are, "-" when there is no way.
root_prefix() {
  if [ "$(id -u)" = 0 ]; then
    return
  elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    printf 'sudo'
  else
    printf -- '-'
  fi
}

why() {
  local purpose
  purpose=$(awk -v name="$1" '$1 == name {$1 = $2 = ""; print substr($0, 3)}' "$packages")
  printf '  %-24s %s\n' "$1" "${purpose:-makes the virtual environment}" >&2
}

# True when typing itself needs one of these packages.
needed_for_typing() {
  local name
  for name in "$@"; do
    if [ "$name" = python3-venv ] || grep -qE "^$name +typing " "$packages"; then
      return 0
    fi
  done
  return 1
}

run_apt() {
  local become=$1
  shift
  # shellcheck disable=SC2086  # empty when we are root
  $become env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" 2>&1 |
    tee -a "$apt_log" |
    sed -unE 's/^Need to get ([0-9.]+ [kMG]?B).*/  fetching \1/p; s/^Fetched .*/  fetched, unpacking/p' >&2
}

install_packages() {
  local become=$1
  shift
  apt_log=$(mktemp)
  say "Installing these system packages with apt-get:"
  local name
  for name in "$@"; do why "$name"; done
  # The package lists are refreshed only when they turn out to be absent or stale.
  if ! run_apt "$become" install -y --no-install-recommends "$@"; then
    say "Refreshing the package lists"
    if ! run_apt "$become" update ||
      ! run_apt "$become" install -y --no-install-recommends "$@"; then
      tail -n 5 "$apt_log" >&2
      rm -f "$apt_log"
      return 1
    fi
  fi
  rm -f "$apt_log"
}

system_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is no Debian: see to it that ibus, libhangul and what $packages lists are installed."
    return
  fi
  local missing become
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" = 0 ]; then
    return
  fi
  become=$(root_prefix)
  if [ "$become" != - ] && install_packages "$become" "${missing[@]}"; then
    return
  fi
  local command="apt-get install --no-install-recommends ${missing[*]}"
  if needed_for_typing "${missing[@]}"; then
    fail "System packages are missing; as root, run this, then make setup again: $command"
  fi
  say "Going on without packages that typing does not need; as root: $command"
}

# --- the virtual environment ---------------------------------------------------------------------

# Changes whenever what is installed would change.
digest() {
  cat pyproject.toml scripts/setup.sh | sha256sum | cut -d' ' -f1
}

# True when the environment is where it was made (its programs name their place), no installation
# in it was killed half-way, and its Python still runs.
sound() {
  [ "$(cat "$place" 2>/dev/null)" = "$root" ] && [ ! -e "$unfinished" ] &&
    "$venv/bin/python" -c 'import pip' 2>/dev/null
}

explain_pip() {
  if grep -q 'No space left on device' "$log"; then
    fail "The disk is full; free about $needed_mib MiB here and in TMPDIR, then run make setup again."
  elif grep -qE 'after connection broken|Max retries exceeded|timed out|NameResolution|Network is unreachable' "$log"; then
    fail "The package registry cannot be reached; check the network or PIP_INDEX_URL, then run make setup again."
  fi
  grep -E '^ *(ERROR|error)' "$log" | head -n 3 >&2 || true
  fail "pip could not install $1; the whole story is in $log"
}

pip_install() {
  local what=$1
  shift
  say "Installing $what"
  local status=0
  touch "$unfinished"
  "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off "$@" 2>&1 |
    tee -a "$log" |
    sed -unE 's#^ *Downloading ([^ ]*/)?([^ /]+) (\([0-9.]+ MB\)).*#  fetching \2 \3#p' >&2 || status=$?
  # Pip undoes what it began when it fails by itself; only when it was killed does the mark stay.
  rm -f "$unfinished"
  [ "$status" = 0 ] || explain_pip "$what"
}

torch_pin() {
  "$venv/bin/python" - <<'PY'
import pathlib, tomllib

project = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
print(next(item for item in project["optional-dependencies"]["torch"] if item.startswith("torch==")))
PY
}

virtual_environment() {
  local want
  want=$(digest)
  if sound && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then
    return
  fi
  if [ "$(df -Pm . | awk 'NR == 2 {print $4}')" -lt "$needed_mib" ]; then
    fail "The disk is too full; free about $needed_mib MiB in $root, then run make setup again."
  fi
  if ! sound; then
    say "Making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv" ||
      fail "The virtual environment $venv could not be made; the reason is above."
    printf '%s\n' "$root" >"$place"
  fi
  rm -f "$stamp"
  : >"$log"
  # Torch first and pinned, so that nothing else pulls a build with gigabytes of CUDA.
  pip_install "torch for the CPU" "$(torch_pin)"
  pip_install "Ieum and its tools" -e '.[tools,torch,dev]'
  printf '%s\n' "$want" >"$stamp"
}

# --- what the settings dialog and the engine look up below share/ --------------------------------

# True when a file is no newer than what it is made of, or not there: both may be of one moment.
outdated() {
  ! [ "$1" -nt "$2" ]
}

schema() {
  local source=data/gsettings/$schema_name made=$venv/share/glib-2.0/schemas
  outdated "$made/gschemas.compiled" "$source" || return 0
  if ! command -v glib-compile-schemas >/dev/null; then
    say "The settings dialog cannot be opened: glib-compile-schemas (libglib2.0-bin) is missing."
    return
  fi
  mkdir -p "$made"
  cp "$source" "$made"
  glib-compile-schemas --strict "$made" || fail "The settings schema $source has a mistake."
}

texts() {
  local language made
  for language in $(cat data/po/LINGUAS); do
    made=$venv/share/locale/$language/LC_MESSAGES/ieum.mo
    outdated "$made" "data/po/$language.po" || continue
    if ! command -v msgfmt >/dev/null; then
      say "Settings and hints are in English only: msgfmt (gettext) is missing."
      return
    fi
    mkdir -p "$(dirname "$made")"
    msgfmt --check-format "data/po/$language.po" -o "$made.new" || fail "data/po/$language.po has a mistake."
    mv -f "$made.new" "$made"
  done
}

default_model() {
  "$venv/bin/python" -m model_tools build >&2 ||
    fail "The default model is not built, for the reason above; make setup goes on where it stopped." \
      "A faster one needs no network: $venv/bin/ieum model build gemma3-17m-ko"
}

# Two set-ups at once would tread on each other: the second waits for the first.
exec 9<scripts/setup.sh
flock 9

python=$(find_python)
system_packages
virtual_environment
schema
texts
default_model
say "Ieum is set up: make run types, make test checks."
