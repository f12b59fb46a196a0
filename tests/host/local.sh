#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kvmlab on the machine that runs the tests, whatever it is: what it measured, against another look.
# usage: local.sh [KVMLAB]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"

command -v jq >/dev/null || { skip local "no 'jq'; 'make deps' installs it"; exit 0; }
[ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null ||
	{ skip local "the lab needs root, or sudo without a password"; exit 0; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state LC_ALL=C.UTF-8

modules() { cut -d ' ' -f 1 /proc/modules 2>/dev/null | sort; }
yesno() { if "$@"; then echo true; else echo false; fi; }

modules >"$work/before"
ls /sys/module >"$work/present"
"$kvmlab" run host --yes --answers "$tree/fixtures/answers/host.yaml" --report "json:$work/host.json" \
	--report "text:$work/host.txt" \
	>"$work/out" 2>"$work/err"
code=$?
modules >"$work/after"
report=$work/host.json

is local/exit-code "$(value "$report" .exit_code)" "$code"
is local/nothing-broken '' "$(with_verdict "$report" BROKEN)"
is local/modules-as-before "$(cat "$work/before")" "$(cat "$work/after")"

is local/evidence-names-its-host local "$(value "$report" \
	'[.experiments[] | (.steps[], .checks[]) | .evidence[].host] | unique | join(" ")')"
is local/text-is-filled-in 0 "$(grep -c '{[0-9]}' "$work/host.txt")"

# Flags.
cpus=$(grep -c '^processor' /proc/cpuinfo)
vmx=$(grep '^flags' /proc/cpuinfo | tr ' ' '\n' | grep -c -x vmx)
svm=$(grep '^flags' /proc/cpuinfo | tr ' ' '\n' | grep -c -x svm)
flag=none
[ "$vmx" = 0 ] || flag=vmx
[ "$svm" = 0 ] || flag=svm
is local/cpus "$cpus" "$(measure "$report" cpu-flags flags cpus)"
is local/flag "$flag" "$(measure "$report" cpu-flags flags flag)"
is local/cpus-with-flag $((vmx + svm)) "$(measure "$report" cpu-flags flags cpus_with_flag)"
is local/outcome "$([ $flag = none ] && echo REFUTED || echo SUPPORTED)" "$(outcome "$report" cpu-flags)"
is local/hypervisor "$(yesno grep -q -w hypervisor /proc/cpuinfo)" \
	"$(measure "$report" cpu-flags flags hypervisor)"
is local/lscpu "$(lscpu -J | jq -r '[.. | objects | select(.field? == "Virtualization:") | .data][0] // "null"')" \
	"$(measure "$report" cpu-flags flags lscpu)"
is local/model "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)" \
	"$(measure "$report" cpu-flags flags model)"

# Modules: what was there before the run was seen, and without a flag nothing else can be.
for pair in kvm_intel:intel kvm_amd:amd kvm:kvm; do
	if grep -q -x "${pair%:*}" "$work/present"; then
		is "local/${pair%:*}-seen" true "$(measure "$report" kvm-module "${pair#*:}" present)"
	elif [ $flag = none ] && [ "${pair%:*}" != kvm ]; then
		is "local/${pair%:*}-not-seen" false "$(measure "$report" kvm-module "${pair#*:}" present)"
	fi
done
is local/modules-supported "$(yesno test -e /proc/modules)" \
	"$(measure "$report" kvm-module kvm modules_supported)"

# Device, operating system, tools.
if [ -c /dev/kvm ]; then
	is local/device true "$(measure "$report" kvm-device device exists)"
fi
is local/os-id "$(. /etc/os-release && echo "$ID")" "$(measure "$report" tools os id)"
is local/os-version "$(. /etc/os-release && echo "${VERSION_ID:-null}")" "$(measure "$report" tools os version_id)"
missing=0
for tool in virsh virt-install qemu-img osinfo-query; do
	command -v "$tool" >/dev/null || missing=$((missing + 1))
done
is local/tools-missing "$missing" "$(measure "$report" tools listed missing)"

# The sum can be redone by hand.
is local/grade-is-the-sum "$(value "$report" '.grade.earned')" \
	"$(value "$report" '[.experiments[].grade.lines[] | select(.in_total != false and .ungraded != true) | .earned] | add * 100 | round / 100')"
exit "$failed"
