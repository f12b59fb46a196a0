#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes with libFuzzer under ASan and UBSan; what is found stays in BUILD/fuzz/found/.
#
# usage: tests/fuzz.sh BUILD RUNS FUZZER...
set -u

build=$1 runs=$2
shift 2
tree=$(cd "$(dirname "$0")/.." && pwd)
found=$build/fuzz/found/
mkdir -p "$found"
failed=0
for fuzzer in "$@"; do
	name=${fuzzer#fuzz_}
	# New inputs go to a folder of the build; the seeds stay as they are.
	mkdir -p "$build/fuzz/corpus/$name"
	options=()
	[ -f "$tree/tests/fuzz/$name.dict" ] && options+=("-dict=$tree/tests/fuzz/$name.dict")
	if "$build/fuzz/$fuzzer" -runs="$runs" -timeout=10 -max_len=4096 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix="$found" "${options[@]}" \
		"$build/fuzz/corpus/$name" "$tree/tests/fuzz/corpus/$name" >"$build/fuzz/$name.log" 2>&1; then
		echo "PASS fuzz/$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzz/$name.log") executions"
	else
		echo "FAIL fuzz/$name: see $build/fuzz/$name.log"
		failed=1
	fi
done
exit $failed
