#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 180
# A step typed in a shell of one's own: recorded, watched, ended; the terminal is put back whatever happens.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
command -v expect >/dev/null || { skip all "no 'expect'; 'make deps' installs it"; done_testing; }

made=$work/made
cat >"$work/typed.yaml" <<YAML
kvmlab: 1
id: typed
title: Typed
params:
  word: {type: string, default: "it's \$HOME"}
experiments:
- id: e
  title: E
  steps:
  - {id: make, run: 'echo "\$word" > $made', reached: {made: {exists: true}}, changes: [{file: $made}]}
  - {id: free, run: 'echo done', repeat: safe}
  checks:
    made: {use: file, with: {path: $made, pattern: '(?<text>.*)'}, expect: {exists: true}}
    out: {use: step_output, with: {step: free, pattern: '(?m)^typed-(?<n>\d+)\$', numbers: [n]}, expect: {exit_status: 7, n: 42}}
YAML

# The prompt of the shell appears twice where readline is slow to start: what is typed waits for one.
cat >"$work/lib.exp" <<'TCL'
log_user 1
set timeout 20
proc must {what} {
	expect {
		-re $what {}
		timeout { puts "\nMISSING: $what"; exit 1 }
		eof { puts "\nENDED BEFORE: $what"; exit 1 }
	}
}
proc asked {} { must {own shell\] $} }
proc prompt {} { must {kvmlab[$] $} }
proc begin {args} {
	global spawn_id
	eval spawn -noecho $args
	asked
	send "s\r"
	prompt
}
TCL

# play NAME SCRIPT: what expect saw is in $work/screen.
play() {
	rm -rf "$XDG_STATE_HOME"
	{ cat "$work/lib.exp"; echo "$2"; } >"$work/play.exp"
	if expect "$work/play.exp" >"$work/screen" 2>&1; then
		pass "$1"
	else
		fail "$1" "$(tail -c 300 "$work/screen" | tr '\r\n' '  ')"
	fi
}
out() { jq -r --arg id "$1" '.experiments[0] | .checks[] | select(.id == $id) | '"$2" "$work/r.json"; }

play walked "
	begin $kvmlab run $work/typed.yaml --report json:$work/r.json
	send {echo \"<\$word>\" > $made}
	send \"\\r\"
	must {going on}
	asked
	send \"s\\r\"
	prompt
	send \"\\003\"
	prompt
	send {echo typed-\$((40+2)); (exit 7)}
	send \"\\r\"
	must {typed-42}
	send \"exit\\r\"
	expect eof
	exit [lindex [wait] 3]"
is value-is-data "<it's \$HOME>" "$(out made .measures.text)"
is exit-status 'PASS 42' "$(out out '"\(.verdict) \(.measures.n)"')"
is told 2 "$(jq '[.experiments[0].steps[] | select(.why // "" | test("own"))] | length' "$work/r.json")"
is recorded 1 "$(jq -r '.experiments[0].steps[1].evidence[0].out.text' "$work/r.json" | grep -c '^typed-42$')"
is no-escapes 0 "$(jq -r '.experiments[0].steps[].evidence[0].out.text' "$work/r.json" | grep -c $'\e')"
if [ -e "$made" ]; then fail put-back "$made is left"; else pass put-back; fi

# Somebody else reaches the state: the shell ends, and what it had started.
play watched "
	begin $kvmlab run $work/typed.yaml --report json:$work/r.json
	send \"sleep 4711 &\\r\"
	prompt
	exec touch $made
	must {going on}
	asked
	send \"n\\r\"
	expect eof"
is watched-ends-all '' "$(pgrep -f 'sleep 4711')"

play plain "
	set env(TERM) xterm
	begin $kvmlab run $work/typed.yaml --plain
	send {touch $made}
	send \"\\r\"
	must {going on}
	asked
	send \"n\\r\"
	expect eof"
is plain-no-escapes 0 "$(grep -c $'\e' "$work/screen")"

# Told to end in the middle: the terminal is as before, nothing of the shell is left, the run can go on.
cat >"$work/inside.sh" <<SH
stty -g >$work/before
$kvmlab run $work/typed.yaml
echo \$? >$work/code
stty -g >$work/after
SH
play told-to-end "
	begin bash $work/inside.sh
	send \"sleep 4712\\r\"
	must {sleep 4712}
	exec sh -c {until pgrep -xf 'sleep 4712' >/dev/null; do sleep 0.05; done}
	exec pkill -TERM -f {kvmlab run $work/typed.yaml}
	expect eof"
is told-to-end-code 143 "$(cat "$work/code")"
is told-to-end-terminal "$(cat "$work/before")" "$(cat "$work/after")"
is told-to-end-ends-all '' "$(pgrep -f 'sleep 4712')"
rm -f "$made"
done_testing
