# The module is not there; the lab loads it and takes it out again.
modules >/out/before
lab host host-amd
modules >/out/after

# A lab that loads the module and does not say so: reported, and left alone.
cat >/tmp/silent.yaml <<'END'
kvmlab: 1
id: silent
title: {id: Diam, en: Silent}
experiments:
  - id: silent
    title: {id: Diam, en: Silent}
    steps:
      - {id: load, title: {id: Muat, en: Load}, run: modprobe kvm_amd, root: true}
    checks:
      amd: {use: kernel_module, with: {module: kvm_amd}, expect: {loaded: true}}
END
"$kvmlab" run /tmp/silent.yaml --yes --report json:/out/silent.json >/out/silent.out 2>/out/silent.err
modules >/out/silent.after
