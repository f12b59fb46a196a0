# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What scripts share that cut kvmlab off in the middle of something: others' things whose names are much like a
# lab's, all that a host has, and a 'clean' that must bring that back. $suite begins the names of their tests.

# The state directory of a kvmlab that runs on the host itself.
own_state=/run/kvmlab-own

# neighbours_make POOL GUEST SNAPSHOT: a pool with a volume and two guests of nobody's lab, the second with a
# snapshot, and a file beside them.
neighbours_make() {
	cat >"$work/neighbours.sh" <<-SHELL
	set -e
	dir=/var/lib/libvirt/images/$1
	mkdir -p \$dir
	virsh -q pool-define-as $1 dir --target \$dir
	virsh -q pool-start $1
	virsh -q pool-autostart $1
	for name in $2 $3; do
		virsh -q vol-create-as $1 \$name.qcow2 16M --format qcow2
		virsh -q define /dev/stdin <<XML
		<domain type='qemu'><name>\$name</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
		<os><type arch='x86_64' machine='pc'>hvm</type></os>
		<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
		<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='\$dir/\$name.qcow2'/><target dev='vda' bus='virtio'/></disk>
		<memballoon model='none'/></devices></domain>
	XML
	done
	virsh -q vol-create-as $1 disk.qcow2 16M --format qcow2
	virsh -q snapshot-create-as $3 kept
	SHELL
	inside source "$(cat "$work/neighbours.sh")" >/dev/null
}

# everything HOST: all that libvirt knows there, the files that it and others keep but those that change by
# themselves, and what the kernel has for networks.
everything() {
	bystanders "$1"
	cat >"$work/all.sh" <<-'SHELL'
	virsh -q list --all --name | sort | while read -r name; do
		[ -z "$name" ] || { echo "$name $(virsh -q domuuid "$name") $(virsh -q domstate "$name")"
		virsh -q dumpxml --inactive "$name"; virsh -q snapshot-list --name "$name"
		for s in $(virsh -q snapshot-list --name "$name"); do virsh -q snapshot-dumpxml "$name" "$s"; done; }
	done
	virsh -q net-list --all; virsh -q net-list --all --uuid
	virsh -q pool-list --all; virsh -q pool-list --all --uuid
	for pool in $(virsh -q pool-list --name); do virsh -q vol-list "$pool"; done
	cat /proc/"$(cat /run/libvirt/qemu/kept.pid)"/stat | cut -d' ' -f22
	find /var/lib/libvirt /etc/libvirt -not -path '*/qemu/domain-*' -not -path '*/capabilities/*' -not -path '/var/lib/libvirt/qemu/nvram*' | sort
	find /var/lib/libvirt/images /etc/libvirt -type f -exec sha256sum {} + | sort
	find /tmp /var/tmp -mindepth 1 -not -path '/var/tmp/.guestfs-*' | sort
	ip -o link | cut -d: -f2 | cut -d@ -f1
	SHELL
	inside "$1" "$(cat "$work/all.sh")" 2>&1
}

# at_work HOST: the processes there that are somebody's guests, networks or tools.
at_work() {
	inside "$1" "ps -eo args= | cut -c 1-200" | grep -E 'qemu|dnsmasq|guestfs|virt-|virsh|kvmlab-|kvmlab (run|resume|clean)|/bin/sh -e -u -c' |
		grep -v -E 'kvmlab-node|-no-user-config -nodefaults -nographic -machine none' | sort
}

remember_all() {
	local host
	for host in source destination; do
		everything "$host" >"$work/before-$host"
		at_work "$host" >"$work/busy-$host"
	done
}

# quiet NAME HOST: what runs there is what ran before; what a killed libvirt had started may end by itself.
quiet() {
	local end=$((SECONDS + 10))
	while :; do
		at_work "$2" >"$work/busy"
		cmp -s "$work/busy-$2" "$work/busy" && break
		[ "$SECONDS" -lt "$end" ] || break
		sleep 0.2
	done
	cmp -s "$work/busy-$2" "$work/busy" && return
	fail "$suite/$1/$2/processes" "$(diff "$work/busy-$2" "$work/busy" | head -n 5 | tr '\n' '|')"
	bad=1
}

# unchanged NAME: both hosts are as they were before the first run; else bad is 1.
unchanged() {
	local host
	for host in source destination; do
		quiet "$1" "$host"
		everything "$host" >"$work/after-$host"
		if cmp -s "$work/before-$host" "$work/after-$host"; then
			pass "$suite/$1/$host"
		else
			fail "$suite/$1/$host" "$(diff "$work/before-$host" "$work/after-$host" | head -n 20 | tr '\n' '|')"
			bad=1
		fi
	done
}

# kvmlab_there ARGUMENTS...: where kvmlab and libvirt are on one host; its exit code.
kvmlab_there() {
	local said
	said=$(inside source "XDG_STATE_HOME=$own_state LC_ALL=C.UTF-8 '$kvmlab' $* </dev/null 2>&1; code=\$?; echo; echo \$code")
	printf '%s\n' "${said%$'\n'*}"
	return "${said##*$'\n'}"
}

# clean NAME [PROGRAM]: until there is nothing left to clean up (64); none may fail on the way.
clean() {
	local code=0 times=0 end=$((SECONDS + 10)) program=${2:-$kvmlab}
	: >"$work/clean"
	while [ "$code" = 0 ] && [ $times -lt 4 ]; do
		"$program" clean --plain >>"$work/clean" 2>&1 </dev/null
		code=$?
		# One that was killed holds its lock until it is quite dead.
		[ "$code" != 75 ] || [ "$SECONDS" -ge "$end" ] || { code=0; continue; }
		times=$((times + 1))
	done
	is "$suite/$1/clean" 64 "$code"
	[ "$code" = 64 ] || bad=1
}

kill_daemon() { inside source 'kill -KILL "$(cat /run/libvirtd.pid)"'; }

# The sandbox starts it again, as systemd would.
await_daemon() {
	local end=$((SECONDS + 30))
	until [ "$(inside source 'virsh -q list >/dev/null && echo up')" = up ]; do
		[ "$SECONDS" -lt "$end" ] || break
		sleep 0.2
	done
}

# small_disk PATH: a file system of 1 MiB there; fill_disk PATH fills it.
small_disk() { mkdir -p "$1" && mount -t tmpfs -o size=1m none "$1"; }
fill_disk() { dd if=/dev/zero of="$1/filler" bs=4k >/dev/null 2>&1; }
