#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every expectation that is kept as data can turn its test red: each case's verdict and measures,
# each golden report, each expected complaint, each expected exit code of the command line tests.
# timeout: 300
# usage: flips.sh [KVMLAB]
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
build=${BUILD:-$tree/build}
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pass() { echo "PASS self/flips/$1"; }
fail() {
	echo "FAIL self/flips/$1: $2"
	failed=1
}

# A tree to run tests in, of which 'copied' folders may be changed.
mirror() {
	local entry
	rm -rf "$work/tree"
	mkdir -p "$work/tree"
	for entry in runner checks reports labs fixtures tests; do
		ln -s "$tree/$entry" "$work/tree/$entry"
	done
	for entry; do
		local part=$work/tree path=
		for word in ${entry//\// }; do
			path+=/$word
			if [ -L "$work/tree$path" ]; then
				rm "$work/tree$path"
				mkdir "$work/tree$path"
				ln -s "$tree$path"/* "$work/tree$path/"
			fi
			part=$work/tree$path
		done
		rm -rf "$part"
		cp -r "$tree/$entry" "$part"
	done
}
tap() { (cd "$work/tree" && CMOCKA_MESSAGE_OUTPUT=TAP timeout 60 "$build/tests/test_$1" >"$work/out" 2>&1); }

# ---- cases: all flipped at once, each is a test of its own and must be red on its own
red_cases() {
	local name=$1 path wanted=0 green=
	shift
	tap cases && green=all
	for path; do
		wanted=$((wanted + 1))
		path=${path#"$work/tree/tests/cases/"}
		grep -q "^not ok [0-9]* - ${path%/case.yaml}\$" "$work/out" || green+=" ${path%/case.yaml}"
	done
	if [ "$wanted" = 0 ]; then
		fail "$name" "nothing was flipped"
	elif [ -n "$green" ]; then
		fail "$name" "still green: $green"
	else
		pass "$name-of-$wanted-cases"
	fi
}

flip_verdicts() {
	sed -i -E 's/^verdict: PASS/verdict: flipped/; s/^verdict: (FAIL|NA|BROKEN|SKIP)/verdict: PASS/; s/flipped/FAIL/' "$@"
}

# Makes the n-th measure of each case another one; prints the cases that have so many.
flip_measures() {
	NTH=$1 perl -i -pe '
	sub other {
		my ($v) = @_;
		return "false" if $v eq "true";
		return "true" if $v eq "false";
		return $v + 1000 if $v =~ /^-?\d/;
		return "\x27other" . substr($v, 1) if $v =~ /^\x27/;
		return "other$v";
	}
	sub maybe {
		my ($key, $v) = @_;
		print STDERR "$ARGV\n" if ++$seen == $ENV{NTH};
		return $key . ($seen == $ENV{NTH} ? other($v) : $v);
	}
	$in = /^measures:/ if /^\S/;
	s/(\b[a-z_]\w*: +)(true|false|-?\d+(?:\.\d+)?|\x27[^\x27]*\x27|[A-Za-z][\w.-]*)(?=[,}\s])/maybe($1, $2)/ge if $in;
	$seen = 0 if eof' "${@:2}" 2>"$work/flipped"
	cat "$work/flipped"
}

if [ -x "$build/tests/test_cases" ]; then
	mirror tests/cases
	if tap cases; then pass cases-control; else fail cases-control "red without any flip"; fi
	mapfile -t all < <(find "$work/tree/tests/cases" -name case.yaml)
	flip_verdicts "${all[@]}"
	red_cases verdicts "${all[@]}"
	for nth in 1 2 3 4 5 6; do
		mirror tests/cases
		mapfile -t hit < <(flip_measures "$nth" "${all[@]}")
		[ "${#hit[@]}" = 0 ] || red_cases "measure-$nth" "${hit[@]}"
	done
else
	echo "SKIP self/flips/cases: test_cases is not built"
fi

# ---- files that a test compares whole: one byte of one file
red_files() {
	local test=$1 folder=$2 pattern=$3 file n=0 green=
	if [ ! -x "$build/tests/test_$test" ]; then
		echo "SKIP self/flips/$test: test_$test is not built"
		return
	fi
	mirror "$folder"
	if tap "$test"; then pass "$test-control"; else fail "$test-control" "red without any flip"; fi
	for file in "$work/tree/$folder"/$pattern; do
		n=$((n + 1))
		cp "$file" "$work/whole"
		perl -0777 -i -pe 's/([a-zA-Z])([^a-zA-Z]*)\z/($1 eq "x" ? "y" : "x") . $2/e' "$file"
		if cmp -s "$file" "$work/whole"; then
			green+=" ${file##*/}(not changed)"
		elif tap "$test"; then
			green+=" ${file##*/}"
		fi
		cp "$work/whole" "$file"
	done
	if [ "$n" = 0 ]; then
		fail "$test" "no file '$pattern' in '$folder'"
	elif [ -n "$green" ]; then
		fail "$test" "still green with a byte changed in:$green"
	else
		pass "$test-each-of-$n-files"
	fi
}
red_files report_golden tests/unit/golden '*'
red_files load_files fixtures/labs/bad '*.expected'

# ---- shell tests: another exit code expected, other words expected
red_script() {
	local script=$1 name=$2 from=$3 to=$4 code before after
	mirror tests/cli
	sed -i -E "s/$from/$to/" "$work/tree/tests/cli/$script.sh"
	if cmp -s "$work/tree/tests/cli/$script.sh" "$tree/tests/cli/$script.sh"; then
		fail "$name" "nothing was changed in '$script.sh'"
		return
	fi
	timeout 120 bash "$work/tree/tests/cli/$script.sh" "$kvmlab" >"$work/out" 2>&1
	code=$?
	before=$(diff "$tree/tests/cli/$script.sh" "$work/tree/tests/cli/$script.sh" | grep -c '^>')
	after=$(grep -c '^FAIL' "$work/out")
	if [ "$code" != 0 ] && [ "$after" -ge "$((before / 2))" ] && [ "$after" != 0 ]; then
		pass "$name"
	else
		fail "$name" "exit $code with $after red after $before changes"
	fi
}
# shellcheck disable=SC2016
red_script bad_labs exit-codes-of-bad-labs 'said ("?\$1"?) 65' 'said \1 66'
red_script bad_labs complaints-of-bad-labs '^(tells [a-z-]+ [0-9]) "' '\1 "no such words '
red_script translations words-of-translations 'jalani sebuah lab' 'no such words'
exit $failed
