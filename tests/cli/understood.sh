#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 120
# After a question's last hint the student says in one line what the hints told: asked once, kept, reported, not graded.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
export COLUMNS=200

cat >lab.yaml <<'YAML'
kvmlab: 1
id: lab
title: L
experiments:
- id: e
  title: E
  steps: [{id: one, run: 'true', repeat: safe}]
  questions:
  - {id: n, part: observe, kind: number, ask: How many?, answer: 3, points: 4, hints: [{cost: 1, text: Few}, {cost: 1, text: It is three}]}
  - {id: w, part: explain, kind: text, ask: Why?, rubric: [{points: 1, any: [x], text: x}], hints: [{cost: 0, text: Say x}]}
YAML
question() { jq -r ".experiments[0].questions[] | select(.id == \"$1\") | \"\(.answer) \(.hints) \(.understood) \(.earned)\"" r.json; }

# Beforehand, in an answers file.
answers() {
	printf 'kvmlab-answers: 1\nexperiments:\n  e:\n    answers: {n: {text: 3, hints: 2%s}}\n' "$1" >answers.yaml
	run "$kvmlab" run ./lab.yaml --answers answers.yaml --report json:r.json --lang en
}
answers ''
is without '3 2 null 7.5' "$(question n)"
answers ', understood: "few <b>means</b> three"'
is beforehand '3 2 few <b>means</b> three 7.5' "$(question n)"
for format in text html markdown; do
	run "$kvmlab" report --format $format --lang en
	is "report-$format" 1 "$(grep -c 'Understood.*few.*means.*three' out)"
done
run "$kvmlab" report --format html --lang id
is report-indonesian 1 "$(grep -c 'Pemahaman.*few.*three' out)"
printf 'kvmlab-answers: 1\nexperiments:\n  e:\n    answers: {n: {text: 3, hints: 1, understood: why}}\n' >answers.yaml
said too-early 65 1 "answers.yaml:4:38: .*only when all 2 hints" "$kvmlab" run ./lab.yaml --answers answers.yaml

command -v expect >/dev/null || { skip person "no 'expect'; 'make deps' installs it"; done_testing; }
cat >lib.exp <<'TCL'
set timeout 20
proc must {what} {
	expect {
		-re $what {}
		timeout { puts "\nMISSING: $what"; exit 1 }
		eof { puts "\nENDED BEFORE: $what"; exit 1 }
	}
}
proc answer {line} { must {\n> $}; send -- "$line\r" }
proc never {what} {
	expect {
		-re $what { puts "\nTOO MUCH: $what"; exit 1 }
		eof {}
		timeout { puts "\nNO END"; exit 1 }
	}
}
TCL
# play NAME SCRIPT
play() {
	{ cat lib.exp; echo "$2"; } >play.exp
	if expect play.exp >screen 2>&1; then pass "$1"; else fail "$1" "$(tail -c 400 screen | tr '\r\n' '  ')"; fi
	"$kvmlab" report --format json >r.json 2>/dev/null
}
start="spawn -noecho $kvmlab run ./lab.yaml --yes --plain --lang en"
again="spawn -noecho $kvmlab resume --yes --plain --lang en"

play person "$start
must {How many}
answer ?
must {Few}
answer ?
must {It is three}
must {In your own words, in one line}
answer {three, as it says}
must {Now your answer}
answer ?
must {no further hint}
answer 3
must {Why}
answer {a line}
answer ?
must {Say x}
must {In your own words}
answer e
must {Now your answer}
answer {and another}
answer {}
expect eof"
is person-number '3 2 three, as it says 7.5' "$(question n)"
is person-text "$(printf 'a line\nand another 1 e 0')" "$(question w)"
is asked-once-each 2 "$(grep -c 'In your own words' screen)"

play one-hint-asks-nothing "$start
must {How many}
answer ?
must {Few}
answer 3
must {Why}
answer -
never {In your own words}"
is one-hint '3 1 null 11.25' "$(question n)"

play declined "$start
answer ?
answer ?
must {In your own words}
answer {}
must {Now your answer}
answer ?
must {no further hint}
answer 3
must {Why}
answer -
never {In your own words}"
is declined-text '3 2 null 7.5' "$(question n)"

# Killed at the line that was asked for: it is asked again, with the hints that are paid for.
play killed-before "$start
answer ?
answer ?
must {In your own words}
must {\n> \$}
exec kill -KILL [exp_pid]
expect eof"
is killed-before-hints 'null 2 null null' "$(question n | sed 's/ 0$/ null/')"
play killed-before-is-asked "$again
must {How many}
must {taken before.*Few}
must {taken before.*It is three}
must {In your own words}
answer {now I know}
must {How many}
must {\n> \$}
exec kill -KILL [exp_pid]
expect eof"
play asked-once "$again
must {taken before.*Few}
must {taken before.*It is three}
must {How many}
answer 3
answer -
never {In your own words}"
is asked-once-nothing 0 "$(grep -c 'In your own words' screen)"
is asked-once-text '3 2 now I know 7.5' "$(question n)"
done_testing
