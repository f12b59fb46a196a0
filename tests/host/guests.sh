#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kvmlab on real kernels: the host lab runs inside small guests under software emulation.
# timeout: 1800
# usage: guests.sh [KVMLAB]
# KVMLAB_KEEP=DIR keeps what the guests left; KVMLAB_GUESTS='svm_loads killed' boots only these.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"

for program in qemu-system-x86_64 busybox cpio modprobe jq apt-get dpkg-deb; do
	PATH=$PATH:/sbin:/usr/sbin command -v "$program" >/dev/null ||
		{ skip guests "no '$program'; 'make deps' installs it"; exit 0; }
done
[ "$(uname -m)" = x86_64 ] || { skip guests "the guests are x86_64"; exit 0; }

work=${KVMLAB_KEEP:-$(mktemp -d)}
mkdir -p "$work"
child=''
finish() {
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null
	[ -n "${KVMLAB_KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

PATH=$PATH:/sbin:/usr/sbin
if ! base=$("$tree/fixtures/guest/build.sh" base 2>"$work/build.log"); then
	skip guests "the guest cannot be built: $(tail -n 1 "$work/build.log")"
	exit 0
fi
"$tree/fixtures/guest/build.sh" app "$kvmlab" "$work/app.cpio" || exit 1

# guest NAME SCENARIO CPU [OPTIONS...]: boots it; $out is what it left. Fails the test when it hangs.
guest() {
	local name=$1 scenario=$2 cpu=$3
	shift 3
	out=$work/$name
	rm -rf "$out"
	mkdir -p "$out"
	cat "$here/guest/common.sh" "$here/guest/$scenario.sh" >"$out/scenario"
	"$tree/fixtures/guest/boot.sh" --base "$base" --app "$work/app.cpio" --cpu "$cpu" \
		--scenario "$out/scenario" --out "$out" --deadline 300 "$@" 2>"$out/boot.err" &
	child=$!
	wait "$child" || { fail "$name/ends" "$(cat "$out/boot.err")"; child=''; return 1; }
	child=''
	pass "$name/ends"
	echo "# $name: $(cat "$out/seconds") s in all" >&2
}

# What holds for every guest, whatever it is.
always() { # NAME
	is "$1/modules-as-before" "$(cat "$out/before")" "$(cat "$out/after")"
	is "$1/nothing-broken" '' "$(with_verdict "$out/host.json" BROKEN)"
	is "$1/exit-code-is-the-report's" "$(cat "$out/host.exit")" "$(value "$out/host.json" .exit_code)"
	is "$1/counted-cpus" "$(cat "$out/svm")" "$(measure "$out/host.json" cpu-flags flags cpus_with_flag)"
	is "$1/undeclared" '' "$(value "$out/host.json" \
		'[.changes[]? | select(.state == "undeclared") | .what] | join(" ")')"
}

svm_loads() {
	guest svm loads EPYC || return
	always svm
	is svm/flag-supported SUPPORTED "$(outcome "$out/host.json" cpu-flags)"
	is svm/flag svm "$(measure "$out/host.json" cpu-flags flags flag)"
	is svm/module-supported SUPPORTED "$(outcome "$out/host.json" kvm-module)"
	is svm/the-lab-loaded-it true "$(measure "$out/host.json" kvm-module amd loaded)"
	is svm/it-was-not-there-before '' "$(grep kvm_amd "$out/before")"
	is svm/only-what-came-is-put-back 'module irqbypass module kvm module kvm_amd' "$(value "$out/host.json" \
		'[.changes[] | select(.state == "undone") | .what] | sort | join(" ")')"
	is svm/all-passed '' "$(with_verdict "$out/host.json" FAIL)"
	is svm/a-vcpu-ran true "$(measure "$out/host.json" kvm-device device runs)"
	is svm/exit-0 0 "$(cat "$out/host.exit")"
	is svm/undeclared-is-reported 'module irqbypass module kvm module kvm_amd' "$(value "$out/silent.json" \
		'[.changes[] | select(.state == "undeclared") | .what] | sort | join(" ")')"
	isnt svm/undeclared-is-left-alone '' "$(grep kvm_amd "$out/silent.after")"
	echo "# svm: speed_ratio $(measure "$out/host.json" kvm-device device speed_ratio), \
problem $(measure "$out/host.json" kvm-device device problem)" >&2
}

svm_loaded_before() {
	guest loaded loaded-before EPYC || return
	always loaded
	is loaded/module-supported SUPPORTED "$(outcome "$out/host.json" kvm-module)"
	isnt loaded/still-there '' "$(grep kvm_amd "$out/after")"
}

no_flag_in_a_vm() {
	guest no-flag no-device qemu64,-svm || return
	always no-flag
	is no-flag/refuted REFUTED "$(outcome "$out/host.json" cpu-flags)"
	is no-flag/nothing-concluded INCONCLUSIVE "$(outcome "$out/host.json" kvm-module)"
	is no-flag/no-fail '' "$(with_verdict "$out/host.json" FAIL)"
	is no-flag/diagnosis nested-off "$(diagnoses "$out/host.json" cpu-flags)"
	is no-flag/nothing-lost "$(value "$out/host.json" .grade.possible)" "$(value "$out/host.json" .grade.earned)"
	is no-flag/exit-0 0 "$(cat "$out/host.exit")"
}

no_flag_on_metal() {
	guest metal no-device EPYC,-svm,-hypervisor || return
	always metal
	is metal/refuted REFUTED "$(outcome "$out/host.json" cpu-flags)"
	is metal/diagnosis firmware-or-old "$(diagnoses "$out/host.json" cpu-flags)"
}

no_module() {
	guest no-module no-module EPYC --no-kvm-modules || return
	always no-module
	is no-module/flag-supported SUPPORTED "$(outcome "$out/host.json" cpu-flags)"
	is no-module/module-refuted REFUTED "$(outcome "$out/host.json" kvm-module)"
	is no-module/diagnosis file-missing "$(diagnoses "$out/host.json" kvm-module)"
	is no-module/no-fail '' "$(with_verdict "$out/host.json" FAIL)"
}

killed() {
	guest killed killed EPYC || return
	isnt killed/was-cut-in-the-step '' "$(grep kvm_amd "$out/first.cut")"
	is killed/resumed SUPPORTED "$(outcome "$out/resumed.json" kvm-module)"
	is killed/resumed-puts-back "$(cat "$out/first.before")" "$(cat "$out/first.after")"
	isnt killed/second-was-cut '' "$(grep kvm_amd "$out/second.cut")"
	is killed/clean-removes-it '' "$(grep kvm_amd "$out/second.after")"
	is killed/clean-puts-back "$(cat "$out/second.before")" "$(cat "$out/second.after")"
}

all=(svm_loads svm_loaded_before no_flag_in_a_vm no_flag_on_metal no_module killed)
for one in ${KVMLAB_GUESTS:-"${all[@]}"}; do $one; done
exit "$failed"
