#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a student sees who takes a run up again: their language, and not again all that is done.
# usage: resume.sh [KVMLAB]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/lab.yaml" <<YAML
kvmlab: 1
id: two
title: {en: Two experiments, id: Dua percobaan}
experiments:
- id: first
  title: {en: The first, id: Yang pertama}
  background: {en: A long story., id: Cerita panjang.}
  steps: [{id: one, run: 'true', repeat: safe}]
  checks:
    c: {use: step_output, with: {step: one}, expect: {exit_status: 0}}
- id: second
  title: {en: The second, id: Yang kedua}
  background: {en: Another story., id: Cerita lain.}
  steps: [{id: two, run: 'touch $work/there; until [ -e $work/go ]; do sleep 0.05; done', repeat: safe}]
  checks:
    c: {use: step_output, with: {step: two}, expect: {exit_status: 0}}
YAML
"$kvmlab" run "$work/lab.yaml" --plain --lang id >"$work/told" 2>&1 </dev/null &
pid=$!
for _ in $(seq 200); do
	[ -e "$work/there" ] && break
	sleep 0.05
done
{ kill -KILL $pid && wait $pid; } 2>/dev/null
touch "$work/go"
cp -a "$XDG_STATE_HOME" "$work/kept"

seen() { grep -c -- "$1" "$work/out"; }
run "$kvmlab" resume --plain
is goes-on 0 "$code"
is in-its-language '1 0' "$(seen 'Dua percobaan') $(seen 'Two experiments')"
is says-what-is-done 1 "$(seen "Sudah dikerjakan; 'kvmlab report 1'")"
is does-not-repeat-it '0 1' "$(seen 'Cerita panjang') $(seen 'Cerita lain')"
is grades-all 1 "$(seen '^100.00 dari 100.00 poin')"

# Another language when asked for.
XDG_STATE_HOME=$work/kept run "$kvmlab" resume --plain --lang en
is in-another '0 1' "$(seen 'Dua percobaan') $(seen 'Two experiments')"
done_testing
