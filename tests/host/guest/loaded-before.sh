# Somebody had loaded the module; the lab leaves it where it was.
modprobe kvm_amd
modules >/out/before
lab host host-amd
modules >/out/after
