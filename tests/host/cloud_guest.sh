#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The labs' Debian image: built once, seeded, booted in the sandbox, and asked who it is.
# timeout: 1800
# usage: cloud_guest.sh [KVMLAB]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"

[ "$(id -u)" = 0 ] || { skip cloud-guest "it needs root"; exit 0; }
for program in jq virt-install qemu-img mmdebstrap; do
	command -v "$program" >/dev/null || { skip cloud-guest "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e /var/lib/kvmlab-sandbox ] || { skip cloud-guest "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
chmod 755 "$work"
export XDG_STATE_HOME=$work/state LC_ALL=C.UTF-8
finish() {
	"$kvmlab" sandbox down >/dev/null 2>&1
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

image=/var/cache/kvmlab-sandbox/images/debian.qcow2
left_over() { find /var/cache/kvmlab-sandbox/images -mindepth 1 ! -name 'debian*.qcow2' ! -name lock; }

# What goes wrong is said once, and leaves nothing: in a cache of its own.
refused() {
	local name=$1 words=$2 code
	shift 2
	unshare -m --propagation private bash -c '
		mkdir -p /var/cache/kvmlab-sandbox
		mount -t tmpfs -o "size=$1" none /var/cache/kvmlab-sandbox || exit 99
		shift
		"$@"
		code=$?
		find /var/cache/kvmlab-sandbox -mindepth 2 ! -name lock >&3
		exit $code' bash "$@" >"$work/out" 2>"$work/err" 3>"$work/left"
	code=$?
	is "image/$name/exit-code" 3 "$code"
	is "image/$name/one-message" 1 "$(wc -l <"$work/err")"
	if grep -qE -- "$words" "$work/err"; then pass "image/$name/words"; else fail "image/$name/words" "$(cat "$work/err")"; fi
	is "image/$name/nothing-left" '' "$(cat "$work/left")"
}
refused no-room 'needs 1536 MiB' 1g "$kvmlab" sandbox image
refused no-mirror 'build.sh .* failed' 2g env KVMLAB_MIRROR=http://127.0.0.1:1/debian "$kvmlab" sandbox image
mkdir "$work/moved"
install -m 755 "$kvmlab" "$work/moved/kvmlab"
refused no-recipe 'recipe of the image' 2g "$work/moved/kvmlab" sandbox image

started=$SECONDS
if ! "$kvmlab" sandbox image >"$work/out" 2>"$work/err"; then
	skip cloud-guest "the image cannot be built: $(head -n 1 "$work/err")"
	exit $failed
fi
echo "# sandbox image: $((SECONDS - started)) s: $(tail -n 1 "$work/out")"
is image/left-over '' "$(left_over)"
found=$("$kvmlab" sandbox image --format json)
is image/second-time false "$(jq .new <<<"$found")"
is image/where "$image" "$(jq -r .image <<<"$found")"
is image/format qcow2 "$(qemu-img info --output=json "$image" | jq -r .format)"
is image/no-backing-file null "$(qemu-img info --output=json "$image" | jq '."backing-filename"')"
sum=$(sha256sum <"$image")

started=$(date +%s%N)
if ! "$kvmlab" sandbox up >"$work/out" 2>"$work/err"; then
	fail cloud-guest/up "$(cat "$work/err")"
	exit 1
fi
echo "# sandbox up: $((($(date +%s%N) - started) / 1000000)) ms"
inside() { echo "$*" | "$kvmlab" sandbox shell source 2>/dev/null; }
# A /dev/kvm under which nothing runs is not offered: virt-install would take it.
offered=$(inside virsh -q capabilities | grep -c "<domain type='kvm'")
if [ "$("$kvmlab" sandbox status --format json | jq -r .accelerator)" = kvm ]; then
	isnt sandbox/kvm-is-offered 0 "$offered"
else
	is sandbox/kvm-is-not-offered 0 "$offered"
fi

started=$SECONDS
"$kvmlab" run "$here/cloud_guest.yaml" --host local=sandbox:source --yes --report "json:$work/r.json" >"$work/out" 2>"$work/err"
is cloud-guest/exit-code 0 $?
echo "# the lab: $((SECONDS - started)) s; cloud-init had finished $(value "$work/r.json" '.experiments[0].checks[] | select(.id == "guest") | .waited_ms') ms after the first look"
is cloud-guest/passed 'first-boot/seed first-boot/started first-boot/guest seen-otherwise/look seen-otherwise/agent' "$(with_verdict "$work/r.json" PASS)"
for what in hostname account_exists finished errors datasource; do
	echo "# cloud_init: $what = $(measure "$work/r.json" first-boot guest $what)"
done
is cloud-guest/seed/instance "$(measure "$work/r.json" first-boot seed instance_id)" "$(measure "$work/r.json" first-boot guest instance_id)"
# What the checker says is what another login and the guest agent say.
is cloud-guest/same/hostname "$(measure "$work/r.json" seen-otherwise look hostname)" "$(measure "$work/r.json" first-boot guest hostname)"
is cloud-guest/same/agent "$(measure "$work/r.json" seen-otherwise agent hostname)" "$(measure "$work/r.json" first-boot guest hostname)"
is cloud-guest/same/machine-id "$(measure "$work/r.json" seen-otherwise look machine)" "$(measure "$work/r.json" first-boot guest machine_id)"
is cloud-guest/same/instance "$(measure "$work/r.json" seen-otherwise look instance)" "$(measure "$work/r.json" first-boot guest instance_id)"
said=$(value "$work/r.json" '.experiments[1].steps[0].evidence[0].out.text')
for what in /etc/ssh/ssh_host_ed25519_key.pub /var/log/cloud-init.log system.journal /home/siswa/.ssh/authorized_keys; do
	if grep -q "^there=.*$what" <<<"$said"; then pass "cloud-guest/dirty/${what##*/}"; else fail "cloud-guest/dirty/${what##*/}" "$said"; fi
done
is cloud-guest/no-failed-unit '' "$(grep -v -E '^(hostname|instance|there)=' <<<"$said" | grep .)"

# Everything is put back, and the image is what it was.
is cloud-guest/put-back/domain db01 "$(inside virsh -q list --all --name | grep .)"
is cloud-guest/put-back/files '' "$(inside ls /var/lib/libvirt/images | grep kvmlab-)"
is cloud-guest/image-unchanged "$sum" "$(sha256sum <"$image")"
[ "$failed" = 0 ] || { cat "$work/out" "$work/err"; }
exit $failed
