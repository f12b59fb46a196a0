#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What is asked again at a prompt, and what is not: nothing typed, '-', what is no number.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
command -v expect >/dev/null || { skip all "no 'expect'; 'make deps' installs it"; done_testing; }
cd "$work" || exit 1
export COLUMNS=200 # no message is folded

cat >predict.yaml <<'YAML'
kvmlab: 1
id: predict
title: Predicts
experiments:
- id: e
  title: E
  predict: {ask: What?, choices: {a: A, b: B}, reason: true, sure: true}
  steps: [{id: one, run: 'true'}]
YAML
cat >number.yaml <<'YAML'
kvmlab: 1
id: number
title: Asks for a number
experiments:
- id: e
  title: E
  steps: [{id: one, run: 'true'}]
  questions:
  - {id: n, part: observe, kind: number, unit: ms, ask: How many?, answer: 1200, tolerance: 1}
YAML

# typed LAB LINE...: plays a run on a terminal. Each LINE is typed at the next prompt; what the
# screen showed is in $work/screen, the run's report in $work/report.json.
typed() {
	local lab=$1
	shift
	rm -rf "$work/state"
	cat >play.tcl <<-'TCL'
	set timeout 10
	log_user 0
	log_file -a -noappend screen
	spawn -noecho {*}$env(PLAY)
	foreach line $argv {
		expect {
			-re {\n> $} {}
			-re {\[Y/n[^]]*\] $} { send "\r"; exp_continue }
			timeout { exit 124 }
			eof { exit 125 }
		}
		send -- "$line\r"
	}
	expect {
		-re {\[Y/n[^]]*\] $} { send "\r"; exp_continue }
		-re {\n> $} { exit 126 }
		timeout { exit 124 }
		eof {}
	}
	TCL
	PLAY="$kvmlab run ./$lab.yaml --plain" expect -f play.tcl "$@"
	code=$?
	"$kvmlab" report --format json >report.json 2>/dev/null
	tr -d '\r' <screen >screen.txt
}
prediction() { jq -r '.experiments[0].predicted | "\(.choice) \(.reason) \(.sure)"' report.json; }
answer() { jq -r '.experiments[0].questions[0].answer' report.json; }
seen() { grep -c -- "$1" screen.txt; }

# Nothing typed at the prediction is asked again, once.
typed predict '' 2 '' 'because' '' 4
is empty-choice-is-asked-again "0 b because 4" "$code $(prediction)"
is empty-choice-says-how-to-decline 1 "$(seen "type a number, or '-' to give none")"
typed predict '' ''
is empty-twice-is-no-prediction "0 null null null" "$code $(prediction)"
typed predict -
is declined-is-no-prediction "0 null null null" "$code $(prediction)"
is declined-is-not-asked-again 0 "$(seen 'Nothing was typed')"

# The reason, too.
typed predict 1 '' 'because' '' ''
is empty-reason-is-asked-again "0 a because null" "$code $(prediction)"
typed predict 1 - 3
is declined-reason "0 a null 3" "$code $(prediction)"
typed predict 1 '' '' -
is empty-reason-twice "0 a null null" "$code $(prediction)"

# How sure: 1 to 5, nothing, or '-'.
typed predict 1 why '' 0 6 -1 many 3.5 '4 5' 5
is sureness-is-1-to-5 "0 a why 5" "$code $(prediction)"
is sureness-says-what-it-would-be 6 "$(seen 'a number from 1 to 5')"
typed predict 1 why '' 9 ''
is sureness-may-be-left-out "0 a why null" "$code $(prediction)"

# A number question takes a number.
typed number many 'about ten' '1.2.3' '1 200' 1200
is no-number-is-asked-again "0 1200" "$code $(answer)"
is no-number-says-what-it-would-be 4 "$(seen 'type a number such as')"
typed number '1.200,5 ms'
is number-with-marks "0 1.200,5 ms" "$code $(answer)"
typed number '1.200'
is number-with-marks-is-right true "$(jq '.experiments[0].questions[0].earned > 0' report.json)"
typed number ''
is number-may-be-left-out "0 null" "$code $(answer)"
typed number -
is number-declined "0 null" "$code $(answer)"
done_testing
