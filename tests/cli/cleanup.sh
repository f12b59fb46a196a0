#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A lab's cleanup: at the end of a run, after a run was killed, when it fails; and in the plan.
#
# usage: tests/cli/cleanup.sh [PROGRAM]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

moved=$work/moved
cat >"$work/lab.yaml" <<YAML
kvmlab: 1
id: mover
title: A lab that moves something
params: {what: {type: path, default: $moved}}
experiments:
- id: e
  title: An experiment
  steps:
  - {id: move, run: 'echo x >> "\$what"', repeat: safe}
  - {id: wait, run: 'test ! -e $work/slow || sleep 20', repeat: safe}
  checks:
    f: {use: file, with: {path: \$what}, expect: {exists: true}}
cleanup:
- id: home
  title: {id: yang dipindahkan, en: what was moved}
  run: |
    test ! -e $work/broken || { echo >&2; echo "no way home" >&2; exit 5; }
    echo home >> $work/homes
    rm -f "\$what"
YAML

# changed STATE: what the report in $work/out says of the cleanup, 'STATE|WHY'.
changed() { jq -r '.changes[] | select(.what == "what was moved") | "\(.state)|\(.why)"' "$work/out"; }
homes() { [ ! -e "$work/homes" ] || wc -l <"$work/homes"; }

# Its path in '$work/out' is the JSON report.
walk() { run "$kvmlab" run "$work/lab.yaml" --format json --lang en "$@"; }

walk
is end/exit-code 0 "$code"
is end/done 'undone|null' "$(changed)"
is end/once 1 "$(homes)"
if [ -e "$moved" ]; then fail end/taken-back "$moved is left"; else pass end/taken-back; fi
run "$kvmlab" report --format json --lang en
is report-says-the-same 'undone|null' "$(changed)"
run "$kvmlab" report --lang id
if grep -q 'yang dipindahkan' "$work/out"; then pass in-the-own-language; else fail in-the-own-language "$(tail -n 20 "$work/out")"; fi

# Nothing was begun, so there is nothing to take back.
rm -f "$work/homes"
cat >"$work/skips.yaml" <<'YAML'
kvmlab-answers: 1
experiments: {e: {skip: [move, wait]}}
YAML
walk --answers "$work/skips.yaml"
is nothing-begun/not-run '' "$(homes)"
is nothing-begun/not-in-the-report '' "$(changed)"

touch "$work/broken"
walk
is fails/told 'undo-failed|no way home' "$(changed)"
if [ -e "$moved" ]; then pass fails/stays; else fail fails/stays "it is gone"; fi
rm -f "$moved" "$work/broken"

# Killed in its second step: it is on record, and 'clean' does it once.
cut_off() {
	rm -rf "$XDG_STATE_HOME" "$work/homes"
	touch "$work/slow"
	"$kvmlab" run "$work/lab.yaml" --plain --lang en >"$work/told" 2>&1 </dev/null &
	local pid=$!
	for _ in $(seq 200); do
		grep -q 'step move' "$work/told" && break
		sleep 0.05
	done
	{ kill -KILL $pid && wait $pid; } 2>/dev/null
	rm -f "$work/slow"
}
cut_off
run "$kvmlab" report --format json --lang en
is killed/stands 'standing|null' "$(changed)"
touch "$work/broken"
run "$kvmlab" clean --lang en
is killed/failed-clean-is-open 'could not be put back: what was moved: no way home' "$(tr -s ' \n' ' ' <"$work/out" | sed 's/ $//')"
rm -f "$work/broken"
run "$kvmlab" clean --lang en
is killed/clean 0 "$code"
is killed/once 1 "$(homes)"
if [ -e "$moved" ]; then fail killed/taken-back "$moved is left"; else pass killed/taken-back; fi
cut_off
run "$kvmlab" resume
is resumed/exit-code 0 "$code"
is resumed/once 1 "$(homes)"

# Ctrl-C while the steps run: it says what may have to be put back.
rm -rf "$XDG_STATE_HOME"
touch "$work/slow"
"$kvmlab" run "$work/lab.yaml" --plain --lang en >"$work/told" 2>&1 </dev/null &
pid=$!
for _ in $(seq 200); do
	grep -q 'step move' "$work/told" && break
	sleep 0.05
done
kill -TERM $pid
wait $pid 2>/dev/null
rm -f "$work/slow"
if grep -q 'may have to be put back.*what was moved' "$work/told"; then pass interrupted/says-so; else fail interrupted/says-so "$(tail -n 3 "$work/told")"; fi

run "$kvmlab" plan "$work/lab.yaml" --lang en
if grep -q "At the end, and by 'kvmlab clean'" "$work/out" && grep -q 'home: on local' "$work/out"; then
	pass plan
else
	fail plan "$(tail -n 12 "$work/out")"
fi
run "$kvmlab" plan "$work/lab.yaml" --format json
is plan-json home "$(jq -r '.cleanup[].id' "$work/out")"

# What is wrong with it is told at its place.
sed -e 's/^- id: home/- id: home\n  on: elsewhere\n  probe: ping/' -e 's/^  run: |/  run: "  "/' -e '/^    test/,$d' "$work/lab.yaml" >"$work/bad.yaml"
run "$kvmlab" lint "$work/bad.yaml"
is bad/exit-code 65 "$code"
for words in "there is no host 'elsewhere'" "unknown key 'probe'" "'run' is empty"; do
	if grep -q "bad.yaml:[0-9]*:[0-9]*: mistake: $words" "$work/out"; then
		pass "bad/$words"
	else
		fail "bad/$words" "$(cat "$work/out")"
	fi
done
sed 's/^- id: home/- id: home\n  root: true/' "$work/lab.yaml" >"$work/root.yaml"
said root-needs-a-yes 64 1 "'home' runs as root.*--yes or --answers" "$kvmlab" run "$work/root.yaml"
done_testing
