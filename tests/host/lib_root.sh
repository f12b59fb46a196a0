# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A small file system that looks like that of a guest which has run for a while.

# make_root DIR: files only.
make_root() {
	local dir=$1 type
	mkdir -p "$dir"/{bin,sbin,lib,usr/bin,root,home/budi,tmp,var/log/apt,var/lib/dhcp,var/lib/systemd} \
		"$dir"/etc/{ssh,netplan} "$dir/var/lib/cloud/instances/iid-base"
	printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >"$dir/etc/os-release"
	echo base01 >"$dir/etc/hostname"
	echo 0123456789abcdef0123456789abcdef >"$dir/etc/machine-id"
	echo '127.0.0.1 localhost' >"$dir/etc/hosts"
	echo '/dev/sda / ext4 defaults 0 1' >"$dir/etc/fstab"
	printf '%s\n' 'root:x:0:0::/root:/bin/bash' 'budi:x:1000:1000::/home/budi:/bin/bash' \
		'siti:x:1001:1001::/home/siti:/bin/bash' 'nobody:x:65534:65534::/:/bin/false' >"$dir/etc/passwd"
	for type in ed25519 rsa ecdsa; do
		ssh-keygen -q -t "$type" -N '' -f "$dir/etc/ssh/ssh_host_${type}_key"
	done
	echo 'network: {ethernets: {all: {match: {macaddress: "52:54:00:aa:bb:cc"}, dhcp4: true}}}' \
		>"$dir/etc/netplan/50-cloud-init.yaml"
	echo boot >"$dir/var/log/syslog"
	: >"$dir/var/log/empty"
	echo install >"$dir/var/log/apt/history.log"
	echo ls >"$dir/root/.bash_history"
	echo 'rm -rf /' >"$dir/home/budi/.bash_history"
	: >"$dir/home/budi/.python_history"
	echo 'lease { }' >"$dir/var/lib/dhcp/dhclient.leases"
	head -c 512 /dev/urandom >"$dir/var/lib/systemd/random-seed"
	ln -s instances/iid-base "$dir/var/lib/cloud/instance"
	: >"$dir/var/lib/cloud/instance/boot-finished"
}
