#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs every lab that has sample answers: on this machine, or in a sandbox of two libvirt hosts that is made and
# taken away again. Reports and an index go to BUILD/demo/. Nothing may be left of the sandbox.
#
# usage: tests/demo.sh BUILD
# KVMLAB_DEMO_LABS='host live-migration' runs only these.
set -u

build=$1
tree=$(cd "$(dirname "$0")/.." && pwd)
kvmlab=$build/kvmlab
out=$build/demo
library=$tree/tests/host/lib_sandbox.sh
rm -rf "$out"
mkdir -p "$out"
# The demo's runs are not the student's runs.
export XDG_STATE_HOME=$out/state

# as_root COMMAND...: what root makes in BUILD/demo/ becomes the user's.
as_root() {
	local code
	[ "$(id -u)" != 0 ] || { "$@"; return; }
	sudo -n env "XDG_STATE_HOME=$XDG_STATE_HOME" "LANG=${LANG:-C.UTF-8}" "$@"
	code=$?
	sudo -n chown -R "$(id -u):$(id -g)" "$out"
	return $code
}

# listed NAME: what there is on this machine, into BUILD/demo/NAME.txt; fails when that is not all of it.
listed() {
	# shellcheck disable=SC2016
	as_root bash -c '. "$1"; snapshot; echo "# end"' - "$library" >"$out/$1.txt" 2>/dev/null
	[ "$(tail -n 1 "$out/$1.txt")" = '# end' ]
}

# What sudo remembers of the password would run out during a long lab.
keeper=
keep_root() {
	[ "$(id -u)" != 0 ] || return 0
	(
		trap 'kill $!; exit' TERM
		while :; do
			sleep 50 &
			wait $!
			sudo -n -v 2>/dev/null
		done
	) >/dev/null 2>&1 &
	keeper=$!
}

# Each lab's id, where it runs (here, local: on a host of the sandbox, hosts: on both), the sandbox's options, the
# roles and whether it needs root. Whoever asks libvirt does so in the sandbox, where the answers are the same on every machine.
labs() {
	"$kvmlab" list --format json | jq -r '.labs[] | .needs as $n |
		(if $n.hosts != [] then "hosts" elif $n.commands | index("virsh") then "local" else "here" end) as $where |
		[.id, $where, ($n.sandbox | map("--" + .) | join(" ")), ($n.hosts | join(" ")), $n.root] | join("|")'
}

up=none # the options of the sandbox that is up
cannot= # why there can be none
took_down=0
root=1 # to be had
sandbox_down() {
	[ "$up" != none ] || return 0
	as_root "$kvmlab" sandbox down || {
		echo "demo: the sandbox could not be taken down: 'sudo $kvmlab sandbox down' does so" >&2
		worst=1
	}
	up=none
	took_down=1
}

# sandbox_up OPTIONS: as one with these options; 1 when that cannot be had, once said why.
sandbox_up() {
	local options
	[ "$up" != "$1" ] || return 0
	[ -z "$cannot" ] || return 1
	sandbox_down
	# One that is up already is somebody's own.
	if [ "$("$kvmlab" sandbox status --format json | jq -r .state)" != down ]; then
		cannot="one is up already; 'kvmlab sandbox down' takes it down"
	elif read -ra options <<<"$1" && as_root "$kvmlab" sandbox up "${options[@]}" 2>"$out/sandbox.err"; then
		up=$1
		return 0
	else
		cannot=$(grep -m 1 . "$out/sandbox.err")
	fi
	echo "demo: labs that need a sandbox are left out: ${cannot#kvmlab: }"
	return 1
}

# image_for ID: the Debian image, built once, where a parameter of the lab asks for it.
image=
image_for() {
	"$kvmlab" show "$1" --format json | jq -e '[.params[]? | strings | startswith("/var/cache/kvmlab-sandbox/images/")] | any' >/dev/null || return 0
	[ -n "$image" ] || { if as_root "$kvmlab" sandbox image; then image=made; else image=none; fi; }
	[ "$image" = made ] || echo "demo: $1 is left out: no image for its guests"
	[ "$image" = made ]
}

# What is being done and for how long, on a terminal.
watch() { # PID ID
	local began=$SECONDS
	while [ -t 1 ] && kill -0 "$1" 2>/dev/null; do
		printf '\r\033[K%s: %d s%s' "$2" $((SECONDS - began)) "$(sed -n 's/^  step \([^:]*\):.*/, done: \1/p' "$out/$2.log" | tail -n 1)"
		sleep 0.3
	done
	[ ! -t 1 ] || printf '\r\033[K'
}

