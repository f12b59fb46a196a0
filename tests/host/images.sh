#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Disk images on a real host of the sandbox, outside and inside, against what virsh, qemu-img,
# ssh-keygen and virt-cat say of them.
# timeout: 1800
# usage: images.sh [KVMLAB]
# KVMLAB_IMAGES_TESTS='images guests debian' runs only these parts.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"
# shellcheck source=tests/host/lib_root.sh
. "$here/lib_root.sh"

[ "$(id -u)" = 0 ] || { skip images "it needs root"; exit 0; }
for program in jq ip qemu-img virt-clone virt-sysprep ssh-keygen; do
	command -v "$program" >/dev/null || { skip images "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip images "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

# The hosts of the sandbox have a /tmp of their own.
work=$(mktemp -d -p "$(dirname "$kvmlab")")
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

# define NAME MAC DISK...: a domain that is not started; each DISK is FORMAT:PATH. Its disks are on
# $bus, its interface is of $model; it has $memory MiB.
bus=virtio model=virtio memory=64
define() {
	local name=$1 mac=$2 letter=a disk disks=''
	shift 2
	for disk in "$@"; do
		disks+="<disk type='file' device='disk'><driver name='qemu' type='${disk%%:*}'/>"
		disks+="<source file='${disk#*:}'/><target dev='vd$letter' bus='$bus'/></disk>"
		letter=b
	done
	inside source "cat >/run/$name.xml <<'END'
<domain type='qemu'><name>$name</name><memory unit='MiB'>$memory</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features><on_crash>destroy</on_crash>
<devices>$disks<serial type='file'><source path='/run/$name.log'/></serial><interface type='bridge'><mac address='$mac'/><source bridge='br0'/><model type='$model'/></interface></devices>
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
	bus=ide model=e1000 define old 52:54:00:00:00:04 qcow2:/var/lib/libvirt/images/base.qcow2
	define thief 52:54:00:00:00:01 qcow2:/var/lib/libvirt/images/base.qcow2
	inside source 'virt-clone -q --original base --name copy --auto-clone' >/dev/null
	# A seed that both of them only read.
	inside source 'truncate -s 374784 /var/lib/libvirt/images/seed.iso
for name in over1 over2; do
	virsh -q attach-disk $name /var/lib/libvirt/images/seed.iso vdb --mode readonly --config
done' >/dev/null
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
	is images/pass 15 "$(with_verdict "$work/report.json" PASS | wc -w)"
	is images/base/used-by '["base","old","over1","over2","thief"]' "$(found base used_by)"
	is images/base/others '["old","over1","over2","thief"]' "$(found base other_users)"
	# The overlay's QEMU has the base open and does not write to it.
	is images/base/running '["over1"]' "$(found base running_users)"
	is images/base/written '[]' "$(found base written_by)"
	is images/over/written '["over1"]' "$(found over written_by)"
	is images/virtio/old '["vdaide","52:54:00:00:00:04e1000"]' "$(found old emulated)"
	is images/virtio/model e1000 "$(inside source 'virsh -q domiflist old' | awk '{ print $4 }')"
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

# guestfs COMMAND...: one of the guestfs tools, which look for a KVM that works in vain.
guestfs() { inside source "LIBGUESTFS_BACKEND=direct LIBGUESTFS_BACKEND_SETTINGS=force_tcg $*"; }

reason() { value "$work/report.json" ".experiments[].checks[] | select(.id == \"$1\").reason"; }

# says NAME CHECK WORDS: it is BROKEN, with these words as reason.
says() {
	case "$(verdict "$work/report.json" guests "$2") $(reason "$2")" in
	BROKEN*"$3"*) pass "$1" ;;
	*) fail "$1" "$(verdict "$work/report.json" guests "$2"): $(reason "$2")" ;;
	esac
}

fingerprints() {
	for key in "$1"/*.pub; do
		ssh-keygen -l -f "$key"
	done | sed 's/^[0-9]* \(SHA256:[^ ]*\) .* \((.*)\)$/"\1\2"/' | paste -s -d , | sed 's/.*/[&]/'
}

