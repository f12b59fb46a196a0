# A machine where KVM cannot be had: no flag.
modules >/out/before
lab host host-no-device
modules >/out/after
