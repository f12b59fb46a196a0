#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The labs of two hosts in a sandbox, with the demo's answers: what they must find, and that everything is
# as before afterwards: their own guest, and guests, networks and pools of nobody's lab. Also when killed.
# timeout: 1200
# usage: migration_labs.sh [KVMLAB]
# KVMLAB_SANDBOX_TESTS='equal killed' runs only these parts. KVMLAB_KEEP=DIR keeps the reports of faulty sandboxes.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"
# shellcheck source=tests/host/lib_bystanders.sh
. "$here/lib_bystanders.sh"

[ "$(id -u)" = 0 ] || { skip migration_labs "it needs root"; exit 0; }
for program in jq busybox ip ping; do
	command -v "$program" >/dev/null || { skip migration_labs "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip migration_labs "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

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

# lab NAME LAB [ARGUMENTS...]: its report in $work/NAME.json.
lab() {
	local name=$1 id=$2
	shift 2
	"$kvmlab" run "$id" --host source=sandbox --host destination=sandbox --yes --lang en \
		--answers "$tree/fixtures/answers/$id.yaml" --format json "$@" >"$work/$name.json" 2>"$work/err" </dev/null
	code=$?
	[ ! -s "$work/err" ] || sed 's/^/# /' "$work/err"
}

# guest_like: all that must be as it was, of the labs' own guest on both hosts; and nothing of the labs beside it.
guest_like() {
	local host
	for host in source destination; do
		echo "# $host"
		inside "$host" 'virsh -q list --all | tr -s " " | sed "s/^ *[0-9-]* //" | sort; virsh -q dumpxml --inactive db01 2>&1; ls /tmp'
	done
}

guest_before() { guest_like >"$work/guest"; }
guest_same() {
	guest_like >"$work/guest-now"
	if cmp -s "$work/guest" "$work/guest-now"; then
		pass "labs/$1/guest-as-before"
	else
		fail "labs/$1/guest-as-before" "$(diff "$work/guest" "$work/guest-now" | tr '\n' '|')"
	fi
}

# sound NAME: it could be graded, and nothing that was looked at failed.
sound() {
	is "labs/$1/exit-code" 0 "$code"
	is "labs/$1/none-fails" '' "$(with_verdict "$work/$1.json" FAIL)$(with_verdict "$work/$1.json" BROKEN)$(with_verdict "$work/$1.json" SKIP)"
	is "labs/$1/all-put-back" undone "$(value "$work/$1.json" '[.changes[].state] | unique | join(" ")')"
	is "labs/$1/graded" false "$(value "$work/$1.json" .grade.ungraded)"
}

# migration NAME: what lab live-migration must have found.
migration() {
	local r=$work/$1.json
	sound "$1"
	is "labs/$1/outcomes" 'SUPPORTED SUPPORTED REFUTED SUPPORTED REFUTED' "$(value "$r" '[.experiments[].outcome] | join(" ")')"
	is "labs/$1/prerequisites" '[]' "$(measure "$r" prerequisites ready missing | tr -d ' \n')"
	is "labs/$1/plain/destination-persistent" false "$(measure "$r" outage location destination_persistent)"
	is "labs/$1/plain/source-persistent" true "$(measure "$r" outage location source_persistent)"
	is "labs/$1/persistent/both" 'true true' \
		"$(measure "$r" persistent location source_persistent) $(measure "$r" persistent location destination_persistent)"
	is "labs/$1/undefinesource/source" absent "$(measure "$r" undefinesource location source_state)"
	is "labs/$1/undefinesource/left" false "$(measure "$r" undefinesource location definition_left)"
	is "labs/$1/same-boot" true "$(measure "$r" outage boot same_boot)"
	is "labs/$1/usual-port" 49152 "$(measure "$r" data-path usual port)"
	is "labs/$1/tunnelled-port" 22 "$(measure "$r" data-path tunnelled port)"
	# All of a guest of 128 MiB but its empty pages.
	is "labs/$1/memory-went-there" yes "$([ "$(measure "$r" data-path usual sent)" -gt 20000000 ] && echo yes)"
	echo "# $1: longest gap $(measure "$r" outage outage longest_gap_ms) ms, downtime $(measure "$r" outage job downtime_ms) ms"
}

test_equal() {
	up equal || return
	bystanders_start equal
	guest_before
	lab off live-migration
	migration off
	guest_same off
	# It was on: so it is afterwards, and the same boot.
	start_guest equal || return
	guest_before
	lab on live-migration
	migration on
	guest_same on
	is labs/on/still-answers 0 "$(answers; echo $?)"
	# Two hosts with the same CPU: nothing can be refused, which is no fault of the student's.
	lab equal cpu-compatibility
	sound equal
	is labs/equal/outcomes 'SUPPORTED INCONCLUSIVE SUPPORTED' "$(value "$work/equal.json" '[.experiments[].outcome] | join(" ")')"
	is labs/equal/not-applicable 'refused/refused refused/stayed refused/alive' "$(with_verdict "$work/equal.json" NA)"
	is labs/equal/says-so equal-hosts "$(diagnoses "$work/equal.json" refused)"
	guest_same equal
	bystanders_same equal
	"$kvmlab" sandbox down >/dev/null
}

test_lesser() {
	local r=$work/lesser.json
	up lesser --lesser-cpu || return
	bystanders_start lesser
	guest_before
	lab lesser cpu-compatibility
	sound lesser
	is labs/lesser/outcomes 'REFUTED SUPPORTED SUPPORTED' "$(value "$r" '[.experiments[].outcome] | join(" ")')"
	is labs/lesser/lacks '["sse4.2","aes"]' "$(measure "$r" compare cpu guest_lacks | tr -d ' \n')"
	if measure "$r" refused refused words | grep -q 'missing features: sse4.2,aes'; then
		pass labs/lesser/libvirts-words
	else
		fail labs/lesser/libvirts-words "$(measure "$r" refused refused words)"
	fi
	is labs/lesser/stays 'source 1' "$(measure "$r" refused place where) $(measure "$r" refused place running_copies)"
	is labs/lesser/never-stopped true "$(measure "$r" refused alive same_boot)"
	is labs/lesser/baseline-moves 'destination 1' "$(measure "$r" baseline place where) $(measure "$r" baseline place running_copies)"
	guest_same lesser
	# A guest whose CPU is not there does not move; the other experiments say so, and it is where it was.
	lab stays live-migration
	is labs/stays/exit-code 1 "$code"
	is labs/stays/none-broken '' "$(with_verdict "$work/stays.json" BROKEN)"
	is labs/stays/missing '["cpu"]' "$(measure "$work/stays.json" prerequisites ready missing | tr -d ' \n')"
	is labs/stays/diagnosed 'no-cpu lesser-cpu' "$(diagnoses "$work/stays.json" prerequisites) $(diagnoses "$work/stays.json" outage)"
	guest_same stays
	bystanders_same lesser
	"$kvmlab" sandbox down >/dev/null
}

# faulty OPTION MISSING DIAGNOSES: nothing moves in such a sandbox; the lab says why, and nothing waits in vain for a
# guest at an address that it does not have here.
faulty() {
	local name=${1#--} r address
	r=$work/$name.json
	up "$name" "$1" || return
	address=$("$kvmlab" sandbox status --format json | jq -r .guest_address)
	"$kvmlab" plan live-migration --host source=sandbox --host destination=sandbox >"$work/plan"
	is "labs/$name/plan/its-address" 1 "$(grep -c -e "-W 1 \"$address\"" "$work/plan")"
	"$kvmlab" plan live-migration --host source=sandbox --host destination=sandbox --set vm_ip=192.0.2.9 >"$work/plan"
	is "labs/$name/plan/set-beats-it" 1 "$(grep -c -e '-W 1 "192.0.2.9"' "$work/plan")"
	guest_before
	lab "$name" live-migration
	is "labs/$name/exit-code" 1 "$code"
	is "labs/$name/none-broken" '' "$(with_verdict "$r" BROKEN)"
	is "labs/$name/guest-answered" PASS "$(verdict "$r" prerequisites running)"
	is "labs/$name/start" 0 "$(value "$r" '.experiments[0].steps[] | select(.id == "start") | .evidence[0].status')"
	is "labs/$name/outcomes" 'REFUTED INCONCLUSIVE INCONCLUSIVE INCONCLUSIVE INCONCLUSIVE' "$(value "$r" '[.experiments[].outcome] | join(" ")')"
	is "labs/$name/missing" "$2" "$(measure "$r" prerequisites ready missing | tr -d ' \n"')"
	is "labs/$name/diagnosed" "$3" "$(diagnoses "$r" prerequisites) / $(diagnoses "$r" outage)"
	guest_same "$name"
	[ -z "${KVMLAB_KEEP-}" ] || { "$kvmlab" report --format text --lang en >"$KVMLAB_KEEP/$name.txt"; cp "$r" "$KVMLAB_KEEP/"; }
	"$kvmlab" sandbox down >/dev/null
}

test_faulty() {
	faulty --other-network '[network]' 'no-network / unreachable'
	faulty --no-shared-storage '[storage]' 'no-storage / unsafe'
	faulty --no-trust '[ssh]' 'no-ssh / not-let-in'
}

# The guest and its only definition are on the destination.
guest_is_away() { [ -z "$(state source)" ] && [ "$(state destination)" = running ]; }
twin_is_away() { inside destination 'virsh -q list --name' | grep -q -x kvmlab-cpu; }

# killed NAME LAB WHEN: kvmlab is killed when WHEN holds, and 'clean' puts all back.
killed() {
	local name=$1 id=$2 when=$3 pid end=$((SECONDS + 180))
	rm -rf "$XDG_STATE_HOME"
	guest_before
	"$kvmlab" run "$id" --host source=sandbox --host destination=sandbox --yes --plain --lang en \
		--answers "$tree/fixtures/answers/$id.yaml" >"$work/told" 2>&1 </dev/null &
	pid=$!
	until "$when" || [ "$SECONDS" -ge "$end" ] || ! kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
	{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null
	guest_like >"$work/guest-now"
	is "labs/killed/$name/there-is-work" 1 "$(cmp -s "$work/guest" "$work/guest-now"; echo $?)"
	"$kvmlab" clean --lang en >"$work/clean" 2>&1
	is "labs/killed/$name/clean" 0 $?
	sed 's/^/# /' "$work/clean"
	guest_same "killed/$name"
}

test_killed() {
	up killed || return
	killed moved live-migration guest_is_away
	killed twin cpu-compatibility twin_is_away
	"$kvmlab" sandbox down >/dev/null
}

# libvirt itself goes on with such a migration when nobody is left who asked for it.
in_the_tunnel() { inside source 'pgrep -f "[-]-p2p" >/dev/null && virsh -q domjobinfo db01' | grep -q Outgoing; }

test_tunnel() {
	local pid end=$((SECONDS + 300))
	up tunnel || return
	guest_before
	"$kvmlab" run live-migration --host source=sandbox --host destination=sandbox --yes --plain --lang en \
		--answers "$tree/fixtures/answers/live-migration.yaml" >"$work/told" 2>&1 </dev/null &
	pid=$!
	until in_the_tunnel || [ "$SECONDS" -ge "$end" ] || ! kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
	is labs/tunnel/under-way 0 "$(in_the_tunnel; echo $?)"
	{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null
	"$kvmlab" resume --started run --yes --format json >"$work/tunnel.json" 2>"$work/err" </dev/null
	code=$?
	migration tunnel
	guest_same tunnel
	killed tunnel-cleaned live-migration in_the_tunnel
	"$kvmlab" sandbox down >/dev/null
}

for part in ${KVMLAB_SANDBOX_TESTS:-equal lesser faulty killed tunnel}; do
	"test_$part"
done
exit $failed
