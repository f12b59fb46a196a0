#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 400
# The terminal is as it was after INT, TERM and HUP at random moments of a run with its prompts.
# usage: tty.sh [KVMLAB]      TRIES=60
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
tries=${TRIES:-60}
command -v script >/dev/null || { skip all "no 'script'; 'make deps' installs it"; done_testing; }

cat >ask.yaml <<'YAML'
kvmlab: 1
id: ask
title: Asks a lot
experiments:
- id: e
  title: E
  predict: {ask: What?, choices: {a: A, b: B}, reason: true, sure: true}
  steps:
  - {id: one, run: sleep 0.1, repeat: safe}
  - {id: two, run: sleep 0.2, repeat: safe}
  checks:
    c: {use: step_output, with: {step: one}, expect: {exit_status: 0}}
  questions:
  - {id: q, part: observe, kind: choice, ask: Which?, choices: {a: A, b: B}, answer: a}
  - {id: w, part: explain, kind: text, ask: Why?, rubric: [{points: 1, any: [x], text: x}]}
YAML

# What runs on the terminal: notes its settings before and after, and how the program ended.
cat >inside.sh <<'SH'
stty -g >before
bash -c 'echo $$ >pid.new; mv pid.new pid; exec "$@"' start "$@"
echo $? >code
stty -g >after
SH

# pause SECONDS
pause() { read -rt "$1" <> <(:); }

# on_terminal SIGNAL DELAY COMMAND...: the student types '1' and empty lines all the time; the signal comes after DELAY
# seconds, or the end of the program.
on_terminal() {
	local signal=$1 delay=$2 typist pid
	shift 2
	rm -f before after code pid
	{
		# Until the terminal is there.
		for _ in $(seq 200); do [ -e pid ] && break; pause 0.01; done
		for _ in $(seq 100); do
			[ -e code ] && break
			printf '1\n'; pause 0.02; printf '\n'
			pause 0.03
		done
	} 2>/dev/null | timeout 20 script -qfec "bash inside.sh $(printf '%q ' "$@")" /dev/null >screen 2>&1 &
	typist=$!
	for _ in $(seq 200); do [ -e pid ] && break; pause 0.01; done
	pause "$delay"
	pid=$(cat pid 2>/dev/null)
	[ -n "$pid" ] && [ "$signal" != NONE ] && kill -"$signal" "$pid" 2>/dev/null
	wait "$typist"
}

settings() { cat "$1" 2>/dev/null || echo "(no $1)"; }

# Red first: a program that changes the terminal and dies of the signal is noticed.
on_terminal TERM 0.2 bash -c 'stty -echo -icanon; exec sleep 10'
if [ -s before ] && [ -s after ] && ! cmp -s before after; then
	pass control
else
	fail control "a terminal without echo was not noticed"
fi

XDG_STATE_HOME=$work/state-none on_terminal NONE 0 "$kvmlab" run ./ask.yaml
is undisturbed "$(settings before)" "$(settings after)"
is undisturbed-code yes "$([ "$(settings code)" -le 3 ] && echo yes || echo "no: $(settings code)")"

changed=0 wrong=0 hit=0 codes=
for try in $(seq "$tries"); do
	signals=(INT TERM HUP)
	signal=${signals[try % 3]}
	XDG_STATE_HOME=$work/state-$try on_terminal "$signal" "0.$(printf '%03d' $((RANDOM % 900)))" "$kvmlab" run ./ask.yaml
	code=$(settings code)
	[ "$(settings before)" = "$(settings after)" ] || { changed=$((changed + 1)); echo "# $signal: changed"; }
	case $signal-$code in
	INT-130 | TERM-143 | HUP-143) hit=$((hit + 1)) ;;
	*-0 | *-1 | *-3) ;;
	*) wrong=$((wrong + 1)) codes+=" $signal:$code" ;;
	esac
done
is terminal-unchanged-after-$tries-signals 0 "$changed"
is exit-codes "0" "$wrong${codes:+ ($codes)}"
if [ "$hit" -ge $((tries / 3)) ]; then
	pass signals-hit-runs
else
	fail signals-hit-runs "only $hit of $tries signals came before the end"
fi

# Ctrl-C typed at the prompt, not sent.
rm -f before after code pid
{
	for _ in $(seq 200); do [ -e pid ] && break; pause 0.01; done
	pause 0.3
	printf '\003'
	for _ in $(seq 100); do [ -e code ] && break; pause 0.03; done
} | XDG_STATE_HOME=$work/state-c timeout 20 script -qfec "bash inside.sh $(printf '%q ' "$kvmlab" run ./ask.yaml)" /dev/null >screen 2>&1
is ctrl-c "130 $(settings before)" "$(settings code) $(settings after)"
is ctrl-c-message 1 "$(grep -c 'kvmlab: .*interrupt' screen)"
run env XDG_STATE_HOME="$work/state-c" "$kvmlab" resume --yes --plain
is ctrl-c-resume yes "$([ "$code" -le 3 ] && echo yes || echo "no: $code: $(head -c 200 "$work/err")")"

# Ctrl-D at the first prompt: the run stops, nothing is taken for an answer.
rm -f before after code pid
{
	for _ in $(seq 200); do [ -e pid ] && break; pause 0.01; done
	pause 0.3
	printf '\004'
	for _ in $(seq 100); do [ -e code ] && break; pause 0.03; done
} | XDG_STATE_HOME=$work/state-d timeout 20 script -qfec "bash inside.sh $(printf '%q ' "$kvmlab" run ./ask.yaml)" /dev/null >screen 2>&1
is ctrl-d "130 $(settings before)" "$(settings code) $(settings after)"
is ctrl-d-message "1 0" "$(grep -c 'kvmlab: end of input' screen) $(grep -c 'Why do you think\|Run it' screen)"
done_testing
