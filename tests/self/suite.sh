#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Red can be reached: the counting sees every way in which a test program can go wrong, and an
# expectation that is flipped turns the suite red.
# usage: suite.sh [KVMLAB]
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
build=${BUILD:-$tree/build}
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pass() { echo "PASS self/$1"; }
fail() {
	echo "FAIL self/$1: $2"
	failed=1
}

# A tree of its own, with one script in tests/cli/ or one program as if from tests/unit/.
new_tree() {
	rm -rf "$work/tree"
	mkdir -p "$work/tree/tests/cli" "$work/tree/tests/unit" "$work/tree/build/tests"
	cp "$tree/tests/run.sh" "$work/tree/tests/"
}
script() {
	new_tree
	{ echo '# timeout: 1'; cat; } >"$work/tree/tests/cli/sample.sh"
}
program() {
	new_tree
	touch "$work/tree/tests/unit/test_sample.c"
	{ echo '#!/bin/bash'; cat; } >"$work/tree/build/tests/test_sample"
	chmod +x "$work/tree/build/tests/test_sample"
}

# counts NAME LAST_LINE EXIT_STATUS
counts() {
	local code last
	bash "$work/tree/tests/run.sh" "$work/tree/build" unit cli >"$work/out" 2>&1
	code=$?
	last=$(tail -n 1 "$work/out")
	if [ "$last" = "$2" ] && [ "$code" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "exit $code and '$last' instead of $3 and '$2'"
	fi
}

new_tree; counts nothing-to-run '0 passed, 0 failed, 0 skipped' 1
script <<<'echo PASS a; echo PASS b; echo SKIP c: why'; counts script-good '2 passed, 0 failed, 1 skipped' 0
script <<<'echo PASS a; echo FAIL b: why; exit 1'; counts script-fail '1 passed, 1 failed, 0 skipped' 1
script <<<'echo FAIL b: why; exit 0'; counts script-fail-with-exit-0 '0 passed, 1 failed, 0 skipped' 1
script <<<'echo PASS a; exit 1'; counts script-exit '1 passed, 1 failed, 0 skipped' 1
script <<<'echo PASS a; kill -SEGV $$'; counts script-crash '1 passed, 1 failed, 0 skipped' 1
script <<<'echo PASS a; sleep 30'; counts script-hang '1 passed, 1 failed, 0 skipped' 1
script <<<'echo all is well'; counts script-silent '0 passed, 1 failed, 0 skipped' 1
script <<<'echo SKIP a: no qemu'; counts only-skipped '0 passed, 0 failed, 1 skipped' 1
grep -q 'sample: a: no qemu' "$work/out" && pass skip-has-reason || fail skip-has-reason "the reason is not told"
script <<<'echo it said PASS somewhere, "1 passed"'; counts pass-in-a-sentence '0 passed, 1 failed, 0 skipped' 1

program <<<'printf "1..2\nok 1 - a\nok 2 - b\n"'; counts unit-good '2 passed, 0 failed, 0 skipped' 0
program <<<'printf "1..2\nok 1 - a\nnot ok 2 - b\n"; exit 1'; counts unit-fail '1 passed, 1 failed, 0 skipped' 1
program <<<'printf "1..2\nok 1 - a\nnot ok 2 - b\n"'; counts unit-fail-with-exit-0 '1 passed, 1 failed, 0 skipped' 1
program <<<'printf "1..2\nok 1 - a\n"'; counts unit-short '1 passed, 1 failed, 0 skipped' 1
program <<<'printf "1..2\nok 1 - a\n"; kill -ABRT $$'; counts unit-crash '1 passed, 2 failed, 0 skipped' 1
program <<<'exit 0'; counts unit-silent '0 passed, 1 failed, 0 skipped' 1
program <<<'printf "1..2\nok 1 - a\nnot ok 2 # SKIP b\n"'; counts unit-skip '1 passed, 0 failed, 1 skipped' 0

# A case of a checker, as it is and with its verdict flipped.
cases_of() {
	rm -rf "$work/cases"
	mkdir -p "$work/cases/tests"
	cp -r "$tree/tests/cases" "$work/cases/tests/"
	ln -s "$tree/fixtures" "$tree/labs" "$work/cases/"
}
run_cases() { (cd "$work/cases" && CMOCKA_MESSAGE_OUTPUT=TAP "$build/tests/test_cases" 2>&1); }
if [ -x "$build/tests/test_cases" ]; then
	cases_of
	if run_cases >"$work/out"; then pass cases-green; else fail cases-green "$(grep -m 1 '^not ok' "$work/out")"; fi
	case=$(grep -rl '^verdict: PASS' "$work/cases/tests/cases" | sort | head -n 1)
	sed -i 's/^verdict: PASS/verdict: FAIL/' "$case"
	if run_cases >"$work/out"; then fail case-flipped "still green with '${case#"$work/cases/"}' flipped"; else pass case-flipped; fi
	cases_of
	sed -i '/^measures:/,$ s/: true/: false/' "$(grep -rlE '^measures:.*: true|^ +[a-z_]+: true' "$work/cases/tests/cases" | sort | head -n 1)"
	if run_cases >"$work/out"; then fail measure-flipped "still green with a measure flipped"; else pass measure-flipped; fi
else
	echo "SKIP self/cases: tests/unit/test_cases is not built"
fi

# A whole lab: green, and red with its expectation flipped.
lab() {
	cat >"$work/lab.yaml" <<-YAML
	kvmlab: 1
	id: flip
	title: Flip
	experiments:
	- id: e
	  title: E
	  steps: [{id: s, run: echo hello}]
	  checks:
	    c: {use: step_output, with: {step: s, pattern: hello}, expect: {matched: $1}}
	YAML
	XDG_STATE_HOME=$work/state "$kvmlab" run "$work/lab.yaml" --yes --plain >"$work/out" 2>&1
	echo $?
}
code=$(lab true)
if [ "$code" = 0 ]; then pass lab-green; else fail lab-green "exit $code"; fi
code=$(lab false)
if [ "$code" = 1 ] && grep -q '^FAIL' "$work/out"; then pass lab-flipped; else fail lab-flipped "exit $code"; fi
exit $failed
