#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# 'kvmlab doctor --fix' mends a real machine: starts libvirt, makes the default network and pool, installs a package;
# all of it behind mounts and namespaces of its own, so that nothing of this machine is changed.
# timeout: 300
# usage: doctor.sh [KVMLAB]
# KVMLAB_DOCTOR_TESTS='libvirt' runs only this part.
# shellcheck disable=SC2317
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"

[ "$(id -u)" = 0 ] || { skip doctor "it needs root"; exit 0; }
for program in jq virsh libvirtd virtlogd unshare; do
	command -v "$program" >/dev/null || { skip doctor "no '$program'; 'make deps' installs it"; exit 0; }
done

lab() {
	cat >"$work/lab.yaml" <<-YAML
	kvmlab: 1
	id: mend
	title: Mend
	needs: $1
	experiments:
	- id: e
	  title: An experiment
	  steps: [{id: s, run: echo hello}]
	YAML
}

# doctor [OPTION...]: leaves code and $work/out
doctor() {
	"$kvmlab" doctor "$work/lab.yaml" "$@" --format json >"$work/out" 2>"$work/err" </dev/null
	code=$?
}
said() { value "$work/out" ".findings[] | select(.id == \"$1\") | \"\(.state)\""; }
typed() { value "$work/out" ".findings[] | select(.id == \"$1\") | .mend"; }

# In namespaces where no libvirt ever ran and nothing below /run says that there is a systemd.
inside_libvirt() {
	mount -t tmpfs none /run
	local dir file
	for dir in /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do
		mkdir -p "$dir"
		mount -t tmpfs none "$dir"
	done
	mkdir -p /var/lib/libvirt/images
	lab '{root: true, commands: [virsh]}'
	if ! getent passwd libvirt-qemu >/dev/null; then
		doctor
		is doctor/libvirt/no-user 'apt-get install --yes libvirt-daemon-system libvirt-clients' "$(typed libvirt)"
	fi
	# As that package makes them.
	for file in passwd group; do
		grep -v '^libvirt-qemu:' "/etc/$file" >"$work/$file"
	done
	echo 'libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin' >>"$work/passwd"
	echo 'libvirt-qemu:x:64055:' >>"$work/group"
	mount --bind "$work/passwd" /etc/passwd
	mount --bind "$work/group" /etc/group
	lab '{root: true, commands: [virsh], network: default, pool: default, disk_mib: 16}'
	doctor
	is doctor/libvirt/before "1 LACKS virtlogd -d && libvirtd -d" "$code $(said libvirt) $(typed libvirt)"
	# Nobody could ask for them: they are not said to be missing.
	is doctor/libvirt/network-not-seen '' "$(said network)$(said pool)"
	doctor --fix
	is doctor/libvirt/no-consent '64 false' "$code $([ -e /run/libvirt/libvirt-sock ] && echo true || echo false)"
	# A daemon of no systemd's outlives nobody but a person's shell: --fix leaves that line to them.
	doctor --fix --yes
	is doctor/libvirt/not-by-kvmlab '1 LACKS' "$code $(said libvirt)"
	sh -c "$(typed libvirt)" >/dev/null 2>&1
	doctor
	is doctor/libvirt/line-mends '1 OK LACKS LACKS' "$code $(said libvirt) $(said network) $(said pool)"
	doctor --fix --yes
	is doctor/libvirt/after '0 OK OK OK' "$code $(said libvirt) $(said network) $(said pool)"
	# virsh is asked, too.
	is doctor/libvirt/network 'default active yes yes' "$(virsh -q net-list --all | xargs)"
	is doctor/libvirt/pool 'default active yes' "$(virsh -q pool-list --all | xargs)"
	is doctor/libvirt/address 192.168.122.1/24 "$(ip -o -4 addr show dev virbr0 | awk '{ print $4 }')"
	virsh -q net-destroy default >/dev/null
	virsh -q pool-destroy default >/dev/null
	doctor
	is doctor/libvirt/stopped '1 LACKS virsh net-start default && virsh net-autostart default' "$code $(said network) $(typed network)"
	is doctor/libvirt/stopped-pool LACKS "$(said pool)"
	doctor --fix --yes
	is doctor/libvirt/started '0 default active yes yes default active yes' \
		"$code $(virsh -q net-list --all | xargs) $(virsh -q pool-list --all | xargs)"
	virsh -q net-undefine default >/dev/null
	doctor
	is doctor/libvirt/transient '0 NOTE' "$code $(said network)"
}

# On a copy of this machine's files, with its network.
inside_packages() {
	local dir
	mount -t tmpfs none "$work/copy"
	for dir in usr etc var; do
		mkdir -p "$work/copy/$dir" "$work/copy/$dir.work"
		mount -t overlay none -o "lowerdir=/$dir,upperdir=$work/copy/$dir,workdir=$work/copy/$dir.work" "/$dir" ||
			{ skip doctor/packages "no overlay file system"; return; }
	done
	apt-get remove --yes -qq dmidecode >/dev/null 2>&1
	lab '{commands: [dmidecode, qemu-img, lscpu]}'
	doctor
	is doctor/packages/before '1 apt-get install --yes dmidecode' "$code $(value "$work/out" .first)"
	doctor --fix --yes
	if [ "$code" != 0 ] && ! apt-get update -qq >/dev/null 2>&1; then
		skip doctor/packages/after "the archive cannot be reached"
		return
	fi
	[ "$code" = 0 ] || doctor --fix --yes
	is doctor/packages/after '0 OK dmidecode' "$code $(said packages) $(dpkg-query -W -f '${Package}' dmidecode)"
}

if [ "${2:-}" ]; then
	work=$3
	"inside_$2"
	exit $failed
fi

work=$(mktemp -d)
export XDG_STATE_HOME=$work/state
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/copy"
before=$(virsh -q -c qemu:///system net-list --all 2>&1; command -v dmidecode; ls /run/libvirt 2>&1)
for part in ${KVMLAB_DOCTOR_TESTS:-libvirt packages}; do
	network=-n
	[ "$part" = libvirt ] || network=
	for program in dnsmasq iptables; do
		[ "$part" != libvirt ] || command -v "$program" >/dev/null || { skip "doctor/$part" "no '$program'"; continue 2; }
	done
	# All that is started in there ends with it.
	# shellcheck disable=SC2086
	unshare -m $network -p -u -i -f --mount-proc --propagation private --kill-child \
		"$here/doctor.sh" "$kvmlab" "$part" "$work" || failed=1
done
is doctor/machine-unchanged "$before" "$(virsh -q -c qemu:///system net-list --all 2>&1; command -v dmidecode; ls /run/libvirt 2>&1)"
exit $failed
