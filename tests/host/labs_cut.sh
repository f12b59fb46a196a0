#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The labs 02 to 06 as they ship, cut off at random moments of random steps: kill -9, Ctrl-C, a killed libvirtd,
# full disks, and again while they are resumed or cleaned up. Afterwards nothing of them is left, and guests,
# a network and pools of nobody's lab, whose names are much like theirs, are what they were to the byte.
# timeout: 1500
# usage: labs_cut.sh [KVMLAB]
# KVMLAB_CUTS=50 cuts more runs off, and KVMLAB_CUTS_SECONDS=3600 gives them time; KVMLAB_SEED=7 chooses
# other ones; KVMLAB_CUTS_LABS='05-clone' takes only these labs, KVMLAB_CUTS_WAYS='full disk' only these ways;
# KVMLAB_CUTS_IMAGE=FILE has guests that boot from that image in the place of one that powers off at once.
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
# shellcheck source=tests/host/lib_cuts.sh
. "$here/lib_cuts.sh"
# shellcheck source=tests/host/lib_root.sh
. "$here/lib_root.sh"

suite=labs_cut
cuts=${KVMLAB_CUTS:-8}
seconds=${KVMLAB_CUTS_SECONDS:-200}
seed=${KVMLAB_SEED:-22949}
read -ra labs <<<"${KVMLAB_CUTS_LABS:-02-network-and-storage 03-first-vm 04-cloud-image 05-clone 06-golden-image}"
read -ra ways <<<"${KVMLAB_CUTS_WAYS:-kill daemon own-kill full int disk kill own-int}"

