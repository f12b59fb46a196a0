#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# 'make demo', with two of its labs: a sandbox that comes and goes, one that cannot be had; and that what would
# be left of one is seen.
# timeout: 420
# usage: demo.sh [KVMLAB]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip demo "it needs root"; exit 0; }
for program in jq busybox ip; do
	command -v "$program" >/dev/null || { skip demo "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip demo "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
trap '"$kvmlab" sandbox down >/dev/null 2>&1; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Its reports are not to take the place of those of a demo before.
mkdir "$work/build"
cp -a "$kvmlab" "$(dirname "$kvmlab")/kvmlab-libvirt" "$(dirname "$kvmlab")/locale" "$work/build/"
export KVMLAB_LABS=$tree/labs KVMLAB_DEMO_LABS='host cpu-compatibility' LANG=C.UTF-8

# said NAME WORDS: how many lines of the demo say so.
said() { grep -c -E -e "$1" "$work/out"; }

test_whole() {
	"$tree/tests/demo.sh" "$work/build" >"$work/out" 2>&1
	is demo/exit-code 0 $?
	is demo/both-graded 2 "$(said '^[0-9.]+ of [0-9.]+ points$')"
	is demo/with-the-options-of-the-lab 1 "$(said '^Options: .*lesser-cpu=yes')"
	is demo/shows-the-sandbox-come 1 "$(said '^The sandbox is up')"
	is demo/lists-that-nothing-is-left 1 "$(said '^Nothing is left of the sandbox')"
	is demo/listed-something true "$(grep -q '^# mounts' "$work/build/demo/before.txt" && echo true)"
	is demo/index-names-both 2 "$(grep -o -E '(Is this host ready for KVM|CPU compatibility)' "$work/build/demo/index.html" | sort -u | wc -l)"
	is demo/refused SUPPORTED "$(outcome "$work/build/demo/cpu-compatibility.json" refused)"
	is demo/down '' "$(ls -d "$root" 2>/dev/null)"
}

# No tun device: one line says so, and the labs of this machine are run.
test_without() {
	unshare -m --propagation private sh -c 'mount -t tmpfs none /dev/net && exec "$@"' sh \
		"$tree/tests/demo.sh" "$work/build" >"$work/out" 2>&1
	is demo/no-tun/exit-code 0 $?
	is demo/no-tun/one-line 1 "$(said '^demo: ')"
	is demo/no-tun/says-why 1 "$(said '^demo: labs that need a sandbox are left out: .*/dev/net/tun')"
	is demo/no-tun/goes-on 1 "$(said '^[0-9.]+ of [0-9.]+ points$')"
}

# Each kind of thing that could be left is seen, and nothing is seen where nothing is left.
test_left_over() {
	local pid
	snapshot >"$work/before"
	is demo/left/nothing '' "$(snapshot >"$work/after"; left_over "$work/before" "$work/after")"
	ip link add kvmlab0 type bridge
	mkdir -p "$root/state"
	unshare -n -m bash -c 'exec -a kvmlab-sandbox-left sleep 60' &
	pid=$!
	until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
	cp "$(command -v sleep)" "$work/tgtd"
	unshare -u "$work/tgtd" 60 &
	until pgrep -f "^$work/tgtd 60" >/dev/null; do sleep 0.05; done
	snapshot >"$work/after"
	left_over "$work/before" "$work/after" >"$work/left"
	kill "$pid" $!
	wait "$pid" $! 2>/dev/null
	ip link delete kvmlab0
	rm -rf "$root"
	is demo/left/interface 1 "$(grep -c -x kvmlab0 "$work/left")"
	is demo/left/file 1 "$(grep -c -x "$root/state" "$work/left")"
	is demo/left/process 1 "$(grep -c '^kvmlab-sandbox-left' "$work/left")"
	is demo/left/namespace 1 "$(grep -c '^uts:' "$work/left")"
	# Of a namespace in which nothing of the sandbox runs, nothing is said.
	is demo/left/others-namespaces 0 "$(grep -c -E '^(mnt|net):' "$work/left")"
}

test_left_over
test_whole
test_without
exit $failed
