#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A report replaces files, and nothing else: no device, no FIFO, no link.
# usage: report_targets.sh [KVMLAB]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
lab_ok "$work/lab.yaml"
report() { timeout 20 "$kvmlab" run "$work/lab.yaml" --yes --report "json:$1"; }

if mknod "$work/null" c 1 3 2>/dev/null; then
	said device 73 1 "is a device" report "$work/null"
	if [ -c "$work/null" ]; then pass device-stays; else fail device-stays "it is gone"; fi
else
	skip device "no right to make a device"
fi
mkfifo "$work/fifo"
said fifo 73 1 "'-' is standard output" report "$work/fifo"
if [ -p "$work/fifo" ]; then pass fifo-stays; else fail fifo-stays 'it is gone'; fi
said directory 73 1 'is a directory' report "$work"

mkdir "$work/far"
echo old >"$work/far/real.json"
ln -s far/real.json "$work/link.json"
report "$work/link.json" >"$work/out" 2>&1
is link-stays far/real.json "$(readlink "$work/link.json")"
if grep -q '"schema"' "$work/far/real.json"; then
	pass link-is-followed
else
	fail link-is-followed "its target is '$(head -c 50 "$work/far/real.json")'"
fi
ln -s "$work/fifo" "$work/to-fifo"
said link-to-fifo 73 1 'FIFO' report "$work/to-fifo"
ln -s nowhere/at/all "$work/dangling"
said dangling-link 73 1 'dangling' report "$work/dangling"
is dangling-link-stays nowhere/at/all "$(readlink "$work/dangling")"
is nothing-is-left '' "$(find "$work" -name '*.json.*' -o -name 'fifo.*')"
done_testing
