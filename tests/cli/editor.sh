#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# An answer is written in the student's own editor: what it gets, what comes back, and what is left when it fails,
# dies, or kvmlab dies.
# What the editor does is written here and expanded there.
# shellcheck disable=SC2016
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
command -v tmux >/dev/null || { skip all "no 'tmux'; 'make deps' installs it"; done_testing; }
# shellcheck source=tests/cli/lib_screen.sh
. "$(dirname "$0")/lib_screen.sh"
cd "$work" || exit 1
mkdir home

cat >lab.yaml <<'YAML'
kvmlab: 1
id: lab
title: L
experiments:
- id: e
  title: E
  predict: {ask: What?, choices: {a: A, b: B}, reason: true}
  steps: [{id: one, run: 'true'}]
YAML
{
	sed '/^  steps/,$d' lab.yaml
	echo "  steps: [{id: one, run: 'true'}]"
	echo "  questions: [{id: w, part: explain, kind: text, ask: Wherefore?, rubric: [{points: 1, any: [x], text: x}]}]"
} >asks.yaml
# The editor: notes what it is given, then does what the test says.
cat >ed.sh <<'SH'
#!/bin/bash
file=${!#}
stat -c '%a %F' "$file" >mode
stat -c %a "$(dirname "$file")" >>mode
printf '%s\n' "$@" >args
cp "$file" seen
echo $$ >editor.new
mv editor.new editor
. ./act
SH
chmod +x ed.sh
cat >play.sh <<SH
stty -g >before
bash -c 'echo \$\$ >pid; exec "\$@"' start $kvmlab "\$@"
echo \$? >code
stty -g >after
SH

# begin EDITOR [OPTION...]: up to the prompt of the reason; ACT is what the editor does, WIDTH the terminal's
begin() {
	local editor=$1
	shift
	rm -rf state before after code pid editor seen mode args
	printf '%s\n' "$ACT" >act
	screen_open "${WIDTH:-80}" && typed "unset VISUAL EDITOR; export $editor; clear" && keys Enter &&
		typed "bash play.sh run ./${LAB:-lab.yaml} --lang en $*" && keys Enter && shows '^> $|^>$' && keys 1 Enter && shows 'Why do you think'
}
# at NAME: waits until that file is there
at() {
	for _ in $(seq 400); do [ -e "$1" ] && return 0; read -rt 0.05 <> <(:); done
	echo "# no $1"
	return 1
}
to_the_end() { shows 'Run it' && keys Enter && at after; }
reason() { "$kvmlab" report --format json | jq -r '.experiments[0].predicted.reason'; }
left() { if [ -e state/kvmlab/editing ]; then ls -A state/kvmlab/editing; else echo nothing; fi; }
gone() { kill -0 "$(cat editor)" 2>/dev/null && echo "still there" || echo gone; }

for WIDTH in 80 40; do
	ACT='printf "  \n\n# mine\nKarena memori — 世界  \n\nkedua\n#x\n\n" >"$file"; touch "$file~" "$(dirname "$file")/.swap"' begin "EDITOR=\"./ed.sh --wait 'two words'\""
	is "said-at-$WIDTH" 1 "$(shown | tr '\n' ' ' | grep -c "'e' alone opens ./ed.sh")"
	typed 'typed here'
	keys Enter
	typed e
	keys Enter
	to_the_end
	is "text-at-$WIDTH" "$(printf 'Karena memori — 世界\n\nkedua')" "$(reason)"
	is "shown-at-$WIDTH" 2 "$(shown | grep -cE '^  (Karena memori — 世界|kedua)$')"
	is "terminal-at-$WIDTH" "$(cat before)" "$(cat after)"
	is "nothing-left-at-$WIDTH" nothing "$(left)"
done
WIDTH=80
is file-is-private "$(printf '600 regular file\n700')" "$(cat mode)"
is arguments "$(printf -- '--wait\ntwo words\n%s' "$work/state/kvmlab/editing/answer.txt")" "$(cat args)"
is given "$(printf 'typed here\n\n# Why do you think so?\n#')" "$(head -n 4 seen)"
is given-comments 0 "$(sed 1,2d seen | grep -vc '^#')"

ACT='echo "from plain" >"$file"' begin EDITOR=./ed.sh --plain
typed e
keys Enter
to_the_end
is plain 'from plain' "$(reason)"

ACT='echo "by the key" >>"$file"' begin 'VISUAL=./ed.sh EDITOR=false'
typed 'half a line'
keys C-x C-e
to_the_end
is key "$(printf 'half a line\n\n\nby the key' | uniq)" "$(reason | uniq)"

ACT='sed -i "s/^[^#].*//" "$file"' begin EDITOR=./ed.sh
typed e
keys Enter
to_the_end
is empty-is-not-given null "$(reason)"
is empty-is-said 1 "$(shown | grep -c '(no answer)')"

# bad NAME MESSAGE: with this ACT what was there is kept, and the rest of the line, too
bad() {
	begin "${EDITOR_IS:-EDITOR=./ed.sh}"
	typed 'kept line'
	keys Enter
	typed 'kept half'
	keys C-x C-e
	shows "$2"
	shows '^> kept half$'
	typed ' and more'
	keys Enter Enter
	to_the_end
	is "$1" "$(printf 'kept line\nkept half and more')" "$(reason)"
	is "$1-terminal" "$(cat before)" "$(cat after)"
	is "$1-nothing-left" nothing "$(left)"
}
ACT='echo no >"$file"; stty raw -echo; exit 3' bad failed 'the editor ended with exit status 3'
ACT='echo no >"$file"; stty raw -echo; printf "\e[?1049h\e[?25l"; kill -SEGV $$' bad crashed 'the editor was ended by signal 11'
is crashed-screen-is-the-usual-one '0 1' "$(tm display-message -p -t s '#{alternate_on} #{cursor_flag}')"
ACT='printf "a\0b\n" >"$file"' bad nul 'no UTF-8 text'
ACT='printf "a\377b\n" >"$file"' bad latin 'no UTF-8 text'
ACT='head -c 70000 /dev/zero | tr "\0" x >"$file"' bad long 'longer than 65536'
ACT='rm "$file"' bad removed 'cannot read'
ACT='rm "$file"; ln -s "$PWD/lab.yaml" "$file"' bad linked 'cannot read'
EDITOR_IS='EDITOR=./none' ACT=: bad missing "cannot start './none'"
EDITOR_IS='EDITOR="\`touch made\`"' ACT=: bad no-command 'is no command of an editor'
is no-command-is-run no "$([ -e made ] && echo yes || echo no)"
ACT=: begin NOTHING=1
is none-is-not-offered 0 "$(shown | grep -c "'e' alone")"
typed e
keys Enter
shows 'neither VISUAL nor EDITOR'
typed here
keys Enter Enter
to_the_end
is none here "$(reason)"

# Told to end while the editor has the terminal; what does not listen is ended.
for how in 'TERM:143:exec sleep 60' "TERM:143:trap '' TERM; while :; do read -rt 1 <> <(:); done" 'HUP:143:exec sleep 60'; do
	IFS=: read -r signal want act <<<"$how"
	ACT="stty raw -echo; $act" begin EDITOR=./ed.sh
	typed e
	keys Enter
	at editor
	kill -"$signal" "$(cat pid)"
	at after
	is "told-to-end-$signal-${act:0:4}" "$want $(cat before) nothing gone" "$(cat code) $(cat after) $(left) $(gone)"
	is "told-to-end-$signal-${act:0:4}-no-reason" null "$(reason)"
done

# Ctrl-C is the editor's own affair.
ACT='trap "echo interrupted >\"$file\"; exit 0" INT; while :; do read -rt 1 <> <(:); done' begin EDITOR=./ed.sh
typed e
keys Enter
at editor
keys C-c
to_the_end
is ctrl-c interrupted "$(reason)"

# Killed: the editor ends, too; the next run takes away what is left.
ACT='touch "$(dirname "$file")/.swap"; exec sleep 60' LAB=asks.yaml begin EDITOR=./ed.sh
typed why
keys Enter Enter
shows 'Run it' && keys Enter
shows Wherefore
typed e
keys Enter
at editor
until [ -e state/kvmlab/editing/.swap ]; do read -rt 0.05 <> <(:); done
kill -KILL "$(cat pid)"
at after
for _ in $(seq 100); do [ "$(gone)" = gone ] && break; read -rt 0.05 <> <(:); done
is killed "137 gone $(printf '.swap\nanswer.txt')" "$(cat code) $(gone) $(left)"
run "$kvmlab" resume --yes --lang en
is killed-is-taken-up nothing "$(left)"
done_testing
