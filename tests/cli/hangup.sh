#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# The terminal goes away: at a prompt, in a step, with and without SIGHUP. Nothing is taken for an
# answer, nothing is left running, and the run can be taken up again.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
command -v expect >/dev/null || { skip all "no 'expect'; 'make deps' installs it"; done_testing; }
cd "$work" || exit 1
export COLUMNS=200

cat >lab.yaml <<YAML
kvmlab: 1
id: lab
title: L
experiments:
- id: e
  title: E
  predict: {ask: What?, choices: {a: A, b: B}, reason: true}
  steps:
  - {id: one, run: 'echo \$\$ >$work/step; [ -e $work/quick ] || exec sleep 60', repeat: safe}
  checks:
    c: {use: step_output, with: {step: one}, expect: {exit_status: 0}}
  questions:
  - {id: w, part: explain, kind: text, ask: Wherefore?, rubric: [{points: 1, any: [x], text: x}]}
YAML

# The session's leader dies with the terminal, as a login shell does; whoever is in the foreground
# then gets a SIGHUP. A second shell outlives that and notes how kvmlab ended.
echo 'bash outlive.sh "$@"; exit' >leader.sh
cat >outlive.sh <<'SH'
trap '' HUP
"$@" 2>err
echo $? >code.new
mv code.new code
SH

cat >play.tcl <<'TCL'
# Types the lines at the prompts, waits for the last pattern or file, and takes the terminal away.
set timeout 60
log_user 0
spawn -noecho bash leader.sh {*}$env(PLAY)
foreach line [split $env(TYPED) |] {
	expect {
		-re {\n> $} {}
		-re {\[Y/n[^]]*\] $} {}
		timeout { exit 124 }
		eof { exit 125 }
	}
	send -- "$line\r"
}
if {$env(UNTIL) eq "prompt"} {
	expect {
		-re {(\n> |\[Y/n[^]]*\] )$} {}
		timeout { exit 124 }
		eof { exit 125 }
	}
} else {
	for {set i 0} {![file exists $env(UNTIL)] && $i < 600} {incr i} { after 100 }
}
if {$env(SIGNAL) ne ""} { exec kill -HUP [exec pgrep -nx kvmlab -s [exp_pid]] } else { close }
for {set i 0} {![file exists code] && $i < $env(TENTHS)} {incr i} { after 100 }
if {$env(SIGNAL) ne ""} { catch { close } }
catch { wait }
TCL

# hang_up UNTIL TYPED COMMAND...: UNTIL is 'prompt' or a file; TYPED: lines with '|' between them
hang_up() {
	local until=$1 lines=$2
	shift 2
	rm -rf state code err step
	PLAY="$*" TYPED=$lines UNTIL=$until SIGNAL=${SIGNAL:-} TENTHS=${TENTHS:-300} expect -f play.tcl
	played=$?
	code=$(cat code 2>/dev/null || echo "still running")
}
predicted() { "$kvmlab" report --format json 2>/dev/null | jq -r '.experiments[0].predicted | "\(.choice) \(.locked)"' | sed 's/ 20.*/ locked/'; }
answered() { "$kvmlab" report --format json 2>/dev/null | jq -r '.experiments[0].questions[0].answered'; }
# taken_up NAME: the run goes on and comes to its end
taken_up() {
	touch quick
	run "$kvmlab" resume --yes --plain
	is "$1-is-taken-up-again" 0 "$([ "$code" -le 3 ] && echo 0 || echo "$code: $(head -c 300 err)")"
	is "$1-comes-to-its-end" true "$("$kvmlab" report --format json | jq '.finished != null')"
	rm -f quick
}
gone() { kill -0 "$(cat step)" 2>/dev/null && echo "still there" || echo gone; }

hang_up prompt '' "$kvmlab" run ./lab.yaml
is at-the-prediction "0 143" "$played $code"
is no-prediction-is-locked "null null" "$(predicted)"
taken_up at-the-prediction

hang_up prompt 1 "$kvmlab" run ./lab.yaml
is at-the-reason "0 143" "$played $code"
is half-a-prediction-is-not-locked "null null" "$(predicted)"

hang_up prompt '1|why|' "$kvmlab" run ./lab.yaml
is before-a-step "0 143" "$played $code"
is prediction-is-kept "a locked" "$(predicted)"
is the-step-was-not-taken-for-granted "" "$(cat step 2>/dev/null)"
taken_up before-a-step

hang_up step '1|why||y' "$kvmlab" run ./lab.yaml
is in-a-step "0 143" "$played $code"
is the-step-is-ended gone "$(gone)"
taken_up in-a-step

touch quick
hang_up prompt '1|why||y' "$kvmlab" run ./lab.yaml
is at-a-question "0 143" "$played $code"
is nothing-is-answered null "$(answered)"
taken_up at-a-question

# Not in the terminal's session, kvmlab gets no signal: reading says that the terminal is gone.
hang_up prompt '' setsid -w "$kvmlab" run ./lab.yaml
is without-a-signal "0 143" "$played $code"
is without-a-signal-is-said 1 "$(grep -c 'the terminal has gone away' err)"
is without-a-signal-no-prediction "null null" "$(predicted)"
TENTHS=10 hang_up step '1|why||y' setsid -w "$kvmlab" run ./lab.yaml
code_in_step=$code
kill "$(cat step 2>/dev/null)" 2>/dev/null
for _ in $(seq 300); do [ -e code ] && break; read -rt 0.1 <> <(:); done
is without-a-signal-in-a-step "still running 143" "$code_in_step $(cat code 2>/dev/null)"
taken_up without-a-signal-in-a-step

# The signal alone, as 'kill -HUP' sends it: the terminal stays.
SIGNAL=1 hang_up prompt '' "$kvmlab" run ./lab.yaml
is the-signal-alone "0 143" "$played $code"
is the-signal-alone-no-prediction "null null" "$(predicted)"
done_testing
