#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A sudo that lets 'true' in and then refuses the very step: nobody's fault but the machine's.
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	skip sudo "only root can run it as somebody else"
	done_testing
fi
dir=$(readable_copy)
trap 'rm -rf "$dir"; clean_up' EXIT
mkdir -p "$dir/some" "$dir/home"
chown 65534 "$dir/home"
printf '%s\n' '#!/bin/sh' '[ "$*" != "-n true" ] || exit 0' 'echo "sudo: not you" >&2' 'exit 1' >"$dir/some/sudo"
chmod 755 "$dir/some/sudo"

cat >"$dir/root.yaml" <<YAML
kvmlab: 1
id: root
title: Needs root
needs: {root: true}
experiments:
- id: e
  title: E
  hypothesis: The file can be made.
  steps: [{id: make, root: true, run: 'touch $dir/home/made'}]
  checks:
    ended: {use: step_output, with: {step: make}, expect: {exit_status: 0}}
    made: {use: file, with: {path: $dir/home/made}, expect: {exists: true}}
    seen: {use: file, with: {path: $dir/home/made}}
    there: {use: file, with: {path: $dir/home}, expect: {exists: true}}
  hypothesis_supported_if: {seen: {exists: true}}
  hypothesis_refuted_if: {seen: {exists: false}}
YAML

as_nobody() {
	(cd "$dir/home" && PATH=$dir/some:$PATH HOME=$dir/home XDG_STATE_HOME=$dir/home/state \
		exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@")
}

run as_nobody "$dir/kvmlab" run "$dir/root.yaml" --yes --report json:"$dir/home/report.json" --report text:"$dir/home/report.txt"
cp "$dir/home/report.json" "$dir/home/report.txt" "$work/" 2>/dev/null
verdicts() { jq -r '[.experiments[0].checks[] | .id + " " + .verdict] | join(", ")' "$work/report.json"; }
is could-not-be-graded 3 "$code"
is nothing-is-the-students "ended BROKEN, made BROKEN, seen BROKEN, there PASS" "$(verdicts)"
is hypothesis-stays-open INCONCLUSIVE "$(jq -r '.experiments[0].outcome' "$work/report.json")"
is said-at-once 1 "$(grep -c 'step make: could not be started: Operation not permitted' "$work/out")"
is sudos-words-are-in-the-report 1 "$(grep -c 'sudo: not you' "$work/report.txt")"
run as_nobody "$dir/kvmlab" report --format json
jq -S . "$work/out" >"$work/again.json"
jq -S . "$work/report.json" >"$work/before.json"
is the-report-again-says-the-same "" "$(diff "$work/before.json" "$work/again.json" | head -5)"

# The control: the same lab, let in.
rm -rf "$dir/home/state"
run env XDG_STATE_HOME="$work/root-state" "$kvmlab" run "$dir/root.yaml" --yes --report json:"$work/report.json"
is control "0 ended PASS, made PASS, seen MEASURED, there PASS" "$code $(verdicts)"
done_testing
