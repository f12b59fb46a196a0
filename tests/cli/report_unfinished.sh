#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The report of a run that was cut off: what may have to be put back, and what was not looked at yet.
# usage: report_unfinished.sh [KVMLAB]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

made=$work/made
cat >"$work/lab.yaml" <<YAML
kvmlab: 1
id: made
title: A lab that makes a file
experiments:
- id: e
  title: An experiment
  steps:
  - {id: one, run: touch $made, changes: [{file: $made}], repeat: safe}
  - {id: two, run: 'test ! -e $work/slow || sleep 20', repeat: safe}
  predict: {ask: What?, choices: {a: A, b: B}}
  questions: [{id: q, part: observe, kind: number, ask: How many?, answer: 1}]
  checks:
    f: {use: file, with: {path: $made}, expect: {exists: true}}
YAML
touch "$work/slow"
"$kvmlab" run "$work/lab.yaml" --plain >"$work/told" 2>&1 </dev/null &
pid=$!
for _ in $(seq 200); do
	[ -e "$made" ] && break
	sleep 0.05
done
{ kill -KILL $pid && wait $pid; } 2>/dev/null
rm -f "$work/slow"

# has NAME PATTERN, hasnt NAME PATTERN: in the report as text
has() { if grep -qE -- "$2" "$work/report"; then pass "$1"; else fail "$1" "no '$2'"; fi; }
hasnt() { if grep -qE -- "$2" "$work/report"; then fail "$1" "'$2' is there"; else pass "$1"; fi; }

"$kvmlab" report --lang en --format text >"$work/report" 2>&1
has control-not-finished 'Not finished'
# It says what the grade does: the check is not graded, the rest earns nothing yet.
flat() { tr -s ' \n' ' ' <"$work/report"; }
is says-what-is-so 1 "$(flat | grep -c 'What was not looked at is not graded; what was not predicted or answered earns nothing so far')"
has says-so-of-the-check 'f +- +- +not graded'
has says-so-of-the-question 'How many\? +0\.00 +15\.00 +not answered'
has says-so-of-the-prediction 'prediction committed +0\.00 +[0-9.]+ +no prediction was given'
has standing 'may have to be put back'
has standing-thing "file $made"
has standing-way-out "kvmlab clean"
hasnt nothing-to-put-back 'Nothing had to be put back'
hasnt could-not-look 'could not look at something'
hasnt verdict-none '\[NONE\]'
has not-looked-at-yet '\[not looked at yet\]'
for format in html markdown junit tap; do
	"$kvmlab" report --lang en --format $format >"$work/report" 2>&1
	hasnt "no-NONE-in-$format" '\bNONE\b'
done
"$kvmlab" report --format json >"$work/report" 2>&1
has json '"state": "standing"'

run "$kvmlab" resume --yes --plain
is resumed 0 "$code"
"$kvmlab" report --lang en --format text >"$work/report" 2>&1
hasnt put-back-in-the-end 'may have to be put back'
has was-put-back 'put back'
done_testing
