#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The two-host sandbox on this machine: up, a live migration in it, down, and nothing left of it.
# timeout: 900
# usage: sandbox.sh [KVMLAB]
# KVMLAB_SANDBOX_TESTS='usual kills' runs only these parts.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip sandbox "it needs root"; exit 0; }
for program in jq busybox ip; do
	command -v "$program" >/dev/null || { skip sandbox "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip sandbox "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
chmod 755 "$work"
bystander=''
finish() {
	[ -z "$bystander" ] || kill -KILL "$bystander" 2>/dev/null
	"$kvmlab" sandbox down >/dev/null 2>&1
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if ! "$kvmlab" sandbox up >"$work/out" 2>"$work/err"; then
	if grep -q -e apt-get -e apt "$work/err"; then
		skip sandbox "$(cat "$work/err")"
		exit 0
	fi
	fail sandbox "$(cat "$work/err")"
	exit 1
fi
"$kvmlab" sandbox down >/dev/null
snapshot >"$work/before"

test_inputs() {
	refused range/no-prefix 64 'is no address range' sandbox up --network 10.77.0.0
	refused range/not-an-address 64 'is no address range' sandbox up --network 300.77.0.0/24
	refused range/host-bits 64 "'10.77.0.0/24' would be right" sandbox up --network 10.77.0.5/24
	refused range/too-wide 64 'prefix' sandbox up --network 10.0.0.0/8
	refused range/not-for-hosts 64 'not for hosts' sandbox up --network 224.0.0.0/24
	local route
	route=$(ip -4 route show scope link | awk '$1 ~ /\// { print $1; exit }')
	if [ -n "$route" ]; then
		refused range/taken 3 'overlaps' sandbox up --network "${route%/*}/24"
	else
		skip sandbox/range/taken 'this machine has no route to a network'
	fi
	refused verb/unknown 64 "does not know 'sideways'" sandbox sideways
	refused verb/option-of-another 64 "no option '--no-trust'" sandbox down --no-trust
	refused shell/no-host 64 'needs a host' sandbox shell
	refused shell/unknown-host 64 'no host of the sandbox' sandbox shell elsewhere
	refused shell/not-up 3 'is not up' sandbox shell source
}

test_machine() {
	install "$kvmlab" "$work/kvmlab"
	refused no-root 77 "sudo" --as nobody sandbox up
	refused no-root-down 77 "sudo" --as nobody sandbox down
	refused missing-package 3 'tgt' --without /usr/sbin/tgtd sandbox up
	refused missing-packages 3 'libvirt-clients .*tgt' --without /usr/sbin/tgtd \
		--without /usr/bin/virsh sandbox up
	refused missing-unpackers 3 'xz-utils zstd' --without /usr/bin/xz --without /usr/bin/zstd sandbox up
	refused no-tun 3 '/dev/net/tun' --empty /dev/net sandbox up
	local index
	ip link add kvmlab0 type bridge
	index=$(ip -o link show kvmlab0 | cut -d: -f1)
	"$kvmlab" sandbox up >"$work/out" 2>"$work/err"
	is sandbox/occupied-name/exit-code 3 $?
	is sandbox/occupied-name/one-message 1 "$(wc -l <"$work/err")"
	"$kvmlab" sandbox down >/dev/null
	is sandbox/occupied-name/untouched "$index" "$(ip -o link show kvmlab0 | cut -d: -f1)"
	ip link delete kvmlab0
	nothing_left occupied-name
}

test_usual() {
	local up_ms
	up usual || return
	is sandbox/usual/within-15-s true "$([ "$up_ms" -le $((15000 * ${SLOWER:-1})) ] && echo true || echo "$up_ms ms")"
	local first second
	first=$("$kvmlab" sandbox status --format json)
	"$kvmlab" sandbox up >"$work/out" 2>&1
	is sandbox/twice/exit-code 0 $?
	second=$("$kvmlab" sandbox status --format json)
	is sandbox/twice/is-the-same "$first" "$second"
	"$kvmlab" sandbox up --no-trust >"$work/out" 2>"$work/err"
	is sandbox/other-options/refused 64 $?
	is sandbox/other-options/untouched "$first" "$("$kvmlab" sandbox status --format json)"

	is sandbox/machine-key/source source "$("$root/ssh" source hostname)"
	is sandbox/machine-key/destination destination "$("$root/ssh" destination hostname)"
	is sandbox/trust/to-destination destination "$(inside source ssh destination hostname)"
	is sandbox/trust/to-source source "$(inside destination ssh source hostname)"
	isnt sandbox/host-uuids "$(host_uuid source)" "$(host_uuid destination)"
	is sandbox/own-home '' "$(inside source ls -A /root | grep -v -x -E '\.ssh|\.profile|\.bashrc')"
	is sandbox/shell-starts-at-home /root/of-the-host "$(inside source 'touch of-the-host; ls "$PWD/of-the-host"')"
	inside source touch /etc/of-the-host /var/of-the-host /tmp/of-the-host /root/of-the-host
	is sandbox/writes-stay-inside '' "$(ls /etc/of-the-host /var/of-the-host /tmp/of-the-host /root/of-the-host 2>/dev/null)"

	# Folders of this machine are covered in the hosts, and kvmlab may lie in one of them.
	is sandbox/looks-into-disks 64 "$(inside source '/run/kvmlab/kvmlab-guestfs 2>/dev/null; echo $?')"

	# Where 'virsh console' locks the terminal of a guest's console.
	is sandbox/consoles-can-be-locked true "$(inside source 'test -d /var/lock/. && echo true')"

	start_guest usual || return
	migrate source destination
	is sandbox/migration/exit-code 0 "$status"
	is sandbox/migration/on-destination running "$(state destination)"
	isnt sandbox/migration/not-on-source running "$(state source)"
	is sandbox/migration/answers true "$(answers && echo true)"
	migrate destination source
	is sandbox/migration-back/exit-code 0 "$status"
	is sandbox/migration-back/on-source running "$(state source)"
	is sandbox/migration-back/answers true "$(answers && echo true)"

	# As systemd would, the node starts its libvirtd again, and the guest has not noticed.
	inside source 'kill -KILL "$(cat /run/libvirtd.pid)"'
	is sandbox/libvirtd-killed/back running "$(await_state source running)"
	is sandbox/libvirtd-killed/answers true "$(answers && echo true)"

	inside source virsh -q shutdown db01 >/dev/null
	is sandbox/guest/hears-shutdown 'shut off' "$(await_state source 'shut off')"

	"$kvmlab" sandbox down --format json >"$work/down.json"
	is sandbox/down/exit-code 0 $?
	is sandbox/down/says-nothing-left 0 "$(jq '[.after[]] | add' "$work/down.json")"
	isnt sandbox/down/saw-what-was-there 0 "$(jq '.before.processes' "$work/down.json")"
	nothing_left down
	"$kvmlab" sandbox down >"$work/out"
	is sandbox/down-twice/exit-code 0 $?
}

has_nfs() { grep -q -w nfs4 /proc/filesystems || modprobe --dry-run --quiet nfs; }

# says NAME WORDS: 'status' does, once.
says() { is "sandbox/$1" 1 "$("$kvmlab" sandbox status | grep -c -F -e "$2")"; }

# A folder on both hosts, in which a file is a disk that moves without --unsafe.
nfs_serves() {
	local folder host
	folder=$("$kvmlab" sandbox status --format json | jq -r .nfs)
	says nfs/says "Shared storage: NFS, at '$folder'"
	for host in source destination; do
		is "sandbox/nfs/kind/$host" nfs "$(inside "$host" stat -f -c %T "$folder")"
		is "sandbox/nfs/pool/$host" "running yes $folder" "$(inside "$host" "virsh -q pool-info nfs | awk '/State|Autostart/ { printf \"%s \", \$2 }'
			virsh pool-dumpxml nfs | sed -n 's:.*<path>\(.*\)</path>.*:\1:p'")"
	done
	inside source "echo hello >$folder/from-source"
	is sandbox/nfs/one-folder hello "$(inside destination cat "$folder/from-source")"
	inside source "truncate -s 64M $folder/db01.raw
		virsh dumpxml --inactive db01 | sed -e '/<source protocol=.iscsi/,/<.source>/c <source file=\"$folder/db01.raw\"/>' -e 's/disk type=.network./disk type=\"file\"/' >/run/file.xml
		virsh -q define /run/file.xml" >/dev/null
	is sandbox/nfs/disk "$folder/db01.raw" "$(inside source "virsh -q domblklist db01 | awk '\$1 == \"vda\" { print \$2 }'")"
	start_guest nfs || return
	migrate source destination
	is sandbox/nfs/moves 0 "$status"
	is sandbox/nfs/on-destination running "$(state destination)"
	is sandbox/nfs/answers true "$(answers && echo true)"
	"$kvmlab" sandbox down >/dev/null
	nothing_left nfs
	nfs_ends
}

# Whatever ends first: 'up' while the folder is mounted, or the server while a host writes.
nfs_ends() {
	local up_ms wait pid
	for wait in 0 0.3 1; do killed "nfs-$wait-s" 'sharing a folder' "$wait"; done
	up nfs-server-killed || return
	inside source 'dd if=/dev/zero of=/var/lib/libvirt/nfs/big bs=1M count=200' >/dev/null &
	pid=$!
	until [ "$(stat -c %s "$root/storage/nfs/big" 2>/dev/null || echo 0)" -gt 0 ]; do sleep 0.05; done
	kill -KILL "$(cut -d' ' -f1 "$root/state/node-storage")"
	"$kvmlab" sandbox down >"$work/out" 2>&1
	is sandbox/nfs-server-killed/down 0 $?
	wait "$pid"
	nothing_left nfs-server-killed
}

# Where NFS cannot be, 'status' says why in words; iSCSI serves everywhere.
test_storage() {
	local up_ms
	up storage || return
	says storage/iscsi "Shared storage: iSCSI, with the disk of 'db01'"
	is sandbox/storage/iscsi/reached 1 "$(inside destination 'timeout 5 bash -c "echo >/dev/tcp/storage/3260" && echo 1')"
	if ! has_nfs; then
		says storage/no-nfs 'No NFS: this kernel has no NFS'
		is sandbox/storage/no-nfs/json null "$("$kvmlab" sandbox status --format json | jq .nfs)"
	elif ! command -v ganesha.nfsd >/dev/null; then
		says storage/no-nfs "No NFS: package 'nfs-ganesha-vfs'"
	elif [ "$(stat -f -c %T /var/lib)" = overlayfs ]; then
		says storage/no-nfs 'No NFS: no server can offer what lies in the file system'
	else
		nfs_serves
	fi
	"$kvmlab" sandbox down >/dev/null
	nothing_left storage
	up storage/none --no-shared-storage || return
	is sandbox/storage/none 'false null' "$("$kvmlab" sandbox status --format json | jq -r '"\(.iscsi) \(.nfs)"')"
	is sandbox/storage/none/nothing-serves '' "$(inside destination 'for port in 3260 2049; do timeout 5 bash -c "echo >/dev/tcp/storage/$port" 2>/dev/null && echo $port; done')"
	"$kvmlab" sandbox down >/dev/null
	nothing_left storage/none
}

# fault OPTION WORDS: the destination differs on purpose, libvirt says so, the guest stays.
fault() {
	local name=${1#--} up_ms
	up "$name" "$1" || return
	start_guest "$name" || return
	migrate source destination
	isnt "sandbox/$name/refused" 0 "$status"
	if grep -q -E "$2" "$work/migrate"; then
		pass "sandbox/$name/words"
	else
		fail "sandbox/$name/words" "$(tail -n 1 "$work/migrate")"
	fi
	is "sandbox/$name/still-on-source" running "$(state source)"
	isnt "sandbox/$name/not-on-destination" running "$(state destination)"
	is "sandbox/$name/answers" true "$(answers && echo true)"
	"$kvmlab" sandbox down >/dev/null
	nothing_left "$name"
}

# A model that both CPUs have moves to the lesser one too.
baseline_moves() {
	local up_ms
	up baseline --lesser-cpu || return
	inside source "virsh -q dumpxml db01 | sed 's/Nehalem/Penryn/; /aes/d' | virsh -q define /dev/stdin" >/dev/null
	start_guest baseline || return
	migrate source destination
	is sandbox/baseline/moves 0 "$status"
	is sandbox/baseline/on-destination running "$(state destination)"
	"$kvmlab" sandbox down >/dev/null
	nothing_left baseline
}

test_faults() {
	fault --lesser-cpu 'missing features: .*(sse4.2|aes)'
	baseline_moves
	fault --no-shared-storage 'Unsafe migration'
	fault --no-trust 'Permission denied'
	fault --other-network 'unreachable|No route to host'
}

# kill_up ANCHOR SECONDS COMMAND...: 'up', killed that long after it has said ANCHOR; 137 when it was. One that had
# ended before was none: it is tried again, with half the time.
kill_up() {
	local anchor=$1 wait=$2 try pid code
	shift 2
	for try in 1 2 3 4 5; do
		: >"$work/out"
		"$@" "$kvmlab" sandbox up >"$work/out" 2>&1 &
		pid=$!
		until grep -q -e "$anchor" "$work/out" || ! kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
		grep -q -e "$anchor" "$work/out" || [ "$try" -lt 5 ] || echo "# never said '$anchor'"
		sleep "$wait"
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		code=$?
		[ "$code" != 137 ] || return 137
		"$kvmlab" sandbox down ${purge:+"$purge"} >/dev/null 2>&1
		wait=$(awk -v w="$wait" 'BEGIN { printf "%.3f", w / 2 }')
	done
	return "$code"
}

# killed NAME ANCHOR SECONDS [COMMAND...]: 'up' is killed on its way; 'down' cleans up.
purge='' # or --purge, where the images are to be made anew
killed() {
	local name=$1
	shift
	kill_up "$@"
	is "sandbox/killed/$name/on-its-way" 137 $?
	"$kvmlab" sandbox down >"$work/out" 2>&1
	is "sandbox/killed/$name/down" 0 $?
	nothing_left "killed/$name"
}

random() { awk -v max="$1" -v r="$RANDOM" 'BEGIN { printf "%.3f", r / 32768 * max }'; }

# The first 'up' builds the image; killed on its way there, it leaves none half made.
test_image() {
	local up_ms purge=--purge
	"$kvmlab" sandbox down --purge >/dev/null
	killed image/building-the-guest 'building the guest' "$(random 3)"
	"$kvmlab" sandbox down --purge >/dev/null
	# Without a kernel in /boot it asks apt for one, which takes its time.
	killed image/getting-a-kernel 'getting a kernel' "$(random 0.5)" \
		unshare -m --propagation private sh -c 'mount -t tmpfs none /boot && exec "$@"' sh
	"$kvmlab" sandbox down --purge >/dev/null
	up first || return
	is sandbox/first/within-120-s true "$([ "$up_ms" -le 120000 ] && echo true || echo "$up_ms ms")"
	"$kvmlab" sandbox down >/dev/null
	nothing_left first
}

test_kills() {
	local i pid wait killed=0
	for i in $(seq 8); do
		wait=$(random 5)
		killed "$i-after-$wait-s" '' "$wait"
	done
	for i in $(seq 9 20); do
		wait=$(random 0.8)
		killed "$i-while-hosts-are-made-$wait-s" 'starting the hosts' "$wait"
	done
	# An 'up' after a killed one needs no 'down' between.
	kill_up 'connecting them' 0
	is sandbox/up-after-killed-up/on-its-way 137 $?
	"$kvmlab" sandbox up >"$work/out" 2>&1
	is sandbox/up-after-killed-up/exit-code 0 $?
	# And a killed 'down' is taken up again.
	for wait in 0.01 0.05 0.2; do
		"$kvmlab" sandbox down >"$work/out" 2>&1 &
		pid=$!
		sleep "$wait"
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		[ $? != 137 ] || killed=$((killed + 1))
	done
	isnt sandbox/killed-down/on-its-way 0 "$killed"
	"$kvmlab" sandbox down >"$work/out" 2>&1
	is sandbox/killed-down/exit-code 0 $?
	nothing_left killed-down
}

# interrupted SIGNAL CODE
interrupted() {
	local pid
	"$kvmlab" sandbox up >"$work/out" 2>"$work/err" &
	pid=$!
	until grep -q 'starting the hosts' "$work/out" || ! kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
	kill -"$1" "$pid"
	wait "$pid"
	is "sandbox/interrupted-$1/exit-code" "$2" $?
	nothing_left "interrupted-$1"
}

test_signals() {
	# A background job of a script ignores INT, which a terminal's does not.
	interrupted TERM 143
	local pid
	"$kvmlab" sandbox up >"$work/out" 2>&1 &
	pid=$!
	until [ -e "$root/state/options" ] || ! kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
	"$kvmlab" sandbox up >/dev/null 2>"$work/err"
	is sandbox/locked/up 75 $?
	"$kvmlab" sandbox down >/dev/null 2>"$work/err"
	is sandbox/locked/down 75 $?
	wait "$pid"
	is sandbox/locked/first-is-not-harmed 0 $?
	"$kvmlab" sandbox down >/dev/null
	nothing_left locked
}

# record PID START PIDNS: what a sandbox of this boot of the machine would have written down.
record() {
	mkdir -p "$root/state"
	cp /proc/sys/kernel/random/boot_id "$root/state/boot"
	echo "$1 $2 $3 1 1 1 1" >"$root/state/node-source"
}

alive() { kill -0 "$bystander" 2>/dev/null && echo true; }

# Records may be old: their numbers then belong to somebody else, who is not killed.
test_records() {
	local start ns outer
	unshare --pid --fork --kill-child sleep 600 &
	outer=$!
	until bystander=$(cat "/proc/$outer/task/$outer/children") && [ -n "$bystander" ]; do sleep 0.1; done
	bystander=${bystander% }
	start=$(awk '{ print $22 }' "/proc/$bystander/stat")
	ns=$(stat -L -c %i "/proc/$bystander/ns/pid_for_children")
	record "$bystander" $((start + 1)) 1
	"$kvmlab" sandbox down >/dev/null
	is sandbox/record/other-start-lives true "$(alive)"
	record "$bystander" "$start" 1
	"$kvmlab" sandbox down >/dev/null
	is sandbox/record/other-namespace-lives true "$(alive)"
	record "$outer" "$(awk '{ print $22 }' "/proc/$outer/stat")" "$(stat -L -c %i /proc/$$/ns/pid_for_children)"
	"$kvmlab" sandbox down >/dev/null 2>&1
	is sandbox/record/machine-namespace-lives true "$(alive)"
	record "$bystander" "$start" "$ns"
	echo 00000000-0000-0000-0000-000000000000 >"$root/state/boot"
	is sandbox/record/other-boot-status unfinished "$("$kvmlab" sandbox status --format json | jq -r .state)"
	"$kvmlab" sandbox down >/dev/null
	is sandbox/record/other-boot-lives true "$(alive)"
	# The control: with all of it right, it would have been killed.
	record "$bystander" "$start" "$ns"
	"$kvmlab" sandbox down >/dev/null 2>&1
	wait "$outer" 2>/dev/null
	is sandbox/record/control-is-killed '' "$(alive)"
	bystander=''
	nothing_left records
}

test_broken() {
	local up_ms pid
	up broken || return
	pid=$("$kvmlab" sandbox status --format json | jq '.hosts[1].pid')
	kill -KILL "$pid"
	while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
	"$kvmlab" sandbox status --format json >"$work/status.json"
	is sandbox/broken/exit-code 1 $?
	is sandbox/broken/state broken "$(jq -r .state "$work/status.json")"
	"$kvmlab" sandbox up >"$work/out" 2>&1
	is sandbox/broken/up-mends 0 $?
	is sandbox/broken/up up "$("$kvmlab" sandbox status --format json | jq -r .state)"
	"$kvmlab" sandbox down >/dev/null
	nothing_left broken
}

for part in ${KVMLAB_SANDBOX_TESTS:-inputs machine image usual storage faults signals records broken kills}; do
	"test_$part"
done
exit $failed
