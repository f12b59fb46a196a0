#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 in the middle of a live migration: of kvmlab, of virsh, of either libvirtd. Where the guest is then is
# named rightly, never runs twice, the run ends well, and the sandbox goes without a trace.
# timeout: 600
# usage: interrupted.sh [KVMLAB]
# KVMLAB_SANDBOX_TESTS='virsh source-daemon' makes only these.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
libvirt=$(dirname "$kvmlab")/kvmlab-libvirt
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"
# shellcheck source=tests/host/lib_bystanders.sh
. "$here/lib_bystanders.sh"

[ "$(id -u)" = 0 ] || { skip interrupted "it needs root"; exit 0; }
for program in jq busybox ip pgrep; do
	command -v "$program" >/dev/null || { skip interrupted "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip interrupted "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
runner='' sampler=''
# shellcheck disable=SC2317
finish() {
	[ -z "$runner" ] || kill -KILL "$runner" 2>/dev/null
	[ -z "$sampler" ] || kill -KILL "$sampler" 2>/dev/null
	"$kvmlab" sandbox down >/dev/null 2>&1
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

uri() { "$kvmlab" sandbox status --format json | jq -r --arg name "$1" '.hosts[] | select(.name == $name).uri'; }
# answer HOST KEY REQUEST...: of a key=value line.
answer() {
	local uri=$source key=$2
	[ "$1" = source ] || uri=$destination
	shift 2
	"$libvirt" "$uri" "$@" 2>/dev/null | sed -n "s/^$key=//p"
}
runs_on() { [ "$(answer "$1" state domain db01)" = running ]; }

# until_true NAME SECONDS COMMAND...: it comes true in time.
until_true() {
	local name=$1 end=$((SECONDS + $2))
	shift 2
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || { fail "$name" "'$*' did not come true"; return 1; }
	done
	pass "$name"
}

# Running on the source, then on the destination, and still on the source: that is twice.
sample() {
	while :; do
		if runs_on source && runs_on destination && runs_on source; then echo twice >>"$work/twice"; fi
		echo >>"$work/samples"
	done
}

has_looked_since() { [ "$(wc -l <"$work/samples")" -gt "$1" ]; }

is_under_way() { [ "$(answer source memory_processed job db01)" -gt 0 ] 2>/dev/null && [ "$(answer source operation job db01)" = 5 ]; }
is_paused() { [ "$(answer source state domain db01) $(answer destination state domain db01)" = 'paused paused' ]; }
no_virsh() { [ -z "$(inside source 'pgrep -f "virsh migrate"')" ]; }
no_job() { [ "$(answer source type job db01)" = none ]; }
are_gone() {
	local pid
	for pid in "$@"; do ! kill -0 "$pid" 2>/dev/null || return 1; done
}

# begin NAME [SETTING...]: a sandbox, bystanders, and a migration that is under way.
begin() {
	local name=$1
	shift
	export XDG_STATE_HOME=$work/state-$name
	rm -f "$work/twice" "$work/samples"
	snapshot >"$work/before"
	up "$name" || return
	start_guest "$name" || return
	bystanders_start "$name"
	source=$(uri source) destination=$(uri destination)
	sample &
	sampler=$!
	"$kvmlab" run "$here/interrupted.yaml" --yes --host source=sandbox --host destination=sandbox \
		--set 'to=qemu+ssh://destination/system?no_tty=1' "$@" --format json >"$work/report.json" 2>"$work/err" </dev/null &
	runner=$!
	until_true "$name/under-way" 60 is_under_way
}

# its_end NAME CODE: the run ends by itself with that code.
its_end() {
	wait "$runner"
	is "$1/exit-code" "$2" $?
	runner=''
}

# named NAME WHERE COPIES STATE REASON: domain_location says so, and so does virsh.
named() {
	local name=$1 report=$work/report.json
	is "$name/where" "$2" "$(measure "$report" move where where)"
	is "$name/running-copies" "$3" "$(measure "$report" move where running_copies)"
	is "$name/state" "$4 $5" "$(measure "$report" move where "$2_state") $(measure "$report" move where "$2_reason")"
	is "$name/virsh" "$4 ($5)" "$(inside "$2" virsh -q domstate --reason db01)"
	is "$name/elsewhere" '' "$(inside destination virsh -q list --all --name | grep -x db01 | grep -v -x "$([ "$2" = destination ] && echo db01)")"
}

# whole NAME: nothing of the migration is left; the next one succeeds.
whole() {
	until_true "$1/no-job-left" 20 no_job
	migrate source destination
	is "$1/next-migration" 0 "$status"
	is "$1/answers" 0 "$(answers; echo $?)"
}

end() {
	kill -KILL "$sampler"
	wait "$sampler" 2>/dev/null
	sampler=''
	is "$1/never-twice" '' "$(cat "$work/twice" 2>/dev/null)"
	isnt "$1/looked-often" 0 "$(wc -l <"$work/samples")"
	bystanders_same "$1"
	"$kvmlab" sandbox down >"$work/out" 2>&1
	is "$1/down" 0 $?
	nothing_left "$1"
}

kill_kvmlab() {
	local children
	# The listeners, the connections, and the one that carries the step.
	mapfile -t children < <(pgrep -P "$runner")
	kill -KILL "$runner"
	wait "$runner" 2>/dev/null
	runner=''
	is "$1/had-children" true "$([ "${#children[@]}" -ge 5 ] && echo true)"
	until_true "$1/nothing-of-it-runs" 20 are_gone "${children[@]}"
	# Nobody is left who would tell virsh to end, and yet it does.
	until_true "$1/virsh-ends" 60 no_virsh
	until_true "$1/source-goes-on" 30 runs_on source
	until_true "$1/no-job-left" 30 no_job
}

test_kvmlab-resumed() {
	begin kvmlab-resumed || return
	kill_kvmlab kvmlab-resumed
	"$kvmlab" resume --started run --yes >"$work/out" 2>"$work/err" </dev/null &
	runner=$!
	until_true kvmlab-resumed/under-way-again 60 is_under_way
	inside source virsh -q migrate-setspeed db01 2000
	its_end kvmlab-resumed 0
	"$kvmlab" report --format json >"$work/report.json" 2>/dev/null
	named kvmlab-resumed destination 1 running migrated
	# What happened in between nobody saw.
	is kvmlab-resumed/same-boot null "$(measure "$work/report.json" move boot same_boot)"
	is kvmlab-resumed/gaps 2 "$(measure "$work/report.json" move boot gaps)"
	end kvmlab-resumed
}

test_kvmlab-cleaned() {
	begin kvmlab-cleaned || return
	kill_kvmlab kvmlab-cleaned
	"$kvmlab" clean >"$work/out" 2>&1 </dev/null
	is kvmlab-cleaned/clean 0 $?
	"$kvmlab" resume >"$work/out" 2>&1 </dev/null
	is kvmlab-cleaned/closed 64 $?
	is kvmlab-cleaned/still-there 'running (booted)' "$(inside source virsh -q domstate --reason db01)"
	whole kvmlab-cleaned
	end kvmlab-cleaned
}

test_virsh() {
	begin virsh || return
	inside source 'pkill -KILL -x virsh'
	its_end virsh 0
	named virsh source 1 running booted
	is virsh/step signalled "$(value "$work/report.json" '.experiments[0].steps[2].evidence[0].end')"
	is virsh/moves 0 "$(measure "$work/report.json" move boot moves)"
	is virsh/same-boot true "$(measure "$work/report.json" move boot same_boot)"
	whole virsh
	end virsh
}

# The guest stands still on both sides when virsh, which was to let it go on, dies.
test_virsh-late() {
	begin virsh-late --set copies=0 || return
	inside source 'pkill -STOP -x virsh'
	inside source virsh -q migrate-setspeed db01 2000
	until_true virsh-late/stands-still 60 is_paused
	isnt virsh-late/busy none "$(answer source job domain db01)"
	inside source 'pkill -KILL -x virsh'
	its_end virsh-late 0
	named virsh-late source 0 paused migrating
	is virsh-late/stranded true "$(measure "$work/report.json" move where stranded)"
	inside source virsh -q resume db01
	until_true virsh-late/goes-on 20 answers
	whole virsh-late
	end virsh-late
}

# The control of 'never-twice': the definition that a migration left behind is started. It runs twice, and that is seen.
test_control() {
	local looks
	begin control || return
	inside source 'pkill -KILL -x virsh'
	its_end control 0
	until_true control/no-job-left 20 no_job
	migrate source destination
	inside source virsh -q start db01
	until_true control/runs-twice 20 test -s "$work/twice"
	"$kvmlab" run "$here/interrupted.yaml" --yes --host source=sandbox --host destination=sandbox \
		--set to=qemu:///nowhere --set copies=2 --format json >"$work/report.json" 2>"$work/err" </dev/null
	is control/where both "$(measure "$work/report.json" move where where)"
	is control/running-copies 2 "$(measure "$work/report.json" move where running_copies)"
	is control/outcome refuted "$(outcome "$work/report.json" move | tr '[:upper:]' '[:lower:]')"
	inside source virsh -q destroy db01
	# A look that began before the copy was gone ends first.
	looks=$(wc -l <"$work/samples")
	until_true control/looked-again 20 has_looked_since "$looks"
	rm "$work/twice"
	end control
}

# kill_daemon NAME HOST WORDS GAPS
kill_daemon() {
	begin "$1" || return
	inside "$2" 'kill -KILL "$(cat /run/libvirtd.pid)"'
	its_end "$1" 0
	named "$1" source 1 running booted
	is "$1/gaps" 1 "$(measure "$work/report.json" move boot gaps)"
	if measure "$work/report.json" move said words | grep -q -E -e "$3"; then
		pass "$1/words"
	else
		fail "$1/words" "$(measure "$work/report.json" move said words)"
	fi
	whole "$1"
	end "$1"
}

test_source-daemon() { kill_daemon source-daemon source 'end of file|End of file'; }
test_destination-daemon() { kill_daemon destination-daemon destination 'migration out|end of file|End of file'; }

for part in ${KVMLAB_SANDBOX_TESTS:-kvmlab-resumed kvmlab-cleaned virsh virsh-late source-daemon destination-daemon control}; do
	"test_$part"
done
exit $failed
