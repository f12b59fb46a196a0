#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each rule on this tree, and on a bad tree in which it must find the lines marked BAD and no others.
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
rules="arrows banned files functions globals headers messages nesting parameters tests writers"
failed=0

fail() {
	echo "FAIL $1: $2"
	failed=1
}

# The findings of a rule as file:line, one a line.
places() { perl "$here/rules.pl" "$1" "$2" | cut -d : -f 1,2 | sort -u; }

for rule in $rules; do
	expected=$(cd "$here/bad/$rule" && grep -rn BAD . | sed 's|^\./||' | cut -d : -f 1,2 | sort -u)
	found=$(places "$rule" "$here/bad/$rule")
	if [ -z "$expected" ] || [ "$expected" != "$found" ]; then
		fail "lint/$rule-control" "it should find '${expected//$'\n'/ }' and found '${found//$'\n'/ }'"
	else
		echo "PASS lint/$rule-control"
	fi
	if found=$(perl "$here/rules.pl" "$rule" "$tree"); then
		echo "PASS lint/$rule"
	else
		echo "$found"
		fail "lint/$rule" "$(wc -l <<<"$found") findings, first: $(head -n 1 <<<"$found")"
	fi
done
exit $failed
