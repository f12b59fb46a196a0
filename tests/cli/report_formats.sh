#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Reads the reports with the programs of others: jq, xmllint, prove; those held as right, and those
# of a run on this host with every format at once.
#
# usage: tests/cli/report_formats.sh KVMLAB
set -u

kvmlab=$1
tree=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

pass() { echo "PASS report-formats: $1"; }
fail() {
	echo "FAIL report-formats: $1: $2"
	failed=1
}
skip() { echo "SKIP report-formats: $1: $2"; }

# check NAME COMMAND...: passes when the command succeeds
check() {
	local name=$1 why
	shift
	if why=$("$@" 2>&1); then pass "$name"; else fail "$name" "${why:0:200}"; fi
}

# TAP::Parser of Perl 5.36 knows the versions up to 13; what it reads is the same in both.
# It exits 1 when a test failed; parse errors are what matters here.
tap_parses() {
	local out
	sed 's/^TAP version 14$/TAP version 13/' "$1" >"$work/tap"
	out=$(prove --nocount -e cat "$work/tap" 2>&1)
	if grep -q 'Parse errors' <<<"$out"; then
		grep -A3 'Parse errors' <<<"$out"
		return 1
	fi
}

# read_all NAME BASE: the formats BASE.json, BASE.xml, BASE.tap, BASE.txt
read_all() {
	if command -v jq >/dev/null; then
		check "$1: jq reads the JSON" jq -e '.schema == 1 and (.experiments | length > 0)' "$2.json"
	else
		skip "$1: jq reads the JSON" "no jq"
	fi
	if command -v xmllint >/dev/null; then
		check "$1: xmllint reads the JUnit XML" xmllint --nonet --noout "$2.xml"
	else
		skip "$1: xmllint reads the JUnit XML" "no xmllint"
	fi
	if command -v prove >/dev/null; then
		check "$1: prove reads the TAP" tap_parses "$2.tap"
	else
		skip "$1: prove reads the TAP" "no prove"
	fi
	check "$1: no line of the text is wider than 80 columns" test "$(LC_ALL=C.UTF-8 wc -L <"$2.txt")" -le 80
}

for name in usual-en usual-id hostile empty; do
	read_all "$name" "$tree/tests/unit/golden/$name"
done

# A control: what is broken is seen as broken.
printf 'TAP version 14\n1..2\nok 1\n' >"$work/short.tap"
if command -v prove >/dev/null; then
	if tap_parses "$work/short.tap" >/dev/null; then
		fail "control: a short plan is seen" "it passed"
	else
		pass "control: a short plan is seen"
	fi
fi

XDG_STATE_HOME=$work/state "$kvmlab" run host --lang id --yes --answers "$tree/fixtures/answers/host.yaml" \
	--report "json:$work/real.json" --report "junit:$work/real.xml" --report "tap:$work/real.tap" \
	--report "text:$work/real.txt" --report "markdown:$work/real.md" --report "html:$work/real.html" \
	>"$work/log" 2>&1 </dev/null
rc=$?
if [ -s "$work/real.json" ] && [ -s "$work/real.html" ] && [ -s "$work/real.md" ]; then
	pass "a run leaves every format at once"
	read_all "this host" "$work/real"
	if command -v jq >/dev/null; then
		check "this host: the exit code is the document's" test "$(jq .exit_code "$work/real.json")" = "$rc"
		check "this host: the lines sum to the grade" jq -e '
			([.experiments[].grade.lines[] | select(.in_total and (.ungraded | not)).earned_hundredths] | add)
			== .grade.earned_hundredths' "$work/real.json"
	fi
else
	fail "a run leaves every format at once" "exit status $rc, $(tail -n 1 "$work/log")"
fi
# Told again from the journal, in whatever locale: the same bytes.
locale=(LC_ALL=C.UTF-8)
# shellcheck disable=SC2317 # check calls it
again() {
	env "${locale[@]}" XDG_STATE_HOME="$work/state" "$kvmlab" report --lang id --format "$1" >"$work/again" 2>"$work/log" &&
		cmp "$2" "$work/again"
}
check "the same run again as JSON is the same bytes" again json "$work/real.json"
check "the same run again as HTML is the same bytes" again html "$work/real.html"
check "the same run again as text is the same bytes" again text "$work/real.txt"
mkdir -p "$work/locale"
if localedef -i de_DE -f UTF-8 "$work/locale/de_DE.UTF-8" >"$work/log" 2>&1; then
	locale=(LOCPATH="$work/locale" LC_ALL=de_DE.UTF-8)
	check "a locale with a decimal comma changes no byte of the JSON" again json "$work/real.json"
	check "a locale with a decimal comma changes no byte of the HTML" again html "$work/real.html"
	check "control: that locale has a comma" test "$(env "${locale[@]}" printf %.1f 1)" = 1,0
else
	skip "a locale with a decimal comma changes no byte" "localedef cannot make one: package 'locales'"
fi
exit "$failed"
