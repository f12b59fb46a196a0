#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kvmlab-libvirt against libvirt's own test driver, which needs no daemon and no root.
# usage: libvirt.sh [KVMLAB]
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
libvirt=$(dirname "$kvmlab")/kvmlab-libvirt
uri=test:///default

# prints NAME PATTERN REQUEST...: exit status 0, nothing on standard error, a line with PATTERN.
prints() {
	local name=$1 pattern=$2
	shift 2
	run "$libvirt" "$uri" "$@"
	is "$name/exit-code" 0 "$code"
	is "$name/quiet" '' "$(cat "$work/err")"
	if [ -z "$pattern" ] && [ ! -s "$work/out" ] || grep -q -E -e "${pattern:-^$}" "$work/out"; then
		pass "$name"
	else
		fail "$name" "no '$pattern' in: $(head -n 3 "$work/out" | tr '\n' '|')"
	fi
}

prints host '^hypervisor=TEST$' host
prints host/version '^libvirt_version=[0-9]+\.[0-9]+\.[0-9]+$' host
prints capabilities '^<capabilities>' capabilities
prints sysinfo "^<sysinfo type='smbios'>" sysinfo
prints domains '^[0-9a-f-]{36} running persistent test$' domains
prints domain '^state=running$' domain test
prints domain/persistent '^persistent=yes$' domain test
prints domain-xml "^<domain type='test' id='1'>" domain-xml test
prints definition "^<domain type='test'>" definition test
prints promises "^domain active 2 8388608 test$" promises
prints disks '<source file="/guest/diskimage1"' disks
prints disks/places "^<place path='/default-pool'/>$" disks
prints networks '^[0-9a-f-]{36} active persistent default$' networks
prints network '^bridge=virbr0$' network default
prints network/autostart '^autostart=no$' network default
prints network-xml "<forward mode='nat'/>" network-xml default
prints pools '^[0-9a-f-]{36} running persistent default-pool$' pools
prints pool '^available=[0-9]+$' pool default-pool
prints pool-xml '<path>/default-pool</path>' pool-xml default-pool
prints volumes '^<volumes>$' volumes default-pool

said no-network 66 1 "no network 'nope'" "$libvirt" "$uri" network nope
said no-network-xml 66 1 "no network 'nope'" "$libvirt" "$uri" network-xml nope
said no-network-leases 66 1 "no network 'nope'" "$libvirt" "$uri" leases nope
said no-pool 66 1 "no storage pool 'nope'" "$libvirt" "$uri" pool nope
said no-volumes 66 1 "no storage pool 'nope'" "$libvirt" "$uri" volumes nope
said no-support-leases 76 1 'not supported' "$libvirt" "$uri" leases default
said no-domain 66 1 "no domain 'nope'" "$libvirt" "$uri" domain nope
said no-domain-xml 66 1 "no domain 'test '" "$libvirt" "$uri" domain-xml 'test '
said no-connection 69 1 'cannot connect to' "$libvirt" 'qemu+unix:///system?socket=/nowhere' host
said no-scheme 69 1 'cannot connect to' "$libvirt" nonsense host
said no-support 76 1 'not supported' "$libvirt" "$uri" job test
# From libvirt 10 on the test driver has capabilities of domains, but no CPU in them.
run "$libvirt" "$uri" cpu-compare "$uri"
is no-support-cpu 76 "$code"
is no-support-cpu/words 1 "$(grep -c -E 'not supported|no CPU model' "$work/err")"
said no-arguments 64 1 'expected URI REQUEST' "$libvirt"
said no-request 64 1 'expected URI REQUEST' "$libvirt" "$uri"
said unknown-request 64 1 'expected URI REQUEST' "$libvirt" "$uri" destroy test
said too-few 64 1 'expected URI REQUEST' "$libvirt" "$uri" domain
said too-many 64 1 'expected URI REQUEST' "$libvirt" "$uri" domain test test

# What is there, and what takes it away: only by its UUID, and only when the name agrees. The test
# driver begins anew with every connection.
uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
prints inventory "^domain $uuid running persistent manual - [0-9a-f]{32} test$" inventory
prints inventory/network "^network $uuid active persistent manual - [0-9a-f]{32} default$" inventory
prints inventory/pool "^pool $uuid active persistent manual - [0-9a-f]{32} default-pool$" inventory
cp "$work/out" "$work/inventory"
run "$libvirt" "$uri" inventory
is inventory/same-twice "$(grep -v ^domain "$work/inventory" | cut -d' ' -f7)" "$(grep -v ^domain "$work/out" | cut -d' ' -f7)"
uuid_of() { awk -v kind="$1" '$1 == kind { print $2 }' "$work/inventory"; }
domain=6695eb01-f6a4-8304-79aa-97f2502e193f
is inventory/uuid "$domain" "$(uuid_of domain)"
prints tag '' tag "$domain" run-1
said tag/bad-name 64 1 'no name of a run' "$libvirt" "$uri" tag "$domain" "x' y='"
said tag/no-domain 66 1 'no domain' "$libvirt" "$uri" tag "${domain%f}e" run-1
prints overlays '' overlays "$domain"
prints locate '^path=/default-pool/v$' locate default-pool v
said locate/no-pool 66 1 'no storage pool' "$libvirt" "$uri" locate nope v
said remove-domain/other-name 68 1 "it is called 'test' now, not 'tes'" "$libvirt" "$uri" remove-domain "$domain" tes -
said remove-domain/no-tag 68 1 "does not carry the tag of run 'run-1'" "$libvirt" "$uri" remove-domain "$domain" test run-1
said remove-domain/no-domain 66 1 'no domain' "$libvirt" "$uri" remove-domain "${domain%f}e" test -
prints remove-domain '' remove-domain "$domain" test -
said remove-network/used 68 1 "domain 'test' uses it" "$libvirt" "$uri" remove-network "$(uuid_of network)" default
said remove-network/other-name 68 1 "it is called 'default' now" "$libvirt" "$uri" remove-network "$(uuid_of network)" x
prints remove-pool '' remove-pool "$(uuid_of pool)" default-pool
said remove-pool/other-name 68 1 "it is called 'default-pool' now" "$libvirt" "$uri" remove-pool "$(uuid_of pool)" x
said remove-volume/none 66 1 'no volume' "$libvirt" "$uri" remove-volume /default-pool/x
said remove-volume/used 68 1 "domain 'test' uses it" "$libvirt" "$uri" remove-volume /guest/diskimage1

# Every request stands in the help, and a name with a newline makes no second line of words.
run "$libvirt" --help
is help/requests 34 "$(grep -c '^  [a-z]' "$work/out")"
said newline 66 1 'no domain' "$libvirt" "$uri" domain $'a\nb'

# Events run until they are told to end, and then end well.
"$libvirt" "$uri" events >"$work/events" 2>"$work/err" &
pid=$!
end=$((SECONDS + 10))
until grep -q ' found running ' "$work/events" || [ "$SECONDS" -ge "$end" ]; do sleep 0.05; done
is events/connected 1 "$(grep -c -E "^[0-9]{13} connected - - $uri$" "$work/events")"
is events/found 1 "$(grep -c -E '^[0-9]{13} found running [0-9a-f-]{36} test$' "$work/events")"
is events/lives true "$(kill -0 "$pid" 2>/dev/null && echo true)"
kill -TERM "$pid"
wait "$pid"
is events/ends 0 $?

exit $failed
