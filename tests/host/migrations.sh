#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Live migrations back and forth under ping, each a run of its own: the outage that was measured
# against QEMU's own downtime. Guests, networks and pools of nobody's lab stay as they are.
# timeout: 420
# usage: migrations.sh [KVMLAB]
# KVMLAB_MIGRATIONS=6 makes fewer of them.
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

times=${KVMLAB_MIGRATIONS:-20}
interval=10
near=50 # ms between what ping saw and what QEMU says, the interval aside
most=250 # ms that a busy machine may add to it; more must have a cause on record

[ "$(id -u)" = 0 ] || { skip migrations "it needs root"; exit 0; }
for program in jq busybox ip; do
	command -v "$program" >/dev/null || { skip migrations "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip migrations "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

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

# one NUMBER FROM TO: a run; its report in $work/NUMBER.json.
one() {
	"$kvmlab" run "$here/migrations.yaml" --yes --host "source=sandbox:$2" --host "destination=sandbox:$3" \
		--set "vm_ip=$guest" --set "to=qemu+ssh://$3/system?no_tty=1" \
		--format json >"$work/$1.json" 2>"$work/err" </dev/null
}

events() { # NUMBER STEP EVENT DETAIL: when, in ms of Unix time; nothing when it was not seen
	value "$work/$1.json" ".experiments[0].steps[] | select(.id == \"$2\") | .evidence[0].out.text" |
		awk -v e="$3" -v d="$4" '$2 == e && $3 == d && $5 == "db01" { print $1; exit }'
}

# Whole milliseconds.
figure() { measure "$work/$1.json" move "$2" "$3" | awk '{ printf "%d", $1 + 0.5 }'; }

# The phases that the report tells, and how long the guest stood still by them.
phases() {
	value "$work/$1.json" '[.experiments[0].checks[] | select(.id == "outage").timeline.migrations[0].phases[] |
		.phase + (if .phase == "still" then " \((.to_us - .from_us) / 1000)" else "" end)] | join(", ")'
}

# accounts BEFORE AFTER UNSENT: whether a silence may go on so long (ms) on either side of the time that the
# guest stood still, where nothing was sent for UNSENT ms. Before it, it may begin with the last answer only.
accounts() {
	local own=0
	[ "$3" -le $((3 * interval + 10)) ] || own=$3
	[ "$1" -ge -$interval ] && [ "$2" -ge -$interval ] && [ $(($1 + $2)) -le $((most + own)) ]
}
for case in '5 40 10 0' '-30 40 10 1' '40 -30 10 1' '5 10000 10 1' '200 200 10 1' '5 2000 1900 0' '5 2000 40 1'; do
	read -r before after unsent wanted <<<"$case"
	accounts "$before" "$after" "$unsent"
	is "migrations/accounts/$before+$after-$unsent" "$wanted" $?
done

# explains NUMBER: the silence lay around the time that the guest stood still, as both hosts told it, and
# went on for no longer than a busy machine or the ping itself accounts for. Sets before, after.
explains() {
	local started silent
	started=$(value "$work/$1.json" '.experiments[0].steps[] | select(.id == "ping") | .evidence[0].out | .text // .head' |
		sed -n 's/^started_unix_ms=//p')
	silent=$((${started:-0} + $(figure "$1" outage longest_gap_from_ms)))
	before=$((${stopped:-0} - silent)) after=$((silent + gap - ${went_on:-0}))
	[ -n "$started" ] && [ -n "$stopped" ] && [ -n "$went_on" ] &&
		accounts "$before" "$after" "$(figure "$1" outage longest_send_gap_ms)"
}

# What both hosts and the ping say of one that does not agree.
explain() {
	if explains "$1"; then
		explained=$((explained + 1))
		echo "# $1: silent from $before ms before it stood still until $after ms after it went on"
	fi
	echo "# $1: what was seen (ms of Unix time)"
	jq -r '.experiments[0] | (.steps[] | select(.id != "ping") | "\(.id) \(.started)", (.evidence[0].out.text // "" | split("\n")[] |
		select(test(" db01$"))) | "#   " + .), (.checks[] | "#   \(.id) \(.verdict) \(.reason // "") \(.measures | tojson)")' "$work/$1.json"
	sed -n 's/^/#   /p' "$work/err"
}

up migrations || exit 1
start_guest migrations || exit 1
bystanders_start migrations

from=source to=destination graded=0 drawn=0 agree=0 explained=0 worst=0
printf '# %3s %-22s %9s %9s %9s %9s %9s %7s %s\n' run direction gap_ms downtime differ still_ms total_ms lost graded
for n in $(seq "$times"); do
	one "$n" "$from" "$to"
	code=$?
	gap=$(figure "$n" outage longest_gap_ms) downtime=$(figure "$n" job downtime_ms)
	differ=$((gap - downtime - interval))
	stopped=$(events "$n" here suspended migrated) went_on=$(events "$n" there resumed migrated)
	still=$((${went_on:-0} - ${stopped:-0}))
	words=$([ "$code" = 0 ] && value "$work/$n.json" '[.experiments[0].checks[].verdict] | unique | join(" ")' || echo "exit $code")
	printf '# %3d %-22s %9d %9d %9d %9d %9d %7d %s\n' "$n" "$from>$to" "$gap" "$downtime" "$differ" "$still" \
		"$(figure "$n" job total_ms)" "$(figure "$n" outage lost)" "$words"
	[ "$words" != PASS ] || graded=$((graded + 1))
	told=$(phases "$n")
	if [ "$told" = "prepare, copy, still $still, finish" ]; then drawn=$((drawn + 1)); else echo "# $n: phases: $told"; fi
	[ "${differ#-}" -le "$worst" ] || worst=${differ#-}
	if [ "$words" = PASS ] && [ "${differ#-}" -le "$near" ]; then agree=$((agree + 1)); else explain "$n"; fi
	other=$from from=$to to=$other
done
echo "# $agree of $times within $near ms, the worst $worst ms"
is migrations/graded "$times" "$graded"
is migrations/phases-in-the-report "$times" "$drawn"
enough=$(((times * 18 + 19) / 20))
if [ "$agree" -ge "$enough" ]; then
	pass migrations/agree-with-qemu
else
	fail migrations/agree-with-qemu "$agree of $times within $near ms, $enough were to be"
fi
is migrations/others-are-explained $((times - agree)) "$explained"
bystanders_same migrations
is migrations/pings-afterwards 0 "$(answers; echo $?)"
"$kvmlab" sandbox down >/dev/null 2>&1
is migrations/down 0 $?
exit $failed
