#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Steps that wait for checks, and the UUIDs that steps get for what they create.
#
# usage: tests/cli/step_needs.sh [PROGRAM]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

made=$work/made
lab=$work/lab.yaml
# A lab whose step 'do' needs what $1 and $2 (checks, in YAML) say of the host.
lab_needs() {
	cat >"$lab" <<-YAML
	kvmlab: 1
	id: needs
	title: A lab whose step waits for a check
	experiments:
	- id: e
	  title: An experiment
	  steps:
	  - {id: before, run: echo yes}
	  - {id: do, run: touch $made, needs: [first, second], changes: [{file: $made}]}
	  - {id: later, run: touch $made.later, needs: [second], changes: [{file: $made.later}]}
	  - {id: free, run: echo free}
	  checks:
	    first: {$1}
	    second: {$2}
	    did: {use: step_output, with: {step: do}, expect: {exit_status: 0}}
	    free: {use: step_output, with: {step: free}, expect: {exit_status: 0}}
	YAML
}
yes='use: step_output, with: {step: before, pattern: yes}, expect: {matched: true}, next: Nothing'
no='use: step_output, with: {step: before, pattern: no}, expect: {matched: true}, why: It counts., next: Turn it off.'
# Nobody can be asked.
broken='use: domain, with: {name: db01}, expect: {state: running}, next: Nothing'

# verdicts: 'id=VERDICT ...' and what became of the steps
verdicts() {
	"$kvmlab" report --format json >"$work/report.json" 2>/dev/null
	jq -r '[.experiments[0].checks[] | "\(.id)=\(.verdict)"] + [.experiments[0].steps[] | "\(.id)=\(.state)"] | join(" ")' "$work/report.json"
}
# Times one: jq 1.7 writes a number as the file has it.
points() { jq -r '.grade | "\(.earned * 1) of \(.possible * 1)"' "$work/report.json"; }

lab_needs "$yes" "$yes"
run "$kvmlab" run "$lab"
is pass 0 "$code"
is pass-verdicts "first=PASS second=PASS did=PASS free=PASS before=done do=done later=done free=done" "$(verdicts)"

lab_needs "$yes" "$no"
run "$kvmlab" run "$lab" --plain
is fail 1 "$code"
is fail-verdicts "first=PASS second=FAIL did=SKIP free=PASS before=done do=skipped later=skipped free=done" "$(verdicts)"
is fail-costs-its-own-checks "25 of 50" "$(points)"
said_out() { if grep -qF "$2" "$work/out"; then pass "$1"; else fail "$1" "no '$2' in: $(head -c 300 "$work/out")"; fi; }
said_out fail-says-which "step do: it needs 'second', which has not passed"
said_out fail-says-why "why it matters: It counts."
said_out fail-says-next "what to do next: Turn it off."
run "$kvmlab" report --plain
said_out report-says-which "it needs 'second', which has not passed: 0 of 1 expectations held"
said_out report-says-next "Turn it off."
if [ -e "$made" ] || [ -e "$made.later" ]; then fail not-run "it was run"; else pass not-run; fi

lab_needs "$broken" "$yes"
KVMLAB_LIBVIRT=/nonexistent run "$kvmlab" run "$lab"
is broken 3 "$code"
is broken-verdicts "first=BROKEN second=PASS did=SKIP free=PASS before=done do=skipped later=done free=done" "$(verdicts)"
is broken-costs-nothing "25 of 25" "$(points)"
run "$kvmlab" report --plain
said_out broken-says-so "it needs 'first', which could not be looked at"

lab_needs "$yes" "$yes, applies_if: {first: {matched: false}}, na: Not here."
run "$kvmlab" run "$lab"
is na 0 "$code"
is na-verdicts "first=PASS second=NA did=SKIP free=PASS before=done do=skipped later=skipped free=done" "$(verdicts)"
is na-leaves-the-total "25 of 25" "$(points)"

# What was found before the step stays found: a run that is taken up again does not look anew.
lab_needs "$yes" "use: file, with: {path: $work/door}, expect: {exists: true}, next: Open it"
sed -i 's/id: free, run: echo free/id: free, run: "sleep 20"/' "$lab"
"$kvmlab" run "$lab" --plain >"$work/told" 2>&1 </dev/null &
pid=$!
for _ in $(seq 200); do
	grep -q 'step later' "$work/told" && break
	sleep 0.05
done
{ kill -KILL $pid && wait $pid; } 2>/dev/null
touch "$work/door"
run "$kvmlab" resume --started "done"
is resume-keeps-what-was-found "first=PASS second=FAIL did=SKIP free=SKIP before=done do=skipped later=skipped free=done" "$(verdicts)"

# A step finds the UUID that it has to give, the same one however often it is run.
uuid='[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
cat >"$work/uuid.yaml" <<YAML
kvmlab: 1
id: uuid
title: A lab that is given UUIDs
params: {name: {type: domain, default: db02}}
experiments:
- id: e
  title: An experiment
  steps:
  - {id: a, run: 'echo "\$one \$two" >>$work/uuids', repeat: safe, changes: [{network: n-\$name, uuid: one}, {pool: p, uuid: two}]}
  - {id: b, run: 'echo "\$one \$two" >>$work/uuids; test ! -e $work/slow || sleep 20', repeat: safe}
YAML
run "$kvmlab" plan "$work/uuid.yaml" --format json
is plan-names-them "n-db02 one p two" "$(jq -r '.experiments[0].steps[0].changes | "\(.[0].network) \(.[0].uuid) \(.[1].pool) \(.[1].uuid)"' "$work/out")"
is plan-chooses-none 'echo "$one $two"' "$(jq -r '.experiments[0].steps[0].shown' "$work/out" | sed 's/ >>.*//')"
touch "$work/slow"
KVMLAB_LIBVIRT=/nonexistent "$kvmlab" run "$work/uuid.yaml" >/dev/null 2>&1 </dev/null &
pid=$!
for _ in $(seq 200); do
	[ "$(cat "$work/uuids" 2>/dev/null | wc -l)" = 2 ] && break
	sleep 0.05
done
{ kill -KILL $pid && wait $pid; } 2>/dev/null
rm "$work/slow"
KVMLAB_LIBVIRT=/nonexistent run "$kvmlab" resume
is uuids-stay 1 "$(sort -u "$work/uuids" | wc -l)"
is uuids-three-times 3 "$(wc -l <"$work/uuids")"
if grep -qxE "$uuid $uuid" "$work/uuids"; then pass uuids-are-random; else fail uuids-are-random "$(cat "$work/uuids")"; fi
run "$kvmlab" report --plain
said_out report-shows-them "$(head -n 1 "$work/uuids" | cut -d' ' -f1)"
done_testing
