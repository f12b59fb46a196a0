#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# Lines at a prompt are edited: keys, history, wide letters, narrow terminals; nothing is kept beyond the run, and the
# terminal is put back.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
command -v tmux >/dev/null || { skip all "no 'tmux'; 'make deps' installs it"; done_testing; }
# shellcheck source=tests/cli/lib_screen.sh
. "$(dirname "$0")/lib_screen.sh"
cd "$work" || exit 1
mkdir home
# Settings of other programs' lines are not read.
echo 'bind a ed-newline' >home/.editrc

cat >lab.yaml <<'YAML'
kvmlab: 1
id: lab
title: L
experiments:
- id: e
  title: E
  predict: {ask: What?, choices: {a: A, b: B}, reason: true}
  steps: [{id: one, run: 'true'}]
  questions:
  - {id: n, part: observe, kind: number, ask: How many?, answer: 3, tolerance: 1}
  - {id: w, part: explain, kind: text, ask: Why?, rubric: [{points: 1, any: [.], text: x}]}
YAML
cat >play.sh <<SH
stty -g >before
bash -c 'echo \$\$ >pid; exec "\$@"' start $kvmlab run ./lab.yaml "\$@" --lang en
echo \$? >code
stty -g >after
SH

# begin WIDTH [LAB]: up to the prompt of the reason
begin() {
	rm -rf state before after code pid
	screen_open "$1" && typed "bash play.sh ${2:-}" && keys Enter && shows '^> $|^>$' && keys 1 Enter && shows 'Why do you think'
}
settled() {
	for _ in $(seq 400); do [ -e after ] && return 0; read -rt 0.05 <> <(:); done
	return 1
}
reason() { "$kvmlab" report --format json | jq -r '.experiments[0].predicted.reason'; }
answer() { "$kvmlab" report --format json | jq -r ".experiments[0].questions[] | select(.id == \"$1\").answer"; }
# to_the_end: the rest of the run, with an answer to the number
to_the_end() { keys Enter && shows 'Run it' && keys Enter && shows 'How many' && typed 3 && keys Enter && shows 'Why[?]$' && keys Enter Enter && settled; }

for width in 80 40; do
	begin "$width"
	typed 'Memori disalin'
	keys C-a
	typed 'Karena m'
	keys DC M-f
	typed 'nya'
	keys End Left Left Left BSpace
	typed a
	keys End
	typed ' café 世界'
	keys BSpace
	shows 'Karena memorinya disalin café 世$'
	is "keys-at-$width" 0 $?
	# Longer than a line, mended at its beginning.
	typed ' dan disk tidak perlu disalin lewat jaringan karena kedua host melihat penyimpanan yang sama'
	keys Home C-d
	typed k
	keys C-Right C-Right
	typed '!'
	shows '^> karena memorinya!'
	is "long-line-is-mended-at-$width" 0 $?
	is "long-line-is-whole-at-$width" 1 "$(shown | tr -d '\n ' | grep -c 'karenamemorinya!disalincafé世dandisktidakperludisalinlewatjaringankarenakeduahostmelihatpenyimpananyangsama$')"
	keys Enter
	to_the_end
	is "text-at-$width" "karena memorinya! disalin café 世 dan disk tidak perlu disalin lewat jaringan karena kedua host melihat penyimpanan yang sama" "$(reason)"
	is "number-at-$width" 3 "$(answer n)"
	is "terminal-at-$width" "$(cat before)" "$(cat after)"
done

# What was typed in this run comes again, what was typed in another one does not.
begin 80
typed 'first line'
keys Enter
typed 'second'
keys Enter Up Up
shows '^> first line$'
typed ' again'
keys Enter
to_the_end
is history "$(printf 'first line\nsecond\nfirst line again')" "$(reason)"
begin 80
keys Up
typed 'mine'
keys Enter
to_the_end
is history-is-of-one-run mine "$(reason)"
sed 's/^id: lab/id: next/' lab.yaml >next.yaml
begin 80 ./next.yaml
typed 'of the first'
to_the_end_of_one() { keys Enter Enter && shows 'Run it' && keys Enter && shows 'How many' && typed 3 && keys Enter && shows 'Why[?]$' && keys Enter; }
to_the_end_of_one
shows '^next|^L$' >/dev/null
keys 1 Enter Up
typed 'of the next'
to_the_end_of_one
settled
is history-is-of-one-lab 'of the next' "$(reason)"
is nothing-is-written-home .editrc "$(cd home && find . -mindepth 1 | sed 's|^./||')"

# Everything is typed before it is asked for, with either end of a line.
for end in $'\r' $'\n'; do
	begin 80
	typed "pasted one${end}pasted two$end$end${end}3${end}because$end$end"
	settled
	is "typed-ahead-$(printf %q "$end")" "$(printf '0 pasted one\npasted two 3 because')" "$(cat code) $(reason) $(answer n) $(answer w)"
done

# Stopped and taken up again, with a terminal of another size.
begin 80
keys C-c
settled
rm -f after
tm send-keys -t s "$kvmlab resume --yes --lang en" Enter
shows 'What[?]$' && keys 1 Enter && shows 'Why do you think'
typed 'before'
shows '^> before$'
keys C-z
shows '^ready> $|^ready>$'
tm resize-window -t s -x 40
typed 'fg'
keys Enter
shows '^> before$'
is taken-up-shows-the-line-once "1" "$(shown | tail -n 1 | grep -c '^> before$')"
typed ' and behind'
keys Enter Enter
shows 'How many'
is taken-up-text 'before and behind' "$(reason)"

# However it ends, the terminal is as it was.
for how in INT:130 TERM:143 HUP:143 QUIT:131 typed:130; do
	begin 80
	typed 'half a '
	shows '^> half a'
	case $how in
	typed:*) keys C-c ;;
	*) kill -"${how%:*}" "$(cat pid)" ;;
	esac
	settled
	is "ended-by-${how%:*}" "${how#*:} $(cat before)" "$(cat code) $(cat after)"
	is "ended-by-${how%:*}-no-reason" null "$(reason)"
done
begin 80
keys C-d
settled
is end-of-input "130 $(cat before)" "$(cat code) $(cat after)"

# Plain: the terminal's own line mode, and not one escape byte.
screen_close
command -v expect >/dev/null || { skip plain "no 'expect'; 'make deps' installs it"; done_testing; }
rm -rf state
cat >plain.exp <<EXP
set timeout 20
set env(TERM) xterm
spawn -noecho $kvmlab run ./lab.yaml --plain --lang en
expect -re {> $} { send "1\r" } timeout { exit 1 }
expect -re {think so.*\n> $} { send "plain\r" } timeout { exit 1 }
expect -re {\n> $} { send "\r" } timeout { exit 1 }
expect -re {Y/n[^]]*\] $} { send "\r" } timeout { exit 1 }
expect -re {many.*\n> $} { send "3\r" } timeout { exit 1 }
expect -re {\n> $} { send "\r" } timeout { exit 1 }
expect eof
EXP
expect plain.exp >screen
is plain "0 0 plain" "$? $(grep -c $'\e' screen) $(reason)"
done_testing