[ "$(id -u)" = 0 ] || { skip labs_cut "it needs root"; exit 0; }
for tool in jq busybox ip virt-install virt-clone virt-sysprep virt-cat ssh-keygen; do
	command -v "$tool" >/dev/null || { skip labs_cut "no '$tool'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip labs_cut "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

# The hosts of the sandbox have a /tmp of their own.
work=$(mktemp -d -p "$(dirname "$kvmlab")")
small=$work/small
export XDG_STATE_HOME=$work/state
unset KVMLAB_LABS
runner=''
# shellcheck disable=SC2317
finish() {
	[ -z "$runner" ] || kill -KILL "$runner" 2>/dev/null
	"$kvmlab" sandbox down >/dev/null 2>&1
	umount "$small" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A disk whose boot sector powers off at once (APM, which SeaBIOS has), in a file system like that of a guest that has
# run: so a lab's guest lives for a second, and libguestfs finds in it what the labs look for.
make_image() {
	make_root "$work/root"
	echo 'siswa:x:1000:1000::/home/siswa:/bin/bash' >>"$work/root/etc/passwd"
	echo 'virtio_ms=1 sata_ms=2 ratio_percent=200' >"$work/root/root/measured"
	mke2fs -q -t ext4 -d "$work/root" "$work/image.raw" 64M >/dev/null 2>&1 || return
	printf '\xb8\x01\x53\x31\xdb\xcd\x15\xb8\x0e\x53\x31\xdb\xb9\x02\x01\xcd\x15\xb8\x07\x53\xbb\x01\x00\xb9\x03\x00\xcd\x15\xf4\xeb\xfd' |
		dd of="$work/image.raw" conv=notrunc status=none
	printf '\x55\xaa' | dd of="$work/image.raw" bs=1 seek=510 conv=notrunc status=none
	qemu-img convert -O qcow2 "$work/image.raw" "$work/image.qcow2" && rm -r "$work/root" "$work/image.raw"
}
image=${KVMLAB_CUTS_IMAGE-}
[ -n "$image" ] || { make_image && image=$work/image.qcow2; } || { fail labs_cut/image "it cannot be made"; exit 1; }

# steps LAB: their ids, in order.
steps() { "$kvmlab" plan "$tree/labs/$1.yaml" --format json | jq -r '.experiments[].steps[].id'; }

# The guest of lab 03 that answers over the network needs an image that does: with ours the run would wait for it
# for long, and what comes after it is skipped.
answers() { # LAB STEP
	local from=$tree/fixtures/answers/${1#*-}.yaml
	if [ "$1" != 03-first-vm ] || [ "$2" = start ] || [ -n "${KVMLAB_CUTS_IMAGE-}" ]; then
		cat "$from"
	else
		sed 's/^  access:$/&\n    skip: [start]/' "$from"
	fi >"$work/answers.yaml"
}
comes() { if [ -n "${KVMLAB_CUTS_IMAGE-}" ]; then cat; else grep -v -x -E 'ssh|console|shutdown'; fi; }

# begin LAB STEP: a run of it in the background, here or on the host itself ($place); $work/told is what it says.
begin() {
	local lab=$1 words
	answers "$lab" "$2"
	words="run $tree/labs/$lab.yaml --yes --plain --lang en --answers $work/answers.yaml"
	! grep -q '^  image:' "$tree/labs/$lab.yaml" || words+=" --set image=$image"
	: >"$work/told"
	if [ "$place" = there ]; then
		(inside source "mkdir -p $own_state; export XDG_STATE_HOME=$own_state LC_ALL=C.UTF-8
			echo \$\$ >/run/kvmlab-own.pid; exec env --default-signal=INT '$kvmlab' $words </dev/null 2>&1") >"$work/told" &
	else
		# shellcheck disable=SC2086
		env --default-signal=INT "$kvmlab" $words --host local=sandbox >"$work/told" 2>&1 </dev/null &
	fi
	runner=$!
}
signal() {
	if [ "$place" = there ]; then
		inside source "kill -$1 \$(cat /run/kvmlab-own.pid)"
	else
		kill "-$1" "$runner" 2>/dev/null
	fi
}
runs() { kill -0 "$runner" 2>/dev/null; }
ended() {
	wait "$runner" 2>/dev/null
	runner=''
}
# stopped SECONDS: it ends by itself, else it is interrupted, as by somebody who has seen enough.
stopped() {
	local end=$((SECONDS + $1))
	while runs && [ "$SECONDS" -lt "$end" ]; do sleep 0.1; done
	! runs || signal INT
	ended
}

# reached ID NTH: that step is under way. 1: the run came to its end without it, or it never comes.
reached() {
	local end=$((SECONDS + ${KVMLAB_CUTS_PATIENCE:-240}))
	until [ "$(grep -c -E "^(#+ )?Step $1(:|\$)" "$work/told")" -ge "$2" ]; do
		runs && [ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}
# How long a step took when it came to its end before, in ms.
declare -A took
learn() {
	local id ms
	while read -r id ms; do
		[ "${took[$1/$id]-0}" -ge "$ms" ] || took[$1/$id]=$ms
	done < <(sed -n 's/^ *step \([^:]*\): exit status [0-9]*, \([0-9]*\) ms$/\1 \2/p' "$work/told")
}

# kv ARGUMENTS...: kvmlab where the run had it.
kv() {
	if [ "$place" = there ]; then kvmlab_there "$@"; else "$kvmlab" "$@" </dev/null; fi
}
# cut_again SIGNAL SECONDS ARGUMENTS...: the same, cut off again.
cut_again() {
	if [ "$place" = there ]; then
		inside source "XDG_STATE_HOME=$own_state LC_ALL=C.UTF-8 timeout -s $1 $2 '$kvmlab' ${*:3} </dev/null"
	else
		timeout -s "$1" "$2" "$kvmlab" "${@:3}" </dev/null
	fi >"$work/again" 2>&1
}

# Made by somebody else while the lab was cut off, with names much like its own.
plant() {
	inside source "virsh -q define /dev/stdin <<'XML'
<domain type='qemu'><name>$1-2</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os><devices><memballoon model='none'/></devices></domain>
XML
echo mine >/var/lib/libvirt/images/$1.qcow2" >/dev/null
}
# still_there NAME LAB: and now it is taken away again.
still_there() {
	is "$suite/$1/others-stay" 'shut off mine' "$(inside source "virsh -q domstate $2-2 | head -n 1; cat /var/lib/libvirt/images/$2.qcow2" | paste -s -d ' ' | tr -s ' ')"
	inside source "virsh -q undefine $2-2; rm -f /var/lib/libvirt/images/$2.qcow2" >/dev/null
}

# The folder of all images is a file system of its own, which is full from some moment on.
fill_images() {
	inside source 'dir=/var/lib/libvirt/images
for try in 1 2 3 4 5 6 7 8 9; do mount -o remount,size=$(($(df -k --output=used $dir | tail -n 1)))k $dir && break; done
df --output=avail $dir | tail -n 1' | tr -d ' ' >"$work/room"
	is "$suite/$name/images-full" 0 "$(cat "$work/room")"
}
free_images() { inside source 'mount -o remount,size=3g /var/lib/libvirt/images' >/dev/null; }

# interrupt WAY: what befalls the run, until it has ended.
interrupt() {
	case $1 in
	kill | own-kill)
		signal KILL
		ended
		;;
	int | own-int)
		signal INT
		ended
		;;
	daemon)
		kill_daemon
		stopped 5
		await_daemon
		;;
	full)
		fill_disk "$small"
		stopped 5
		# Where nothing can be written down it may not get through, but then it says what to do.
		"$kvmlab" clean --plain >"$work/clean" 2>&1 </dev/null ||
			is "$suite/$name/says-what-to-do" 1 "$(grep -c -E 'disk is full: make room|No space left' "$work/clean")"
		rm -f "$small/filler"
		;;
	disk)
		fill_images
		stopped 5
		# What is in the way goes all the same.
		kv clean --plain >"$work/clean" 2>&1
		is "$suite/$name/clean-when-full" yes "$(case $? in 0 | 64) echo yes ;; *) tail -n 1 "$work/clean" ;; esac)"
		free_images
		;;
	esac
}

# and_then HOW SECONDS: before it is cleaned up after, it is resumed, or cleaning up is cut off as well.
and_then() {
	case $1 in
	run | done | skip) cut_again INT "$2" resume --started "$1" --yes --plain ;;
	clean) cut_again KILL "0$(awk -v s="$2" 'BEGIN { print s / 8 }')" clean --plain ;;
	esac
}

