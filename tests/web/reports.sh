#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# Opens the HTML reports in Chromium: light, dark, 360 pixels wide, printed; see README.md here.
#
# usage: tests/web/reports.sh KVMLAB      needs BUILD (default build/); WEB_SHOTS=DIR keeps pictures
set -u

kvmlab=$1
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
build=${BUILD:-$tree/build}
work=$build/web
shots=${WEB_SHOTS:-$work/shots}

skip() {
	echo "SKIP web: $1"
	exit 0
}

for name in chromium chromium-browser google-chrome; do
	chromium=$(command -v "$name") && break
done
[ -n "${chromium:-}" ] || skip "no chromium (apt install chromium)"
command -v node >/dev/null || skip "no node (apt install nodejs)"
[ "$(node -p 'process.versions.node.split(".")[0] >= 18')" = true ] || skip "node is older than 18"

mkdir -p "$work" "$shots"
if ! axe=$(node "$here/axe.mjs" "$work" 2>"$work/axe.log"); then
	axe=-
	echo "SKIP web: accessibility: axe-core could not be fetched ($work/axe.log)"
fi

# What the unit tests hold as right, and a run on this host.
files=()
for name in usual-id usual-en moved-id moved-en hostile empty; do
	cp "$tree/tests/unit/golden/$name.html" "$work/$name.html"
	files+=("$work/$name.html")
done
state=$(mktemp -d)
profile=$(mktemp -d)
trap 'rm -rf "$state" "$profile"' EXIT
if [ -f "$tree/fixtures/answers/host.yaml" ]; then
	if XDG_STATE_HOME=$state "$kvmlab" run host --lang id --yes --answers "$tree/fixtures/answers/host.yaml" \
		--report "html:$work/real.html" >"$work/run.log" 2>&1 </dev/null || [ -s "$work/real.html" ]; then
		files+=("$work/real.html")
		XDG_STATE_HOME=$state "$kvmlab" report --index --lang id 1 >"$work/index.html" 2>>"$work/run.log"
		files+=("$work/index.html")
	else
		echo "FAIL web: a run on this host leaves a report: none came ($work/run.log)"
	fi
fi

node "$here/look.mjs" "$chromium" "$profile" "$shots" "$axe" "${files[@]}" 2>"$work/look.log"
rc=$?
if [ "$rc" != 0 ] && [ -s "$work/look.log" ]; then
	echo "FAIL web: the browser: $(tail -n 1 "$work/look.log") ($work/look.log)"
fi
exit "$rc"
