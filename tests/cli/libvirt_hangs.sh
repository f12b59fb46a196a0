#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 120
# A libvirt that does not answer: kvmlab's own deadline makes the check BROKEN, and Ctrl-C does not wait for it.
# usage: libvirt_hangs.sh [KVMLAB]
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$work/hangs" <<SH
#!/bin/sh
echo \$\$ >>$work/asked
exec sleep 300
SH
chmod +x "$work/hangs"
export KVMLAB_LIBVIRT=$work/hangs
cat >"$work/lab.yaml" <<'YAML'
kvmlab: 1
id: hangs
title: Hangs
experiments:
- id: e
  title: E
  steps:
  - {id: look, run: 'true'}
  checks:
    guest: {use: domain, with: {name: db01}, expect: {state: running}}
YAML
now() { date +%s%3N; }

began=$(now)
run "$kvmlab" run "$work/lab.yaml" --yes --format json
took=$(($(now) - began))
is deadline/exit-code 3 "$code"
is deadline/verdict BROKEN "$(jq -r '.experiments[0].checks[0].verdict' "$work/out")"
is deadline/why 1 "$(jq -r '.experiments[0].checks[0].reason' "$work/out" | grep -c 'did not answer within 30 s')"
if [ "$took" -ge 30000 ] && [ "$took" -lt 45000 ]; then pass deadline/time; else fail deadline/time "$took ms"; fi
is deadline/ended '' "$(ps -o args= -p "$(tail -n 1 "$work/asked")")"

rm "$work/asked"
env --default-signal=INT "$kvmlab" run "$work/lab.yaml" --yes --plain >"$work/told" 2>&1 </dev/null &
pid=$!
for _ in $(seq 200); do
	[ ! -s "$work/asked" ] || break
	sleep 0.05
done
began=$(now)
kill -INT $pid
wait $pid
is interrupted/exit-code 130 $?
took=$(($(now) - began))
if [ "$took" -lt 10000 ]; then pass interrupted/time; else fail interrupted/time "$took ms"; fi
is interrupted/ended '' "$(ps -o args= -p "$(tail -n 1 "$work/asked")")"
exit $failed
