#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A log without a terminal shows what a failed step complained of, and nothing of one that went well.
# usage: step_errors.sh [KVMLAB]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/lab.yaml" <<'YAML'
kvmlab: 1
id: errors
title: A lab whose steps fail
experiments:
- id: e
  title: An experiment
  steps:
  - {id: fails, run: "for i in 1 2 3 4 5 6 7; do printf 'line %s\\033[31m\\n' $i >&2; done; exit 3"}
  - {id: silent, run: exit 4}
  - {id: half, run: "printf 'no newline' >&2; exit 5"}
  - {id: well, run: echo a warning >&2}
  checks:
    one: {use: step_output, with: {step: well}, expect: {exit_status: 0}}
YAML
run "$kvmlab" run "$work/lab.yaml" --yes --plain
is code 0 "$code"
sed -E 's/, [0-9]+ ms$//; s/^ *//' "$work/out" | grep -E '^(step|line|no newline|a warning)' >"$work/said"
is said "$(printf '%s\n' 'step fails: exit status 3' 'line '{3..7}'\x1b[31m' 'step silent: exit status 4' \
	'step half: exit status 5' 'no newline' 'step well: exit status 0')" "$(cat "$work/said")"
is no-escape 0 "$(grep -c $'\033' "$work/out")"
done_testing
