#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Documents and translations say what the program says.
# usage: documents.sh [KVMLAB]
set -u
cd "$(dirname "$0")/../.." || exit 1
kvmlab=${1:-build/kvmlab}
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
	echo "FAIL $1: $2"
	failed=1
}

same() { cmp -s "$1" "$2"; }

LC_ALL=C "$kvmlab" schema --markdown >"$scratch/SCHEMA.md" 2>/dev/null
if [ -s "$scratch/SCHEMA.md" ] && same labs/SCHEMA.md "$scratch/SCHEMA.md"; then
	echo "PASS lint/schema-document"
else
	fail lint/schema-document "labs/SCHEMA.md is not what the program says; 'make docs' writes it"
fi
sed 's/kvmlab/kvmlib/' "$scratch/SCHEMA.md" >"$scratch/drifted.md"
if same labs/SCHEMA.md "$scratch/drifted.md"; then
	fail lint/schema-document-control "a document that drifted was accepted"
else
	echo "PASS lint/schema-document-control"
fi

# Commands, options and folders that the documents name must exist.
for document in README.md CONTRIBUTING.md ARCHITECTURE.md; do
	missing=
	for word in $(grep -oE '(build/|`)kvmlab [a-z]+' "$document" | awk '{ print $2 }' | sort -u); do
		"$kvmlab" "$word" --help >/dev/null 2>&1 || missing+=" 'kvmlab $word'"
	done
	for word in $(grep -oE '(^ +|`)make [a-z-]+' "$document" | awk '{ print $NF }' | sort -u); do
		grep -q "^$word:" Makefile || missing+=" 'make $word'"
	done
	for word in $(grep -oE '`(runner|checks|reports|labs|fixtures|tests)/[a-zA-Z0-9_./-]+' "$document" | tr -d '`' | sort -u); do
		case $word in *NN* | *NAME* | *MODULE* | *CHECKER*) continue ;; esac
		[ -e "$word" ] || missing+=" '$word'"
	done
	if [ -z "$missing" ]; then
		echo "PASS lint/$document"
	else
		fail "lint/$document" "it names what is not there:$missing"
	fi
done

# What reports/JSON.md names is what the reports have, both as 'section member': numbers, texts and the
# like, not what holds them. The members of err are those of out.
documented() {
	awk -F'`' '
	/^## / { section = /Evidence/ ? "evidence" : /`/ ? $2 : "run" }
	section ~ /^kvmlab / { next }
	/^\| `/ && !/^\| `[^|]*\| (object|list) \|/ { print section, $2 }' "$1" | sort -u
}
# shellcheck disable=SC2016
written() {
	jq -r 'paths(type != "object" and type != "array") |
		map(if type == "number" then "[]" else "." + . end) | join("") | ltrimstr(".")' "$@" |
		sed -E -e '/\.base64$|\[\]$|^(host|.*\.measures)\.|^ok 99/d' \
			-e 's/^experiments\[\]\.(steps|checks)\[\]\.evidence\[\]\./evidence /; t out' \
			-e 's/^(experiments\[\]\.checks\[\]\.timeline)\./\1 /; t' \
			-e 's/^(experiments\[\]\.(steps|checks)\[\])\./\1 /; t' \
			-e 's/^(experiments\[\])\./\1 /; t' -e 's/^/run /; b' -e ':out' -e 's/^evidence err\./evidence out./' |
		grep -vxE 'experiments\[\] predicted|experiments\[\]\.checks\[\] timeline' | sort -u
}
if ! command -v jq >/dev/null; then
	echo "SKIP lint/json-document: no jq; 'make deps' installs it"
