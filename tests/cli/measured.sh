#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A check that expects nothing has passed nothing: MEASURED, in either language and in every format.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/lab.yaml" <<'YAML'
kvmlab: 1
id: lab
title: L
experiments:
- id: e
  title: E
  checks:
    open: {title: Onlylooked, use: file, with: {path: /etc/passwd}}
    held: {title: Expected, use: file, with: {path: /etc/passwd}, expect: {exists: true}}
YAML

formats="text json html junit tap markdown"
for lang in en id; do
	reports=()
	for format in $formats; do reports+=(--report "$format:$work/$lang.$format"); done
	run "$kvmlab" --lang $lang run "$work/lab.yaml" --yes --plain "${reports[@]}"
	is $lang-code 0 "$code"
	is $lang-terminal "MEASURED Onlylooked|PASS Expected" \
		"$(sed -nE 's/^(PASS|MEASURED) +/\1 /p' "$work/out" | paste -sd '|')"
	is $lang-json "MEASURED PASS" "$(jq -r '[.experiments[0].checks[].verdict] | join(" ")' "$work/$lang.json")"
	is $lang-tap "ok 1 - open: Onlylooked (MEASURED)|ok 2 - held: Expected" \
		"$(sed -n 's/^ *\(ok [12] - [oh].*\)/\1/p' "$work/$lang.tap" | grep -v 'e: ' | paste -sd '|')"
	is $lang-junit MEASURED "$(xmllint --xpath 'string(//testcase[@name="Onlylooked"]/system-out)' "$work/$lang.junit")"
	is $lang-junit-control 0 "$(xmllint --xpath 'count(//testcase[@name="Expected"]/*)' "$work/$lang.junit")"
	for format in text html markdown; do
		is "$lang-$format" 1 "$(tr '\n' ' ' <"$work/$lang.$format" | grep -cE 'Onlylooked.{0,80}MEASURED')"
		is "$lang-$format-control" 1 "$(tr '\n' ' ' <"$work/$lang.$format" | grep -cE 'Expected.{0,80}PASS')"
	done
	is $lang-grade-line 1 "$(grep -c 'MEASURED: ' "$work/$lang.json")"
done
done_testing
