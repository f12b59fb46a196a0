#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# 'kvmlab doctor' and what 'kvmlab list' says of needs and progress, on recorded hosts and on this one.
# usage: doctor.sh [KVMLAB]
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
export KVMLAB_LABS=$work/labs
mkdir -p "$KVMLAB_LABS"
cat >"$KVMLAB_LABS/1-all.yaml" <<'YAML'
kvmlab: 1
id: everything
title: {id: Semuanya, en: Everything}
minutes: 45
needs: {root: true, commands: [virsh, virt-install, qemu-img, virt-sysprep], network: default, pool: default, disk_mib: 2048}
experiments:
- id: e
  title: An experiment
  steps: [{id: s, run: echo hello}]
  checks:
    kvm: {use: kvm_device, expect: {usable: true}}
    cpu: {use: cpu_virtualization, expect: {flag: svm}}
YAML
cat >"$KVMLAB_LABS/2-two.yaml" <<'YAML'
kvmlab: 1
id: two
title: {id: Dua host, en: Two hosts}
needs: {hosts: [source, destination]}
experiments:
- id: e
  title: An experiment
  steps: [{id: s, on: source, run: echo hello}]
YAML
lab_ok "$KVMLAB_LABS/3-ok.yaml"
recorded() { echo "local=recorded:$tree/fixtures/hosts/$1"; }
# state ID: what is said of an area
state() { jq -r --arg id "$1" '.findings[] | select(.id == $id) | .state' "$work/out"; }

run "$kvmlab" doctor everything --host "$(recorded amd-v)" --format json
is well "0 0 0" "$code $(jq -r '"\(.lacks) \(.exit_code)"' "$work/out")"
is well/nothing-first null "$(jq -r .first "$work/out")"
is well/needs 'commands,root,libvirt,libguestfs,x86,network,pool,room,kvm' "$(jq -r '.labs[0].wants | join(",")' "$work/out")"
run "$kvmlab" doctor everything --host "$(recorded wsl2)" --format json
is nothing-installed "1 1" "$code $(jq -r .exit_code "$work/out")"
is nothing-installed/first 'sudo apt-get install --yes libvirt-clients virtinst qemu-utils libguestfs-tools libvirt-daemon-system qemu-system-x86 dnsmasq-base iptables' \
	"$(jq -r .first "$work/out")"
is nothing-installed/states 'LACKS LACKS LACKS OK' "$(state wsl) $(state packages) $(state kvm) $(state sudo)"
is nothing-installed/whole 0 "$(jq '[.findings[] | select(.found == null or .looked_at == null or .why == null or (.labs | length) == 0)] | length' "$work/out")"
# What lacks has its line.
is nothing-installed/every-line 0 "$(jq '[.findings[] | select(.state == "LACKS" and .mend == null)] | length' "$work/out")"
run "$kvmlab" doctor everything --host "$(recorded arm64)" --format json
is arm "1 NOTE" "$code $(state processor)"
run "$kvmlab" doctor everything --host "$(recorded unreadable)" --format json
is cannot-look "3 BROKEN 1" "$code $(state host) $(jq '.findings | length' "$work/out")"

# The apt line comes before everything that lacks.
run "$kvmlab" doctor everything --host "$(recorded wsl2)"
is text/first 1 "$(grep -n -m 1 -A 1 'Type this first:' "$work/out" | grep -c 'sudo apt-get install')"
is text/before true "$([ "$(grep -n 'apt-get' "$work/out" | head -n 1 | cut -d: -f1)" -lt "$(grep -n '^LACKS' "$work/out" | head -n 1 | cut -d: -f1)" ] && echo true)"
for width in 40 80; do
	COLUMNS=$width run "$kvmlab" doctor everything --host "$(recorded wsl2)"
	# Lines to type are never broken.
	is "text/width-$width" 0 "$(grep -v '^    [a-z]' "$work/out" | awk -v w=$width 'length > w' | wc -l)"
done
run env LC_ALL=C "$kvmlab" doctor everything --host "$(recorded intel-vtx)"
is text/ascii 0 "$(LC_ALL=C grep -c '[^ -~]' "$work/out")"
run "$kvmlab" doctor everything --host "$(recorded wsl2)" --lang id
is text/indonesian '1 1' "$(grep -c '^Ketik ini dahulu:' "$work/out") $(grep -c '^LACKS *Paket: tidak terpasang: virsh' "$work/out")"

# Other hosts are looked at by their roles.
run "$kvmlab" doctor two --host source=ssh://ani@127.0.0.1:1 --format json
is role-unreachable "1 LACKS ssh -p 1 ani@127.0.0.1" \
	"$code $(jq -r '.findings[] | select(.id == "host" and .host == "source") | "\(.state) \(.mend)"' "$work/out")"
is role-unreachable/only 1 "$(jq '[.findings[] | select(.host == "source")] | length' "$work/out")"
run "$kvmlab" doctor two --host "source=recorded:$tree/fixtures/hosts/arm64" --host "destination=recorded:$tree/fixtures/hosts/amd-v" --format json
is roles "LACKS OK" "$(jq -r '[.findings[] | select(.id == "libvirt") | .state] | join(" ")' "$work/out")"
is roles/no-sandbox '' "$(state sandbox)"
said role-nobody-has 64 1 "no lab that is asked for has a host 'third'" "$kvmlab" doctor two --host third=local
said unknown-lab 64 1 "tow" "$kvmlab" doctor tow

