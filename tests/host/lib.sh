# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the scripts in tests/host/ share: one line per test, and assertions on JSON reports.

failed=0

pass() { echo "PASS $1"; }
skip() { echo "SKIP $1: $2"; }
fail() {
	echo "FAIL $1: $2"
	failed=1
}

# is NAME EXPECTED FOUND
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected '$2', found '$3'"; fi
}

# isnt NAME UNEXPECTED FOUND
isnt() {
	if [ "$2" != "$3" ]; then pass "$1"; else fail "$1" "found '$3', which must not be"; fi
}

# value FILE FILTER: what a JSON report holds; '(no report)' when it cannot be read.
value() { jq -r "$2" "$1" 2>/dev/null || echo '(no report)'; }

outcome() { value "$1" ".experiments[] | select(.id == \"$2\") | .outcome"; }
# measure FILE EXPERIMENT CHECK MEASURE
measure() {
	value "$1" ".experiments[] | select(.id == \"$2\") | .checks[] | select(.id == \"$3\") |
		.measures[\"$4\"] | if type == \"object\" then .value else . end"
}
verdict() {
	value "$1" ".experiments[] | select(.id == \"$2\") | .checks[] | select(.id == \"$3\") | .verdict"
}
# The checks with a verdict, as experiment/check, in one line.
with_verdict() {
	value "$1" "[.experiments[] | .id as \$e | .checks[] | select(.verdict == \"$2\") | \$e + \"/\" + .id] | join(\" \")"
}
diagnoses() {
	value "$1" "[.experiments[] | select(.id == \"$2\") | .diagnoses[] | if type == \"object\" then .id else . end] | join(\" \")"
}
