#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs every lab that has sample answers on this host; reports and an index go to BUILD/demo/.
#
# usage: tests/demo.sh BUILD
set -u

build=$1
tree=$(cd "$(dirname "$0")/.." && pwd)
kvmlab=$build/kvmlab
out=$build/demo
rm -rf "$out"
mkdir -p "$out"
# The demo's runs are not the student's runs.
export XDG_STATE_HOME=$out/state

if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
	echo "Some steps of the labs run as root."
	sudo -v || echo "demo: going on without; those steps will say so"
fi

# The lab's line in the index, from its report.
index_row() {
	jq -r --arg id "$1" '
		def points: "\(. / 100 | floor)." + (. % 100 | if . < 10 then "0\(.)" else "\(.)" end);
		"<tr><td><a href=\"\($id|@html).html\">\(.lab.title // $id | @html)</a></td>" +
		"<td>" + ([.experiments[] | "\(.title | @html): \(.outcome)"] | join("<br>")) + "</td>" +
		"<td>\(.grade.earned_hundredths | points) / \(.grade.possible_hundredths | points)</td>" +
		"<td><a href=\"\($id|@html).json\">JSON</a></td></tr>"' "$out/$1.json"
}

index() {
	cat <<-'HTML'
	<!DOCTYPE html>
	<html lang="en"><head><meta charset="utf-8"><title>kvmlab demo</title>
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem}
	table{border-collapse:collapse}th,td{text-align:left;padding:.3rem 1rem .3rem 0;border-bottom:1px solid;vertical-align:top}</style>
	</head><body><h1>kvmlab demo</h1>
	<p>The labs as they went on this host, with sample answers.</p>
	<table><thead><tr><th>Lab</th><th>Outcome</th><th>Grade</th><th>Report</th></tr></thead><tbody>
	HTML
	local id
	for id in "$@"; do index_row "$id"; done
	echo '</tbody></table></body></html>'
}

labs=() worst=0
for id in $("$kvmlab" list --format json | jq -r '.labs[].id'); do
	answers=$tree/fixtures/answers/$id.yaml
	[ -f "$answers" ] || continue
	"$kvmlab" run "$id" --yes --answers "$answers" --report "json:$out/$id.json" \
		--report "html:$out/$id.html" --report "text:$out/$id.txt" >"$out/$id.log" 2>&1
	code=$?
	case $code in
	0 | 1 | 3) ;;
	*)
		cat "$out/$id.log" >&2
		worst=$code
		continue
		;;
	esac
	labs+=("$id")
	# The grade and its table; the details are in the reports.
	sed '/^1\. /,$d' "$out/$id.txt"
done
index "${labs[@]}" >"$out/index.html" || worst=1
chmod -R go+rX "$out" 2>/dev/null
[ "${#labs[@]}" != 0 ] || { echo "demo: no lab could be run" >&2; exit 1; }
echo
echo "Reports: $out/index.html"
exit "$worst"