test_guests() {
	make_root "$work/root"
	mke2fs -q -t ext4 -d "$work/root" "$work/root.raw" 32M >/dev/null 2>&1
	qemu-img convert -O qcow2 "$work/root.raw" "$work/root.qcow2"
	inside source "cd /var/lib/libvirt/images
cp $work/root.qcow2 dirty.qcow2
truncate -s 8M blank.raw
qemu-img create -q -f qcow2 -u -b /etc/shadow -F raw trap.qcow2 1M"
	define dirty 52:54:00:00:01:01 qcow2:/var/lib/libvirt/images/dirty.qcow2
	inside source 'virt-clone -q --original dirty --name clone --auto-clone' >/dev/null
	run_lab guests_inside.yaml
	is guests/pass 'guests/dirty guests/pair guests/outside' "$(with_verdict "$work/report.json" PASS)"
	is guests/fail 'guests/blank guests/gone' "$(with_verdict "$work/report.json" FAIL)"
	is guests/os debian "$(found dirty os guests)"
	is guests/hostname base01 "$(found dirty hostname guests)"
	is guests/machine-id 0123456789abcdef0123456789abcdef "$(found dirty machine_id guests)"
	is guests/host-keys "$(fingerprints "$work/root/etc/ssh")" "$(found dirty host_keys guests | tr -d ' ')"
	is guests/users '["budi1000","siti1001"]' "$(found dirty users guests)"
	is guests/network '["52:54:00:aa:bb:cc"]' "$(found dirty network_macs guests)"
	is guests/logs 2 "$(found dirty logs guests)"
	is guests/histories '["/root/.bash_history","/home/budi/.bash_history"]' "$(found dirty histories guests)"
	is guests/leases '["/var/lib/dhcp/dhclient.leases"]' "$(found dirty leases guests)"
	is guests/random-seed true "$(found dirty random_seed guests)"
	is guests/cloud-init 'finished iid-base' "$(found dirty cloud_init guests) $(found dirty instance_id guests)"
	is guests/filesystem "$(blkid -s UUID -o value "$work/root.raw")" "$(found dirty filesystem_uuid guests)"
	is guests/no-os false "$(found blank os_found guests)"
	says guests/liar liar '/etc/shadow'
	is guests/pair/virt-cat "$(guestfs virt-cat -d clone /etc/machine-id)" \
		"$(measure "$work/report.json" guests pair machine_ids | jq -r '.[1]')"
	is guests/pair/hostnames '["base01","base01"]' "$(found pair hostnames guests)"

	guestfs virt-sysprep -q -d clone >"$work/sysprep" 2>&1
	inside source 'virsh -q start dirty --paused
cp /var/lib/libvirt/images/clone.qcow2 /var/lib/libvirt/images/foreign.qcow2
setsid qemu-io -f qcow2 -c "sleep 600000" /var/lib/libvirt/images/foreign.qcow2 >/dev/null 2>&1 </dev/null &
echo $! >/run/foreign.pid'
	run_lab guests_after.yaml
	is guests/sysprep/pass guests/clone "$(with_verdict "$work/report.json" PASS)"
	echo "# after virt-sysprep: $(value "$work/report.json" '.experiments[].checks[] | select(.id == "clone").measures | tojson')"
	# virt-sysprep may put a new machine-id in the place of the old one: in the template, so that
	# all its clones have that one.
	isnt guests/sysprep/machine-id 0123456789abcdef0123456789abcdef "$(found clone machine_id guests)"
	# What sysprep leaves by default.
	is guests/sysprep/hostname base01 "$(found clone hostname guests)"
	is guests/sysprep/users '["budi1000","siti1001"]' "$(found clone users guests)"
	says guests/running running "'dirty' is running and writes to"
	says guests/running/pair pair "'dirty' is running and writes to"
	says guests/foreign foreign 'is being written to by a running QEMU'
	inside source 'kill "$(cat /run/foreign.pid)"; virsh -q destroy dirty' >/dev/null
}

domain_state() { inside source "virsh -q domstate $1" | head -n 1; }

# A Debian of its own name that powers off when cloud-init has finished.
boot_debian() {
	local end=$((SECONDS + 900))
	mkdir "$work/seed"
	printf '%s\n' '#cloud-config' 'hostname: deb01' 'users: [{name: budi, lock_passwd: true}]' \
		'power_state: {mode: poweroff, timeout: 10}' >"$work/seed/user-data"
	echo 'instance-id: iid-deb01' >"$work/seed/meta-data"
	printf '%s\n' 'version: 2' 'ethernets: {all: {match: {name: "e*"}, addresses: [10.77.0.50/24]}}' \
		>"$work/seed/network-config"
	xorriso -as mkisofs -quiet -V cidata -J -r -o "$work/seed.iso" "$work/seed" 2>/dev/null
	inside source "cp $1 /var/lib/libvirt/images/debian.qcow2; cp $work/seed.iso /var/lib/libvirt/images/seed.iso"
	memory=512 define debian 52:54:00:00:02:01 qcow2:/var/lib/libvirt/images/debian.qcow2 \
		raw:/var/lib/libvirt/images/seed.iso
	inside source 'virsh -q start debian' >/dev/null
	until [ "$(domain_state debian)" = 'shut off' ] || [ "$SECONDS" -ge "$end" ]; do sleep 2; done
	is debian/has-run 'shut off' "$(domain_state debian)"
	inside source 'tail -n 4 /run/debian.log' | tr -d '\r' | sed 's/^/# console: /'
	inside source 'virsh -q detach-disk debian vdb --config' >/dev/null
}

test_debian() {
	local image
	image=$("$kvmlab" sandbox image --format json 2>"$work/err" | jq -r .image)
	[ -n "$image" ] || { skip debian "$(head -n 1 "$work/err")"; return; }
	boot_debian "$image"
	inside source 'virt-clone -q --original debian --name twin --auto-clone' >/dev/null
	run_lab guests_debian.yaml
	is debian/pass 'guests/debian guests/pair guests/outside' "$(with_verdict "$work/report.json" PASS)"
	# Both disks are looked into by other means, too.
	mkdir "$work/one" "$work/two"
	guestfs virt-copy-out -d debian /etc/machine-id /etc/hostname /etc/ssh "$work/one"
	guestfs virt-copy-out -d twin /etc/machine-id /etc/hostname /etc/ssh "$work/two"
	is debian/machine-ids "[\"$(cat "$work/one/machine-id")\",\"$(cat "$work/two/machine-id")\"]" \
		"$(found pair machine_ids guests)"
	is debian/hostnames "[\"$(cat "$work/one/hostname")\",\"$(cat "$work/two/hostname")\"]" \
		"$(found pair hostnames guests)"
	is debian/host-keys "$(fingerprints "$work/one/ssh")" "$(found debian host_keys guests | tr -d ' ')"
	is debian/instance iid-deb01 "$(found debian instance_id guests)"
	is debian/users '["budi1000"]' "$(found debian users guests)"
}

up images || exit 1
for part in ${KVMLAB_IMAGES_TESTS:-images guests debian}; do
	"test_$part"
done
exit $failed
