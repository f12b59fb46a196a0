#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The sandbox where systemd is PID 1 and the kernel is a general one, which has NFS: fixtures/vm/boot.sh runs parts of
# sandbox.sh there. By hand, as it takes a quarter of an hour under emulation; prints what sandbox.sh does.
# usage: systemd.sh [KVMLAB]
# KVMLAB_SANDBOX_TESTS='storage' runs only that part. KVMLAB_KEEP=DIR keeps what the VM left.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../../.." && pwd)
kvmlab=$(readlink -f "${1:-$tree/build/kvmlab}")
# shellcheck source=tests/host/lib.sh
. "$here/../lib.sh"

work=${KVMLAB_KEEP:-$(mktemp -d)}
mkdir -p "$work"
child=''
finish() {
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null
	[ -n "${KVMLAB_KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# /tmp is the VM's own, so the program goes where it is seen.
mkdir -p "$work/out"
install "$kvmlab" "$work/out/kvmlab"
cat >"$work/script" <<END
export SLOWER=20 KVMLAB_SANDBOX_TESTS='${KVMLAB_SANDBOX_TESTS:-usual storage}'
. "$tree/tests/host/lib.sh"
is vm/pid-1 systemd "\$(ps -p 1 -o comm=)"
is vm/no-unit-failed '' "\$(systemctl --failed --no-legend)"
modprobe tun
cd /
# systemd ends what is left of a unit when its program ends; the sandbox must stay.
is vm/up-in-a-unit 0 "\$(systemd-run --wait --pipe -q /out/kvmlab sandbox up >/out/unit 2>&1; echo \$?)"
is vm/stands-after-it up "\$(/out/kvmlab sandbox status --format json | jq -r .state)"
/out/kvmlab sandbox down >/dev/null
is vm/down 0 \$?
is vm/no-cgroup-left '' "\$(find /sys/fs/cgroup -name 'kvmlab-sandbox*')"
bash "$tree/tests/host/sandbox.sh" /out/kvmlab
END
"$tree/fixtures/vm/boot.sh" --out "$work/out" --deadline 3600 --packages 'nfs-ganesha nfs-ganesha-vfs' "$work/script" &
child=$!
tail -n +1 -F --pid "$child" "$work/out/output" 2>/dev/null
wait "$child" || fail vm/ends 'it did not come to its end'
child=''
echo "# $(cat "$work/out/seconds") s in all"
! grep -q '^FAIL' "$work/out/output" || failed=1
exit "$failed"
