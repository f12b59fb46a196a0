# The processor has the flag; the kernel modules are missing.
modules >/out/before
lab host host-no-module
modules >/out/after
