#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The program itself, killed with -9 at every call that changes a file and at random moments, is
# resumed: nothing that it said is lost, nothing is done twice, the grade is the undisturbed one.
# timeout: 600
# usage: crash.sh [KVMLAB]      CRASHES=N: so many random moments
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
random_moments=${CRASHES:-100}
side=$work/side
careless=

if grep -qa __asan_init "$kvmlab"; then
	skip crash "a library cannot be preloaded before ASan's; test_crash does the same in this build"
	done_testing
fi
"${CC:-gcc}" -shared -fPIC -O1 -D_GNU_SOURCE -o "$work/crash_at.so" "$here/crash_at.c" || {
	fail preload "crash_at.c does not compile"
	done_testing
}

# Steps with odd numbers may be repeated; the others add a line that may never come twice.
experiment() {
	local i
	printf -- '- id: e%s\n  title: E\n  steps:\n' "$1"
	for ((i = $1; i < $2; i++)); do
		if ((i % 2)); then
			printf '  - {id: s%d, run: echo again-%d, repeat: safe}\n' "$i" "$i"
		else
			printf '  - {id: s%d, run: "echo once-%d >>%s"}\n' "$i" "$i" "$side"
		fi
	done
	printf '  checks:\n'
	for ((i = $1; i < $2; i++)); do
		if ((i % 2)); then
			printf '    c%d: {use: step_output, with: {step: s%d, pattern: again-%d}, expect: {matched: true}}\n' "$i" "$i" "$i"
		else
			printf '    c%d: {use: file, with: {path: %s, pattern: "(?m)^once-%d$"}, expect: {matched: true}}\n' "$i" "$side" "$i"
		fi
	done
}
{ printf 'kvmlab: 1\nid: crash\ntitle: C\nexperiments:\n'; experiment 0 6; experiment 6 12; } >"$work/lab.yaml"

printf 'kvmlab: 1\nid: nothing\ntitle: N\nexperiments: [{id: e, title: E}]\n' >"$work/nothing.yaml"
# Killed after its last write, a run leaves an empty cgroup for the next kvmlab to remove.
litter=
forget() {
	[ -z "$litter" ] || "$kvmlab" run "$work/nothing.yaml" --plain >/dev/null 2>&1 </dev/null
	litter=
	rm -rf "$XDG_STATE_HOME" "$side" "$work/told" "$work/resumed"
}
# The outer redirection is for the shell's own 'Killed'.
start() { { "$@" "$kvmlab" run "$work/lab.yaml" --plain >>"$work/told" 2>"$work/err" </dev/null; } 2>/dev/null; }
is_alive() { [ -e "/proc/$1/status" ] && ! grep -q '^State:.*Z' "/proc/$1/status"; }
once() { grep -cx "once-$1" "$side" 2>/dev/null; }
acknowledged() { sed -n 's/^ *step \(s[0-9]*\): .*/\1/p' "$1" 2>/dev/null; }

# What a careful student does: asked about a step, looks at the host and answers.
resume() {
	local step line policy
	"$kvmlab" resume --plain >>"$work/resumed" 2>"$work/err" </dev/null
	code=$?
	if [ "$code" = 3 ] && grep -q -- '--started' "$work/err"; then
		step=$(sed -n "s/.*step 's\([0-9]*\)'.*/\1/p" "$work/err")
		line=$(once "$step")
		if [ -n "$careless" ] || [ "${line:-0}" = 0 ]; then policy=run; else policy='done'; fi
		"$kvmlab" resume --plain --started "$policy" >>"$work/resumed" 2>"$work/err" </dev/null
		code=$?
	elif [ "$code" = 64 ] && ! "$kvmlab" report --format json >/dev/null 2>&1; then
		start env # it was killed before there was a run
		code=$?
	elif [ "$code" = 64 ]; then
		code=0 litter=yes # it had finished
	fi
}
grade() {
	"$kvmlab" report --format json 2>/dev/null |
		jq -cS '[.exit_code, .grade.earned, .grade.possible, [.experiments[] | .grade, [.checks[] | .id, .verdict]]]'
}

# Prints the promises that were broken.
broken() {
	local i step
	[ "$code" = 0 ] || echo "resume: exit $code: $(head -n 1 "$work/err")"
	for i in 0 2 4 6 8 10; do
		[ "$(once $i)" = 1 ] || echo "step s$i was done $(once $i) times"
	done
	for step in $(acknowledged "$work/before"); do
		! acknowledged "$work/resumed" | grep -qx "$step" || echo "step $step was acknowledged and came again"
	done
	[ "$(grade)" = "$undisturbed" ] || echo "another grade: $(grade | head -c 200)"
}

