#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 120
# While a student thinks in the Ctrl-C menu the step runs on: its output is taken, its time limit ends
# it, its own time counts.
# usage: interrupt.sh [KVMLAB]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
command -v expect >/dev/null || { skip all "no 'expect'; 'make deps' installs it"; done_testing; }
cd "$work" || exit 1
export COLUMNS=200

# lab LIMIT SCRIPT: one step and a question behind it
lab() {
	rm -rf "$XDG_STATE_HOME" flooded begun go
	cat >lab.yaml <<-YAML
	kvmlab: 1
	id: lab
	title: L
	experiments:
	- id: e
	  title: E
	  steps:
	  - {id: s, repeat: safe, timeout: $1, run: '$2'}
	  - {id: next, run: echo next}
	  checks:
	    c: {use: step_output, with: {step: s}}
	  questions:
	  - {id: q, part: observe, kind: choice, ask: Which one?, choices: {a: A, b: B, c: C}, answer: a}
	YAML
}
# played EXPECT-SCRIPT: leaves the screen, the exit code and report.json
played() {
	cat >play.exp <<-EXP
	set timeout 20
	log_user 0
	log_file -a -noappend $work/screen
	proc sees {pattern} { expect -re \$pattern {} timeout { exit 124 } eof { exit 125 } }
	proc waits_for {file} {
		for {set i 0} {\$i < 400} {incr i} { if {[file exists \$file]} return; after 20 }
		exit 123
	}
	spawn -noecho $kvmlab run lab.yaml --yes --plain --lang en
	$1
	expect { eof {} timeout { exit 124 } }
	catch wait result
	exit [lindex \$result 3]
	EXP
	expect play.exp
	code=$?
	"$kvmlab" report --format json >report.json 2>/dev/null
}
step() { jq -r ".experiments[0].steps[0] | $1" report.json; }

# ---- the time limit goes on by the clock and is kept
lab 2s 'touch begun; exec sleep 60'
played 'waits_for begun; send "\003"; sees {at most}; sees {> $}; send "3"
	sees {nothing is left to choose}; sees {Which one.*> $}; send "2\r"'
is limit-ends-it "0 timed-out" "$code $(step '.evidence[0].end')"
took=$(step '.evidence[0].ms')
if [ "${took:-0}" -ge 2000 ] && [ "$took" -lt 8000 ]; then pass limit-by-the-clock; else fail limit-by-the-clock "'$took' ms"; fi
is half-a-line-answers-nothing-else b "$(jq -r '.experiments[0].questions[0].answer' report.json)"
is limit-is-told 1 "$(grep -cE 'still running, for [12] s at most' screen)"

# ---- it does not stand still for want of a reader
lab 60s 'touch begun; until [ -e go ]; do sleep 0.02; done; seq 200000; touch flooded; exec sleep 60'
played 'waits_for begun; send "\003"; sees {> $}; close [open go w]; waits_for flooded; send "2\r"; sees {Which one.*> $}; send "1\r"'
is output-is-taken "1 skipped" "$code $(step .state)"

# ---- it ends by itself meanwhile: its own time counts, not the student's
lab 60s 'touch begun; until [ -e go ]; do sleep 0.02; done; echo over'
played 'waits_for begun; send "\003"; sees {> $}; close [open go w]; sees {nothing is left to choose}; after 1500
	sees {Which one.*> $}; send "1\r"'
is ended-by-itself "0 done exited" "$code $(step '"\(.state) \(.evidence[0].end)"')"
is its-output-is-shown 1 "$(grep -c '^    over' screen)"

# ---- what is no choice is asked again; going on is going on
lab 60s 'touch begun; until [ -e go ]; do sleep 0.02; done; echo over'
played 'waits_for begun; send "\003"; sees {> $}; send "7\r"; sees {from 1 to 3.*> $}; send "\r"; sees {from 1 to 3.*> $}; send "1\r"
	close [open go w]; sees {    over}; sees {Which one.*> $}; send "1\r"'
is went-on "0 done" "$code $(step .state)"

# ---- Ctrl-C and the end of input at the menu leave
lab 60s 'touch begun; exec sleep 60'
played 'waits_for begun; send "\003"; sees {> $}; send "\003"'
is twice-leaves "130 started" "$code $(step .state)"
lab 60s 'touch begun; exec sleep 60'
played 'waits_for begun; send "\003"; sees {> $}; send "\004"'
is end-of-input-leaves "130 started" "$code $(step .state)"
done_testing
