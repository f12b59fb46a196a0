#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A prediction is shown beside what was measured; where it was wrong the student says why, and that is kept.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cat >"$work/guess.yaml" <<'YAML'
kvmlab: 1
id: guess
title: Guess
experiments:
- id: e
  title: E
  predict:
    ask: What comes out?
    choices:
      hello: {text: a greeting, right_if: {c: {matched: true}}}
      nothing: {text: nothing at all, right_if: {c: {matched: false}}}
  steps: [{id: s, run: echo hello, repeat: safe}]
  checks:
    c: {use: step_output, with: {step: s, pattern: hello}}
  hypothesis_supported_if: {c: {matched: true}}
YAML
answers() {
	printf 'kvmlab-answers: 1\nexperiments:\n  e:\n    predict: {choice: %s}\n    reconcile: "%s"\n' "$1" "$2" >"$work/answers.yaml"
	run "$kvmlab" run "$work/guess.yaml" --answers "$work/answers.yaml" --report "json:$work/r.json" --lang en
}
reconciled() { jq -r '.experiments[0].predicted | "\(.right) \(.reconciled)"' "$work/r.json"; }

answers nothing 'echo writes <what> it is given'
is wrong 'false echo writes <what> it is given' "$(reconciled)"
is wrong-shown 1 "$(grep -c '^You predicted: it was otherwise: nothing at all$' "$work/out")"
answers hello 'there was nothing to say'
is right 'true null' "$(reconciled)"
is right-shown 1 "$(grep -c '^You predicted: it was so: a greeting$' "$work/out")"
"$kvmlab" run "$work/guess.yaml" --report "json:$work/r.json" >/dev/null 2>&1 </dev/null
is none 'null null' "$(reconciled)"

command -v expect >/dev/null || { skip person "no 'expect'; 'make deps' installs it"; done_testing; }
cat >"$work/person.exp" <<EXP
set timeout 20
spawn -noecho $kvmlab run $work/guess.yaml --yes --plain --lang en --report json:$work/r.json
expect "> "; send "2\r"
expect "not think of?" { expect "> " } timeout { exit 1 }
send "that echo prints\r"; expect "> "; send "\r"
expect eof
EXP
if expect "$work/person.exp" >"$work/screen" 2>&1; then pass person; else fail person "$(tail -c 300 "$work/screen")"; fi
is person-kept 'false that echo prints' "$(reconciled)"
for format in text html markdown; do
	run "$kvmlab" report --format $format --lang en
	is "report-$format" 1 "$(grep -c 'that echo prints' "$work/out")"
done
done_testing
