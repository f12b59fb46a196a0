# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What tests/host/sandbox.sh looks with: not by asking kvmlab, but the machine.

root=/var/lib/kvmlab-sandbox
guest=10.77.0.10

# Namespaces of this machine's processes other than our own.
namespaces() {
	local kind own
	for kind in pid mnt net uts ipc; do
		own=$(readlink "/proc/$$/ns/$kind")
		readlink /proc/[0-9]*/ns/"$kind" 2>/dev/null | grep -v -x -F "$own"
	done | sort -u
}

# Those of a process that the sandbox may have started, by what its command says; none but its own name kvmlab.
processes() {
	ps -eo args= | grep -a -E '(^|/)(virtlogd|tgtd|ganesha\.nfsd|qemu-system-[^ ]*|kvmlab-libvirt|kvmlab sandbox [a-z]+)( |$)|kvmlab-sandbox' |
		grep -a -v -E 'grep|sandbox (down|status)' | cut -c 1-80 | sort
}

# All that the sandbox makes or could spoil.
snapshot() {
	echo '# interfaces'
	ip -o link | awk -F': ' '{ print $2 }'
	ip -4 route show table all
	echo '# mounts'
	cat /proc/self/mounts
	echo '# cgroups'
	find /sys/fs/cgroup -name 'kvmlab-sandbox*' 2>/dev/null
	# A libvirtd of the machine's own may end when it is idle, and takes its PID files with it.
	echo '# files'
	find "$root" /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt /run/libvirt \
		/etc/ssh /root/.ssh /run/sshd /run/tgtd /run/sshd.pid /run/kvmlab /var/cache/kvmlab-sandbox/guest.part \
		2>/dev/null | grep -v '^/run/libvirt/.*\.pid$' | sort
	echo '# contents'
	cat /etc/hosts /etc/hostname /etc/passwd /etc/group /etc/shadow /etc/ssh/* /root/.ssh/* \
		/var/log/wtmp /var/log/lastlog 2>/dev/null | sha256sum
	sysctl net.ipv4.ip_forward 2>/dev/null
	echo '# namespaces'
	namespaces
	echo '# processes'
	processes
}

# left_over BEFORE AFTER: lines that only the second of two snapshots has, without what others on the machine change:
# what has been logged, and namespaces in which nothing of the sandbox runs.
left_over() {
	local line
	diff "$1" "$2" | sed -n 's/^> //p' | grep -v '^[0-9a-f]\{64\}  -$' | while IFS= read -r line; do
		case $line in
		*:\[[0-9]*\]) is_of_sandbox "$line" || continue ;;
		esac
		printf '%s\n' "$line"
	done
}

# is_of_sandbox NAMESPACE: one of the sandbox's programs is in it.
is_of_sandbox() {
	local link
	while IFS= read -r link; do
		case $(cat "${link%/ns/*}/comm" 2>/dev/null) in
		kvmlab* | libvirtd | virtlogd | tgtd | ganesha* | sshd | dnsmasq | qemu-system*) return 0 ;;
		esac
	done < <(find /proc/[0-9]*/ns -lname "${1/[/\\[}" 2>/dev/null)
	return 1
}

# nothing_left NAME: the machine is as it was. Others on it may hold namespaces for a moment.
nothing_left() {
	local end=$((SECONDS + 10))
	while :; do
		snapshot >"$work/after"
		cmp -s "$work/before" "$work/after" && break
		[ "$SECONDS" -lt "$end" ] || break
		sleep 0.2
	done
	if cmp -s "$work/before" "$work/after"; then
		pass "sandbox/$1/nothing-left"
	else
		fail "sandbox/$1/nothing-left" "$(diff "$work/before" "$work/after" | tail -n +2 | tr '\n' '|')"
	fi
}

# refused NAME CODE WORDS [--as USER | --without FILE | --empty DIR]... ARGUMENTS...
# One message on stderr, that exit code, and nothing left.
refused() {
	local name=$1 code=$2 words=$3 user='' hidden=() empty=() found
	shift 3
	while :; do
		case $1 in
		--as) user=$2 ;;
		--without) hidden+=("$2") ;;
		--empty) empty+=("$2") ;;
		*) break ;;
		esac
		shift 2
	done
	(
		[ -z "$user" ] || exec setpriv --reuid "$user" --regid nogroup --clear-groups "$work/kvmlab" "$@"
		exec unshare -m --propagation private sh -c '
			for file in $1; do mount --bind /dev/null "$file" || exit 99; done
			for dir in $2; do mount -t tmpfs none "$dir" || exit 99; done
			shift 2
			exec "$@"' sh "${hidden[*]-}" "${empty[*]-}" "$kvmlab" "$@"
	) >"$work/out" 2>"$work/err"
	found=$?
	is "sandbox/$name/exit-code" "$code" "$found"
	is "sandbox/$name/one-message" 1 "$(wc -l <"$work/err")"
	if grep -q -E -e "$words" "$work/err"; then
		pass "sandbox/$name/words"
	else
		fail "sandbox/$name/words" "$(head -n 1 "$work/err")"
	fi
	nothing_left "$name"
}

# up NAME [OPTIONS...]: sets up_ms.
up() {
	local name=$1 started
	shift
	started=$(date +%s%N)
	"$kvmlab" sandbox up "$@" >"$work/out" 2>"$work/err"
	local code=$?
	up_ms=$((($(date +%s%N) - started) / 1000000))
	is "sandbox/$name/up" 0 "$code"
	echo "# up: $up_ms ms"
	[ "$code" = 0 ] || { cat "$work/err"; return 1; }
}

# inside HOST COMMAND...: as a person would type it there.
inside() {
	local host=$1
	shift
	echo "$*" | "$kvmlab" sandbox shell "$host" 2>/dev/null
}

host_uuid() { inside "$1" "virsh -q capabilities" | sed -n 's:.*<uuid>\(.*\)</uuid>.*:\1:p' | head -n 1; }

answers() {
	local i
	for i in 1 2 3 4 5; do
		busybox ping -c 1 -W 1 "$guest" >/dev/null 2>&1 && return 0
	done
	return 1
}

# 'running', 'shut off' or nothing where the host does not know the guest.
state() { inside "$1" 'virsh -q domstate db01' | head -n 1; }

await_state() {
	local end=$((SECONDS + 15 * ${SLOWER:-1}))
	while [ "$(state "$1")" != "$2" ] && [ "$SECONDS" -lt "$end" ]; do sleep 0.2; done
	state "$1"
}

start_guest() {
	local end=$((SECONDS + 60 * ${SLOWER:-1})) address
	address=$("$kvmlab" sandbox status --format json | jq -r .guest_address)
	guest=$address
	inside source 'virsh -q start db01' >/dev/null
	until busybox ping -c 1 -W 1 "$guest" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || { fail "sandbox/$1/guest-answers" "not in time"; return 1; }
	done
	pass "sandbox/$1/guest-answers"
}

# migrate FROM TO: sets status; what virsh said is in $work/migrate.
migrate() {
	local started
	started=$(date +%s%N)
	echo "timeout $((120 * ${SLOWER:-1})) virsh migrate --live db01 qemu+ssh://$2/system?no_tty=1" |
		"$kvmlab" sandbox shell "$1" >"$work/migrate" 2>&1
	status=$?
	echo "# virsh migrate $1 $2: $((($(date +%s%N) - started) / 1000000)) ms, $(tr '\n' ' ' <"$work/migrate")"
}
