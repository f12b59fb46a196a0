#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The checkers of networks and storage pools against a sandbox's libvirt, compared with virsh and ip.
# timeout: 180
# usage: libvirt_things.sh [KVMLAB]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip libvirt_things "it needs root"; exit 0; }
for program in jq busybox ip dnsmasq iptables; do
	command -v "$program" >/dev/null || { skip libvirt_things "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip libvirt_things "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
export XDG_STATE_HOME=$work/state
# shellcheck disable=SC2317
finish() {
	"$kvmlab" sandbox down >/dev/null 2>&1
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

up things || exit 1
"$kvmlab" run "$here/libvirt_things.yaml" --host source=sandbox --yes --format json \
	>"$work/report.json" 2>"$work/err" </dev/null
is things/exit-code 0 $?
is things/none-fails '' "$(with_verdict "$work/report.json" FAIL)$(with_verdict "$work/report.json" BROKEN)"
is things/pass 13 "$(with_verdict "$work/report.json" PASS | wc -w)"
# virsh is asked, too.
is things/network-uuid "$(inside source virsh -q net-uuid things-nat)" \
	"$(measure "$work/report.json" network nat uuid)"
is things/pool-uuid "$(inside source virsh -q pool-uuid things)" \
	"$(measure "$work/report.json" pool pool uuid)"
is things/capacity "$(inside source virsh -q pool-info things --bytes | awk '/^Capacity/ { print int($2 / 1048576) }')" \
	"$(measure "$work/report.json" pool pool capacity_mib)"
is things/host-cpus "$(nproc --all)" "$(measure "$work/report.json" promised all host_cpus)"
is things/room "$(inside source df -B1 --output=size /var/lib/libvirt/things | awk 'END { print int($1 / 1048576) }')" \
	"$(measure "$work/report.json" promised all disk_room_mib)"

# Over ssh, too, 'doctor --fix' makes what is missing there and not here.
cat >"$work/lab.yaml" <<'YAML'
kvmlab: 1
id: mend
title: Mend
needs: {root: true, commands: [virsh], network: default, pool: default, disk_mib: 16}
experiments:
- id: e
  title: An experiment
  steps: [{id: s, run: echo hello}]
YAML
doctor() { "$kvmlab" doctor "$work/lab.yaml" --host local=sandbox --format json "$@" >"$work/doctor.json" 2>"$work/err" </dev/null; }
doctor
is things/doctor-before '1 LACKS LACKS' "$? $(value "$work/doctor.json" '[.findings[] | select(.id == "network" or .id == "pool") | .state] | join(" ")')"
is things/doctor-line "ssh -F $root/ssh_config" \
	"$(value "$work/doctor.json" '.findings[] | select(.id == "network") | .mend' | cut -d' ' -f1-3)"
doctor --fix --yes
is things/doctor-after 0 $?
is things/doctor-network 'default active yes yes' "$(inside source 'virsh -q net-list --all' | grep ' default ' | xargs)"
is things/doctor-pool 'default active yes' "$(inside source 'virsh -q pool-list --all' | grep ' default ' | xargs)"
is things/doctor-elsewhere '' "$(inside destination 'virsh -q net-list --all' | xargs)"
"$kvmlab" sandbox down >/dev/null
exit $failed
