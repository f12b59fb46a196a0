#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Labs on several hosts: roles, what to type, steps over a real sshd, what is undone there, resume.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

export KVMLAB_LABS=$work
cat >"$work/two.yaml" <<'YAML'
kvmlab: 1
id: two
title: Two hosts
needs: {hosts: [source, destination]}
params:
  word: {type: string, default: x}
  mark: {type: path}
experiments:
  - id: e
    title: An experiment
    steps:
      - {id: here, run: 'echo "here $$"'}
      - {id: there, on: source, run: 'printf "%s|%s" "$word" "${SSH_CONNECTION-clean}"'}
      - {id: makes, on: destination, run: 'echo made > "$mark"', changes: [{file: MARK}]}
      - {id: waits, on: source, run: 'while [ ! -e "$mark.go" ]; do sleep 0.05; done; echo went', repeat: safe}
    checks:
      c: {use: step_output, with: {step: there, pattern: '.'}, expect: {exit_status: 0, matched: true}}
      f: {use: file, on: destination, with: {path: MARK}, expect: {exists: true}}
      d: {use: kvm_device, on: source, expect: {exists: true}}
YAML
sed -i "s|MARK|$work/made|" "$work/two.yaml"
touch "$work/made.go"

# What to type.
said needs-hosts 64 1 "'source', 'destination'.*kvmlab sandbox up.*kvmlab run two --host source=sandbox --host destination=sandbox" \
	"$kvmlab" run two --set mark="$work/made"
said one-is-missing 64 1 "needs the hosts 'destination'" "$kvmlab" run two --set mark="$work/made" --host source=ssh://x
said not-a-pair 64 1 "write it as ROLE=URI" "$kvmlab" run two --host sandbox
said unknown-kind 64 1 "unknown kind of host 'ftp://x'" \
	"$kvmlab" run two --set mark="$work/made" --host source=ftp://x --host destination=ftp://x
said no-such-role 64 1 "no host 'other'" \
	"$kvmlab" run two --set mark="$work/made" --host source=sandbox:other --host destination=sandbox
said option-in-uri 64 1 "is no host" \
	"$kvmlab" run two --set mark="$work/made" --host source=ssh://-oProxyCommand=x --host destination=sandbox
said nobody-listens 3 1 "host 'source' cannot be reached" "$kvmlab" run two --set mark="$work/made" \
	--host source=ssh://127.0.0.1:1 --host destination=ssh://127.0.0.1:1
if [ -e /var/lib/kvmlab-sandbox ]; then
	skip sandbox-is-down "there is a sandbox on this machine"
else
	said sandbox-is-down 3 1 "the sandbox is not up: '(sudo )?kvmlab sandbox up' starts it" \
		"$kvmlab" run two --set mark="$work/made" --host source=sandbox --host destination=sandbox
fi

# 'local' is this machine unless it was said who plays it.
cat >"$work/one.yaml" <<'YAML'
kvmlab: 1
id: one
title: One host
experiments:
  - id: e
    title: An experiment
    steps:
      - {id: parent, run: 'ps -o args= -p "$PPID"'}
    checks:
      c: {use: step_output, with: {step: parent, pattern: '(?<parent>\S+)'}, expect: {parent: {matches: '(^|/)[a-z]*sh$'}}}
YAML
said local-elsewhere 3 1 "host 'local' cannot be reached" "$kvmlab" run one --host local=ssh://127.0.0.1:1

# The plan needs no host.
run "$kvmlab" plan two --host source=ssh://ani@lab1 --format json
is plan-names-hosts 'source ssh://ani@lab1,destination null' \
	"$(jq -r '[.hosts[] | "\(.role) \(.uri)"] | join(",")' "$work/out")"
run "$kvmlab" plan two
if grep -q 'not chosen' "$work/out" && grep -q 'kvmlab sandbox up' "$work/out"; then
	pass plan-says-what-to-type
else
	fail plan-says-what-to-type "$(head -c 300 "$work/out")"
fi

sshd=/usr/sbin/sshd
if [ ! -x $sshd ]; then
	skip over-ssh "there is no $sshd"
	done_testing
fi