else
	documented reports/JSON.md >"$scratch/documented"
	written tests/unit/golden/*.json >"$scratch/written"
	found=$(comm -3 "$scratch/documented" "$scratch/written" | tr -d '\t')
	if [ -s "$scratch/written" ] && [ -z "$found" ]; then
		echo "PASS lint/json-document"
	else
		fail lint/json-document "reports/JSON.md and the reports differ in '${found//$'\n'/"', '"}'"
	fi
	sed 's/qemu_downtime_ms/downtime_ms/' reports/JSON.md >"$scratch/drifted.md"
	documented "$scratch/drifted.md" >"$scratch/documented"
	if [ "$(comm -3 "$scratch/documented" "$scratch/written" | wc -l)" = 2 ]; then
		echo "PASS lint/json-document-control"
	else
		fail lint/json-document-control "a member that was renamed was not noticed"
	fi
fi

# The same of what commands print: 'printed COMMAND...'.
# shellcheck disable=SC2016
printed() {
	"$kvmlab" "$@" --format json 2>/dev/null |
		jq -r 'paths(type != "object" and type != "array") |
			map(if type == "number" then "[]" else "." + . end) | join("") | ltrimstr(".")' |
		grep -vE '\[\]$|^labs\[\]\.best$' | sort -u
}
of_command() {
	awk -F'`' -v command="kvmlab $1" '
	/^## / { inside = $2 == command }
	inside && /^\| `/ && !/^\| `[^|]*\| (object|list) \|/ { print $2 }' "$2" | sort -u
}
if command -v jq >/dev/null; then
	export XDG_STATE_HOME=$scratch/state
	cat >"$scratch/one.yaml" <<-'YAML'
	kvmlab: 1
	id: one
	title: One
	experiments: [{id: e, title: E, steps: [{id: s, run: echo hello}], checks: {c: {use: step_output, with: {step: s}, expect: {exit_status: 0}}}}]
	YAML
	KVMLAB_LABS=$scratch "$kvmlab" run one --yes >/dev/null 2>&1 </dev/null
	KVMLAB_LABS=$scratch printed list >"$scratch/list"
	printed doctor host --host "local=recorded:$PWD/fixtures/hosts/wsl2" >"$scratch/doctor"
	for command in list doctor; do
		of_command "$command" reports/JSON.md >"$scratch/documented"
		found=$(comm -3 "$scratch/documented" "$scratch/$command" | tr -d '\t')
		if [ -s "$scratch/$command" ] && [ -z "$found" ]; then
			echo "PASS lint/json-$command"
		else
			fail "lint/json-$command" "reports/JSON.md and 'kvmlab $command' differ in '${found//$'\n'/"', '"}'"
		fi
	done
	sed 's/looked_at/looked/' reports/JSON.md >"$scratch/drifted.md"
	of_command doctor "$scratch/drifted.md" >"$scratch/documented"
	if [ "$(comm -3 "$scratch/documented" "$scratch/doctor" | wc -l)" = 2 ]; then
		echo "PASS lint/json-commands-control"
	else
		fail lint/json-commands-control "a member that was renamed was not noticed"
	fi
fi

# Every sentence has its Indonesian.
mapfile -t sources < <(find runner checks reports -name '*.c' -o -name '*.h')
xgettext -L C --from-code=UTF-8 -k_ -kN_ -o "$scratch/all.pot" "${sources[@]}" 2>"$scratch/xgettext"
untranslated() { msgcmp "$1" "$2" 2>&1 | grep -c 'this message is used but not defined\|this message is untranslated\|fuzzy'; }
n=$(untranslated runner/ui/po/id.po "$scratch/all.pot")
if [ -s "$scratch/all.pot" ] && [ -f runner/ui/po/id.po ] && [ "$n" = 0 ]; then
	echo "PASS lint/translations"
else
	msgcmp runner/ui/po/id.po "$scratch/all.pot" 2>&1 | head -n 50
	fail lint/translations "$n messages have no Indonesian in runner/ui/po/id.po"
fi
{ cat "$scratch/all.pot"; printf '\nmsgid "a sentence that nobody translated"\nmsgstr ""\n'; } >"$scratch/more.pot"
if [ "$(untranslated runner/ui/po/id.po "$scratch/more.pot")" -gt "$n" ]; then
	echo "PASS lint/translations-control"
else
	fail lint/translations-control "an untranslated sentence was accepted"
fi
exit $failed
