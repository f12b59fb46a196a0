#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a run leaves on the host when it is cut off, cleaned, resumed; and what needs somebody's yes.
#
# usage: tests/cli/put_back.sh [PROGRAM]
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
  checks:
    f: {use: file, with: {path: $made}, expect: {exists: true}}
YAML

# A run that was killed in its second step.
cut_off() {
	touch "$work/slow"
	rm -rf "$XDG_STATE_HOME"
	"$kvmlab" run "$work/lab.yaml" --plain >"$work/told" 2>&1 </dev/null &
	local pid=$!
	for _ in $(seq 200); do
		grep -q 'step one' "$work/told" && break
		sleep 0.05
	done
	{ kill -KILL $pid && wait $pid; } 2>/dev/null
	rm -f "$work/slow"
}

cut_off
if [ -e "$made" ]; then pass step-made-it; else fail step-made-it "nothing to put back"; fi
run "$kvmlab" clean
is clean 0 "$code"
if [ -e "$made" ]; then fail clean-removes-it "$made is left"; else pass clean-removes-it; fi
said cleaned-is-closed 64 1 'no run is unfinished' "$kvmlab" resume
run "$kvmlab" status
if grep -q "closed by 'kvmlab clean'" "$work/out"; then pass status-says-closed; else fail status-says-closed "$(cat "$work/out")"; fi
run "$kvmlab" report
is closed-is-no-pass 130 "$code"

cut_off
run "$kvmlab" resume
is resume 0 "$code"
if [ -e "$made" ]; then fail resume-puts-back "$made is left"; else pass resume-puts-back; fi

# Somebody's own link is not the lab's, wherever it points.
ln -s "$work/target" "$made"
run "$kvmlab" run "$work/lab.yaml"
if [ -L "$made" ]; then pass own-link-stays; else fail own-link-stays "the link is gone"; fi
rm -f "$made" "$work/target"

# What a step puts aside goes with the run: at its end, after Ctrl-C, after kill -9; not while it may be resumed.
cat >"$work/aside.yaml" <<YAML
kvmlab: 1
id: aside
title: Aside
experiments:
- id: e
  title: E
  steps:
  - {id: one, run: 'mktemp -d >$work/aside; echo here >"\$TMPDIR/kept"; mkdir -m 0 "\$TMPDIR/shut"', repeat: safe}
  - {id: two, run: 'cat "\$TMPDIR/kept" >$work/kept; sleep 20'}
YAML
aside() { # NAME SIGNAL
	local pid
	rm -f "$work/kept"
	env --default-signal=INT "$kvmlab" run "$work/aside.yaml" --plain >"$work/told" 2>&1 </dev/null &
	pid=$!
	for _ in $(seq 200); do
		[ ! -s "$work/kept" ] || break
		sleep 0.05
	done
	{ kill -"$2" $pid && wait $pid; } 2>/dev/null
	is "aside/$1/same-place" here "$(cat "$work/kept" 2>&1)"
	is "aside/$1/stays" there "$([ -d "$(cat "$work/aside")" ] && echo there || echo gone)"
	run "$kvmlab" clean
	is "aside/$1/clean" 0 "$code"
	is "aside/$1/gone" '' "$(ls -d "$(cat "$work/aside")" "$(dirname "$(cat "$work/aside")")" 2>/dev/null)"
}
aside killed KILL
aside interrupted INT
sed -i 's/; sleep 20//' "$work/aside.yaml"
run "$kvmlab" run "$work/aside.yaml"
is aside/end/gone '' "$(ls -d "$(cat "$work/aside")" "$(dirname "$(cat "$work/aside")")" 2>/dev/null)"

# A step that was interrupted runs again and makes its file anew, under another inode: it still is the step's.
cat >"$work/again.yaml" <<YAML
kvmlab: 1
id: again
title: Again
experiments:
- id: e
  title: E
  steps:
  - {id: one, run: 'touch $made.new; mv $made.new $made; sleep 20', changes: [{file: $made}], repeat: safe}
YAML
until_new() { # INODE
	for _ in $(seq 200); do
		[ "$(stat -c %i "$made" 2>/dev/null || echo "$1")" = "$1" ] || break
		sleep 0.05
	done
}
env --default-signal=INT "$kvmlab" run "$work/again.yaml" --plain >"$work/told" 2>&1 </dev/null &
pid=$!
until_new none
{ kill -INT $pid && wait $pid; } 2>/dev/null
first=$(stat -c %i "$made")
"$kvmlab" resume --plain >"$work/told" 2>&1 </dev/null &
pid=$!
until_new "$first"
{ kill -KILL $pid && wait $pid; } 2>/dev/null
isnt() { if [ "$2" != "$3" ]; then pass "$1"; else fail "$1" "found '$3' again"; fi; }
isnt again/another-inode "$first" "$(stat -c %i "$made")"
run "$kvmlab" clean
is again/clean 0 "$code"
is again/gone gone "$([ -e "$made" ] && echo there || echo gone)"
rm -f "$made"

# A reader that goes away does not leave the host changed.
"$kvmlab" run "$work/lab.yaml" 2>/dev/null </dev/null | head -n 1 >/dev/null
if [ -e "$made" ]; then fail reader-gone "$made is left"; else pass reader-gone; fi

sed "s|run: touch.*|run: touch $made, root: true}|" "$work/lab.yaml" >"$work/root.yaml"
said root-needs-a-yes 64 1 "'one' runs as root.*--yes or --answers" "$kvmlab" run "$work/root.yaml"
if [ -e "$made" ]; then fail root-did-not-run "$made is there"; else pass root-did-not-run; fi
done_testing
