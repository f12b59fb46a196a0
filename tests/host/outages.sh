#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What 'make bench' says of outages can be measured here, and it says so when there was no outage.
# The figures themselves are not judged: other work on this machine decides them, too.
# usage: outages.sh [KVMLAB]
set -u
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
build=$(cd "$(dirname "$kvmlab")" && pwd)
bench=$tree/tests/bench/outages.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measured WHAT...: leaves code, $work/out and $work/err
measured() {
	env OUTAGES=2 LENGTHS=137 "$@" bash "$bench" "$build" >"$work/out" 2>"$work/err"
	code=$?
}

if [ "$(id -u)" != 0 ] || ! unshare -n true 2>/dev/null; then
	skip outages "network namespaces need root"
	exit 0
fi
for program in ping fping ip; do
	command -v $program >/dev/null || { skip outages "no '$program'; 'make deps' installs it"; exit 0; }
done

measured MANNERS='drop freeze'
row='(dropped|late) +(kvmlab, 1 ms|f?ping -[ip] [0-9.]+) +([0-9]+\.[0-9]{2} +){3}[0-9]+\.[0-9]'
is outages/every-program-has-figures 8 "$(grep -cE "^$row$" "$work/out")"
is outages/both-goals-are-printed 2 "$(grep -cE 'goal (1\.5|50\.0) ms  (met|MISSED)$' "$work/out")"
case $code-$(grep -c MISSED "$work/out") in
0-0 | 1-[12]) pass outages/its-end-says-whether-they-are-met ;;
*) fail outages/its-end-says-whether-they-are-met "exit $code: $(head -c 300 "$work/err")" ;;
esac

# The control: a responder that is never silent.
measured MANNERS=answer
is outages/no-outage-is-an-error "1 0" "$code $(wc -l <"$work/out")"
is outages/no-outage-is-said 1 "$(grep -c '^outage: no outage of 137 ms happened' "$work/err")"

# A program that is not there.
mkdir "$work/bin"
for program in sh bash ip env id dirname sed awk; do ln -s "$(command -v $program)" "$work/bin/"; done
measured MANNERS=drop PATH="$work/bin"
is outages/no-ping-is-an-error "1 0" "$code $(wc -l <"$work/out")"
is outages/no-ping-is-said 1 "$(grep -c "^outage: 'ping -i 0.01' ended at once" "$work/err")"

if command -v setpriv >/dev/null; then
	code=$(setpriv --reuid 65534 --regid 65534 --clear-groups bash "$bench" "$build" >"$work/out" 2>&1; echo $?)
	is outages/without-root-one-line "0 1 1" "$code $(wc -l <"$work/out") $(grep -c 'need root' "$work/out")"
fi
exit $failed
