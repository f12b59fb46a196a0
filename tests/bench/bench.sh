#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How far kvmlab is from the least possible: each figure beside its floor program's, interleaved,
# median of ROUNDS.
#
# usage: tests/bench/bench.sh BUILD        ROUNDS=5
set -u

build=$1
rounds=${ROUNDS:-5}
kvmlab=$build/kvmlab
bin=$build/bench
work=$build/bench/work
rm -rf "$work"
mkdir -p "$work"
missed=0

export LC_ALL=C.UTF-8
unset LANGUAGE

head_of_lab() {
	printf 'kvmlab: 1\nid: bench\ntitle: bench\nexperiments:\n- id: bench\n  title: bench\n'
}

# lab_of_steps N FILE [EVERY]: each (or every other) with a check of its output by a pattern
lab_of_steps() {
	{
		head_of_lab
		echo '  steps:'
		seq "$1" | sed 's/.*/  - {id: s&,run: echo hello-&}/'
		echo '  checks:'
		seq "${3:-1}" "${3:-1}" "$1" | sed 's/.*/   c&: {use: step_output,with: {step: s&,pattern: o-&},expect: {matched: true}}/'
	} >"$2"
}

# files_of_log N DIRECTORY: 16 KiB of a log each, its last line the one that is looked for
files_of_log() {
	local i
	seq 160 | sed 's/.*/2026-01-01 12:00:00 host-& libvirtd[1&]: info : virDomainGetInfo:& : domain=db& flags=0x&/' |
		head -c 16000 >"$work/log"
	mkdir -p "$2"
	for i in $(seq "$1"); do
		{
			cat "$work/log"
			printf '\n2026-01-01 13:00:00 host-1 libvirtd[77]: info : migration of db01 completed in %s ms\n' "$i"
		} >"$2/f$i"
	done
}

files_of_word() {
	local i
	mkdir -p "$2"
	for i in $(seq "$1"); do echo "hello-$i" >"$2/f$i"; done
}

# lab_of_files N DIRECTORY BEFORE AFTER FILE
lab_of_files() {
	{
		head_of_lab
		echo '  checks:'
		seq "$1" | DIR=$2 BEFORE=$3 AFTER=$4 awk '{
			printf "   c%d: {use: file, with: {path: %s/f%d, pattern: \x27%s%d%s\x27}, expect: {matched: true}}\n",
				$1, ENVIRON["DIR"], $1, ENVIRON["BEFORE"], $1, ENVIRON["AFTER"] }'
	} >"$5"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : 0 }'; }

# timed COMMAND...: prints microseconds and peak; a run that failed stops the bench
run_lab() {
	local out
	rm -rf "$work/state"
	out=$(XDG_STATE_HOME=$work/state "$bin/timed" "$kvmlab" run "$1" --yes --plain)
	case $out in
	*' 0') echo "$out" ;;
	*)
		echo "bench: 'kvmlab run $1' ended with ${out##* }" >&2
		return 1
		;;
	esac
}

# report NAME OURS FLOOR GOAL: all in microseconds, the goal as a ratio
report() {
	awk -v name="$1" -v ours="$2" -v floor="$3" -v goal="$4" 'BEGIN {
		ratio = floor ? ours / floor : 0
		printf "%-44s %10.1f ms  floor %10.1f ms  ratio %5.2f  goal %.2f  %s\n",
			name, ours / 1000, floor / 1000, ratio, goal, (ratio <= goal && floor ? "met" : "MISSED")
		exit !(ratio <= goal && floor) }' || missed=1
}

# limit NAME VALUE UNIT GOAL
limit() {
	awk -v name="$1" -v value="$2" -v unit="$3" -v goal="$4" 'BEGIN {
		printf "%-44s %10.1f %-3s goal %.1f %s  %s\n", name, value, unit, goal, unit, (value <= goal ? "met" : "MISSED")
		exit !(value <= goal) }' || missed=1
}

