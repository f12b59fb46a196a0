#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Who may use the sandbox: whoever typed 'sudo kvmlab sandbox up' runs labs without it, others are told what to type.
# timeout: 300
# usage: sandbox_users.sh [KVMLAB]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
kvmlab=${1:-$tree/build/kvmlab}
# shellcheck source=tests/host/lib.sh
. "$here/lib.sh"
# shellcheck source=tests/host/lib_sandbox.sh
. "$here/lib_sandbox.sh"

[ "$(id -u)" = 0 ] || { skip sandbox_users "it needs root"; exit 0; }
for program in jq setpriv; do
	command -v "$program" >/dev/null || { skip sandbox_users "no '$program'; 'make deps' installs it"; exit 0; }
done
[ ! -e "$root" ] || { skip sandbox_users "a sandbox is up here; 'kvmlab sandbox down' first"; exit 0; }

work=$(mktemp -d)
chmod 755 "$work"
# shellcheck disable=SC2317
finish() {
	"$kvmlab" sandbox down >/dev/null 2>&1
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
install "$kvmlab" "$work/kvmlab"
mkdir "$work/labs"
install -d -m 777 "$work/state"
cat >"$work/labs/two.yaml" <<'YAML'
kvmlab: 1
id: two
title: Two hosts
needs: {hosts: [source, destination]}
experiments:
  - id: e
    title: An experiment
    steps:
      - {id: here, on: source, run: 'hostname; id -un'}
      - {id: there, on: destination, run: hostname}
    checks:
      h: {use: step_output, with: {step: here, pattern: '(?<name>\S+)\n(?<user>\S+)'}, expect: {name: source, user: root}}
      t: {use: step_output, with: {step: there, pattern: '(?<name>\S+)'}, expect: {name: destination}}
YAML

# Two accounts that every machine has, neither of them root.
student=nobody stranger=daemon
# as USER COMMAND...: sets code; what it said is in $work/out and $work/err.
as() {
	local user=$1
	shift
	setpriv --reuid "$user" --regid nogroup --clear-groups env XDG_STATE_HOME="$work/state/$user" \
		KVMLAB_LABS="$work/labs" HOME=/nonexistent "$@" >"$work/out" 2>"$work/err" </dev/null
	code=$?
}

# by_sudo USER COMMAND...: by sudo, where there is one; else as it would start it for that user.
by_sudo() {
	local user=$1
	shift
	if command -v sudo >/dev/null; then
		printf '%s ALL=(root) NOPASSWD: ALL\n' "$user" | install -m 440 /dev/stdin "$work/sudoers"
		# shellcheck disable=SC2016
		unshare -m --propagation private sh -c 'mount --bind "$0" /etc/sudoers && exec "$@"' "$work/sudoers" \
			setpriv --reuid "$user" --regid nogroup --clear-groups sudo -n "$@" >"$work/out" 2>"$work/err"
	else
		SUDO_UID=$(id -u "$user") "$@" >"$work/out" 2>"$work/err"
	fi
	code=$?
}

# tells NAME CODE WORDS: of what was run last.
tells() {
	is "users/$1/exit-code" "$2" "$code"
	is "users/$1/one-message" 1 "$(wc -l <"$work/err")"
	is "users/$1/words" yes "$(grep -q -e "$3" "$work/err" && echo yes || head -n 1 "$work/err")"
}

run_two() {
	as "$1" "$work/kvmlab" run two --host source=sandbox --host destination=sandbox --yes --report "json:$work/state/$1.json"
}

test_down() {
	as "$student" "$work/kvmlab" sandbox up
	tells up-as-user 77 "sudo kvmlab sandbox up"
	as "$student" "$work/kvmlab" sandbox down
	tells down-as-user 77 "sudo kvmlab sandbox down"
	as "$student" "$work/kvmlab" sandbox shell source
	tells shell-while-down 3 "'sudo kvmlab sandbox up' starts it"
	as "$student" "$work/kvmlab" run two
	tells which-hosts 64 "type 'sudo kvmlab sandbox up'"
	run_two "$student"
	tells lab-while-down 3 "'sudo kvmlab sandbox up' starts it"
	as "$student" "$work/kvmlab" sandbox status
	is users/status-while-down/words yes "$(grep -q "'sudo kvmlab sandbox up'" "$work/out" && echo yes)"
}

# Made in a shell of root with the strictest umask: root alone is let in, and the others are told so.
test_roots_own() {
	(umask 077 && env -u SUDO_UID "$kvmlab" sandbox up) >"$work/out" 2>&1
	is users/roots-own/up 0 $?
	as "$student" "$work/kvmlab" sandbox status --format json
	is users/roots-own/status 'up 0' "$(jq -r .state "$work/out") $code"
	as "$student" "$work/kvmlab" sandbox status
	is users/roots-own/status-says-who yes "$(grep -q "whoever types 'sudo kvmlab sandbox up'" "$work/out" && echo yes)"
	run_two "$student"
	tells roots-own/lab 77 "sudo"
	as "$student" "$work/kvmlab" sandbox shell source
	tells roots-own/shell 77 "'sudo kvmlab sandbox shell source'"
	as "$student" "$work/kvmlab" sandbox down
	tells roots-own/down 77 "'sudo kvmlab sandbox down'"
	# It is up already, and lets one more in.
	by_sudo "$student" "$kvmlab" sandbox up
	is users/admitted-later/up 0 "$code"
	student_works admitted-later
	"$kvmlab" sandbox down >/dev/null
}

# student_works NAME: no root is needed any more, and a stranger is not let in by that.
student_works() {
	run_two "$student"
	is "users/$1/lab" 0 "$code"
	is "users/$1/passes" 'PASS PASS' "$(value "$work/state/$student.json" '[.experiments[].checks[].verdict] | join(" ")')"
	as "$student" "$root/ssh" destination hostname
	is "users/$1/ssh" destination "$(cat "$work/out")"
	as "$student" sh -c "echo hostname | '$work/kvmlab' sandbox shell source"
	is "users/$1/shell" source "$(tail -n 1 "$work/out")"
	is "users/$1/root-too" source "$("$root/ssh" source hostname)"
	run_two "$stranger"
	tells "$1/stranger" 77 "sudo"
	as "$stranger" cat "$root/users/$(id -u "$student")"
	is "users/$1/key-is-secret" '' "$(cat "$work/out")"
	as "$student" touch "$root/users/other"
	is "users/$1/no-files-of-users" '' "$(ls "$root/users/other" 2>/dev/null)"
}

test_sudo() {
	by_sudo "$student" "$kvmlab" sandbox up
	is users/sudo/up 0 "$code"
	student_works sudo
	"$kvmlab" sandbox down >"$work/out"
	is users/sudo/down 0 $?
	is users/sudo/nothing-left '' "$(ls -d "$root" 2>/dev/null)"
}

# What is no user's number lets nobody in.
test_odd() {
	SUDO_UID='0x1; rm' "$kvmlab" sandbox up >"$work/out" 2>&1
	is users/odd/up 0 $?
	is users/odd/only-root '0 0.pub' "$(cd "$root/users" && echo *)"
	"$kvmlab" sandbox down >/dev/null
}

test_down
test_roots_own
test_sudo
test_odd
exit $failed
