#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Circumstances that stop a run: a report that cannot be written, a full disk, no terminal, no sudo,
# another run. One clear message each, the documented exit code, nothing half-written.
# usage: bad_hosts.sh [KVMLAB]
set -u
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
lab_ok ok.yaml

# Reports.
mkdir there
said report-folder 73 1 "'/nonexistent/r.json': No such file" "$kvmlab" run ./ok.yaml --yes --plain --report json:/nonexistent/r.json
said report-directory 73 1 "there': it is a directory" "$kvmlab" run ./ok.yaml --yes --plain --report "json:$work/there"
said report-format 64 1 "'jsn'.*'json'" "$kvmlab" run ./ok.yaml --yes --plain --report jsn:x
is report-before-run absent "$([ -e "$XDG_STATE_HOME/kvmlab" ] && echo present || echo absent)"
said report-two-on-stdout 64 1 "standard output" "$kvmlab" run ./ok.yaml --yes --report json --report text
said stdout-full 74 0 "No space left" bash -c '"$0" run ./ok.yaml --yes --plain >/dev/full' "$kvmlab"
said list-stdout-full 74 1 "No space left" bash -c '"$0" list >/dev/full' "$kvmlab"

# Standard output is the JSON document and nothing else.
run "$kvmlab" run ./ok.yaml --yes --format json
is json-only "0 1 ok" "$code $(jq -r '"\(.schema) \(.lab.id)"' "$work/out" 2>/dev/null)"

# No terminal: nothing is asked, and the run comes to its end.
cat >asks.yaml <<'YAML'
kvmlab: 1
id: asks
title: Asks
experiments:
- id: e
  title: E
  predict: {ask: What?, choices: {a: A, b: B}}
  steps: [{id: s, run: echo hello}]
  checks:
    c: {use: step_output, with: {step: s, pattern: hello}, expect: {matched: true}}
  questions:
  - {id: q, part: observe, kind: choice, ask: Which?, choices: {a: A, b: B}, answer: a}
YAML
run timeout 20 "$kvmlab" run ./asks.yaml --format json
is no-terminal-ends yes "$([ "$code" -le 3 ] && echo yes || echo "no: $code")"
is no-terminal-not-given null "$(jq -r '.experiments[0].predicted.choice' "$work/out" 2>/dev/null)"
printf 'kvmlab-answers: 1\nexperiments:\n  e: {answers: {nope: a}}\n' >answers.yaml
said answers-unknown 65 1 "answers.yaml:3:[0-9]+: .*'nope'" "$kvmlab" run ./asks.yaml --yes --answers answers.yaml
said answers-missing 74 1 "none.yaml" "$kvmlab" run ./asks.yaml --yes --answers none.yaml

# A second run at the same time names the first.
cat >slow.yaml <<'YAML'
kvmlab: 1
id: slow
title: Slow
experiments:
- id: e
  title: E
  steps: [{id: s, run: "touch started; while [ ! -e go ]; do sleep 0.05; done", timeout: 60s}]
  checks:
    c: {use: step_output, with: {step: s}, expect: {exit_status: 0}}
YAML
"$kvmlab" run ./slow.yaml --yes --plain >first.out 2>first.err </dev/null &
first=$!
for _ in $(seq 200); do [ -e started ] && break; read -rt 0.05 <> <(:); done
said second-run 75 1 "\b$first\b" "$kvmlab" run ./ok.yaml --yes
touch go
wait "$first"
is first-run-unharmed 0 $?
said after-it 0 0 "" "$kvmlab" run ./ok.yaml --yes

# No sudo: an ordinary user without a way to become root.
cat >root.yaml <<'YAML'
kvmlab: 1
id: root
title: Root
needs: {root: true}
experiments:
- id: e
  title: E
  steps: [{id: s, run: id -u, root: true}]