bench_steps() {
	local i ours=() floor=() peak=0 out
	lab_of_steps 1000 "$work/steps.yaml"
	for i in $(seq "$rounds"); do
		out=$(run_lab "$work/steps.yaml") || return
		ours+=("${out%% *}")
		out=${out#* }
		peak=${out%% *}
		floor+=("$("$bin/floor_spawn" 1000)")
	done
	report "run 1,000 steps, each checked by a pattern" "$(printf '%s\n' "${ours[@]}" | median)" "$(printf '%s\n' "${floor[@]}" | median)" 1.5
	limit "peak memory of that run" "$(awk -v k="$peak" 'BEGIN { print k / 1024 }')" MiB 10
}

# Whole runs, then the floor, in microseconds: WHOLE and FLOOR
runs_of_files() {
	local i ours=() floor=() out
	lab_of_files 1000 "$1" "$2" "$3" "$work/files.yaml"
	for i in $(seq "$rounds"); do
		out=$(run_lab "$work/files.yaml") || return
		ours+=("${out%% *}")
		floor+=("$("$bin/floor_file" 1000 "$1" "$2" "$3")")
	done
	WHOLE=$(printf '%s\n' "${ours[@]}" | median)
	FLOOR=$(printf '%s\n' "${floor[@]}" | median)
}

bench_logs() {
	files_of_log 1000 "$work/logs"
	runs_of_files "$work/logs" '(?<time>\d+:\d+:\d+) .*migration .*in ' ' ms' || return
	report "run 1,000 searches of logs of 16 KiB" "$WHOLE" "$FLOOR" 2
}

# Files of one word show what a check costs when there is nothing to read and nothing to search.
bench_words() {
	local i ours=()
	files_of_word 1000 "$work/words"
	runs_of_files "$work/words" 'hello-' '$' || return
	for i in $(seq "$rounds"); do
		ours+=("$("$bin/bench_files" "$work/files.yaml")")
	done
	report "1,000 checks of files of one word" "$(printf '%s\n' "${ours[@]}" | median)" "$FLOOR" 2
	# Beside the goal: the same with loading, journal, grade and start of the program.
	awk -v ours="$WHOLE" 'BEGIN { printf "%-44s %10.1f ms\n", "  the whole run of that lab", ours / 1000 }'
	lab_of_files 1 "$work/words" 'hello-' '$' "$work/one.yaml"
}

# The state directory is there already, as on every run but a student's first.
bench_start() {
	local i ours=() floor=() out
	run_lab "$work/one.yaml" >/dev/null || return
	for i in $(seq $((rounds * 4))); do
		out=$(XDG_STATE_HOME=$work/state "$bin/timed" "$kvmlab" run "$work/one.yaml" --yes --plain)
		[ "${out##* }" = 0 ] || return
		ours+=("${out%% *}")
		out=$("$bin/timed" /bin/true)
		floor+=("${out%% *}")
	done
	limit "a lab of one check, above /bin/true" \
		"$(awk -v a="$(printf '%s\n' "${ours[@]}" | median)" -v b="$(printf '%s\n' "${floor[@]}" | median)" 'BEGIN { print (a - b) / 1000 }')" ms 5
}

# 10,000 steps fit the 1 MiB of a lab when every other one has a check.
bench_linear() {
	local i ours=() out
	lab_of_steps 1000 "$work/few.yaml" 2
	lab_of_steps 10000 "$work/many.yaml" 2
	for i in 1 2 3; do
		out=$(run_lab "$work/few.yaml") || return
		ours+=("${out%% *}")
	done
	out=$(run_lab "$work/many.yaml") || return
	report "run 10,000 steps, against ten times 1,000" "${out%% *}" \
		$(($(printf '%s\n' "${ours[@]}" | median) * 10)) 1.15
}

bench_load() {
	local i ours=() floor=()
	[ -x "$bin/bench_load" ] && [ -x "$bin/floor_yaml" ] || { echo "no load bench yet"; return; }
	# Steps with checks by patterns, close to the limit of 1 MiB.
	"$bin/gen_lab" 3650 >"$work/big.yaml"
	for i in $(seq "$rounds"); do
		ours+=("$("$bin/bench_load" "$work/big.yaml" 5)")
		floor+=("$("$bin/floor_yaml" "$work/big.yaml" 5)")
	done
	report "load and validate a lab of 1 MB" "$(printf '%s\n' "${ours[@]}" | median)" \
		"$(printf '%s\n' "${floor[@]}" | median)" 3
}

# A person's first prompt, with every lab of the course there; the floor is a shell's.
bench_prompt() {
	local ours floor
	rm -rf "$work/state"
	ours=$(XDG_STATE_HOME=$work/state "$bin/person" prompt $((rounds * 4)) "$kvmlab" run host --yes) || return
	# shellcheck disable=SC2016
	floor=$("$bin/person" prompt $((rounds * 4)) sh -c 'printf "> "; read -r x') || return
	limit "kvmlab run host, to the first prompt (median)" "$(awk -v a="${ours% *}" 'BEGIN { print a / 1000 }')" ms 50
	awk -v w="${ours#* }" -v a="${floor% *}" 'BEGIN {
		printf "%-44s %10.1f ms\n", "  the longest wait for it", w / 1000
		printf "%-44s %10.1f ms\n", "  for a shell, in the same run", a / 1000 }'
}

# A step that streams 100 MB a second: how soon Ctrl-C is heard, and what taking it costs. The floor
# is sha256sum: a report names the SHA-256 of all that came.
bench_stream() {
	local ours sum cat
	{
		head_of_lab
		printf '  steps: [{id: s, repeat: safe, timeout: 10m, run: "exec %s 100 300"}]\n' "$bin/stream"
	} >"$work/stream.yaml"
	rm -rf "$work/state"
	ours=$(XDG_STATE_HOME=$work/state "$bin/person" keys $((rounds * 6)) "$kvmlab" run "$work/stream.yaml" --yes) || return
	sum=$("$bin/person" take sha256sum) || return
	cat=$("$bin/person" take cat) || return
	read -r -a ours <<<"$ours"
	limit "Ctrl-C to the menu at 100 MB/s (median)" "$(awk -v a="${ours[0]}" 'BEGIN { print a / 1000 }')" ms 100
	report "CPU for 100 MB of that, against sha256sum" "${ours[2]}" "$sum" 1.5
	awk -v w="${ours[1]}" -v r="${ours[3]}" -v c="$cat" 'BEGIN {
		printf "%-44s %10.1f ms\n", "  the longest wait for the menu", w / 1000
		printf "%-44s %10.1f MB/s\n", "  it took", r / 3
		printf "%-44s %10.1f ms\n", "  cat to /dev/null, in the same run", c / 1000 }'
}

bench_load
bench_prompt || missed=1
bench_stream || missed=1
bench_steps || missed=1
bench_logs || missed=1
bench_words || missed=1
bench_start || missed=1
bench_linear || missed=1
"$(dirname "$0")/outages.sh" "$build" || missed=1
exit $missed
