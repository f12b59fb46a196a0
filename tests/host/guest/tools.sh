# In the guest: what the machine itself says, without kvmlab.
set -u
grep -c '^processor' /proc/cpuinfo >/out/cpus
grep '^flags' /proc/cpuinfo | grep -c -w svm >/out/svm
lscpu >/out/lscpu.txt
lsmod >/out/before.txt
modprobe kvm_intel >/out/intel.txt 2>&1; echo $? >>/out/intel.txt
modprobe kvm_amd >/out/amd.txt 2>&1; echo $? >>/out/amd.txt
lsmod >/out/after.txt
ls -l /dev/kvm >/out/device.txt 2>&1
cat /lib/modules/*/modules.dep >/out/modules.dep
