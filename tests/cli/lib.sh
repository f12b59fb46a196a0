# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the scripts in tests/cli/ share. Source it with the program's path as argument.

here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
suite=$(basename "${BASH_SOURCE[1]}" .sh)
failed=0
work=$(mktemp -d)
export XDG_STATE_HOME=$work/state LC_ALL=C.UTF-8
unset LANGUAGE COLUMNS KVMLAB_LABS

clean_up() { rm -rf "$work"; }
trap clean_up EXIT

pass() { echo "PASS $suite/$1"; }
skip() { echo "SKIP $suite/$1: $2"; }
fail() {
	echo "FAIL $suite/$1: $2"
	failed=1
}

# is NAME EXPECTED FOUND
is() {
	if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected '$2', found '$3'"; fi
}

# run COMMAND...: leaves code, $work/out and $work/err
run() {
	"$@" >"$work/out" 2>"$work/err" </dev/null
	code=$?
}

# said NAME CODE LINES PATTERN COMMAND...: the exit code, so many lines on standard error (0: any
# number), one of them with PATTERN (an extended regular expression; empty: any), no crash.
said() {
	local name=$1 want=$2 lines=$3 pattern=$4 n
	shift 4
	run "$@"
	n=$(wc -l <"$work/err")
	if [ "$code" != "$want" ]; then
		fail "$name" "exit $code instead of $want: $(head -c 300 "$work/err" | tr '\n' ' ')"
	elif [ "$lines" != 0 ] && [ "$n" != "$lines" ]; then
		fail "$name" "$n lines instead of $lines: $(head -c 300 "$work/err" | tr '\n' ' ')"
	elif [ -n "$pattern" ] && ! grep -aqE -- "$pattern" "$work/err"; then
		fail "$name" "no '$pattern' in: $(head -c 300 "$work/err" | tr '\n' ' ')"
	elif grep -aqE 'Sanitizer|runtime error|Assertion|Segmentation' "$work/err"; then
		fail "$name" "crashed: $(head -c 300 "$work/err" | tr '\n' ' ')"
	else
		pass "$name"
	fi
}

# A lab of one step and one check that any host passes.
lab_ok() {
	cat >"$1" <<-'YAML'
	kvmlab: 1
	id: ok
	title: A lab that works
	experiments:
	- id: e
	  title: An experiment
	  steps: [{id: s, run: echo hello}]
	  checks:
	    c: {use: step_output, with: {step: s, pattern: hello}, expect: {matched: true}}
	YAML
}

# A program that somebody else may run: a copy outside of private folders.
readable_copy() {
	local dir
	dir=$(mktemp -d /tmp/kvmlab-cli-XXXXXX)
	chmod 755 "$dir"
	install -m 755 "$kvmlab" "$dir/kvmlab"
	echo "$dir"
}

done_testing() { exit $failed; }
