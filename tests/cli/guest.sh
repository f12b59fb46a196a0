#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kvmlab-guestfs before its machine starts, and how a check that takes its time is shown and ended.
# usage: guest.sh [KVMLAB]
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
guestfs=$(dirname "$kvmlab")/kvmlab-guestfs
command -v qemu-io >/dev/null || { skip all "no 'qemu-io'; 'make deps' installs it"; exit 0; }
cd "$work" || exit 1

said usage 64 1 'usage: kvmlab-guestfs FORMAT IMAGE' "$guestfs"
said usage/odd 64 1 'usage:' "$guestfs" raw
said usage/no-format 64 1 'usage:' "$guestfs" raw a raw
said missing 70 1 "'/nowhere': No such file" "$guestfs" raw /nowhere

# A writer that no libvirt knows of, told by QEMU's own lock; who only reads is none.
truncate -s 1M disk.raw
# holding OPTIONS NAME CODE PATTERN: what is said while qemu-io has the image open.
holding() {
	local pid end=$((SECONDS + 20))
	# shellcheck disable=SC2086
	qemu-io $1 -f raw -c 'sleep 60000' disk.raw >/dev/null 2>&1 &
	pid=$!
	until grep -q "$(stat -c %i disk.raw) " /proc/locks || [ "$SECONDS" -ge "$end" ]; do sleep 0.05; done
	said "$2" "$3" 0 "$4" timeout 5 "$guestfs" raw "$work/disk.raw"
	kill "$pid"
	wait "$pid" 2>/dev/null
}
holding '' writer 75 'is being written to by a running QEMU'
is writer/machine-not-started '' "$(cat out)"
# It goes on to start its machine, which is ended here.
holding -r reader 124 ''

if [ "$(id -u)" = 0 ]; then
	chmod 600 disk.raw
	chmod 755 "$work"
	said no-privilege 77 1 "'$work/disk.raw': Permission denied" \
		setpriv --reuid nobody --regid nogroup --clear-groups "$guestfs" raw "$work/disk.raw"
else
	skip no-privilege 'needs root'
fi

# From here on a stand-in tells what is being done and takes its time; what it found does not matter.
cat >libvirt <<'SH'
#!/bin/sh
echo '<disks></disks>'
SH
cat >slow <<'SH'
#!/bin/sh
echo "$$" >>"$MARK"
echo '* looking for an operating system'
sleep "${SLOW:-4}"
echo 'os=none'
SH
sed -i "s|\$MARK|$work/started|" slow
chmod +x libvirt slow
cat >lab.yaml <<YAML
kvmlab: 1
id: slow
title: Slow
experiments:
- id: e
  title: E
  steps: [{id: one, run: 'true'}]
  checks:
    g: {use: guest_identity, with: {path: $work/disk.raw, format: raw}, expect: {os_found: false}}
YAML
export KVMLAB_LIBVIRT=$work/libvirt KVMLAB_GUESTFS=$work/slow TERM=xterm

run script -qec "'$kvmlab' run lab.yaml --yes" screen
is slow/exit-code 0 "$code"
# shown PATTERN: it stood on the screen.
shown() { tr '\r' '\n' <screen | grep -a -q -E -e "$1" && echo true; }
is slow/clock true "$(shown 'check g \([23] s; looking for an operating system\)')"
run env LANGUAGE=id LC_ALL=id_ID.UTF-8 LANG=id_ID.UTF-8 script -qec "'$kvmlab' run lab.yaml --yes" screen
if shown 'pemeriksaan' >/dev/null; then
	is slow/translated true "$(shown 'mencari sistem operasi')"
else
	skip slow/translated 'no Indonesian locale here'
fi

# Interrupted, the look is ended and counts for nothing; a resumed run looks again.
rm -f started
sed -i 's|SLOW:-4|SLOW:-60|' slow
"$kvmlab" run lab.yaml --yes >out 2>err </dev/null &
pid=$!
end=$((SECONDS + 20))
until [ -s started ] || [ "$SECONDS" -ge "$end" ]; do sleep 0.05; done
kill -INT "$pid"
wait "$pid"
is interrupted/exit-code 130 $?
is interrupted/program-ended '' "$(ps -o pid= -p "$(cat started)")"
sed -i 's|SLOW:-60|SLOW:-0|' slow
run "$kvmlab" resume --yes --format json
is interrupted/looked-again 0 "$code"
is interrupted/passes PASS "$(jq -r '.experiments[0].checks[0].verdict' out)"

# An image that lies is not handed to the program.
rm -f started
printf 'QFI\373\0\0\0\3' | dd of=disk.raw conv=notrunc status=none
run "$kvmlab" run lab.yaml --yes --format json
is liar/exit-code 3 "$code"
is liar/not-opened '' "$(cat started 2>/dev/null)"
is liar/says true "$(jq -r '.experiments[0].checks[0].reason | contains("the image is not opened")' out)"

# Not there, neither beside kvmlab nor where packages put it.
truncate -s 0 disk.raw
KVMLAB_GUESTFS=/nonexistent run "$kvmlab" run lab.yaml --yes --format json
if [ -x /usr/libexec/kvmlab/kvmlab-guestfs ] || [ -x /usr/local/libexec/kvmlab/kvmlab-guestfs ]; then
	skip absent 'kvmlab is installed on this machine'
else
	is absent/exit-code 3 "$code"
	is absent/says true "$(jq -r '.experiments[0].checks[0].reason | contains("installing kvmlab there brings it")' out)"
fi
exit $failed
