#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Labs that nobody could run: one clear message each, the documented exit code, nothing written.
# usage: bad_labs.sh [KVMLAB]
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

head_of_lab() { printf 'kvmlab: 1\nid: bad\ntitle: Bad\nexperiments:\n- id: e\n  title: E\n'; }

: >empty.yaml
head -c 3000 /dev/zero | tr '\0' '\017' >binary.yaml
{ echo 'kvmlab: 1'; head -c 2000000 /dev/zero | tr '\0' '#'; } >big.yaml
head -c 100000 /dev/zero | tr '\0' '[' >deep.yaml
printf 'kvmlab: 1\nid: a\nid: b\ntitle: x\nexperiments:\n- {id: e, title: e}\n' >duplicate.yaml
printf 'kvmlab: 1\nid: a\ntitle: x\nminutes: many\nexperiments:\n- {id: e, title: e}\n' >type.yaml
printf 'kvmlab: 1\nid: a\ntitle: x\nminute: 3\nexperiments:\n- {id: e, title: e}\n' >key.yaml
{ head_of_lab; printf '  checks:\n    m: {use: kernel_modul, with: {module: kvm}}\n'; } >checker.yaml
{ head_of_lab; printf '  checks:\n    m: {use: kernel_module, with: {module: kvm}, expect: {presnt: true}}\n'; } >measure.yaml
{ head_of_lab; printf '  checks:\n    m: {use: kernel_module, with: {module: kvm}, expect: {present: 3}}\n'; } >measure-type.yaml
{ head_of_lab; printf '  checks:\n    m: {use: kernel_module}\n'; } >field.yaml
printf 'kvmlab: 1\nid: a\ntitle: x\nparams:\n  vm: {type: domain}\nexperiments:\n- {id: e, title: e}\n' >parameter.yaml
printf 'kvmlab: 1\nid: a\ntitle: x\nexperiments: &a [*a]\n' >cycle.yaml
printf 'kvmlab: 1\nid: "a\n' >quote.yaml
printf 'kvmlab: 2\nid: a\ntitle: x\nexperiments:\n- {id: e, title: e}\n' >version.yaml

# tells NAME LINES PATTERN: what 'run' says of NAME.yaml; the state stays as it was: not there
tells() {
	said "$1" 65 "$2" "$3" "$kvmlab" run "./$1.yaml" --yes --report "json:$work/report.json"
	[ ! -s "$work/out" ] || fail "$1-silent" "something on standard output"
	[ ! -e "$work/report.json" ] || fail "$1-report" "a report was left behind"
}

tells empty 1 "empty.yaml: .*empty"
tells binary 1 "binary.yaml:1:1: "
tells big 1 "big.yaml: .*1048576"
tells deep 1 "deep.yaml:1:33: .*32"
tells duplicate 1 "duplicate.yaml:3:1: .*'id'.*twice"
tells type 1 "type.yaml:4:10: 'minutes'.*'many'"
tells key 1 "key.yaml:4:1: .*'minute'.*'minutes'"
tells checker 1 "checker.yaml:8:14: .*'kernel_modul'.*'kernel_module'"
tells measure 1 "measure.yaml:8:[0-9]+: .*'presnt'.*'present'"
tells measure-type 1 "measure-type.yaml:8:[0-9]+: .*present"
tells field 1 "field.yaml:8:[0-9]+: .*'module'"
tells parameter 1 "parameter.yaml:5:[0-9]+: .*'vm'.*--set"
tells cycle 0 "cycle.yaml:4:[0-9]+: .*'&a'"
tells quote 0 "quote.yaml:[0-9]+:[0-9]+: "
tells version 1 "version.yaml:1:[0-9]+: .*'2'"

said missing 74 1 "none.yaml: .*No such file" "$kvmlab" run ./none.yaml --yes
said directory 65 1 "is a directory" "$kvmlab" run "$work/" --yes
said unknown-lab 64 1 "'hots'.*did you mean 'host'" "$kvmlab" run hots --yes
is no-state absent "$([ -e "$XDG_STATE_HOME" ] && echo present || echo absent)"

# As lint, several mistakes of several files at once, and as JSON.
run "$kvmlab" lint type.yaml measure.yaml checker.yaml
is lint-code 65 "$code"
is lint-lines 3 "$(grep -cE '^[a-z]+\.yaml:[0-9]+:[0-9]+: ' "$work/out")"
run "$kvmlab" lint --format json type.yaml empty.yaml
is lint-json "65 2 1" "$code $(jq -r '"\(.files | length) \([.files[].mistakes[]] | length > 1 | if . then 1 else 0 end)"' "$work/out")"
run "$kvmlab" run --format json ./type.yaml
is run-json "65 invalid-lab 4" "$code $(jq -r '"\(.error) \(.messages[0].line)"' "$work/out")"
is run-json-silent 0 "$(wc -c <"$work/err")"

# Unreadable: root may read everything, so somebody else tries.
if [ "$(id -u)" != 0 ]; then
	lab_ok unreadable.yaml
	chmod 000 unreadable.yaml
	said unreadable 74 1 "unreadable.yaml: .*Permission denied" "$kvmlab" run ./unreadable.yaml
else
	dir=$(readable_copy)
	lab_ok "$dir/unreadable.yaml"
	chmod 600 "$dir/unreadable.yaml"
	said unreadable 74 1 "unreadable.yaml: .*Permission denied" \
		setpriv --reuid=65534 --regid=65534 --clear-groups "$dir/kvmlab" show "$dir/unreadable.yaml"
	rm -rf "$dir"
fi
done_testing
