#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Things that a lab's steps make in libvirt go away again, all of them and nothing else, however the run
# was cut off: beside guests, a network and pools of nobody's lab, whose names are much like the lab's.
# timeout: 1500
# usage: registry.sh [KVMLAB]
# KVMLAB_CUTS=50 cuts more runs off; KVMLAB_SEED=7 repeats those of another time.
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

suite=registry
cuts=${KVMLAB_CUTS:-16}
seed=${KVMLAB_SEED:-$RANDOM}
lab=$here/registry.yaml

[ "$(id -u)" = 0 ] || { skip registry "it needs root"; exit 0; }
for tool in jq busybox ip virt-clone sqlite3; do
	command -v "$tool" >/dev/null || { skip registry "no '$tool'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip registry "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
small=$work/small
export XDG_STATE_HOME=$work/state
# shellcheck disable=SC2317
finish() {
	"$kvmlab" sandbox down >/dev/null 2>&1
	umount "$small" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

run_lab() { "$@" run "$lab" --yes --plain --host local=sandbox >"$work/told" 2>&1 </dev/null; }

"$kvmlab" sandbox up >"$work/up" 2>&1 || { fail registry/up "$(tail -n 1 "$work/up")"; exit 1; }
bystanders_start registry
# One's name is the beginning of the lab's.
neighbours_make lab-poo lab0 lab01-clon
remember_all
is registry/neighbours 3 "$(grep -c -E '^(kept|lab0|lab01-clon) [0-9a-f-]{36}' "$work/before-source")"

# A whole run puts everything back by itself, and says so.
started=$(date +%s%N)
run_lab "$kvmlab"
is registry/whole/exit-code 0 $?
whole_ms=$((($(date +%s%N) - started) / 1000000))
echo "# a whole run: $whole_ms ms; seed $seed"
is registry/whole/all-made 8 "$(sqlite3 "$XDG_STATE_HOME/kvmlab/state.db" 'SELECT count(*) FROM change WHERE undone=1')"
is registry/whole/nothing-undeclared 0 "$(grep -c 'differs from before' "$work/told")"
unchanged whole

RANDOM=$seed
moment() { awk -v r="$RANDOM" -v ms="$whole_ms" 'BEGIN { printf "%.3f", 0.02 + r / 32768 * ms / 1000 }'; }

# Where kvmlab and libvirt are on one host.
here_on_source() {
	cat >"$work/own.sh" <<-SHELL
	export XDG_STATE_HOME=$own_state LC_ALL=C.UTF-8
	timeout -s $2 $1 '$kvmlab' run '$lab' --yes --plain </dev/null
	for i in 1 2 3 4; do
		'$kvmlab' clean --plain </dev/null
		code=\$?
		[ \$code = 0 ] || break
	done
	echo "clean ended with \$code"
	SHELL
	inside source "$(cat "$work/own.sh")" >"$work/told" 2>&1
	is "registry/$3/clean" 'clean ended with 64' "$(tail -n 1 "$work/told")"
}

# The state directory is on a small file system that is full from some moment on.
full_disk() {
	local name=$2 pid
	small_disk "$small"
	XDG_STATE_HOME=$small run_lab "$kvmlab" &
	pid=$!
	sleep "$1"
	fill_disk "$small"
	wait "$pid"
	# Where nothing can be written down it may not get through; once there is room again it does.
	XDG_STATE_HOME=$small "$kvmlab" clean --plain >"$work/clean" 2>&1 </dev/null
	rm -f "$small/filler"
	XDG_STATE_HOME=$small clean "$name"
	umount "$small"
}

one_cut() {
	local name=$1-$2 t
	t=$(moment) bad=0
	case $1 in
	kill | int)
		run_lab timeout -s "$1" "$t" "$kvmlab"
		clean "$name"
		;;
	own-kill | own-int)
		here_on_source "$t" "${1#own-}" "$name"
		;;
	daemon)
		run_lab "$kvmlab" &
		sleep "$t"
		kill_daemon
		wait $!
		await_daemon
		clean "$name"
		;;
	full) full_disk "$t" "$name" ;;
	esac
	unchanged "$name"
	[ $bad = 0 ] || { echo "# cut off after $t s"; sed 's/^/# /' "$work/told" "$work/clean" | tail -n 60; }
}

ways=(kill int daemon own-kill full kill own-int)
for number in $(seq "$cuts"); do
	one_cut "${ways[number % ${#ways[@]}]}" "$number"
	[ "$bad" = 0 ] || break
done

exit $failed
