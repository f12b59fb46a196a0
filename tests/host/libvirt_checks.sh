#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The checkers of two hosts in a real sandbox, whole and with each of its four faults.
# timeout: 420
# usage: libvirt_checks.sh [KVMLAB]
# KVMLAB_SANDBOX_TESTS='whole no-trust' runs only these parts.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip libvirt_checks "it needs root"; exit 0; }
for program in jq busybox ip; do
	command -v "$program" >/dev/null || { skip libvirt_checks "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip libvirt_checks "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
export XDG_STATE_HOME=$work/state
# shellcheck disable=SC2317
finish() {
	"$kvmlab" sandbox down >/dev/null 2>&1
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# run_lab: the report of tests/host/libvirt.yaml in $work/report.json.
run_lab() {
	"$kvmlab" run "$here/libvirt.yaml" --host source=sandbox --host destination=sandbox --yes \
		--format json >"$work/report.json" 2>"$work/err" </dev/null
	code=$?
}

# listed EXPERIMENT CHECK MEASURE: a list in one line.
listed() {
	measure "$work/report.json" "$1" "$2" "$3" | tr -d '\n '
}

test_whole() {
	up whole || return
	start_guest whole || return
	run_lab
	is checks/whole/exit-code 0 "$code"
	is checks/whole/none-fails '' "$(with_verdict "$work/report.json" FAIL)$(with_verdict "$work/report.json" BROKEN)"
	is checks/whole/pass 10 "$(with_verdict "$work/report.json" PASS | wc -w)"
	# virsh is asked, too.
	is checks/whole/downtime "$(inside source virsh -q domjobinfo db01 --completed --keep-completed |
		sed -n 's/^Total downtime: *\([0-9]*\) *ms.*/\1/p')" "$(measure "$work/report.json" moved job downtime_ms)"
	is checks/whole/uuid "$(inside destination virsh -q domuuid db01)" "$(measure "$work/report.json" before guest uuid)"
	is checks/whole/events \
		'["suspendedmigrated","stoppedmigrated","startedmigrated","resumedmigrated"]' "$(listed moved boot events)"
	"$kvmlab" sandbox down >/dev/null
}

# named NAME MISSING WORDS: readiness names exactly that, the migration fails in libvirt's words, and
# the guest still runs on the source, as virsh says, too.
named() {
	local name=$1
	run_lab
	is "checks/$name/exit-code" 1 "$code"
	is "checks/$name/missing" "[\"$2\"]" "$(listed before ready missing)"
	is "checks/$name/where" source "$(measure "$work/report.json" moved where where)"
	is "checks/$name/still-runs" 1 "$(measure "$work/report.json" moved where running_copies)"
	is "checks/$name/virsh" 'running ' "$(state source) $(state destination)"
	is "checks/$name/same-boot" true "$(measure "$work/report.json" moved boot same_boot)"
	if measure "$work/report.json" moved said words | grep -q -E -e "$3"; then
		pass "checks/$name/words"
	else
		fail "checks/$name/words" "$(measure "$work/report.json" moved said words)"
	fi
	is "checks/$name/none-broken" '' "$(with_verdict "$work/report.json" BROKEN)"
}

# fault OPTION MISSING WORDS
fault() {
	up "${1#--}" "$1" || return
	start_guest "${1#--}" || return
	named "${1#--}" "$2" "$3"
	"$kvmlab" sandbox down >/dev/null
}

# The disk is a volume of a local pool, which the destination has, too, and then not.
test_volume() {
	local host
	up volume --no-shared-storage || return
	for host in source destination; do
		inside "$host" 'virsh -q pool-create-as images dir --target /var/lib/libvirt/images'
	done
	inside source "virsh dumpxml --inactive db01 | sed \"s:disk type='file':disk type='volume':; s:source file='[^']*/\([^/']*\)':source pool='images' volume='\1':\" >/run/volume.xml
		virsh -q define /run/volume.xml; rm /run/volume.xml"
	start_guest volume || return
	named volume storage 'Unsafe migration'
	inside destination 'virsh -q pool-destroy images'
	named volume-no-pool storage 'Storage pool not found|Unsafe migration'
	is checks/volume-no-pool/says 1 "$(measure "$work/report.json" before ready words | grep -c "no storage pool 'images'")"
	"$kvmlab" sandbox down >/dev/null
}

test_lesser-cpu() { fault --lesser-cpu cpu 'missing features: .*(sse4.2|aes)'; }
test_no-shared-storage() { fault --no-shared-storage storage 'Unsafe migration'; }
test_no-trust() { fault --no-trust ssh 'Permission denied'; }
test_other-network() { fault --other-network network 'unreachable|No route to host'; }

for part in ${KVMLAB_SANDBOX_TESTS:-whole lesser-cpu no-shared-storage no-trust other-network volume}; do
	"test_$part"
done
exit $failed