forget
start env LD_PRELOAD="$work/crash_at.so" CRASH_COUNT="$work/count"
code=$?
touch "$work/before"
undisturbed=$(grade)
total=$(cat "$work/count")
is undisturbed '' "$(broken)"
is all-steps-told 12 "$(acknowledged "$work/told" | wc -l)"
# Fewer would mean that SQLite's calls do not come by.
if [ "${total:-0}" -ge 60 ]; then pass "counts-calls"; else fail counts-calls "only $total"; fi

# killed NAME COMMAND...: one life that is cut off, and the next one
killed() {
	forget
	start "$@"
	[ $? -ge 128 ] || return 1
	cp "$work/told" "$work/before"
	resume
	wrong=$(broken)
}

for when in before after; do
	deaths=0 faults=
	for ((at = 1; at <= total; at++)); do
		killed env LD_PRELOAD="$work/crash_at.so" CRASH_AT=$at "CRASH_${when^^}=1" || continue
		deaths=$((deaths + 1))
		[ -z "$wrong" ] || faults+="call $at: $wrong; "
	done
	if [ -n "$faults" ]; then
		fail "$when-every-call" "$(head -c 500 <<<"$faults" | tr '\n' ' ')"
	elif [ "$deaths" -lt $((total - 5)) ]; then
		fail "$when-every-call" "$deaths deaths at $total calls"
	else
		pass "$when-every-call-of-$total"
	fi
done

# Spread over the time that an undisturbed run takes.
forget
begin=${EPOCHREALTIME/./}
start env
took=$((${EPOCHREALTIME/./} - begin))
deaths=0 lives=0 faults=
RANDOM=2026
while [ "$deaths" -lt "$random_moments" ] && [ "$lives" -lt $((random_moments * 10)) ]; do
	lives=$((lives + 1))
	killed timeout --foreground -s KILL "$(printf '0.%06d' $(((RANDOM * 32768 + RANDOM) % took + 1)))" || continue
	deaths=$((deaths + 1))
	[ -z "$wrong" ] || faults+="$wrong; "
done
if [ -z "$faults" ] && [ "$deaths" = "$random_moments" ]; then
	pass "at-$deaths-random-moments"
else
	fail random-moments "$deaths deaths in $lives lives: $(head -c 500 <<<"$faults" | tr '\n' ' ')"
fi

# ---- what a killed run leaves behind ends before its step is done again
cat >"$work/lab.yaml" <<YAML
kvmlab: 1
id: leftover
title: L
experiments:
- id: e
  title: E
  steps: [{id: s, repeat: safe, run: "echo \$\$ >>$side; setsid sleep 600 & echo \$! >>$side; [ -e $work/short ] || wait"}]
  checks:
    c: {use: step_output, with: {step: s}, expect: {exit_status: 0}}
YAML
forget
start env &
shell=$!
for ((i = 0; i < 500; i++)); do
	[ "$(wc -l 2>/dev/null <"$side")" = 2 ] && break
	read -rt 0.02 <> <(:)
done
kill -9 "$(pgrep -P "$shell" | head -n 1)" 2>/dev/null
wait "$shell" 2>/dev/null
mapfile -t left <"$side"
if is_alive "${left[1]-none}"; then
	pass control-leftovers-outlive-a-kill
else
	fail control-leftovers-outlive-a-kill "'${left[*]}' ended with kvmlab"
fi
touch "$work/short"
resume
is leftovers-resume 0 "$code"
alive=
for p in "${left[@]}"; do ! is_alive "$p" || alive+=" $p"; done
is leftovers-are-ended '' "$alive"
[ -z "$alive" ] || kill -9 "${left[@]}" 2>/dev/null

# ---- controls: a broken promise is seen
{ printf 'kvmlab: 1\nid: crash\ntitle: C\nexperiments:\n'; experiment 0 6; experiment 6 12; } >"$work/lab.yaml"
seen=0 careless=yes
for ((at = 1; at <= total && seen == 0; at++)); do
	killed env LD_PRELOAD="$work/crash_at.so" CRASH_AT=$at || continue
	[[ $wrong != *times* ]] || seen=1
done
is control-careless-resume-is-seen 1 "$seen"
seen=0 careless=
for ((at = total / 2; at <= total && seen == 0; at += 7)); do
	forget
	start env LD_PRELOAD="$work/crash_at.so" CRASH_AT=$at
	cp "$work/told" "$work/before"
	rm -f "$XDG_STATE_HOME"/kvmlab/*-wal "$XDG_STATE_HOME"/kvmlab/*-journal
	resume
	[ -z "$(broken)" ] || seen=1
done
is control-lost-journal-is-seen 1 "$seen"
forget
done_testing
