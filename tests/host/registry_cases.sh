#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What 'kvmlab clean' may and may not remove from libvirt, case by case; each that must stay is seen to go
# with a program that does not ask for the UUID.
# timeout: 600
# usage: registry_cases.sh [KVMLAB]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=$(realpath "${1:-$tree/build/kvmlab}")
build=$(dirname "$kvmlab")
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"
# shellcheck source=tests/host/lib_cuts.sh
. "$here/lib_cuts.sh"

[ "$(id -u)" = 0 ] || { skip registry_cases "it needs root"; exit 0; }
for tool in jq busybox ip gcc; do
	command -v "$tool" >/dev/null || { skip registry_cases "no '$tool'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip registry_cases "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

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

domain_xml() { # NAME UUID [MORE OF os] [DEVICES]
	cat <<-XML
	<domain type='qemu'><name>$1</name><uuid>$2</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
	<os><type arch='x86_64' machine='pc'>hvm</type>${3-}</os><features><acpi/></features>
	<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>${4-}<memballoon model='none'/></devices></domain>
	XML
}
define() { inside "${host:-source}" "virsh -q define /dev/stdin <<'XML'
$(domain_xml "$@")
XML"; }
uuid_of() { inside "${host:-source}" "virsh -q domuuid $1" | head -n 1; }
knows() { [[ $'\n'$(inside "${host:-source}" 'virsh -q list --all --name')$'\n' == *$'\n'"$1"$'\n'* ]]; }
gone() { if knows "$2"; then fail "registry/$1" "'$2' is still there"; else pass "registry/$1"; fi; }
there() { if knows "$2"; then pass "registry/$1"; else fail "registry/$1" "'$2' is gone"; fi; }
told() { # NAME WORDS FILE
	if grep -qE -e "$2" <<<"$(tr -s ' \n' '  ' <"$3")"; then pass "registry/$1"; else fail "registry/$1" "no '$2' in: $(tail -n 12 "$3" | tr '\n' '|')"; fi
}

# lab CHANGE STEP...: a lab of one step per argument, of which the last one lasts until it is cut off.
lab() {
	local change=$1 i=0
	shift
	cat >"$work/lab.yaml" <<-'YAML'
	kvmlab: 1
	id: case
	title: A case
	needs: {root: true}
	experiments:
	- id: e
	  title: One
	  steps:
	YAML
	for step in "$@"; do
		i=$((i + 1))
		printf '  - {id: s%d, root: true, timeout: 5m, run: "%s"%s}\n' "$i" "$step" \
			"$([ "$i" = 1 ] && echo ", changes: [$change]")" >>"$work/lab.yaml"
	done
}
make_step() { # NAME VARIABLE [MORE OF os] [DEVICES]: as one line of a step
	printf 'virsh -q define /dev/stdin <<XML\\n%s\\nXML\\n' "$(domain_xml "$1" "$2" "${3-}" "${4-}" | tr '\n' ' ')"
}
lab_command() { exec "${program:-$kvmlab}" run "$work/lab.yaml" --yes --plain --host local=sandbox >"$work/told" 2>&1 </dev/null; }
start_lab() { (lab_command); }
# Killed when the first step has ended; with THING in the middle of it, when libvirt knows the thing.
cut_off() { # NAME [THING]
	local pid end=$((SECONDS + 60))
	: >"$work/told"
	lab_command &
	pid=$!
	if [ $# = 1 ]; then
		until grep -q 'step s1: exit status 0' "$work/told" || [ "$SECONDS" -ge "$end" ]; do sleep 0.05; done
	else
		until knows "$2" || [ "$SECONDS" -ge "$end" ]; do sleep 0.1; done
	fi
	{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null
	[ "$SECONDS" -lt "$end" ] || fail "registry/$1/cut-off" "$(tail -n 5 "$work/told" | tr '\n' '|')"
}
clean() { # NAME CODE [OPTIONS]
	local name=$1 want=$2
	shift 2
	"${program:-$kvmlab}" clean --plain "$@" >"$work/cleaned" 2>&1 </dev/null
	is "registry/$name/exit-code" "$want" $?
}

# What stands in the library's place comes from a source with a mistake in it.
mutant() { # FILE FROM TO
	local changed=$work/mutant.c
	FROM=$2 TO=$3 perl -0777 -pe 'BEGIN { $f = $ENV{FROM}; $t = $ENV{TO} } $found ||= s/\Q$f\E/$t/; END { exit !$found }' \
		<"$tree/$1" >"$changed" || return 1
	local packages flags libs
	read -ra packages <<<"$(sed -n 's/^PKGS := //p' "$tree/Makefile")"
	read -ra flags <<<"$(pkg-config --cflags "${packages[@]}")"
	read -ra libs <<<"$(pkg-config --libs "${packages[@]}")"
	gcc -std=gnu17 -D_GNU_SOURCE -O0 -w -I"$tree" "${flags[@]}" -o "$work/mutant" "$build/obj/runner/main.o" "$changed" \
		"$build/libkvmlab.a" "${libs[@]}"
}

"$kvmlab" sandbox up >"$work/up" 2>&1 || { fail registry/up "$(tail -n 1 "$work/up")"; exit 1; }
other=11111111-2222-4333-8444-555555555555
lasting='sleep 200'

# Somebody's guest has the name of the lab's now.
change='{domain: lab01, uuid: vm_uuid}'
lab "$change" "$(make_step lab01 '$vm_uuid')$lasting"
same_name() {
	cut_off "$1" lab01
	inside source 'virsh -q undefine lab01' >/dev/null
	define lab01 $other >/dev/null
	clean "$1" 0
}
same_name same-name
is registry/same-name/stays "$other" "$(uuid_of lab01)"
told same-name/told 'not touched: domain lab01: its UUID is not the one on record' "$work/cleaned"
inside source 'virsh -q undefine lab01' >/dev/null
if mutant runner/run/fate.c 'if (!is_same(row->identity, found->identity)) {' 'if (0) {'; then
	export KVMLAB_LIBVIRT=$build/kvmlab-libvirt
	program=$work/mutant same_name same-name-control
	is registry/same-name-control/goes '' "$(uuid_of lab01)"
	unset KVMLAB_LIBVIRT
else
	fail registry/same-name-control "the mistake cannot be put in"
fi
inside source 'virsh -q undefine lab01' >/dev/null

# Somebody's guest had the name before: the step fails, the guest stays, and both are told.
define lab01 $other >/dev/null
lab "$change" "$(make_step lab01 '$vm_uuid')"
start_lab
is registry/there-before/stays "$other" "$(uuid_of lab01)"
told there-before/told 'not touched: domain lab01: it was there before, with another UUID' "$work/told"
inside source 'virsh -q undefine lab01' >/dev/null

# Cut off in the middle of the step: the UUID was on record before.
lab "$change" "$(make_step lab01 '$vm_uuid')virsh -q start lab01\\n$lasting"
cut_off in-the-step lab01
clean in-the-step 0
gone in-the-step/gone lab01

# The same without a UUID: it is named with the command that removes it, and that does.
lab '{domain: lab01}' "$(make_step lab01 $other)$lasting"
cut_off no-uuid lab01
clean no-uuid 0
there no-uuid/stays lab01
told no-uuid/told "not touched: domain lab01: its step was cut off.*'kvmlab clean --also lab01 [0-9]+' removes it" "$work/cleaned"
command=$(tr -s ' \n' '  ' <"$work/cleaned" | grep -oE "kvmlab clean --also lab01 [0-9]+")
# shellcheck disable=SC2086
clean no-uuid/also 0 ${command#kvmlab clean }
gone no-uuid/also/gone lab01

# When the step had ended, the UUID that was seen then is known.
lab '{domain: lab01}, {network: lab-nat}' "$(make_step lab01 $other)virsh -q net-define /dev/stdin <<XML\\n<network><name>lab-nat</name><bridge name='labbr1'/></network>\\nXML\\n" "$lasting"
cut_off seen-uuid
tag=$(inside source 'virsh -q metadata lab01 urn:kvmlab:run:1')
if [[ $tag == *case-* && $tag == *$other* ]]; then pass registry/seen-uuid/tagged; else fail registry/seen-uuid/tagged "$tag"; fi
clean seen-uuid 0
gone seen-uuid/gone lab01
is registry/seen-uuid/network '' "$(inside source 'virsh -q net-list --all --name')"

# A tag that is gone, a name that is another: somebody had a hand in it.
lab "$change" "$(make_step lab01 '$vm_uuid')" "$lasting"
cut_off lost-tag
inside source 'virsh -q metadata lab01 urn:kvmlab:run:1 --remove' >/dev/null
clean lost-tag 0
there lost-tag/stays lab01
told lost-tag/told 'it has lost the tag that the run gave it; .kvmlab clean --also lab01' "$work/cleaned"
clean lost-tag/also 0 --also lab01
gone lost-tag/also/gone lab01
cut_off renamed
inside source 'virsh -q domrename lab01 mine' >/dev/null
clean renamed 0
there renamed/stays mine
told renamed/told 'it has been given another name; ' "$work/cleaned"
clean renamed/also 0 --also lab01
gone renamed/also/gone mine

# A clone carries the tag of what it was cloned from, and its own UUID: it is not the lab's.
lab "$change" "$(make_step lab01 '$vm_uuid')" "$lasting"
cut_off clone
inside source "virsh -q dumpxml lab01 | sed -e 's/lab01/copy/' -e 's:<uuid>.*</uuid>:<uuid>$other</uuid>:' >/tmp/copy.xml; virsh -q define /tmp/copy.xml" >/dev/null
clean clone 0
gone clone/gone lab01
there clone/stays copy
inside source 'virsh -q undefine copy' >/dev/null

# The firmware variables that somebody's guest names stay; the lab's own go.
inside source 'mkdir -p /var/lib/libvirt/fw; for f in code mine theirs; do echo $f >/var/lib/libvirt/fw/$f; done' >/dev/null
firmware() { echo "<loader readonly='yes' type='pflash'>/var/lib/libvirt/fw/code</loader><nvram>/var/lib/libvirt/fw/$1</nvram>"; }
define kept $other "$(firmware theirs)" >/dev/null
for file in theirs mine; do
	lab "$change" "$(make_step lab01 '$vm_uuid' "$(firmware $file)")" "$lasting"
	cut_off "nvram-$file"
	clean "nvram-$file" 0
	gone "nvram-$file/gone" lab01
done
is registry/nvram-theirs 'code theirs ' "$(inside source 'ls /var/lib/libvirt/fw' | tr '\n' ' ')"
inside source 'virsh -q undefine kept --keep-nvram' >/dev/null

# libvirtd is killed when it has made the bridge and starts dnsmasq: started again, it knows of neither.
inside source 'mkdir /run/real && cp /usr/sbin/dnsmasq /run/real/ && cat >/run/dnsmasq <<"SHELL"
#!/bin/sh
case "$*" in *lab-nat.conf*) kill -KILL "$(cat /run/libvirtd.pid)" ;; esac
exec /run/real/dnsmasq "$@"
SHELL
chmod 755 /run/dnsmasq && mount --bind /run/dnsmasq /usr/sbin/dnsmasq' >/dev/null
remnants() { inside source 'ip -o link show labbr1 2>/dev/null | cut -d: -f2; pgrep -f "conf-file=/var/lib/libvirt/dnsmasq/lab-nat.conf" | sed "s/.*/dnsmasq/" | sort -u'; }
lab '{network: lab-nat, uuid: net_uuid}' "virsh -q net-define /dev/stdin <<XML\\n<network><name>lab-nat</name><uuid>\$net_uuid</uuid><forward mode='nat'/><bridge name='labbr1'/><ip address='192.168.178.1' netmask='255.255.255.0'><dhcp><range start='192.168.178.9' end='192.168.178.19'/></dhcp></ip></network>\\nXML\\nvirsh -q net-start lab-nat || true" "$lasting"
cut_off remnant
inside source 'umount /usr/sbin/dnsmasq' >/dev/null
await_daemon
is registry/remnant/there ' labbr1 dnsmasq' "$(remnants | paste -s -d ' ')"
clean remnant 0
is registry/remnant/gone '' "$(remnants)"
is registry/remnant/network '' "$(inside source 'virsh -q net-list --all --name')"
# A bridge of that name that somebody else has made stays, and what they have with it.
inside source 'ip link add labbr1 type bridge' >/dev/null
cut_off not-ours
clean not-ours 0
is registry/remnant/not-ours labbr1 "$(inside source 'ip -o link show labbr1' | cut -d: -f2 | tr -d ' ')"
inside source 'ip link delete labbr1' >/dev/null

# A network that somebody's guest uses is not taken from under it.
lab '{network: lab-nat, uuid: net_uuid}' "virsh -q net-define /dev/stdin <<XML\\n<network><name>lab-nat</name><uuid>\$net_uuid</uuid><bridge name='labbr1'/></network>\\nXML\\nvirsh -q net-start lab-nat\\n" "$lasting"
cut_off used
define kept $other '' "<interface type='network'><source network='lab-nat'/></interface>" >/dev/null
inside source 'virsh -q start kept' >/dev/null
clean used 3
told used/told "could not be put back: network lab-nat: .*domain 'kept' uses it" "$work/cleaned"
is registry/used/runs running "$(inside source 'virsh -q domstate kept' | head -n 1)"
inside source 'virsh -q destroy kept; virsh -q undefine kept' >/dev/null
clean used/later 0
is registry/used/later '' "$(inside source 'virsh -q net-list --all --name')"

# A directory with somebody's file in it, and a file in the place of the lab's.
dir=/var/lib/libvirt/images/lab
lab "{directory: $dir}, {file: $dir/own}, {file: $dir/other}" "mkdir $dir; echo a >$dir/own; echo a >$dir/other" "$lasting"
cut_off directory
inside source "echo b >$dir/b; mv $dir/b $dir/other; touch $dir/theirs" >/dev/null
clean directory 3
told directory/told 'could not be put back: directory .*not empty' "$work/cleaned"
told directory/other "not touched: file $dir/other: it is not the one that the step made" "$work/cleaned"
is registry/directory/left 'other theirs ' "$(inside source "ls $dir" | tr '\n' ' ')"
inside source "rm $dir/theirs" >/dev/null
clean directory/also 0 --also $dir/other
is registry/directory/gone '' "$(inside source "ls -d $dir")"

# What nobody declared is told: on the terminal, in the report; a guest that just runs is not.
define kept $other >/dev/null
define runs 99999999-2222-4333-8444-555555555555 >/dev/null
inside source 'virsh -q start runs' >/dev/null
lab '{file: /tmp/kvmlab-none}' 'virsh -q autostart kept; virsh -q start kept' "$(make_step new 22222222-2222-4333-8444-555555555555)"
sed -i 's/{file: .tmp.kvmlab-none}/{pool: lab-none}/' "$work/lab.yaml"
start_lab
told undeclared/changed 'differs from before the run: domain kept: was shut-off, is running; was manual, is autostart' "$work/told"
told undeclared/made 'differs from before the run: domain new: made during the run; no step declared it' "$work/told"
is registry/undeclared/others 0 "$(grep -c -E 'domain (runs|db01)' "$work/told")"
"$kvmlab" report --format json >"$work/report.json"
is registry/undeclared/report 'domain kept, domain new' "$(value "$work/report.json" '[.changes[] | select(.state == "undeclared") | .what] | join(", ")')"
"$kvmlab" report --format html >"$work/report.html"
told undeclared/html 'changed, but the lab did not declare it' "$work/report.html"
there undeclared/stays new
inside source 'for d in kept runs new; do virsh -q destroy $d; virsh -q undefine $d; done' >/dev/null

# A guest that has moved since it was made is found where it is.
cat >"$work/lab.yaml" <<YAML
kvmlab: 1
id: moved
title: A guest that moves
needs: {root: true, hosts: [source, destination]}
experiments:
- id: e
  title: One
  steps:
  - id: s1
    on: source
    root: true
    changes: [{domain: lab01, uuid: vm_uuid}]
    run: |
      virsh -q define /dev/stdin <<XML
      $(domain_xml lab01 '$vm_uuid' | tr '\n' ' ')
      XML
      virsh -q start lab01
  - {id: s2, on: source, root: true, timeout: 2m, run: "virsh migrate --live --persistent lab01 'qemu+ssh://destination/system?no_tty=1'"}
  - {id: s3, on: source, run: sleep 200}
YAML
"$kvmlab" run "$work/lab.yaml" --yes --plain --host source=sandbox --host destination=sandbox >"$work/told" 2>&1 </dev/null &
pid=$!
end=$((SECONDS + 90))
until grep -q 'step s2:' "$work/told" || [ "$SECONDS" -ge "$end" ]; do sleep 0.1; done
{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null
is registry/moved/runs running "$(inside destination 'virsh -q domstate lab01' | head -n 1)"
clean moved 0
gone moved/source lab01
host=destination gone moved/destination lab01
told moved/told 'put back: source: domain lab01' "$work/cleaned"

exit $failed
