#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs groups of tests, counts them, ends with 'N passed, N failed, N skipped'.
#
# usage: tests/run.sh BUILD GROUP...       groups: unit fuzz lint cli self web host
#
# unit: cmocka programs in BUILD/tests/. fuzz: corpora, replayed under ASan. Others: tests/GROUP/*.sh but
# lib.sh and lib_*.sh, which print 'PASS name', 'FAIL name: why' or 'SKIP name: why' per test and may say
# '# timeout: SECONDS' in their head. A program that crashes, hangs, says nothing or dies before
# its plan is done has failed, whatever it said before. SLOWER=4 gives all four times as long.
set -u

build=$1
shift
tree=$(cd "$(dirname "$0")/.." && pwd)
cd "$tree" || exit 1
logs=$build/logs
rm -rf "$logs"
mkdir -p "$logs"
export KVMLAB=$build/kvmlab BUILD=$build
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0} UBSAN_OPTIONS=print_stacktrace=1
# A student's settings must not decide what the tests see.
unset LANGUAGE LC_ALL LC_MESSAGES NO_COLOR COLUMNS KVMLAB_LABS XDG_STATE_HOME
export LANG=C.UTF-8

passed=0 failed=0 skipped=0 took=0
failures=() skips=()

# What cmocka prints as TAP becomes PASS, FAIL and SKIP lines; what its plan announced and never
# came is a failure.
tap_lines() {
	awk '
	/^1\.\.[0-9]+/ { sub(/^1\.\./, ""); planned += $0; next }
	/^(not )?ok [0-9]+ # SKIP/ { sub(/^.*# SKIP */, ""); print "SKIP " $0 ": skipped by the test"; seen++; next }
	/^ok [0-9]+/ { sub(/^ok [0-9]+ (- )?/, ""); print "PASS " $0; seen++; next }
	/^not ok [0-9]+/ { sub(/^not ok [0-9]+ (- )?/, ""); print "FAIL " $0 ": see the log"; seen++; next }
	END {
		if (!planned) print "FAIL plan: no test was announced"
		else if (seen < planned) printf "FAIL plan: %d of %d tests did not come to their end\n", planned - seen, planned
	}' "$1"
}

own_timeout() { sed -n '1,10s/^# timeout: \([0-9]*\).*/\1/p' "$1" | head -n 1; }

# run NAME SECONDS COMMAND...: leaves PASS, FAIL and SKIP lines in LOG.lines
run() {
	local name=$1 seconds=$2 log=$logs/${1//\//_}.log rc started=$SECONDS
	shift 2
	seconds=$((seconds * ${SLOWER:-1}))
	timeout --kill-after=10 "$seconds" "$@" >"$log" 2>&1 </dev/null
	rc=$?
	if [[ $name == unit/* ]]; then
		tap_lines "$log" >"$log.lines"
	elif [[ $name == fuzz/* ]]; then
		sed -n 's/^\([1-9][0-9]* inputs\)$/PASS \1 replayed/p' "$log" >"$log.lines"
	else
		grep -aE '^(PASS|FAIL|SKIP) ' "$log" >"$log.lines"
	fi
	took=$((SECONDS - started))
	judge "$name" "$rc" "$seconds" "$log"
}

judge() {
	local name=$1 rc=$2 seconds=$3 log=$4 p f s why=
	if [ "$rc" = 124 ] || [ "$rc" = 137 ]; then
		why="no end after $seconds s"
	elif [ "$rc" -gt 128 ]; then
		why="ended by signal $((rc - 128))"
	elif [ ! -s "$log.lines" ]; then
		why="it tested nothing"
	elif [ "$rc" != 0 ] && ! grep -q '^FAIL' "$log.lines"; then
		why="exit status $rc"
	fi
	[ -z "$why" ] || echo "FAIL program: $why" >>"$log.lines"
	p=$(grep -c '^PASS' "$log.lines")
	f=$(grep -c '^FAIL' "$log.lines")
	s=$(grep -c '^SKIP' "$log.lines")
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	local line
	while IFS= read -r line; do
		case $line in
		FAIL*) failures+=("$name: ${line#FAIL } ($log)") ;;
		SKIP*) skips+=("$name: ${line#SKIP }") ;;
		esac
	done <"$log.lines"
	printf '%-4s %-36s %4d passed' "$([ "$f" = 0 ] && echo ok || echo FAIL)" "$name" "$p"
	[ "$f" = 0 ] || printf ', %d failed' "$f"
	[ "$s" = 0 ] || printf ', %d skipped' "$s"
	[ "$took" -lt 5 ] || printf ' (%d s)' "$took"
	echo
}

run_unit() {
	local program
	for program in "$build"/tests/test_*; do
		[ -x "$program" ] && [ -f "$program" ] || continue
		[ -f "tests/unit/${program##*/}.c" ] || continue
		CMOCKA_MESSAGE_OUTPUT=TAP run "unit/${program##*/}" 300 "$program"
	done
}

run_fuzz() {
	local program name
	for program in "$build"/asan/replay/fuzz_*; do
		[ -x "$program" ] && [ -f "$program" ] || continue
		name=${program##*/fuzz_}
		run "fuzz/$name" 300 "$program" "tests/fuzz/corpus/$name"
	done
}

run_scripts() {
	local script seconds
	for script in tests/"$1"/*.sh; do
		[ -f "$script" ] || continue
		[[ ${script##*/} =~ ^(lib|lib_.*|bench)\.sh$ ]] && continue
		seconds=$(own_timeout "$script")
		run "$1/$(basename "$script" .sh)" "${seconds:-300}" bash "$script" "$KVMLAB"
	done
}

for group in "$@"; do
	case $group in
	unit | fuzz) "run_$group" ;;
	*) run_scripts "$group" ;;
	esac
done

echo
if [ "${#skips[@]}" != 0 ]; then
	echo "skipped:"
	printf '  %s\n' "${skips[@]}"
fi
if [ "${#failures[@]}" != 0 ]; then
	echo "failed:"
	printf '  %s\n' "${failures[@]}"
fi
[ $((passed + failed)) != 0 ] || echo "nothing was tested"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
