#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The command line itself: every command's help fits one screen, mistakes name the nearest word.
# usage: commands.sh [KVMLAB]
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

run "$kvmlab"
is greeting "0 1" "$code $(grep -c 'kvmlab list' "$work/out")"
run "$kvmlab" --version
is version "0 1" "$code $(grep -cE '^kvmlab [0-9]+\.[0-9]+\.[0-9]+$' "$work/out")"

run "$kvmlab" help
for command in $(awk '/^  [a-z]/ { print $1 }' "$work/out"); do
	for width in 80 40; do
		COLUMNS=$width run "$kvmlab" "$command" --help
		lines=$(wc -l <"$work/out")
		wide=$(awk -v w="$width" 'length > w' "$work/out" | wc -l)
		if [ "$code" != 0 ] || [ "$wide" != 0 ] || { [ "$width" = 80 ] && [ "$lines" -gt 24 ]; }; then
			fail "help-$command-$width" "exit $code, $lines lines, $wide of them too wide"
		elif ! grep -q "^Example: .*kvmlab $command" "$work/out"; then
			fail "help-$command-$width" "no example"
		else
			pass "help-$command-$width"
		fi
	done
	run "$kvmlab" help "$command"
	cp "$work/out" "$work/first"
	run "$kvmlab" "$command" -h
	if cmp -s "$work/first" "$work/out"; then pass "help-$command-same"; else fail "help-$command-same" "two helps differ"; fi
done

said unknown-command 64 1 "unknown command 'lst'; did you mean 'list'" "$kvmlab" lst
said unknown-command-far 64 1 "unknown command 'zzzzzzzz'; 'kvmlab help'" "$kvmlab" zzzzzzzz
said unknown-option 64 1 "unknown option '--strct'; did you mean '--strict'" "$kvmlab" lint --strct x
said unknown-letter 64 1 "unknown option '-Z'" "$kvmlab" list -Z
said option-value-missing 64 1 "'--lang' needs a value" "$kvmlab" list --lang
said option-value-wrong 64 1 "'--lang' does not know 'fr'" "$kvmlab" list --lang fr
said option-no-value 64 1 "'--plain' takes no value" "$kvmlab" list --plain=yes
said operand-missing 64 1 "kvmlab show LAB" "$kvmlab" show
said operand-too-many 64 1 "'y'" "$kvmlab" show x y
said control-characters 64 1 'x1b' "$kvmlab" $'\e[31mred'

for arguments in "list" "show host" "plan host" "explain" "explain file" "explain EXIT-CODES" "schema" "status"; do
	# shellcheck disable=SC2086
	run "$kvmlab" $arguments --format json
	is "json-${arguments// /-}" "0 true" "$code $(jq -e 'if has("schema") then .schema == 1 else has("$schema") end' "$work/out" 2>/dev/null)"
done
for arguments in "lst" "show" "show hots" "list --lang fr" "run --bogus" "explain nothing-like-it"; do
	# shellcheck disable=SC2086
	run "$kvmlab" $arguments --format json
	is "json-error-${arguments// /-}" "64 64 usage 0" "$code $(jq -r '"\(.exit_code) \(.error)"' "$work/out" 2>/dev/null) $(wc -c <"$work/err")"
done

# Languages: Indonesian without any Indonesian locale on the machine; numbers keep their point.
run "$kvmlab" list --lang en
english=$(cat "$work/out")
run "$kvmlab" list --lang id
isnt_same() { if [ "$english" != "$(cat "$work/out")" ]; then pass "$1"; else fail "$1" "it is English"; fi; }
isnt_same lang-option
run env LANGUAGE=id LC_ALL=C "$kvmlab" list
isnt_same lang-environment
run env LANG=id_ID.UTF-8 LC_ALL='' "$kvmlab" list
isnt_same lang-locale

# Colours only on a terminal; all of it fits any width.
for width in 1 40 80 200 100000; do
	COLUMNS=$width run "$kvmlab" plan host
	is "width-$width" "0 0" "$code $(grep -c $'\e' "$work/out")"
done
COLUMNS=40 run "$kvmlab" show host
is width-kept 0 "$(awk 'length > 40' "$work/out" | wc -l)"

# plan runs nothing: no state, no commands of the lab.
cat >plan.yaml <<YAML
kvmlab: 1
id: plan
title: Plan
params:
  file: {type: path, default: $work/made}
experiments:
- id: e
  title: E
  steps:
  - {id: s, run: 'touch "\$file"', changes: [{file: $work/made}]}
  checks:
    c: {use: file, with: {path: \$file}, expect: {exists: true}}
YAML
XDG_STATE_HOME=$work/untouched run "$kvmlab" plan ./plan.yaml
is plan "0 1 1" "$code $(grep -c "touch.*$work/made" "$work/out") $(tr -s '\n ' ' ' <"$work/out" | grep -c 'exists is true')"
is plan-runs-nothing "absent absent" "$([ -e made ] && echo present || echo absent) $([ -e untouched ] && echo present || echo absent)"
run "$kvmlab" plan ./plan.yaml --format json --set "file=/tmp/x y"
is plan-json "$work/made /tmp/x y" "$(jq -r '.experiments[0] | .steps[0].changes[0].file + " " + (.checks[0].with | sub("path: "; ""))' "$work/out")"
run "$kvmlab" run ./plan.yaml --yes --plain
is plan-then-run "0 absent" "$code $([ -e made ] && echo present || echo absent)"
done_testing
