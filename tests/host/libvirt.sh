#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kvmlab-libvirt on the two hosts of a sandbox: a migration, a daemon that dies and one that hangs.
# timeout: 300
# usage: libvirt.sh [KVMLAB]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
libvirt=$(dirname "$kvmlab")/kvmlab-libvirt
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip libvirt "it needs root"; exit 0; }
for program in jq busybox ip; do
	command -v "$program" >/dev/null || { skip libvirt "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip libvirt "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
listeners=()
finish() {
	[ "${#listeners[@]}" = 0 ] || kill -TERM "${listeners[@]}" 2>/dev/null
	"$kvmlab" sandbox down >/dev/null 2>&1
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

up libvirt || exit 1
uri() { "$kvmlab" sandbox status --format json | jq -r --arg name "$1" '.hosts[] | select(.name == $name).uri'; }
source=$(uri source)
destination=$(uri destination)

# answer URI KEY REQUEST...: of a key=value line.
answer() {
	local uri=$1 key=$2
	shift 2
	"$libvirt" "$uri" "$@" 2>/dev/null | sed -n "s/^$key=//p"
}

# await NAME SECONDS PATTERN FILE: a line with PATTERN comes in time.
await() {
	local end=$((SECONDS + $2))
	until grep -q -E -e "$3" "$4" || [ "$SECONDS" -ge "$end" ]; do sleep 0.1; done
	if grep -q -E -e "$3" "$4"; then pass "$1"; else fail "$1" "no '$3' in: $(tail -n 5 "$4" | tr '\n' '|')"; fi
}

listen() {
	"$libvirt" "$1" events >"$2" 2>"$2.err" &
	listeners+=("$!")
}

start_guest libvirt || exit 1
listen "$source" "$work/source"
listen "$destination" "$work/destination"
await libvirt/events/found 10 ' found running [0-9a-f-]{36} db01$' "$work/source"
await libvirt/events/connected 10 ' connected - - ' "$work/destination"

is libvirt/host/name source "$(answer "$source" hostname host)"
is libvirt/host/type QEMU "$(answer "$source" hypervisor host)"
is libvirt/domain/state running "$(answer "$source" state domain db01)"
inside source 'virsh -q autostart db01'
is libvirt/domain/autostart yes "$(answer "$source" autostart domain db01)"
inside source 'virsh -q autostart --disable db01'
is libvirt/domain/no-autostart no "$(answer "$source" autostart domain db01)"
"$libvirt" "$destination" domain db01 >/dev/null 2>&1
is libvirt/domain/not-there 66 $?
is libvirt/cpu/compare identical "$(answer "$destination" result cpu-compare "$source")"
is libvirt/cpu/baseline 1 "$("$libvirt" "$destination" cpu-baseline "$source" | grep -c '<model')"
is libvirt/cpu/try yes "$(answer "$destination" started cpu-try "$source" db01)"
is libvirt/cpu/nothing-left '' "$("$libvirt" "$destination" domains)"

# Killed while its guest is there, it leaves none.
"$libvirt" "$destination" cpu-try "$source" db01 >/dev/null 2>&1 &
trial=$!
count() { grep -c " started booted .* kvmlab-trial-" "$work/destination"; }
seen=$(count)
end=$((SECONDS + 20))
until [ "$(count)" -gt "$seen" ] || ! kill -0 "$trial" 2>/dev/null || [ "$SECONDS" -ge "$end" ]; do :; done
kill -KILL "$trial" 2>/dev/null
wait "$trial" 2>/dev/null
end=$((SECONDS + 10))
until [ -z "$("$libvirt" "$destination" domains)" ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.1; done
is libvirt/cpu/killed-leaves-nothing '' "$("$libvirt" "$destination" domains)"

is libvirt/job/none none "$(answer "$source" type completed-job db01)"
migrate source destination
is libvirt/migration/exit-code 0 "$status"
await libvirt/events/left 10 ' stopped migrated [0-9a-f-]{36} db01$' "$work/source"
await libvirt/events/arrived 10 ' started migrated [0-9a-f-]{36} db01$' "$work/destination"
await libvirt/events/went-on 10 ' resumed migrated [0-9a-f-]{36} db01$' "$work/destination"
is libvirt/domain/left shut-off "$(answer "$source" state domain db01)"
is libvirt/domain/arrived no "$(answer "$destination" persistent domain db01)"
is libvirt/job/completed completed "$(answer "$source" type completed-job db01)"
downtime=$(answer "$source" downtime completed-job db01)
# Looking does not take it away, and both ends say the same.
is libvirt/job/twice "$downtime" "$(answer "$source" downtime completed-job db01)"
is libvirt/job/other-end "$downtime" "$(answer "$destination" downtime completed-job db01)"
is libvirt/job/downtime true "$([ "${downtime:-0}" -gt 0 ] && [ "$downtime" -lt 30000 ] && echo true)"

# What happened before it was told to end it says, although it has not heard of it yet: it was stopped meanwhile.
heard=0
for round in 1 2 3 4 5 6; do
	listen "$destination" "$work/late-$round"
	late=${listeners[-1]}
	end=$((SECONDS + 10))
	until grep -q ' found ' "$work/late-$round" 2>/dev/null || [ "$SECONDS" -ge "$end" ]; do sleep 0.05; done
	kill -STOP "$late"
	inside destination 'virsh -q suspend db01; virsh -q resume db01'
	kill -TERM "$late"
	kill -CONT "$late"
	wait "$late" && heard=$((heard + $(grep -c -E ' resumed unpaused [0-9a-f-]{36} db01$' "$work/late-$round")))
	unset 'listeners[-1]'
done
is libvirt/events/the-last-ones 6 "$heard"

# A daemon that dies is missed, and found again.
inside destination 'kill -KILL "$(cat /run/libvirtd.pid)"'
await libvirt/daemon-killed/said 10 ' disconnected (eof|error) - ' "$work/destination"
await libvirt/daemon-killed/again 20 ' found running [0-9a-f-]{36} db01$' "$work/destination"

# One that hangs is missed by keepalive; a check that asks it is ended by kvmlab's own deadline.
pid=$(inside source 'cat /run/libvirtd.pid')
listen "$source" "$work/hung"
hung=${listeners[-1]}
await libvirt/daemon-hangs/listens 10 ' connected - - ' "$work/hung"
cat >"$work/hang.yaml" <<YAML
kvmlab: 1
id: hang
title: Hang
experiments:
- id: e
  title: E
  steps:
  - {id: stop, run: 'kill -STOP $pid'}
  checks:
    guest: {use: domain, with: {name: db01}, expect: {state: running}}
YAML
hang() { "$kvmlab" run "$work/hang.yaml" --host local=sandbox:source --yes --format json; }
began=$(date +%s%3N)
hang >"$work/hang.json" 2>"$work/hang.err" </dev/null
is libvirt/daemon-hangs/exit-code 3 $?
took=$(($(date +%s%3N) - began))
is libvirt/daemon-hangs/verdict BROKEN "$(verdict "$work/hang.json" e guest)"
is libvirt/daemon-hangs/why 1 "$(value "$work/hang.json" '.experiments[0].checks[0].reason' | grep -c 'did not answer within 30 s')"
if [ "$took" -ge 30000 ] && [ "$took" -lt 45000 ]; then
	pass libvirt/daemon-hangs/deadline
else
	fail libvirt/daemon-hangs/deadline "$took ms"
fi
# Nor does it keep a listener from ending.
kill -TERM "$hung"
timeout --signal=KILL 5 tail --pid="$hung" -f /dev/null
is libvirt/daemon-hangs/listener-ends 0 $?
unset 'listeners[-1]'
await libvirt/daemon-hangs/keepalive 40 ' disconnected keepalive - ' "$work/source"
inside source "kill -CONT $pid"
end=$((SECONDS + 20))
until [ "$(grep -c ' connected - - ' "$work/source")" -ge 2 ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.1; done
is libvirt/daemon-hangs/again 2 "$(grep -c ' connected - - ' "$work/source")"

kill -TERM "${listeners[@]}"
wait "${listeners[0]}"
is libvirt/events/ends 0 $?
is libvirt/events/quiet '' "$(cat "$work/source.err" "$work/destination.err")"
listeners=()
exit $failed
