#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What happens to the sandbox, and it says so: 'up' killed at its last moment, a daemon that hangs or ends, strangers in
# namespaces whose numbers were a node's, a machine without a kernel for the guest, and one that unmounts.
# timeout: 600
# usage: sandbox_trouble.sh [KVMLAB]
# KVMLAB_SANDBOX_TESTS='killed hangs' runs only these parts.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip sandbox_trouble "it needs root"; exit 0; }
for program in jq "${CC:-gcc}" unshare; do
	command -v "$program" >/dev/null || { skip sandbox_trouble "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip sandbox_trouble "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
chmod 755 "$work"
others=()
# shellcheck disable=SC2317
finish() {
	[ "${#others[@]}" = 0 ] || kill -KILL "${others[@]}" 2>/dev/null
	"$kvmlab" sandbox down >/dev/null 2>&1
	umount "$work/machine/other" "$work/machine" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

sandbox_state() { "$kvmlab" sandbox status --format json | jq -r .state; }
node_pid() { cut -d ' ' -f 1 "$root/state/node-$1"; }
# await_sandbox SECONDS STATE: the state, waited for.
await_sandbox() {
	local end=$((SECONDS + $1))
	while [ "$(sandbox_state)" != "$2" ] && [ "$SECONDS" -lt "$end" ]; do sleep 0.1; done
	sandbox_state
}

# killed WHEN: 'up' dies when it writes down that it is complete, before or after.
killed() {
	env LD_PRELOAD="$work/crash_at.so" CRASH_RENAME=/state/complete ${1:+CRASH_AFTER=1} "$kvmlab" sandbox up >"$work/out" 2>&1
	is "trouble/killed-${1:-before}-complete/was-killed" 137 $?
}

# What is written down as complete stands without 'up'; what is not is made anew.
test_killed() {
	local pids
	"${CC:-gcc}" -shared -fPIC -O1 -D_GNU_SOURCE -o "$work/crash_at.so" "$tree/tests/cli/crash_at.c" ||
		{ fail trouble/preload "crash_at.c does not compile"; return; }
	killed after
	pids=$(node_pid source),$(node_pid destination),$(node_pid storage)
	# Without an order to stay, the nodes' PID 1 would be gone in no time.
	is trouble/killed-after-complete/stands 'up' "$(sleep 1; sandbox_state)"
	is trouble/killed-after-complete/up-again 0 "$("$kvmlab" sandbox up >"$work/out" 2>&1; echo $?)"
	is trouble/killed-after-complete/the-same "$pids" "$(node_pid source),$(node_pid destination),$(node_pid storage)"
	is trouble/killed-after-complete/reachable source "$("$root/ssh" source hostname)"
	"$kvmlab" sandbox down >/dev/null
	is trouble/killed-after-complete/down '' "$(ls -d "$root" 2>/dev/null)"
	killed ''
	is trouble/killed-before-complete/state unfinished "$(sandbox_state)"
	is trouble/killed-before-complete/up-mends 0 "$("$kvmlab" sandbox up >"$work/out" 2>&1; echo $?)"
	is trouble/killed-before-complete/state-after up "$(sandbox_state)"
	"$kvmlab" sandbox down >/dev/null
	is trouble/killed-before-complete/down '' "$(ls -d "$root" 2>/dev/null)"
}

# A virsh that never answers: 'up' gives up within its deadline, not after as many tries.
test_hangs() {
	local code started=$SECONDS
	printf '#!/bin/sh\nexec sleep 600\n' >"$work/virsh"
	chmod 755 "$work/virsh"
	timeout -k 5 120 unshare -m --propagation private sh -c 'mount --bind "$1" /usr/bin/virsh && shift && exec "$@"' sh \
		"$work/virsh" "$kvmlab" sandbox up >"$work/out" 2>"$work/err"
	code=$?
	is trouble/hangs/exit-code 3 "$code"
	is trouble/hangs/within-100-s yes "$([ $((SECONDS - started)) -lt 100 ] && echo yes)"
	is trouble/hangs/says-which yes "$(grep -q "'virsh' did not end in time" "$work/err" && echo yes || cat "$work/err")"
	is trouble/hangs/nothing-left '' "$(ls -d "$root" 2>/dev/null)"
	"$kvmlab" sandbox down >/dev/null 2>&1
}

# Without its daemon the storage is none: its PID 1 goes too, and 'status' and 'up' see that.
test_storage() {
	local up_ms pid
	up storage || return
	pid=$(pgrep -x tgtd --ns "$(node_pid storage)" --nslist pid)
	isnt trouble/storage/daemon '' "$pid"
	kill -KILL "$pid"
	is trouble/storage/state broken "$(await_sandbox 5 broken)"
	is trouble/storage/why "'storage' has ended" "$("$kvmlab" sandbox status --format json | jq -r .why)"
	is trouble/storage/log yes "$(grep -q '^tgtd ended' "$root/storage.log" && echo yes)"
	"$kvmlab" sandbox up >"$work/out" 2>&1
	is trouble/storage/up-mends 0 $?
	is trouble/storage/up up "$(sandbox_state)"
	"$kvmlab" sandbox down >/dev/null
}

# stranger OPTION: a process in new namespaces, in others[0].
stranger() {
	unshare "$@" sleep 600 &
	others=($!)
	until [ "$(cat "/proc/$!/comm" 2>/dev/null)" = sleep ]; do sleep 0.02; done
}

# numbers PID: of its namespaces, as they are written down.
numbers() {
	local kind
	for kind in pid_for_children mnt net uts ipc; do stat -L -c %i "/proc/$1/ns/$kind"; done | tr '\n' ' '
}

# remember START NUMBERS: of a node that has ended.
remember() {
	mkdir -p "$root/state"
	cp /proc/sys/kernel/random/boot_id "$root/state/boot"
	echo "$(cat /proc/sys/kernel/pid_max) $1 $2" >"$root/state/node-source"
}

# counted: the exit code of 'down', and what it says is left, if it says so.
counted() {
	"$kvmlab" sandbox down >/dev/null 2>"$work/err"
	echo "$? $(grep -o '[0-9]* processes, [0-9]* namespaces' "$work/err")"
}

# The kernel gives a free number to the next namespace: one equal number is no proof.
test_strangers() {
	local start all
	stranger --net
	start=$(awk '{ print $22 }' "/proc/${others[0]}/stat")
	remember 1 "1 1 $(stat -L -c %i "/proc/${others[0]}/ns/net") 1 1"
	is trouble/strangers/one-number-is-none '0 ' "$(counted)"
	kill -KILL "${others[0]}"
	stranger --net --uts --ipc --mount
	start=$(awk '{ print $22 }' "/proc/${others[0]}/stat")
	all="1 $(numbers "${others[0]}" | cut -d ' ' -f 2-5)"
	remember $((start + 1000)) "$all"
	is trouble/strangers/older-than-the-node '0 ' "$(counted)"
	# The control: a process that began after the node, in several of its namespaces, is the node's.
	remember "$start" "$all"
	is trouble/strangers/control '3 1 processes, 4 namespaces' "$(counted)"
	kill -KILL "${others[0]}"
	wait "${others[0]}" 2>/dev/null
	others=()
	is trouble/strangers/down-again '0 ' "$(counted)"
}

# What the machine unmounts is unmounted in the nodes, too, and so is free.
test_unmounted() {
	local up_ms name
	mkdir "$work/machine"
	mount --bind "$work/machine" "$work/machine"
	mount --make-shared "$work/machine"
	mkdir "$work/machine/other"
	mount -t tmpfs other-of-the-machine "$work/machine/other"
	up unmounted || return
	for name in source destination storage; do
		is "trouble/unmounted/$name-saw-it" 1 "$(grep -c ' - tmpfs other-of-the-machine ' "/proc/$(node_pid $name)/mountinfo")"
	done
	umount "$work/machine/other"
	for name in source destination storage; do
		is "trouble/unmounted/$name-has-left-it" 0 "$(grep -c ' - tmpfs other-of-the-machine ' "/proc/$(node_pid $name)/mountinfo")"
	done
	# What the nodes mount is theirs alone.
	inside source 'mount -t tmpfs of-the-host /mnt' >/dev/null
	is trouble/unmounted/not-the-other-way 0 "$(grep -c of-the-host /proc/self/mountinfo)"
	"$kvmlab" sandbox down >/dev/null
	umount "$work/machine"
}

# package NAME DEPENDS TREE: into the repository.
package() {
	mkdir -p "$3/DEBIAN"
	printf 'Package: %s\nVersion: 1\nArchitecture: amd64\nMaintainer: nobody <nobody@localhost>\nDescription: of a test\n%s' \
		"$1" "${2:+Depends: $2
}" >"$3/DEBIAN/control"
	dpkg-deb -Znone -b "$3" "$work/repository/$1.deb" >/dev/null || return
	{
		dpkg-deb -f "$work/repository/$1.deb"
		printf 'Filename: ./%s.deb\nSize: %s\nSHA256: %s\n\n' "$1" "$(stat -c %s "$work/repository/$1.deb")" \
			"$(sha256sum "$work/repository/$1.deb" | cut -d ' ' -f 1)"
	} >>"$work/repository/Packages"
}

# A repository with one kernel: this machine's own, with the modules that the guest needs.
repository() {
	local version=$1 tree=$work/image module
	mkdir -p "$work/repository" "$tree/boot" "$tree/lib/modules/$version"
	: >"$work/repository/Packages"
	cp "/boot/vmlinuz-$version" "$tree/boot/"
	cp "/lib/modules/$version/"modules.{order,builtin*} "$tree/lib/modules/$version/"
	for module in virtio_pci virtio_net virtio_blk; do
		modprobe -S "$version" --show-depends "$module" | sed -n 's/^insmod //p'
	done | sort -u | while read -r module _; do
		mkdir -p "$tree/$(dirname "$module")"
		cp "$module" "$tree/$module"
	done
	package "linux-image-$version" '' "$tree" && package linux-image-cloud-amd64 "linux-image-$version" "$work/meta"
}

# without_kernel COMMAND...: where /boot is empty, no image has been kept, no package is installed, and apt knows the
# repository alone.
without_kernel() {
	mkdir -p /var/cache/kvmlab-sandbox
	# shellcheck disable=SC2016
	unshare -m --propagation private sh -c '
		for dir in /boot /var/cache/kvmlab-sandbox /etc/apt /var/lib/apt /var/cache/apt /var/lib/dpkg; do
			mount -t tmpfs none $dir || exit 99
		done
		mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial /etc/apt/apt.conf.d /etc/apt/preferences.d
		: >/var/lib/dpkg/status
		echo "deb [trusted=yes] file:$1 ./" >/etc/apt/sources.list
		shift
		apt-get -q -o APT::Sandbox::User=root update || exit 98
		exec "$@"' sh "$work/repository" "$@" >"$work/out" 2>"$work/err"
}

test_kernel() {
	local version
	version=$(find /boot -name 'vmlinuz-*' -printf '%f\n' | sed 's/^vmlinuz-//' | sort | tail -n 1)
	[ -n "$version" ] || { skip trouble/kernel "no kernel in /boot: every first 'up' gets one here"; return; }
	mkdir -p "$work/repository"
	: >"$work/repository/Packages"
	without_kernel "$kvmlab" sandbox up
	is trouble/kernel/none/exit-code 3 $?
	is trouble/kernel/none/words yes "$(grep -q "apt knows no kernel package; 'apt update'" "$work/err" && echo yes || tail -n 1 "$work/err")"
	is trouble/kernel/none/nothing-left '' "$(ls -d "$root" 2>/dev/null)"
	repository "$version" || { fail trouble/kernel/repository 'cannot be made'; return; }
	without_kernel "$kvmlab" sandbox up
	is trouble/kernel/from-apt/up 0 $?
	sed 's/^/# /' "$work/err"
	is trouble/kernel/from-apt/got-one 1 "$(grep -c 'getting a kernel' "$work/out")"
	is trouble/kernel/from-apt/is-that-one "$(sha256sum <"/boot/vmlinuz-$version")" "$(sha256sum <"$root/boot/vmlinuz")"
	start_guest kernel
	"$kvmlab" sandbox down >/dev/null
	is trouble/kernel/down '' "$(ls -d "$root" 2>/dev/null)"
}

for part in ${KVMLAB_SANDBOX_TESTS:-strangers killed storage unmounted hangs kernel}; do
	"test_$part"
done
exit $failed
