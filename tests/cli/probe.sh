#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A step that watches in the background: runs beside the steps, ends with them, survives a kill.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

lab_ping() { # TARGET RUN FILE
	cat >"$3" <<-YAML
	kvmlab: 1
	id: pings
	title: Pings
	experiments:
	  - id: one
	    title: One
	    steps:
	      - {id: ping, probe: ping, with: {target: $1, interval_ms: 2}}
	      - {id: wait, run: '$2', repeat: safe}
	    checks:
	      outage: {use: ping_outage, with: {probe: ping}, expect: {answered: {gt: 20}}}
	      quiet: {use: ping_outage, with: {probe: ping}, expect: {answered: 0}}
	YAML
}

value() { jq -r ".experiments[0].checks[0].measures.$1" "$work/report.json"; }
report() { "$kvmlab" report --format json >"$work/report.json"; }

lab_ping 127.0.0.1 'sleep 0.3' "$work/here.yaml"
run "$kvmlab" run "$work/here.yaml" --yes
if grep -q 'cannot open a socket for ping' "$work/err"; then
	skip probe "neither a raw nor a datagram socket for ping is allowed here"
	exit 0
fi
grep -q '^ *ping: .*█' "$work/out"
is shows_a_line_of_answers 0 $?
report
is runs_beside_the_steps PASS "$(jq -r '.experiments[0].checks[0].verdict' "$work/report.json")"
[ "$(value duration_ms)" -ge 300 ] && [ "$(value sent)" -ge 100 ]
is runs_until_the_steps_end 0 $?
is loses_nothing_here 0 "$(value lost)"

# 240.0.0.1 is nobody's: it never answers, and the run says so and goes on.
lab_ping 240.0.0.1 true "$work/nobody.yaml"
run "$kvmlab" run "$work/nobody.yaml" --yes
grep -q 'no answer yet after 5 s' "$work/out" "$work/err"
is says_that_nobody_answers 0 $?
report
is silence_is_a_measure "0 PASS" "$(value answered) $(jq -r '.experiments[0].checks[1].verdict' "$work/report.json")"

# Killed in the middle of the step beside it.
lab_ping 127.0.0.1 "[ -e $work/again ] || { touch $work/again; sleep 60; }; sleep 0.2" "$work/killed.yaml"
"$kvmlab" run "$work/killed.yaml" --yes >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 200); do [ -e "$work/again" ] && break; read -rt 0.05 <> <(:); done
kill -9 $pid
wait $pid 2>/dev/null
run "$kvmlab" resume --yes
report
is started_anew_after_a_kill "done PASS" \
	"$(jq -r '.experiments[0] | .steps[0].state + " " + .checks[0].verdict' "$work/report.json")"
jq -r '.experiments[0].steps[0].why' "$work/report.json" | grep -q 'started anew'
is says_that_it_was_started_anew 0 $?

# Ctrl-C ends it; nothing of it is left running.
rm -f "$work/again"
"$kvmlab" run "$work/killed.yaml" --yes >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 200); do [ -e "$work/again" ] && break; read -rt 0.05 <> <(:); done
kill -TERM $pid
wait $pid
is ends_when_interrupted 143 $?
exit $failed
