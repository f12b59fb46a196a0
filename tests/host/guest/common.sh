# SPDX-License-Identifier: Apache-2.0
# In the guest, before each scenario: how the lab is run and what the machine itself says.
set -u
kvmlab=/opt/kvmlab/build/kvmlab
export XDG_STATE_HOME=/tmp/state KVMLAB_LABS=/opt/kvmlab/labs

# The modules and their users, sorted: what must be the same before and after.
modules() { cut -d ' ' -f 1,3,4 /proc/modules | sort; }

# lab NAME ANSWERS: runs the host lab; leaves NAME.json, NAME.txt, NAME.out, NAME.err, NAME.exit.
lab() {
	sed "s/family: debian/family: $distribution/" "/opt/kvmlab/fixtures/answers/$2.yaml" >/tmp/answers.yaml
	"$kvmlab" run host --yes --answers /tmp/answers.yaml \
		--report "json:/out/$1.json" --report "text:/out/$1.txt" >"/out/$1.out" 2>"/out/$1.err"
	echo $? >"/out/$1.exit"
}

# until_true SECONDS COMMAND...: waits for it, at most so long.
until_true() {
	end=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# The guest says it is the distribution that it was made on.
distribution=$(sed -n 's/^ID=//p' /etc/os-release)

grep -c '^processor' /proc/cpuinfo >/out/cpus
grep -c -E '^flags.* svm( |$)' /proc/cpuinfo >/out/svm
