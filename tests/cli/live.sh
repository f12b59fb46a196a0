#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 240
# What a student sees while a step runs: in tmux, 80 and 40 columns wide, plain, narrowed, interrupted.
# usage: live.sh [KVMLAB]
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
command -v tmux >/dev/null || { skip live "no 'tmux'; 'make deps' installs it"; done_testing; }

terminals=0
# A server for each terminal: one that is just ending refuses the next session.
t() { tmux -L "kvmlab-live-$$-$terminals" "$@" 2>>"$work/tmux.log"; }
# shellcheck disable=SC2317
finish() {
	t kill-server
	clean_up
}
trap finish EXIT

# The step goes on when the test says so.
cat >"$work/slow.yaml" <<YAML
kvmlab: 1
id: slow
title: Takes its time
experiments:
  - id: e
    title: E
    steps:
      - {id: ping, probe: ping, with: {target: 127.0.0.1}}
      - id: slow
        repeat: safe
        run: |
          echo begins
          until [ -e $work/flood ]; do sleep 0.05; done
          seq 1 5000
          until [ -e $work/end ]; do sleep 0.05; done
    checks:
      c: {use: ping_outage, with: {probe: ping}, expect: {answered: {gt: 0}}}
YAML

# start COLUMNS [COMMAND...]: kvmlab in a new terminal of that width
start() {
	local columns=$1
	shift
	rm -f "$work/flood" "$work/end" "$work/code"
	t kill-server
	terminals=$((terminals + 1))
	t -f /dev/null new-session -d -x "$columns" -y 40 \
		"$* $kvmlab run $work/slow.yaml --yes ${plain-}; echo \$? >$work/code; exec sleep 600"
	t pipe-pane "cat >>$work/bytes"
}

screen() { t capture-pane -p; }

# sees NAME PATTERN: within 20 s something on the screen matches
sees() {
	local end=$((SECONDS + 20))
	until screen | grep -qE -- "$2"; do
		if [ "$SECONDS" -ge "$end" ]; then
			fail "$1" "no '$2' on the screen: $(screen | grep -v '^$' | tail -n 5 | tr '\n' '|')"
			return 1
		fi
		read -rt 0.05 <> <(:)
	done
	pass "$1"
}

ends() {
	local end=$((SECONDS + 20))
	until [ -s "$work/code" ] || [ "$SECONDS" -ge "$end" ]; do read -rt 0.05 <> <(:); done
	is "$1" "$2" "$(cat "$work/code" 2>/dev/null)"
}

# How often the live line stands on the screen: never more than once, and below everything else.
lines_of_it() { screen | grep -cE '[0-9] s; ping: '; }

for columns in 80 40; do
	start "$columns"
	sees "$columns/elapsed-and-ping" '\b[2-9] s; ping: (longest silence|silent for) [0-9]+ ms' || continue
	is "$columns/once" 1 "$(lines_of_it)"
	is "$columns/at-the-bottom" 1 "$(screen | grep -v '^$' | tail -n 1 | grep -cE 's; ping: ')"
	touch "$work/flood"
	sees "$columns/output-above-it" '^    99$'
	is "$columns/still-once" 1 "$(lines_of_it)"
	[ "$columns" = 40 ] || sees "$columns/how-much-more" 'sent.*; \+4901 lines\)$'
	touch "$work/end"
	sees "$columns/its-end" '^    5000$'
	sees "$columns/what-was-left-out" 'more output \(lines: 4896, size'
	sees "$columns/sparkline" 'ping: [█▇▆▅▄▃▂▁·]{20,}$'
	ends "$columns/exit-code" 0
	is "$columns/gone" 0 "$(lines_of_it)"
done

# Narrowed while it is there: nothing of the wide line is left.
start 120
sees narrowed/wide 'step slow \([2-9] s; ping'
t resize-window -x 40
sees narrowed/narrow '^[0-9]+ s; ping: (longest silence|silent for) [0-9]+ ms$'
is narrowed/once 1 "$(screen | grep -cE 'ping: (longest|silent) |[0-9] sent|step slow \(')"
touch "$work/flood" "$work/end"
ends narrowed/exit-code 0

# Ctrl-C: the step runs on while the student is asked what now.
# answered NAME KEYS...: what is typed at that question
answered() {
	local name=$1
	shift
	start 80
	sees "$name/before" 's; ping: '
	t send-keys C-c
	sees "$name/asked" '3\) end this step and leave'
	t send-keys "$@"
}
answered go-on 1 Enter
sees go-on/line-again 's; ping: '
is go-on/step-is-the-same 1 "$(screen | grep -c '^    begins')"
touch "$work/flood" "$work/end"
sees go-on/its-end '^    5000$'
ends go-on/exit-code 0
answered skip 2 Enter
ends skip/exit-code 0
is skip/said 1 "$(screen | grep -c 'ended and skipped by the student')"
answered leave 3 Enter
ends leave/exit-code 130
is leave/gone 0 "$(screen | grep -cE 's; ping: ')"
is leave/says-how-to-go-on 1 "$(screen | grep -c "Go on with: kvmlab resume")"
answered twice C-c
ends twice/exit-code 130
is nothing-runs-on '' "$(pgrep -f "$work/end")"

# Without colours and without UTF-8 no byte of them.
: >"$work/bytes"
start 80 env NO_COLOR=1 LC_ALL=C
sees bare/line 'step slow \([2-9] s; ping'
touch "$work/flood" "$work/end"
ends bare/exit-code 0
sees bare/sparkline 'ping: [#=+.-]{20,}$'
is bare/no-colour 0 "$(grep -ac $'\033\\[[0-9;]*m' "$work/bytes")"
is bare/ascii 0 "$(LC_ALL=C grep -acP '[\x80-\xff]' "$work/bytes")"

# --plain: no escape byte, a line of its own after 10 s, words instead of a drawing.
: >"$work/bytes"
plain=--plain start 80
sees plain/after-ten-seconds '^step slow \(1[0-9] s; ping: '
touch "$work/flood" "$work/end"
ends plain/exit-code 0
sees plain/words 'ping: all [0-9]+ answered'
is plain/no-escape 0 "$(grep -ac $'\033' "$work/bytes")"
is plain/no-carriage-return-alone 0 "$(perl -0777 -ne 'print scalar(() = /\r(?!\n)/g)' "$work/bytes")"
# A flood of output is not held up by the terminal: about as fast as where nobody looks.
cat >"$work/flood.yaml" <<'YAML'
kvmlab: 1
id: flood
title: Floods
experiments:
  - id: e
    title: E
    steps:
      - {id: flood, repeat: safe, timeout: 5m, run: "yes 'a line that somebody could read' | head -c 200000000"}
    checks:
      c: {use: step_output, with: {step: flood}, expect: {exit_status: 0}}
YAML
flood_ms() { "$kvmlab" report --format json | jq '.experiments[0].steps[0].evidence[0].ms'; }
"$kvmlab" run "$work/flood.yaml" --yes >/dev/null 2>&1 </dev/null
unseen=$(flood_ms)
t kill-server
rm -f "$work/code"
terminals=$((terminals + 1))
t -f /dev/null new-session -d -x 80 -y 40 "$kvmlab run $work/flood.yaml --yes; echo \$? >$work/code; exec sleep 600"
ends flood/exit-code 0
seen=$(flood_ms)
if [ "$seen" -lt $((unseen * 4 + 1000)) ]; then
	pass flood/as-fast-as-unseen
else
	fail flood/as-fast-as-unseen "$seen ms on a terminal, $unseen ms without"
fi
echo "# 200 MB: $seen ms on a terminal, $unseen ms without"
done_testing
