#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An exam: parameters of the student's own, a time limit that survives a restart, no hints, no results before release.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/exam.yaml" <<YAML
kvmlab: 1
id: exam
title: An exam
minutes: 30
params:
  word: {type: name, default: plain, exam: [alpha, beta, gamma, delta, epsilon, zeta, eta, theta]}
  other: {type: name, default: own, exam: [one, two, three, four, five]}
experiments:
- id: e
  title: E
  predict: {ask: What?, choices: {a: {text: A, right_if: {c: {exit_status: 0}}}, b: {text: B, right_if: {c: {exit_status: 1}}}}}
  steps:
  - {id: first, run: 'echo "\$word \$other"', repeat: safe}
  - {id: second, run: 'touch $work/here; until [ -e $work/go ]; do sleep 0.05; done', repeat: safe}
  checks:
    c: {use: step_output, with: {step: first, pattern: '(?<word>\S+) (?<other>\S+)'}, expect: {exit_status: 0}}
  questions:
  - {id: q, part: observe, kind: choice, ask: Which?, choices: {a: A, b: B}, answer: a, hints: [{cost: 1, text: It is A}]}
YAML
printf 'kvmlab-answers: 1\nexperiments:\n  e:\n    predict: {choice: b}\n    answers: {q: b}\n' >"$work/answers.yaml"
head -c 32 /dev/zero | tr '\0' k >"$work/secret"
head -c 32 /dev/zero | tr '\0' x >"$work/wrong"
touch "$work/go"
exam() {
	local student=$1
	shift
	run "$kvmlab" run "$work/exam.yaml" --mode exam --student "$student" --secret "$work/secret" \
		--answers "$work/answers.yaml" --lang en "$@"
}
# values RUN: what the student's parameters were, from the teacher's report
values() { "$kvmlab" report "$1" --secret "$work/secret" --format json | jq -r '.experiments[0].checks[0].measures | "\(.word) \(.other)"'; }
# What cannot be asked for.
said no-student 64 1 'needs --student ID and --secret FILE' "$kvmlab" run "$work/exam.yaml" --mode exam
said not-an-exam 64 1 'belong to --mode exam' "$kvmlab" run "$work/exam.yaml" --student ani
said no-secret 64 1 "cannot read the secret" "$kvmlab" run "$work/exam.yaml" --mode exam --student ani --secret "$work/nothing"
printf short >"$work/short"
said short-secret 64 1 '16 to 4096 bytes' "$kvmlab" run "$work/exam.yaml" --mode exam --student ani --secret "$work/short"
said own-parameter 64 1 "comes from the student's id" \
	"$kvmlab" run "$work/exam.yaml" --mode exam --student ani --secret "$work/secret" --set word=alpha
said no-report 64 1 'an exam writes no report' \
	"$kvmlab" run "$work/exam.yaml" --mode exam --student ani --secret "$work/secret" --report json
said bad-minutes 64 1 'from 1 to 1440' \
	"$kvmlab" run "$work/exam.yaml" --mode exam --student ani --secret "$work/secret" --minutes none

# Handed in: nothing is told.
exam ani
is handed-in "0 1" "$code $(grep -c 'is handed in' "$work/out")"
is no-results 0 "$(grep -cE 'PASS|FAIL|points|SUPPORTED|REFUTED|INCONCLUSIVE|You predicted' "$work/out")"
said report-refused 77 1 'comes? from the teacher' "$kvmlab" report 1
said report-wrong-secret 77 1 'is not the secret' "$kvmlab" report 1 --secret "$work/wrong"
is status-hidden 'null null null' "$("$kvmlab" status --format json | jq -r '.runs[0] | "\(.earned) \(.possible) \(.exit_code)"')"
is status-text 1 "$("$kvmlab" status --lang en | grep -c 'an exam, handed in')"
run "$kvmlab" report 1 --secret "$work/secret" --format json
is released 'ani exam' "$(jq -r '"\(.exam.student) \(.mode)"' "$work/out")"

# The same student gets the same values, another one mostly others; a teacher can redo it.
first=$(values 1)
exam ani
is same-again "$first" "$(values 2)"
declare -A seen=([$first]=1)
for i in 3 4 5 6 7 8; do
	exam "student-$i"
	seen[$(values $i)]=1
done
if [ ${#seen[@]} -ge 4 ]; then pass differs; else fail differs "only ${#seen[@]} different values for 7 students"; fi
words=(alpha beta gamma delta epsilon zeta eta theta)
if command -v openssl >/dev/null; then
	key=$(sha256sum <"$work/secret" | cut -c 1-64)
	mac=$(printf 'kvmlab-exam-1\nexam\nani\nword\n' | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" | sed 's/.*= //')
	# 8 divides 2^64: the last of the first 8 bytes decides.
	is redone-by-hand "${words[$((16#${mac:14:2} % 8))]}" "${first% *}"
else
	skip redone-by-hand "no openssl"
fi

# A secret that is no file: it can be read once.
run "$kvmlab" run "$work/exam.yaml" --mode exam --student ani --secret <(cat "$work/secret") --answers "$work/answers.yaml" --lang en
is secret-from-a-pipe "0 $first" "$code $(values 9)"

# The time goes on while kvmlab is dead; what is left then counts as not given.
rm -f "$work/go" "$work/here"
"$kvmlab" run "$work/exam.yaml" --mode exam --student budi --secret "$work/secret" --answers "$work/answers.yaml" --minutes 1 \
	>/dev/null 2>&1 </dev/null &
victim=$!
for _ in $(seq 400); do
	[ ! -e "$work/here" ] || break
	sleep 0.05
done
kill -KILL $victim
wait $victim 2>/dev/null
is limit-kept 60000 "$("$kvmlab" report 10 --secret "$work/secret" --format json |
	jq -r '((.exam.until | fromdateiso8601) - (.started | fromdateiso8601)) * 1000')"
said not-released-unfinished 77 1 'teacher' "$kvmlab" report 10
touch "$work/go"
if command -v sqlite3 >/dev/null; then
	sqlite3 "$XDG_STATE_HOME/kvmlab/state.db" 'UPDATE exam SET until=until-60000 WHERE run=10'
	run "$kvmlab" resume --answers "$work/answers.yaml" --lang en
	is after-the-time "0 1" "$code $(grep -c "time was over" "$work/out")"
	is nothing-counts null "$("$kvmlab" report 10 --secret "$work/secret" --format json |
		jq -r '.experiments[0].questions[0] | .answer // .given')"
else
	skip after-the-time "no 'sqlite3' to move the clock with; 'make deps' installs it"
fi

# No hints.
if command -v expect >/dev/null; then
	cat >"$work/hint.exp" <<EXP
set timeout 20
spawn -noecho $kvmlab run $work/exam.yaml --mode exam --student ani --secret $work/secret --yes --plain --lang en
expect "Time left: 30 min"
expect "> "; send "1\r"
expect "Which?"; expect "> "; send "?\r"
expect { "Hint" { exit 1 } "number from 1 to 2" {} timeout { exit 2 } }
expect "> "; send "1\r"
expect "handed in"
expect eof
EXP
	if expect "$work/hint.exp" >"$work/screen" 2>&1; then pass no-hints; else fail no-hints "$(tail -c 300 "$work/screen")"; fi
else
	skip no-hints "no 'expect'; 'make deps' installs it"
fi
done_testing
