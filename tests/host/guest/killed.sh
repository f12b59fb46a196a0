# kvmlab is killed with -9 while the module is being loaded; once it is resumed, once cleaned up.
# modprobe does what it always does, then lingers, so that the kill falls into the step.
mkdir /real
ln -s /sbin/kmod /real/modprobe
rm /sbin/modprobe
cat >/sbin/modprobe <<'END'
#!/bin/sh
/real/modprobe "$@" || exit
sleep 3
END
chmod +x /sbin/modprobe

loaded() { grep -q '^kvm_amd ' /proc/modules; }

# cut_off NAME: starts the lab and kills it within the step that loads the module.
cut_off() {
	modules >"/out/$1.before"
	lab "$1" host-amd &
	shell=$!
	until_true 60 loaded || echo "the module was never loaded"
	kill -KILL "$(pidof kvmlab | tr ' ' '\n' | sort -n | head -n 1)"
	wait $shell
	modules >"/out/$1.cut"
	"$kvmlab" status >"/out/$1.status" 2>&1
}

cut_off first
"$kvmlab" resume --yes --answers /tmp/answers.yaml \
	--report json:/out/resumed.json >/out/resumed.out 2>/out/resumed.err
echo $? >/out/resumed.exit
modules >/out/first.after

cut_off second
"$kvmlab" clean >/out/clean.out 2>/out/clean.err
echo $? >/out/clean.exit
modules >/out/second.after
