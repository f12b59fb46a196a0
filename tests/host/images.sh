#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Disk images on a real host of the sandbox, against what virsh and qemu-img say of them.
# timeout: 420
# usage: images.sh [KVMLAB]
# KVMLAB_IMAGES_TESTS='images' runs only these parts.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip images "it needs root"; exit 0; }
for program in jq ip qemu-img virt-clone; do
	command -v "$program" >/dev/null || { skip images "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip images "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

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

# run_lab LAB OPTIONS...: its report in $work/report.json.
run_lab() {
	local lab=$1
	shift
	"$kvmlab" run "$here/$lab" --host local=sandbox:source --yes "$@" \
		--format json >"$work/report.json" 2>"$work/err" </dev/null
	code=$?
}

found() { measure "$work/report.json" "${3:-images}" "$1" "$2" | tr -d '\n '; }

# define NAME MAC DISK...: a domain that is not started; each DISK is FORMAT:PATH.
define() {
	local name=$1 mac=$2 letter=a disk disks=''
	shift 2
	for disk in "$@"; do
		disks+="<disk type='file' device='disk'><driver name='qemu' type='${disk%%:*}'/>"
		disks+="<source file='${disk#*:}'/><target dev='vd$letter' bus='virtio'/></disk>"
		letter=b
	done
	inside source "cat >/run/$name.xml <<'END'
<domain type='qemu'><name>$name</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><on_crash>destroy</on_crash>
<devices>$disks<interface type='bridge'><mac address='$mac'/><source bridge='br0'/><model type='virtio'/></interface></devices>
</domain>
END
virsh -q define /run/$name.xml" >/dev/null
}

make_images() {
	inside source "cd /var/lib/libvirt/images
qemu-img create -q -f qcow2 base.qcow2 64M
qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 over1.qcow2
qemu-img create -q -f qcow2 -b /var/lib/libvirt/images/base.qcow2 -F qcow2 over2.qcow2
qemu-img create -q -f qcow2 -u -b /etc/shadow -F raw liar.raw 1M
cp liar.raw outside.qcow2
qemu-img create -q -f qcow2 -u -b nbd://192.0.2.1/x -F raw remote.qcow2 1M
qemu-img create -q -f qcow2 -o data_file=/var/lib/libvirt/images/data.bin data.qcow2 1M
qemu-img create -q -f qcow2 -o cluster_size=2M huge.qcow2 1P
qemu-img create -q -f qcow2 -u -b loop2.qcow2 -F qcow2 loop1.qcow2 1M
qemu-img create -q -f qcow2 -u -b loop1.qcow2 -F qcow2 loop2.qcow2 1M"
	define base 52:54:00:00:00:01 qcow2:/var/lib/libvirt/images/base.qcow2
	define over1 52:54:00:00:00:02 qcow2:/var/lib/libvirt/images/over1.qcow2
	define over2 52:54:00:00:00:03 qcow2:/var/lib/libvirt/images/over2.qcow2
	define thief 52:54:00:00:00:01 qcow2:/var/lib/libvirt/images/base.qcow2
	inside source 'virt-clone -q --original base --name copy --auto-clone' >/dev/null
	inside source 'virsh -q start over1 --paused' >/dev/null
}

test_images() {
	local failed_checks
	make_images
	run_lab images.yaml
	failed_checks=$(with_verdict "$work/report.json" FAIL)
	is images/fails images/gone "$failed_checks"
	is images/none-broken '' "$(with_verdict "$work/report.json" BROKEN)"
	value "$work/report.json" '.experiments[].checks[] | select(.verdict == "BROKEN") | "# " + .id + ": " + .reason'
	is images/pass 13 "$(with_verdict "$work/report.json" PASS | wc -w)"
	is images/base/used-by '["base","over1","over2","thief"]' "$(found base used_by)"
	is images/base/others '["over1","over2","thief"]' "$(found base other_users)"
	# The overlay's QEMU has the base open and does not write to it.
	is images/base/running '["over1"]' "$(found base running_users)"
	is images/base/written '[]' "$(found base written_by)"
	is images/over/written '["over1"]' "$(found over written_by)"
	# qemu-img and virsh are asked, too.
	is images/base/virtual "$(inside source "qemu-img info -U -f qcow2 --output=json /var/lib/libvirt/images/base.qcow2" |
		jq '."virtual-size"')" "$(found base virtual_bytes)"
	is images/base/actual "$(inside source "qemu-img info -U -f qcow2 --output=json /var/lib/libvirt/images/base.qcow2" |
		jq '."actual-size"')" "$(found base actual_bytes)"
	is images/over/backing "[\"$(inside source "qemu-img info -U -f qcow2 --output=json /var/lib/libvirt/images/over1.qcow2" |
		jq -r '."full-backing-filename"')\"]" "$(found over backing)"
	is images/huge/virtual "$(inside source "qemu-img info -U -f qcow2 --output=json /var/lib/libvirt/images/huge.qcow2" |
		jq '."virtual-size"')" "$(found huge virtual_bytes)"
	is images/copies/uuids "[\"$(inside source 'virsh -q domuuid base')\",\"$(inside source 'virsh -q domuuid copy')\"]" \
		"$(found copies uuids)"
	is images/copies/macs "[\"52:54:00:00:00:01\",\"$(inside source 'virsh -q domiflist copy' | awk '{ print $5 }')\"]" \
		"$(found copies macs)"
	is images/copies/disks "[\"/var/lib/libvirt/images/base.qcow2\",\"$(inside source 'virsh -q domblklist copy' |
		awk '{ print $2 }')\"]" "$(found copies disks)"
	inside source 'virsh -q destroy over1' >/dev/null
}

up images || exit 1
for part in ${KVMLAB_IMAGES_TESTS:-images}; do
	"test_$part"
done
exit $failed