# All labs, one of which is broken: the others are told of.
echo 'kvmlab: 2' >"$KVMLAB_LABS/4-bad.yaml"
run "$kvmlab" doctor --host "$(recorded amd-v)" --format json
is all "65 everything,two,ok" "$code $(jq -r '[.labs[].id | select(. == "everything" or . == "two" or . == "ok")] | join(",")' "$work/out")"
is all/complaint true "$(grep -q '4-bad.yaml:1:' "$work/err" && echo true)"
rm "$KVMLAB_LABS/4-bad.yaml"

# Nothing is changed without somebody's yes.
said fix-nobody 64 1 'nobody can be asked: give --yes' "$kvmlab" doctor everything --fix --host "$(recorded wsl2)"
if command -v expect >/dev/null; then
	cat >"$work/no.exp" <<'EXPECT'
set timeout 20
set asked 0
eval spawn -noecho $argv
expect {
	-re {Run this line now\?[^\n]*} { incr asked; send "n\r"; exp_continue }
	eof {}
	timeout { exit 99 }
}
lassign [wait] pid id os code
puts "asked $asked code $code"
EXPECT
	run expect "$work/no.exp" "$kvmlab" doctor everything --fix --host "$(recorded wsl2)"
	is fix-asks 'asked 5 code 1' "$(tr -d '\r' <"$work/out" | grep '^asked')"
else
	skip fix-asks "no 'expect'; 'make deps' installs it"
fi

# A lab whose command is missing says where to ask.
sed 's/^title:.*/&\nneeds: {commands: [frobnicate-nowhere]}/; s/id: ok/id: lacking/' "$KVMLAB_LABS/3-ok.yaml" >"$KVMLAB_LABS/5-lacking.yaml"
said run-points-here 3 1 "needs the command 'frobnicate-nowhere'.*'kvmlab doctor lacking' says what to type" "$kvmlab" run lacking --yes
run "$kvmlab" doctor lacking --format json
is lacking-here "1 LACKS" "$code $(state packages)"
rm "$KVMLAB_LABS/5-lacking.yaml"

# What a step finds is there: its PATH has the system's own places, whatever the student's has.
if [ -x /usr/sbin/losetup ] && [ ! -e /usr/bin/losetup ]; then
	sed 's/^title:.*/&\nneeds: {commands: [losetup]}/; s/id: ok/id: system/' "$KVMLAB_LABS/3-ok.yaml" >"$KVMLAB_LABS/5-system.yaml"
	XDG_STATE_HOME=$work/other PATH=/usr/bin:/bin run "$kvmlab" run system --yes
	is run-finds-system-commands 0 "$code"
	rm "$KVMLAB_LABS/5-system.yaml"
else
	skip run-finds-system-commands "losetup is not in /usr/sbin here"
fi

# list: minutes, needs, progress; it makes no journal.
XDG_STATE_HOME=$work/none run "$kvmlab" list --format json
is list/no-journal false "$([ -e "$work/none" ] && echo true || echo false)"
is list/first '45 root,libvirt true 0 null null' "$(jq -r '.labs[] | select(.id == "everything") | "\(.minutes) \([.wants[] | select(. == "root" or . == "libvirt")] | join(",")) \(.wants | index("libguestfs") != null) \(.runs) \(.best) \(.unfinished)"' "$work/out")"
run "$kvmlab" run ok --yes
run "$kvmlab" run ok --yes
cat >"$KVMLAB_LABS/6-slow.yaml" <<'YAML'
kvmlab: 1
id: slow
title: Slow
experiments:
- id: e
  title: An experiment
  steps: [{id: s, run: 'touch "$HOME/begun"; sleep 60'}]
YAML
HOME=$work "$kvmlab" run slow --yes >/dev/null 2>&1 </dev/null &
pid=$!
end=$((SECONDS + 20))
until [ -e "$work/begun" ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.05; done
kill -KILL "$pid"
wait "$pid" 2>/dev/null
run "$kvmlab" list --format json
is list/best '2 1' "$(jq -r '.labs[] | select(.id == "ok") | "\(.runs) \(.best.earned == .best.possible and .best.possible > 0 | if . then 1 else 0 end)"' "$work/out")"
is list/unfinished '1 null 3' "$(jq -r '.labs[] | select(.id == "slow") | "\(.runs) \(.best) \(.unfinished)"' "$work/out")"
COLUMNS=120 run "$kvmlab" list
is list/text '1 1 1' "$(grep -c 'best: 100%$' "$work/out") $(grep -c 'unfinished: kvmlab resume 3' "$work/out") $(grep -c '45 min; needs root, libvirt, libguestfs, 2.0 GiB of disk; not begun' "$work/out")"
for width in 40 80; do
	COLUMNS=$width run "$kvmlab" list
	is "list/width-$width" 0 "$(awk -v w=$width 'length > w' "$work/out" | wc -l)"
done
echo junk >"$XDG_STATE_HOME/kvmlab/state.db"
rm -f "$XDG_STATE_HOME"/kvmlab/state.db-*
run "$kvmlab" list --format json
is list/damaged '0 true null' "$code $(jq -r '"\(.no_progress | test("damaged")) \(.labs[0].best)"' "$work/out")"

done_testing
