#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Collect what the sources say into data/po/ieum.pot, and carry it into every translation.
# With an argument, only write the template there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
readonly template=${1:-data/po/ieum.pot}

xgettext --language=Python --from-code=UTF-8 --keyword=_ --keyword=N_ --no-wrap \
  --add-location=file --sort-by-file --package-name=ieum --copyright-holder="The Ieum authors" \
  --files-from=data/po/POTFILES.in --output="$template"
sed -i -e '1,4d' -e '5s/.*/# Texts of Ieum.\n# SPDX-License-Identifier: Apache-2.0/' "$template"
[ -z "${1:-}" ] || exit 0
# English stands in the sources: its catalogue keeps LANGUAGE=en:ko from going on to Korean.
msgen --lang=en "$template" | msgattrib --clear-fuzzy --no-wrap --output-file=data/po/en.po
msgmerge --quiet --no-fuzzy-matching data/po/ko.po "$template" |
  msgattrib --no-obsolete --no-wrap --output-file=data/po/ko.po
