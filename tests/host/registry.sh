#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Things that a lab's steps make in libvirt go away again, all of them and nothing else, however the run
# was cut off: beside guests, a network and pools of nobody's lab, whose names are much like the lab's.
# timeout: 1500
# usage: registry.sh [KVMLAB]
# KVMLAB_CUTS=50 cuts more runs off; KVMLAB_SEED=7 repeats those of another time.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=$(realpath "${1:-$tree/build/kvmlab}")
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"
# shellcheck source=tests/host/lib_bystanders.sh
. "$here/lib_bystanders.sh"

cuts=${KVMLAB_CUTS:-16}
seed=${KVMLAB_SEED:-$RANDOM}
lab=$here/registry.yaml

[ "$(id -u)" = 0 ] || { skip registry "it needs root"; exit 0; }
for tool in jq busybox ip virt-clone sqlite3; do
	command -v "$tool" >/dev/null || { skip registry "no '$tool'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip registry "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
small=$work/small
export XDG_STATE_HOME=$work/state
# shellcheck disable=SC2317
finish() {
	"$kvmlab" sandbox down >/dev/null 2>&1
	umount "$small" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Guests whose names are much like the lab's: one's is the beginning of its, one has a snapshot.
neighbours_make() {
	cat >"$work/neighbours.sh" <<-'SHELL'
	set -e
	dir=/var/lib/libvirt/images/lab-poo
	mkdir -p $dir
	virsh -q pool-define-as lab-poo dir --target $dir
	virsh -q pool-start lab-poo
	virsh -q pool-autostart lab-poo
	for name in lab0 lab01-clon; do
		virsh -q vol-create-as lab-poo $name.qcow2 16M --format qcow2
		virsh -q define /dev/stdin <<XML
		<domain type='qemu'><name>$name</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
		<os><type arch='x86_64' machine='pc'>hvm</type></os>
		<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
		<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='$dir/$name.qcow2'/><target dev='vda' bus='virtio'/></disk>
		<memballoon model='none'/></devices></domain>
	XML
	done
	virsh -q vol-create-as lab-poo disk.qcow2 16M --format qcow2
	virsh -q snapshot-create-as lab01-clon kept
	SHELL
	inside source "$(cat "$work/neighbours.sh")"
}

# All that libvirt knows on a host and all files that it keeps, but those that change by themselves.
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
	SHELL
	inside "$1" "$(cat "$work/all.sh")" 2>&1
}

# unchanged NAME: both hosts are as they were before the first run.
unchanged() {
	local host
	for host in source destination; do
		everything "$host" >"$work/after-$host"
		if cmp -s "$work/before-$host" "$work/after-$host"; then
			pass "registry/$1/$host"
		else
			fail "registry/$1/$host" "$(diff "$work/before-$host" "$work/after-$host" | head -n 20 | tr '\n' '|')"
			bad=1
		fi
	done
}

# clean NAME: until there is nothing left to clean up (64); none may fail on the way.
clean() {
	local code=0 times=0 end=$((SECONDS + 10))
	: >"$work/clean"
	while [ "$code" = 0 ] && [ $times -lt 4 ]; do
		"$kvmlab" clean --plain >>"$work/clean" 2>&1 </dev/null
		code=$?
		# One that was killed holds its lock until it is quite dead.
		[ "$code" != 75 ] || [ "$SECONDS" -ge "$end" ] || { code=0; continue; }
		times=$((times + 1))
	done
	is "registry/$1/clean" 64 "$code"
}

run_lab() { "$@" run "$lab" --yes --plain --host local=sandbox >"$work/told" 2>&1 </dev/null; }

"$kvmlab" sandbox up >"$work/up" 2>&1 || { fail registry/up "$(tail -n 1 "$work/up")"; exit 1; }
bystanders_start registry
neighbours_make >/dev/null
for host in source destination; do everything "$host" >"$work/before-$host"; done
is registry/neighbours 3 "$(grep -c -E '^(kept|lab0|lab01-clon) [0-9a-f-]{36}' "$work/before-source")"

# A whole run puts everything back by itself, and says so.
started=$(date +%s%N)
run_lab "$kvmlab"
is registry/whole/exit-code 0 $?
whole_ms=$((($(date +%s%N) - started) / 1000000))
echo "# a whole run: $whole_ms ms; seed $seed"
is registry/whole/all-made 8 "$(sqlite3 "$XDG_STATE_HOME/kvmlab/state.db" 'SELECT count(*) FROM change WHERE undone=1')"
is registry/whole/nothing-undeclared 0 "$(grep -c 'differs from before' "$work/told")"
unchanged whole

RANDOM=$seed
moment() { awk -v r="$RANDOM" -v ms="$whole_ms" 'BEGIN { printf "%.3f", 0.02 + r / 32768 * ms / 1000 }'; }

# Where kvmlab and libvirt are on one host.
here_on_source() {
	cat >"$work/own.sh" <<-SHELL
	export XDG_STATE_HOME=/tmp/kvmlab-registry LC_ALL=C.UTF-8
	timeout -s $2 $1 '$kvmlab' run '$lab' --yes --plain </dev/null
	for i in 1 2 3 4; do
		'$kvmlab' clean --plain </dev/null
		code=\$?
		[ \$code = 0 ] || break
	done
	echo "clean ended with \$code"
	SHELL
	inside source "$(cat "$work/own.sh")" >"$work/told" 2>&1
	is "registry/$3/clean" 'clean ended with 64' "$(tail -n 1 "$work/told")"
}

# The state directory is on a small file system that is full from some moment on.
full_disk() {
	local name=$2 pid
	mkdir -p "$small"
	mount -t tmpfs -o size=1m none "$small"
	XDG_STATE_HOME=$small run_lab "$kvmlab" &
	pid=$!
	sleep "$1"
	dd if=/dev/zero of="$small/filler" bs=4k >/dev/null 2>&1
	wait "$pid"
	# Where nothing can be written down it may not get through; once there is room again it does.
	XDG_STATE_HOME=$small "$kvmlab" clean --plain >"$work/clean" 2>&1 </dev/null
	rm -f "$small/filler"
	XDG_STATE_HOME=$small clean "$name"
	umount "$small"
}

one_cut() {
	local name=$1-$2 t
	t=$(moment)
	case $1 in
	kill | int)
		run_lab timeout -s "$1" "$t" "$kvmlab"
		clean "$name"
		;;
	own-kill | own-int)
		here_on_source "$t" "${1#own-}" "$name"
		;;
	daemon)
		run_lab "$kvmlab" &
		sleep "$t"
		inside source 'kill -KILL "$(cat /run/libvirtd.pid)"'
		wait $!
		await_daemon
		clean "$name"
		;;
	full) full_disk "$t" "$name" ;;
	esac
	bad=0
	unchanged "$name"
	[ $bad = 0 ] || { echo "# cut off after $t s"; sed 's/^/# /' "$work/told" "$work/clean" | tail -n 60; }
}

# The sandbox starts it again, as systemd would.
await_daemon() {
	local end=$((SECONDS + 30))
	until [ "$(inside source 'virsh -q list >/dev/null && echo up')" = up ]; do
		[ "$SECONDS" -lt "$end" ] || break
		sleep 0.2
	done
}

ways=(kill int daemon own-kill full kill own-int)
for number in $(seq "$cuts"); do
	one_cut "${ways[number % ${#ways[@]}]}" "$number"
	[ "$bad" = 0 ] || break
done

exit $failed