# one_cut NUMBER WAY: 1 when the run had ended before its moment.
one_cut() {
	local way=$2 lab=${labs[RANDOM % ${#labs[@]}]} all step nth at share long next again state=$XDG_STATE_HOME
	local nexts=(nothing run nothing clean nothing 'done' nothing skip)
	mapfile -t all < <(steps "$lab" | comes)
	at=$((RANDOM % ${#all[@]})) share=$RANDOM long=$((RANDOM % 4))
	next=${nexts[RANDOM % 8]} again=$(awk -v r="$RANDOM" 'BEGIN { printf "%.2f", 0.5 + r / 32768 * 8 }')
	step=${all[at]} place=here bad=0 name=$1-$way
	nth=$(printf '%s\n' "${all[@]:0:at+1}" | grep -c -x -e "$step")
	case $way in own-*) place=there ;; full) small_disk "$small" && export XDG_STATE_HOME=$small ;; esac
	begin "$lab" "$step"
	if ! reached "$step" "$nth"; then
		echo "# $name: $lab ended before step $step"
		stopped 0
		learn "$lab"
		clean_up
		export XDG_STATE_HOME=$state
		return 1
	fi
	after=$(awk -v r="$share" -v ms="${took[$lab/$step]-1500}" -v long="$long" \
		'BEGIN { printf "%.3f", r / 32768 * (ms * 1.1 + (long ? 100 : 4000)) / 1000 }')
	sleep "$after"
	echo "# $name: $lab, step $step +$after s, then $next $again s"
	interrupt "$way"
	learn "$lab"
	plant "kvmlab-${lab#*-}"
	and_then "$next" "$again"
	clean_up
	still_there "$name" "kvmlab-${lab#*-}"
	export XDG_STATE_HOME=$state
	[ "$way" != full ] || umount "$small"
	unchanged "$name"
	[ $bad = 0 ] || sed 's/^/# /' "$work/told" "$work/again" "$work/clean" | tail -n 60
}
clean_up() {
	clean "$name" kv
	inside source "rm -rf $own_state /run/kvmlab-own.pid" >/dev/null
}

# What the assertions see: a thing of each kind that is left, and somebody's guest that is not what it was.
control() { # NAME MAKE UNDO
	inside source "$2" >/dev/null
	{ everything source; at_work source; } >"$work/control"
	inside source "$3" >/dev/null
	if [ "$(cat "$work/before-source" "$work/busy-source")" = "$(cat "$work/control")" ]; then
		fail "$suite/control/$1" "it is not seen"
	else
		pass "$suite/control/$1"
	fi
}
controls() {
	local xml="<domain type='qemu'><name>left</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os></domain>"
	control domain "echo \"$xml\" | virsh -q define /dev/stdin" 'virsh -q undefine left'
	control network "echo '<network><name>left</name><bridge name=\"left0\"/></network>' | virsh -q net-define /dev/stdin" 'virsh -q net-undefine left'
	control pool 'virsh -q pool-define-as left dir --target /tmp' 'virsh -q pool-undefine left'
	control volume 'virsh -q vol-create-as kept left.raw 1M' 'virsh -q vol-delete left.raw kept'
	control file 'touch /var/lib/libvirt/images/left' 'rm /var/lib/libvirt/images/left'
	control temporary 'touch /tmp/tmp.left' 'rm /tmp/tmp.left'
	control bridge 'ip link add left0 type bridge' 'ip link del left0'
	control process "bash -c 'exec -a virt-left sleep 60' >/dev/null 2>&1 & echo \$! >/run/left.pid" 'kill $(cat /run/left.pid); rm /run/left.pid'
	control bystanders-definition 'virsh -q setvcpus kvmlab-firs 2 --maximum --config' 'virsh -q setvcpus kvmlab-firs 1 --maximum --config'
	control bystanders-state 'virsh -q suspend kept' 'virsh -q resume kept'
	control bystanders-disk 'truncate -s +1 /var/lib/libvirt/kept/kept.raw' 'truncate -s -1 /var/lib/libvirt/kept/kept.raw'
	unchanged after-controls
}

"$kvmlab" sandbox up >"$work/up" 2>&1 || { fail $suite/up "$(tail -n 1 "$work/up")"; exit 1; }
inside source 'mount -t tmpfs -o size=3g none /var/lib/libvirt/images' >/dev/null
bystanders_start $suite
neighbours_make kvmlab-poo kvmlab-firs kvmlab-clone-1
# What libvirt makes for good at the first network or the first guest that starts by itself is there before.
inside source 'virsh -q autostart kvmlab-firs; virsh -q autostart --disable kvmlab-firs' >/dev/null
place=here
begin 02-network-and-storage ''
ended
is $suite/first/all-back 0 "$(grep -c 'could not be put back' "$work/told")"
remember_all
is $suite/neighbours 3 "$(grep -c -E '^(kept|kvmlab-firs|kvmlab-clone-1) [0-9a-f-]{36}' "$work/before-source")"
unchanged first

RANDOM=$seed
echo "# seed $seed, $cuts cuts, image $image"
number=0 late=0 bad=0 turn=$((RANDOM % ${#ways[@]}))
while [ "$number" -lt "$cuts" ] && [ "$late" -lt 20 ] && [ "$SECONDS" -lt "$seconds" ]; do
	if one_cut "$((number + 1))" "${ways[(turn + number) % ${#ways[@]}]}"; then number=$((number + 1)); else late=$((late + 1)); fi
	[ "$bad" = 0 ] || break
done
echo "# $number of $cuts cuts, $late moments that did not come, $SECONDS s"
isnt $suite/cuts 0 "$number"
[ "$failed" = 1 ] || controls
exit "$failed"
