# The module is not there; the lab loads it and takes it out again.
modules >/out/before
lab host host-amd
modules >/out/after