# A server of our own.
ssh-keygen -q -t ed25519 -N '' -f "$work/server" && ssh-keygen -q -t ed25519 -N '' -f "$work/user"
made_run_sshd=
[ "$(id -u)" != 0 ] || [ -d /run/sshd ] || made_run_sshd=/run/sshd
[ -z "$made_run_sshd" ] || mkdir -p "$made_run_sshd"
start_server() {
	for port in $(shuf -i 20000-60000 -n 20); do
		cat >"$work/sshd_config" <<-CONFIG
		Port $port
		ListenAddress 127.0.0.1
		HostKey $work/server
		PidFile none
		AuthorizedKeysFile $work/user.pub
		StrictModes no
		UsePAM no
		PermitRootLogin prohibit-password
		CONFIG
		$sshd -D -f "$work/sshd_config" 2>"$work/sshd.log" &
		server=$!
		for _ in $(seq 100); do
			(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 0
			kill -0 $server 2>/dev/null || break
			sleep 0.05
		done
	done
	return 1
}
start_server || { fail server "$(cat "$work/sshd.log")"; done_testing; }
# shellcheck disable=SC2317
stop_server() {
	kill "$server"
	[ -z "$made_run_sshd" ] || rmdir "$made_run_sshd"
	clean_up
}
trap stop_server EXIT
printf 'kvmlab %s\n' "$(cat "$work/server.pub")" >"$work/known"
cat >"$work/ssh_config" <<-CONFIG
	Host one two
	HostName 127.0.0.1
	Port $port
	User $(id -un)
	HostKeyAlias kvmlab
	IdentityFile $work/user
	IdentitiesOnly yes
	UserKnownHostsFile $work/known
CONFIG
hosts=(--host "source=ssh://one?config=$work/ssh_config" --host "destination=qemu+ssh://two/system?config=$work/ssh_config")

# The kvm_device check cannot look there, which is nobody's fault: exit 3, and the rest is graded.
hostile="\$(touch $work/x)'\";\`touch $work/x\`"
run "$kvmlab" run two --yes --set mark="$work/made" --set word="$hostile" "${hosts[@]}" --report "json:$work/report.json"
is over-ssh-exit 3 "$code"
step() { jq -r --arg id "$1" --arg what "$2" '.experiments[0].steps[] | select(.id == $id) | .[$what] // empty' "$work/report.json"; }
check() { jq -r --arg id "$1" '.experiments[0].checks[] | select(.id == $id) | .verdict' "$work/report.json"; }
is over-ssh-value "$hostile|clean" "$(jq -r '.experiments[0].steps[] | select(.id == "there") | .. | strings' "$work/report.json" | grep -F '|clean' | head -n 1)"
if [ -e "$work/x" ]; then fail over-ssh-no-shell "a value was run"; else pass over-ssh-no-shell; fi
is over-ssh-check pass "$(check f | tr 'A-Z' 'a-z')"
is over-ssh-kvm-is-broken broken "$(check d | tr 'A-Z' 'a-z')"
if grep -q 'a kvmlab that runs there' "$work/report.json"; then pass over-ssh-kvm-why; else fail over-ssh-kvm-why "no reason"; fi
if [ -e "$work/made" ]; then fail over-ssh-undone "$work/made is left"; else pass over-ssh-undone; fi

# A lab on one host, on another one.
run "$kvmlab" run one --yes --host "local=ssh://one?config=$work/ssh_config"
is local-elsewhere-exit 0 "$code"
run "$kvmlab" run one --yes
is local-here-exit 1 "$code"
# The commands that it needs are looked for there.
sed 's/^title:.*/&\nneeds: {commands: [sh, frobnicate-nowhere]}/; s/id: one/id: lacking/' "$work/one.yaml" >"$work/lacking.yaml"
said needs-there 3 1 "'frobnicate-nowhere', which is not installed on host 'local': 'kvmlab doctor lacking --host local=ssh://one" \
	"$kvmlab" run lacking --yes --host "local=ssh://one?config=$work/ssh_config"
run "$kvmlab" doctor lacking --host "local=ssh://one?config=$work/ssh_config" --format json
is doctor-there '1 LACKS' "$code $(jq -r '.findings[] | select(.id == "packages") | .state' "$work/out")"
is doctor-types-there 1 "$(jq -r '.findings[] | select(.id == "packages") | .mend' "$work/out" | grep -c "^ssh .*one .*apt-cache search")"

# Cut off in the middle, taken up again with the hosts that were given first.
rm -f "$work/made.go"
"$kvmlab" run two --yes --set mark="$work/made" "${hosts[@]}" >"$work/out" 2>"$work/err" </dev/null &
victim=$!
for _ in $(seq 400); do
	grep -qs . "$work/made" && grep -lsF "mark=$work/made" /proc/[0-9]*/environ | grep -q . && break
	sleep 0.05
done
kill -KILL $victim
wait $victim 2>/dev/null
left=some
for _ in $(seq 200); do
	left=$(grep -lsF "mark=$work/made" /proc/[0-9]*/environ)
	[ -n "$left" ] || break
	sleep 0.05
done
is killed-leaves-no-process '' "$left"
if [ -e "$work/made" ]; then pass killed-leaves-the-file; else fail killed-leaves-the-file "the control: it was never made"; fi
touch "$work/made.go"
run "$kvmlab" resume --yes --report "json:$work/report.json"
is resume-keeps-hosts 3 "$code"
is resume-went-there pass "$(check f | tr 'A-Z' 'a-z')"
if [ -e "$work/made" ]; then fail resume-undoes-there "$work/made is left"; else pass resume-undoes-there; fi

# A run whose host has gone: resume says so, clean leaves the change on record and says so.
rm -f "$work/made.go"
"$kvmlab" run two --yes --set mark="$work/made" "${hosts[@]}" >"$work/out" 2>"$work/err" </dev/null &
victim=$!
for _ in $(seq 400); do
	grep -qs . "$work/made" && break
	sleep 0.05
done
kill -KILL $victim
wait $victim 2>/dev/null
kill $server
wait $server 2>/dev/null
said resume-without-host 3 1 "host 'source' cannot be reached" "$kvmlab" resume --yes
run "$kvmlab" clean
if grep -q 'could not be put back' "$work/out" && grep -q 'cannot be reached' "$work/out"; then
	pass clean-without-host
else
	fail clean-without-host "exit $code: $(head -c 400 "$work/out" "$work/err")"
fi
$sshd -D -f "$work/sshd_config" 2>"$work/sshd.log" &
server=$!
for _ in $(seq 100); do
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
	sleep 0.05
done
run "$kvmlab" clean
is clean-with-host 0 "$code"
if [ -e "$work/made" ]; then fail clean-removes-there "$work/made is left"; else pass clean-removes-there; fi
done_testing
