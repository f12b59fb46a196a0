#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# 'make demo' with a sudo that refuses from its N-th call on: whatever N is, "nothing is left" is said only when so.
# timeout: 240
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || { skip sudo "no 'jq'; 'make deps' installs it"; done_testing; }
mkdir -p "$work/build" "$work/bin"
chmod -R go+rx "$work"
cat >"$work/bin/sudo" <<'SH'
#!/bin/bash
n=$(($(cat "$FAKE/calls" 2>/dev/null || echo 0) + 1))
echo $n >"$FAKE/calls"
[ "$n" -lt "$REFUSE_FROM" ] || { echo 'sudo: a password is required' >&2; exit 1; }
[ "$1" != -n ] || shift
[ "$1" != -v ] || exit 0
exec "$@"
SH
# One lab of two hosts; what it says of the sandbox is whether there is a file.
cat >"$work/build/kvmlab" <<'SH'
#!/bin/bash
case $1.$2 in
list.*) echo '{"labs": [{"id": "live-migration", "needs": {"hosts": ["source", "destination"], "commands": [], "sandbox": [], "root": false}}]}' ;;
show.*) echo '{}' ;;
sandbox.status) echo "{\"state\": \"$([ -e "$FAKE/up" ] && echo up || echo down)\"}" ;;
sandbox.up) : >"$FAKE/up" ;;
sandbox.down) rm -f "$FAKE/up" ;;
run.*)
	for word; do case $word in json:*) echo '{"run": "one"}' >"${word#json:}" ;; text:*) echo '1. One' >"${word#text:}" ;; esac done
	;;
status.*) echo '{"runs": [{"id": "one", "run": 1}]}' ;;
esac
SH
chmod 755 "$work/bin/sudo" "$work/build/kvmlab"
user=$(id -un)
[ "$user" != root ] || user=nobody

# demo N: as a user whom sudo refuses from the N-th call on; sets code.
demo() {
	rm -rf "$work/fake" "$work/build/demo"
	mkdir -m 777 "$work/fake"
	chmod 777 "$work/build"
	local as=()
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid "$user" --regid nogroup --clear-groups)
	"${as[@]}" env PATH="$work/bin:$PATH" FAKE="$work/fake" REFUSE_FROM="$1" bash "$tree/tests/demo.sh" "$work/build" >"$work/out" 2>&1 </dev/null
	code=$?
}

said() { grep -c -e "$1" "$work/out"; }

demo 1000
is willing/exit-code 0 "$code"
is willing/says-so 1 "$(said '^Nothing is left of the sandbox')"
is willing/is-down '' "$(ls "$work/fake/up" 2>/dev/null)"
calls=$(cat "$work/fake/calls")
wrong='' stood=0
for n in $(seq 1 "$calls"); do
	demo "$n"
	[ ! -e "$work/fake/up" ] || stood=$((stood + 1))
	[ ! -e "$work/fake/up" ] || [ "$code" != 0 ] || wrong+=" $n: stands, exit code 0;"
	[ ! -e "$work/fake/up" ] || [ "$(said '^Nothing is left')" = 0 ] || wrong+=" $n: stands, '$(grep '^Nothing is left' "$work/out" | cut -c 1-40)';"
	[ "$(said '^Nothing is left')" = 0 ] || [ "$(tail -q -n 1 "$work"/build/demo/{before,after}.txt | sort -u)" = '# end' ] || wrong+=" $n: said of half a list;"
done
is refused/says-what-is '' "$wrong"
is refused/stood-sometimes yes "$([ "$stood" -ge 2 ] && echo yes || echo "$stood of $calls")"
done_testing
