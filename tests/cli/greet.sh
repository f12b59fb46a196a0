#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# 'kvmlab' alone: the next lab, the run that was left in the middle, the end of the course; one command each.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# Away from its tree it has no labs but ours.
own=$kvmlab
copy=$(readable_copy)
kvmlab=$copy/kvmlab
trap 'rm -rf "$copy"; clean_up' EXIT
export KVMLAB_LABS=$work/labs
mkdir "$KVMLAB_LABS"
lab_ok "$KVMLAB_LABS/01-ok.yaml"
sed -e 's/^id: ok/id: pair/' -e 's/^title: .*/title: A pair\nneeds: {hosts: [source, destination]}/' \
	"$KVMLAB_LABS/01-ok.yaml" >"$KVMLAB_LABS/02-pair.yaml"

# Only root types no 'sudo'.
export COLUMNS=200
sudo=$([ "$(id -u)" = 0 ] || echo 'sudo ')
# says NAME TEXT: what is to be typed next.
says() {
	run "$kvmlab"
	is "$1" "0 $2" "$code $(sed -n 's/^Type next: //p' "$work/out")"
}

says newcomer 'kvmlab run ok'
"$kvmlab" run ok >/dev/null 2>&1 </dev/null
says second-lab "${sudo}kvmlab sandbox up && kvmlab run pair --host source=sandbox --host destination=sandbox"

# In the middle: a step that waits for a file that never comes.
sed -e 's/^id: ok/id: waits/' -e 's/run: echo hello/run: "touch \\"'"${work//\//\\/}"'\/here\\"; sleep 100"/' \
	"$KVMLAB_LABS/01-ok.yaml" >"$work/waits.yaml"
"$kvmlab" run "$work/waits.yaml" --yes >/dev/null 2>&1 </dev/null &
victim=$!
for _ in $(seq 400); do
	[ ! -e "$work/here" ] || break
	sleep 0.05
done
kill -INT $victim
wait $victim 2>/dev/null
says in-the-middle 'kvmlab resume 2'
"$kvmlab" clean >/dev/null 2>&1
says cleaned "${sudo}kvmlab sandbox up && kvmlab run pair --host source=sandbox --host destination=sandbox"

# The end of the course.
rm "$KVMLAB_LABS/02-pair.yaml"
run "$kvmlab"
is finished 'Your grades: kvmlab status' "$(grep grades "$work/out")"

# A journal that cannot be read is no reason not to greet.
echo damaged >"$XDG_STATE_HOME/kvmlab/state.db"
says damaged-journal 'kvmlab run ok'
run "$own" --lang id
is indonesian 1 "$(grep -c '^Lab berikutnya: ' "$work/out")"
done_testing