# one ID COMMAND...: one lab; its grade and the table are shown, the details are in the reports.
one() {
	local id=$1 code
	shift
	"$@" run "$id" --yes --answers "$tree/fixtures/answers/$id.yaml" "${hosts[@]}" --report "json:$out/$id.json" \
		--report "html:$out/$id.html" --report "text:$out/$id.txt" >"$out/$id.log" 2>&1 &
	watch $! "$id"
	wait $!
	code=$?
	case $code in
	0 | 1 | 3) ;;
	*)
		cat "$out/$id.log" >&2
		worst=$code
		return
		;;
	esac
	runs[$id]=$("$kvmlab" status --format json |
		jq --arg id "$(jq -r .run "$out/$id.json")" '.runs[] | select(.id == $id).run')
	sed '/^1\. /,$d' "$out/$id.txt"
}

# Nothing of the sandbox may be left: what there is afterwards and was not before. Others' processes come and go.
nothing_left() {
	local left end=$((SECONDS + 10))
	while :; do
		if ! listed after || ! left=$(as_root bash -c '. "$1"; left_over "$2" "$3"' - "$library" "$out/before.txt" "$out/after.txt"); then
			echo "demo: without root it cannot be seen what is left of the sandbox; 'sudo $kvmlab sandbox status' tells" >&2
			worst=1
			return
		fi
		[ -n "$left" ] && [ "$SECONDS" -lt "$end" ] || break
		sleep 0.5
	done
	if [ -z "$left" ]; then
		echo "Nothing is left of the sandbox: processes, namespaces, interfaces, mounts and files are as listed before it ($(grep -c -v '^#' "$out/before.txt") lines in $out/before.txt, after.txt)."
	else
		printf 'demo: this is left of the sandbox:\n%s\n' "$left" >&2
		worst=1
	fi
}

# What is not taken away again, on purpose.
kept() {
	[ -d /var/cache/kvmlab-sandbox ] || return 0
	echo "Kept for the next time: the guests' images in /var/cache/kvmlab-sandbox, $(du -sm /var/cache/kvmlab-sandbox 2>/dev/null | cut -f 1) MiB; 'sudo $kvmlab sandbox down --purge' removes them."
}

if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
	echo "Some steps of the labs run as root, and so does the sandbox."
	if ! sudo -v 2>/dev/null; then
		root=0
		cannot="no root"
		echo "demo: neither root nor sudo here: labs that need it, or a sandbox, are left out"
	fi
fi
trap '[ -z "$keeper" ] || kill "$keeper"' EXIT
trap 'sandbox_down; exit 130' INT
trap 'sandbox_down; exit 143' TERM HUP

declare -A runs=()
worst=0
if [ "$root" = 1 ]; then
	keep_root
	listed before || {
		cannot="what stands on this machine cannot be listed"
		echo "demo: labs that need a sandbox are left out: $cannot"
	}
fi
# Labs of one kind of sandbox stand together, so that it is made once.
while IFS='|' read -r id where options roles needs_root <&3; do
	[ -f "$tree/fixtures/answers/$id.yaml" ] || continue
	[[ " ${KVMLAB_DEMO_LABS:-$id} " == *" $id "* ]] || continue
	[ "$root" = 1 ] || [ "$needs_root" = false ] || continue
	hosts=()
	if [ "$where" = here ]; then
		one "$id" "$kvmlab"
		continue
	fi
	sandbox_up "$options" || continue
	image_for "$id" || continue
	for role in ${roles:-local}; do hosts+=(--host "$role=sandbox"); done
	one "$id" as_root "$kvmlab"
done 3< <(labs | sort -s -t '|' -k 3,3)
sandbox_down
if [ "$took_down" = 1 ]; then
	nothing_left
	kept
fi

[ "${#runs[@]}" != 0 ] || { echo "demo: no lab could be run" >&2; exit 1; }
# In the course's order.
# shellcheck disable=SC2046
"$kvmlab" report --index $(labs | while IFS='|' read -r id _; do echo "${runs[$id]-}"; done) >"$out/index.html" || worst=1
chmod -R go+rX "$out" 2>/dev/null
echo
echo "Reports: $out/index.html"
exit "$worst"
