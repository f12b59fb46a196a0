# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# A guest that runs, a network and a pool with a volume on both hosts that no lab knows of, and what they are like.

# bystanders_make HOST
bystanders_make() {
	local host=$1
	cat >"$work/kept.sh" <<-SHELL
	set -e
	virsh -q net-define /dev/stdin <<XML
	<network><name>kept</name><forward mode='open'/><bridge name='keptbr0'/><ip address='192.168.199.1' netmask='255.255.255.0'/></network>
	XML
	virsh -q net-start kept
	mkdir -p /var/lib/libvirt/kept
	virsh -q pool-define-as kept dir --target /var/lib/libvirt/kept
	virsh -q pool-start kept
	virsh -q vol-create-as kept kept.raw 2M
	head -c 2M /dev/urandom >/var/lib/libvirt/kept/kept.raw
	virsh -q define /dev/stdin <<XML
	<domain type='qemu'><name>kept</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
	<os><type arch='x86_64' machine='pc'>hvm</type></os>
	<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
	<disk type='volume' device='disk'><driver name='qemu' type='raw'/><source pool='kept' volume='kept.raw'/><target dev='vda' bus='virtio'/></disk>
	<interface type='network'><source network='kept'/><model type='virtio'/></interface>
	<memballoon model='none'/></devices></domain>
	XML
	virsh -q start kept
	SHELL
	inside "$host" "$(cat "$work/kept.sh")"
}

# bystanders HOST: all that must stay as it is, the process of the guest too.
bystanders() {
	cat >"$work/look.sh" <<-'SHELL'
	virsh -q dumpxml --inactive kept
	virsh -q dumpxml kept
	virsh -q domstate kept
	cat /run/libvirt/qemu/kept.pid
	virsh -q net-dumpxml --inactive kept
	virsh -q net-dumpxml kept
	virsh -q net-info kept
	# libvirt fills in the permissions when it looks at the directory, and forgets them when it starts anew.
	virsh -q pool-dumpxml --inactive kept | grep -v -E '<(capacity|allocation|available) ' | sed '/<permissions>/,/<\/permissions>/d'
	virsh -q pool-info kept | grep -v -E '^(Capacity|Allocation|Available)'
	virsh -q vol-dumpxml kept.raw --pool kept | grep -v -E '<(atime|mtime|ctime)>'
	sha256sum /var/lib/libvirt/kept/*
	SHELL
	inside "$1" "$(cat "$work/look.sh")" 2>&1
}

# bystanders_start: makes them on both hosts and remembers what they are like.
bystanders_start() {
	local host
	for host in source destination; do
		bystanders_make "$host" >/dev/null
		bystanders "$host" >"$work/kept-$host"
		is "$1/bystanders/$host/there" 1 "$(grep -c '^running$' "$work/kept-$host")"
	done
}

# bystanders_same NAME: they are what they were.
bystanders_same() {
	local host
	for host in source destination; do
		bystanders "$host" >"$work/now-$host"
		if cmp -s "$work/kept-$host" "$work/now-$host"; then
			pass "$1/bystanders/$host"
		else
			fail "$1/bystanders/$host" "$(diff "$work/kept-$host" "$work/now-$host" | tr '\n' '|')"
		fi
	done
}
