#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A step that writes a NoCloud seed: what is in it, what it never overwrites, what is put back.
#
# usage: tests/cli/seed.sh [PROGRAM]
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

image=$work/seed.iso
part=$image.kvmlab-part
keep=$work/keep
cat >"$work/lab.yaml" <<YAML
kvmlab: 1
id: seeds
title: A lab that writes a seed
params:
  vm: {type: domain, default: web-02}
experiments:
- id: e
  title: An experiment
  steps:
  - id: key
    run: echo 'ssh-ed25519 AAAA me@host' >$work/key.pub
    repeat: safe
  - id: seed
    seed:
      file: $image
      hostname: \$vm
      fill: {key: {file: $work/key.pub}}
      user_data: |
        #cloud-config
        hostname: \${vm}
        users: [{name: siswa, ssh_authorized_keys: ["\${key}"]}]
      network_config: "version: 2\nethernets: {}\n"
  - {id: keep, run: 'cp $image $keep; test ! -e $work/slow || sleep 20', repeat: safe}
  checks:
    seed:
      use: step_output
      with: {step: seed, pattern: 'sha256=(?<sum>\S+)'}
      expect: {exit_status: 0}
YAML
lab() { run "$kvmlab" run "$work/lab.yaml" --yes "$@"; }

lab
is written 0 "$code"
sum=$(sha256sum <"$keep" | cut -d' ' -f1)
if grep -q "sha256=$sum" < <("$kvmlab" report 1 --format json); then pass says-its-hash; else fail says-its-hash "not $sum"; fi
is label cidata "$(blkid -p -s LABEL -o value "$keep")"
if [ -e "$image" ] || [ -e "$part" ]; then fail put-back "$(ls "$work")"; else pass put-back; fi
is not-for-others 600 "$(stat -c %a "$keep")"

# Other tools see the same.
if command -v xorriso >/dev/null; then
	mkdir "$work/out-of-it"
	xorriso -osirrox on -indev "$keep" -extract / "$work/out-of-it" >"$work/xorriso" 2>&1
	is user-data $'#cloud-config\nhostname: web-02\nusers: [{name: siswa, ssh_authorized_keys: ["ssh-ed25519 AAAA me@host"]}]' "$(cat "$work/out-of-it/user-data")"
	is meta-data $'instance-id: "iid-web-02"\nlocal-hostname: "web-02"' "$(cat "$work/out-of-it/meta-data")"
	is network-config $'version: 2\nethernets: {}' "$(cat "$work/out-of-it/network-config")"
else
	skip contents "no xorriso here"
fi

# The same lab makes the same bytes.
mv "$keep" "$work/first"
lab
if cmp -s "$keep" "$work/first"; then pass same-bytes; else fail same-bytes "$(cmp "$keep" "$work/first" 2>&1)"; fi
lab --set vm=web-03
if cmp -s "$keep" "$work/first"; then fail other-bytes "web-03 made the same image"; else pass other-bytes; fi

# What stands there is nobody's but its owner's.
echo mine >"$image"
said refuses-to-overwrite 3 1 "step 'seed' would overwrite '$image'" "$kvmlab" run "$work/lab.yaml" --yes
is own-file-stays mine "$(cat "$image")"
rm -f "$image"
run "$kvmlab" resume --yes
is resume-once-it-is-gone 0 "$code"
ln -s "$work/elsewhere" "$image"
said refuses-a-link 3 1 'would overwrite' "$kvmlab" run "$work/lab.yaml" --yes
if [ -L "$image" ] && [ ! -e "$work/elsewhere" ]; then pass link-stays; else fail link-stays "$(ls -l "$work")"; fi
rm -f "$image"
run "$kvmlab" clean
echo mine >"$part"
said refuses-the-other-name 3 1 "would overwrite '$part'" "$kvmlab" run "$work/lab.yaml" --yes
is other-name-stays mine "$(cat "$part")"
rm -f "$part"
run "$kvmlab" clean

# A run that was killed once the image stood.
touch "$work/slow"
rm -f "$keep"
"$kvmlab" run "$work/lab.yaml" --yes --plain >"$work/told" 2>&1 </dev/null &
pid=$!
for _ in $(seq 200); do
	[ -s "$keep" ] && break
	sleep 0.05
done
{ kill -KILL $pid && wait $pid; } 2>/dev/null
rm -f "$work/slow"
if [ -e "$image" ]; then pass stands-after-kill; else fail stands-after-kill "nothing to clean"; fi
run "$kvmlab" clean
is clean 0 "$code"
if [ -e "$image" ]; then fail clean-removes-it "$image is left"; else pass clean-removes-it; fi

# What a student's own file says wrong fails the step, at its place.
sed "s|user_data: .|user_data: {file: $work/user-data}|; /^        /d" "$work/lab.yaml" >"$work/file.yaml"
printf '#cloud-config\nhostname: web\nusers: [siswa\n' >"$work/user-data"
own() { run "$kvmlab" run "$work/file.yaml" --yes --report "json:$work/r.json"; }
own
is bad-file-fails 1 "$code"
found=$(jq -r '.experiments[0].steps[1].evidence[0].err.text' "$work/r.json")
case $found in
"$work/user-data:4:1: not valid YAML: "*) pass bad-file-has-a-place ;;
*) fail bad-file-has-a-place "$found" ;;
esac
rm -f "$work/user-data"
own
is no-file-fails 1 "$code"
found=$(jq -r '.experiments[0].steps[1].evidence[0].err.text' "$work/r.json")
case $found in
"'$work/user-data' cannot be read: "*) pass no-file-is-named ;;
*) fail no-file-is-named "$found" ;;
esac
printf '#!/bin/sh\necho $%s\n' HOME >"$work/user-data"
own
is script-is-taken 0 "$code"
head -c 70000 /dev/zero | tr '\0' '#' >"$work/user-data"
own
is too-long-fails 1 "$code"

done_testing
