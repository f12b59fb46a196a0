#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The probe that listens to a libvirt, against libvirt's own test driver; tests/host/ has real ones.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
libvirt=$(dirname "$(readlink -f "$kvmlab")")/kvmlab-libvirt

# listener WORDS: what kvmlab runs in the place of kvmlab-libvirt; it notes its process.
listener() {
	printf '#!/bin/sh\necho $$ >%s/pid\nshift\n%s\n' "$work" "$1" >"$work/listener"
	chmod 755 "$work/listener"
}
export KVMLAB_LIBVIRT=$work/listener
listen="exec $libvirt test:///default \"\$@\""

lab() { # RUN NAME
	cat >"$work/lab.yaml" <<-YAML
	kvmlab: 1
	id: listens
	title: Listens
	experiments:
	  - id: one
	    title: One
	    steps:
	      - {id: events, probe: events, with: {on: local}}
	      - {id: work, run: '$1', repeat: safe}
	    checks:
	      boot: {use: same_boot, with: {name: ${2:-test}, step: events}, expect: {same_boot: true}}
	YAML
}
report() { "$kvmlab" report --format json >"$work/report.json"; }
look() { jq -r ".experiments[0].$1" "$work/report.json"; }
value() { look "checks[0].measures.$1"; }
is_alive() { kill -0 "$(cat "$work/pid")" 2>/dev/null && echo alive || echo gone; }
# Nothing announces the death of what a killed parent leaves.
await_gone() {
	for _ in $(seq 200); do [ "$(is_alive)" = gone ] && break; read -rt 0.05 <> <(:); done
	is_alive
}

listener "$listen"
lab "kill -0 \$(cat $work/pid)"
run "$kvmlab" run "$work/lab.yaml" --yes
is runs 0 "$code"
is is_over_with_the_steps gone "$(is_alive)"
report
is listens_beside_the_steps 0 "$(look 'steps[1].evidence[0].status')"
is takes_what_it_heard_for_evidence PASS "$(look 'checks[0].verdict')"
is knows_a_guest_that_was_there 'true 0' "$(value same_boot) $(value gaps)"
look 'steps[0].evidence[0].out.text' | grep -q -E '^[0-9]{13} connected - - test:///default$'
is keeps_its_lines 0 $?

lab true nobody
run "$kvmlab" run "$work/lab.yaml" --yes
report
is does_not_judge_whom_nobody_knew null "$(value same_boot)"

# What cannot be connected to is said at once, and is no verdict on the student.
listener 'exec '"$libvirt"' "qemu+unix:///system?socket=/nowhere" "$@"'
lab true
run "$kvmlab" run "$work/lab.yaml" --yes
cat "$work/out" "$work/err" | tr -s '\n ' ' ' |
	grep -q "step events: the libvirt of host 'local' is not listened to: kvmlab-libvirt: cannot connect to"
is says_why_it_cannot_listen 0 $?
report
is cannot_look BROKEN "$(look 'checks[0].verdict')"

# One that dies in the middle, and one that says too much.
listener 'echo "1 connected - - x"; echo "2 found running u test"; exit 0'
run "$kvmlab" run "$work/lab.yaml" --yes
report
is ended_by_itself_is_a_gap '1 null' "$(value gaps) $(value same_boot)"
listener 'echo "1 connected - - x"; echo "2 found running u test"; exec yes'
# shellcheck disable=SC2016
lab 'sleep 0.3; grep VmHWM /proc/$PPID/status'
run "$kvmlab" run "$work/lab.yaml" --yes
report
is too_much_is_a_gap '1 null' "$(value gaps) $(value same_boot)"
kib=$(look 'steps[1].evidence[0].out.text' | tr -dc 0-9)
[ "${kib:-0}" -gt 0 ] && [ "$kib" -lt 40000 ]
is takes_bounded_memory 0 $?

# Killed in the middle: nothing listens any more, and what was missed is known.
listener "$listen"
lab "[ -e $work/again ] || { touch $work/again; sleep 60; }"
"$kvmlab" run "$work/lab.yaml" --yes >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 200); do [ -e "$work/again" ] && break; read -rt 0.05 <> <(:); done
is lives_meanwhile alive "$(is_alive)"
kill -9 $pid
wait $pid 2>/dev/null
is dies_with_kvmlab gone "$(await_gone)"
run "$kvmlab" resume --yes
report
is what_was_missed_is_a_gap '1 null' "$(value gaps) $(value same_boot)"
look 'steps[0].why' | grep -q 'started anew'
is says_that_it_was_started_anew 0 $?

# Interrupted: nothing of it is left when kvmlab has ended.
rm -f "$work/again"
"$kvmlab" run "$work/lab.yaml" --yes >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 200); do [ -e "$work/again" ] && break; read -rt 0.05 <> <(:); done
kill -TERM $pid
wait $pid
is ends_when_interrupted 143 $?
is is_gone_when_interrupted gone "$(is_alive)"
exit $failed