YAML
if [ "$(id -u)" = 0 ]; then
	dir=$(readable_copy)
	cp root.yaml ok.yaml "$dir/"
	mkdir "$dir/home"
	chown 65534 "$dir/home"
	as_nobody() { (cd "$dir/home" && HOME=$dir/home XDG_STATE_HOME=$dir/home/state exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"); }
	said no-sudo 77 1 "root|sudo" as_nobody "$dir/kvmlab" run "$dir/root.yaml" --yes
	said no-root-needed 0 0 "" as_nobody "$dir/kvmlab" run "$dir/ok.yaml" --yes
	rm -rf "$dir"
else
	skip no-sudo "only root can become somebody without sudo"
fi

# A full disk, from the first byte and in the middle: a small file system of its own.
full_disk() {
	unshare -m bash -c '
		mount -t tmpfs -o size=$1 none "$2/disk" || exit 99
		XDG_STATE_HOME=$2/disk/state "$3" run ./many.yaml --yes --plain --report "json:$2/disk/r.json"
		code=$?
		[ -e "$2/disk/r.json" ] && { jq -e .schema "$2/disk/r.json" >/dev/null || echo "half-written report" >&2; }
		for f in "$2"/disk/*.tmp* "$2"/disk/.*.tmp*; do [ -e "$f" ] && echo "left behind: $f" >&2; done
		exit $code' full "$1" "$work" "$kvmlab"
}
# A run is killed, and its state's disk is full when it is to be cleaned up after.
cat >makes.yaml <<YAML
kvmlab: 1
id: makes
title: Makes
experiments:
- id: e
  title: E
  steps:
  - {id: a, run: touch $work/made, changes: [{file: $work/made}]}
  - {id: b, run: sleep 60}
YAML
cat >full-clean.sh <<'SHELL'
mount -t tmpfs -o size=1m none "$1/disk" || exit 99
export XDG_STATE_HOME=$1/disk
"$2" run ./makes.yaml --yes --plain >"$1/told" 2>&1 </dev/null &
pid=$!
for _ in $(seq 200); do grep -q 'Step b' "$1/told" && break; read -rt 0.05 <> <(:); done
kill -KILL $pid
wait $pid 2>/dev/null
dd if=/dev/zero of="$1/disk/filler" bs=4k 2>/dev/null
"$2" clean --plain >"$1/cleaned" </dev/null
echo "first $?"
rm "$1/disk/filler"
"$2" clean --plain >"$1/cleaned" </dev/null
echo "second $?"
"$2" clean --plain >"$1/cleaned" 2>&1 </dev/null
echo "third $?"
echo "left $([ -e "$1/made" ] && echo there || echo gone)"
SHELL
mkdir disk
{
	printf 'kvmlab: 1\nid: many\ntitle: Many\nexperiments:\n- id: e\n  title: E\n  steps:\n'
	seq 30 | sed "s/.*/  - {id: s&, run: 'head -c 20000 \/dev\/urandom | base64'}/"
	printf '  checks:\n    c: {use: step_output, with: {step: s30}, expect: {exit_status: 0}}\n'
} >many.yaml
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	for size in 4k 40k 200k 400k; do
		said "full-disk-$size" 74 1 "full|No space" full_disk "$size"
		! grep -qE 'half-written|left behind' "$work/err" || fail "full-disk-$size-whole" "$(tail -n 1 "$work/err")"
	done
	said full-disk-control 0 0 "" full_disk 50m
	run unshare -m bash "$work/full-clean.sh" "$work" "$kvmlab"
	is full-clean/says-what-to-do 74 "$(sed -n 's/^first //p' "$work/out")"
	is full-clean/words 1 "$(grep -c 'put back could not be written down: .*disk is full: make room there, then' "$work/err")"
	is full-clean/with-room '0 64' "$(sed -n 's/^second //p' "$work/out") $(sed -n 's/^third //p' "$work/out")"
	is full-clean/gone gone "$(sed -n 's/^left //p' "$work/out")"
else
	skip full-disk "needs root for a small file system of its own"
fi
done_testing
