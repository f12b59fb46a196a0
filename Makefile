# SPDX-License-Identifier: Apache-2.0
# kvmlab: 'make help' prints the targets.
#
#   make CC=clang BUILD=build/clang      another compiler, its own folder
#   make WERROR=1                        warnings are errors, as in CI

BUILD ?= build
PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
JOBS ?= $(shell nproc)
FUZZ_RUNS ?= 1000000
ASAN_CFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# ---- what a machine needs. a:b: either will do; cmd=pkg: pkg unless the command is there; /files=pkg: pkg
# unless such files are there; ?pkg: may be missing
DEPS_BUILD := gcc make libc6-dev pkg-config:pkgconf libyaml-dev libpcre2-dev libsqlite3-dev \
	libsodium-dev libvirt-dev libarchive-dev libjson-c-dev libedit-dev gettext
DEPS_RUN := kmod util-linux openssh-client
DEPS_TEST := libcmocka-dev libxml2-dev libxml2-utils jq expect tmux procps bsdutils \
	clang clang-format libclang-rt-dev:libclang-rt-14-dev:libclang-common-14-dev \
	shellcheck xorriso qemu-system-x86 busybox-static cpio dash openssh-server zsh fish groff-base \
	sqlite3 openssl iproute2 iputils-ping fping node=nodejs ?chromium
# For 'kvmlab sandbox': their daemons run in its hosts only, so they are not started here. Not
# libvirt-daemon-system, which would start a libvirtd of the machine's own.
DEPS_SANDBOX := libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 \
	qemu-block-extra tgt openssh-server openssh-client iproute2 busybox-static kmod xz-utils zstd \
	dnsmasq-base iptables iputils-ping
# What labs do to guests and their disks, and what looks into them: libguestfs boots a kernel of this
# machine and brings lvm2 and mdadm, which are not wanted here.
DEPS_DISKS := libguestfs-dev guestfs-tools:libguestfs-tools virtinst qemu-utils e2fsprogs \
	?/boot/vmlinu*-*=linux-image-cloud-amd64:linux-image-virtual:linux-image-cloud-arm64:linux-image-generic
# For 'kvmlab sandbox image', the Debian image of the labs.
DEPS_IMAGE := mmdebstrap gpg debian-archive-keyring e2fsprogs fdisk qemu-utils grub-common grub-pc-bin util-linux

# ---- how things are compiled
PKGS := yaml-0.1 libpcre2-8 sqlite3 libsodium json-c
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Wundef -Wformat=2 -Wno-format-nonliteral $(if $(WERROR),-Werror)
# Asked once, and only when something is compiled: 'make deps' runs before pkg-config is there.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
LIBS = $(eval LIBS := $(shell pkg-config --libs $(PKGS)) -pthread)$(LIBS)
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -I. $(WARN) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP

# ---- what there is
# What links libvirt is a program of its own, and so is what links libguestfs.
LIBVIRT_SRC := $(wildcard runner/libvirt/*.c)
LIBVIRT_OBJ := $(LIBVIRT_SRC:%.c=$(BUILD)/obj/%.o)
GUESTFS_SRC := $(wildcard runner/guestfs/*.c)
GUESTFS_OBJ := $(GUESTFS_SRC:%.c=$(BUILD)/obj/%.o)
LIB_SRC := $(filter-out runner/main.c $(LIBVIRT_SRC) $(GUESTFS_SRC),$(wildcard runner/*.c runner/*/*.c checks/*.c reports/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
LIB := $(BUILD)/libkvmlab.a
PO := $(wildcard runner/ui/po/*.po)
MO := $(PO:runner/ui/po/%.po=$(BUILD)/locale/%/LC_MESSAGES/kvmlab.mo)
HELPER_SRC := $(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c))
HELPER_OBJ := $(HELPER_SRC:%.c=$(BUILD)/obj/%.o)
TEST_BIN := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
OUTAGE_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/bench/outage/*.c) tests/unit/responder.c)
BENCH_BIN := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c)) $(BUILD)/bench/outage
HOST_BIN := $(BUILD)/bench/outage $(BUILD)/session_sheet
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
LAB_FILES := $(wildcard labs/*.yaml)
OBJ := $(LIB_OBJ) $(LIBVIRT_OBJ) $(GUESTFS_OBJ) $(HELPER_OBJ) $(OUTAGE_OBJ) $(BUILD)/obj/runner/main.o

.PHONY: all deps demo check check-programs check-unit check-asan check-host check-all fuzz \
	fuzz-programs replay-programs fuzz-replay bench lint docs po install clean help
.DELETE_ON_ERROR:
# Objects of helpers are kept: tests/self links them.
.SECONDARY:

all: $(BUILD)/kvmlab $(BUILD)/kvmlab-libvirt $(BUILD)/kvmlab-guestfs ## build the program in build/

$(BUILD)/kvmlab: $(BUILD)/obj/runner/main.o $(LIB) | $(MO)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/kvmlab-libvirt: $(LIBVIRT_OBJ) $(LIB)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs libvirt libsodium) -pthread

$(BUILD)/kvmlab-guestfs: $(GUESTFS_OBJ) $(LIB)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs libguestfs libsodium)

$(LIB): $(LIB_OBJ)
	rm -f $@ && $(AR) qcs $@ $^

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# With it a locale of its name: from glibc 2.39 on nothing is translated in C.UTF-8, and no other may be installed.
$(BUILD)/locale/%/LC_MESSAGES/kvmlab.mo: runner/ui/po/%.po
	@mkdir -p $(@D)
	msgfmt --check-format -o $@ $<
	cp /usr/lib/locale/C.utf8/LC_MESSAGES/SYS_LC_MESSAGES $(@D)/

$(BUILD)/tests/%: tests/unit/%.c $(HELPER_OBJ) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(HELPER_OBJ) $(LIB) $(LIBS) -lcmocka -lm $(TEST_LIBS)

# What reads back what the writers wrote.
$(BUILD)/tests/test_sinks $(BUILD)/tests/test_report_%: private TEST_LIBS = $(shell pkg-config --cflags --libs json-c libxml-2.0)

# Programs that unit tests run.
$(BUILD)/tests/escape $(BUILD)/tests/become_root: $(BUILD)/tests/%: tests/cli/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $<

# What the player of tests/host/sessions.sh types where. It lies beside the translations.
$(BUILD)/session_sheet: tests/host/sessions/sheet.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

$(BUILD)/tests/test_escape $(BUILD)/tests/test_ssh_end: | $(BUILD)/tests/escape
$(BUILD)/tests/test_process_user: | $(BUILD)/tests/become_root

# Its responder is the one of the unit tests.
$(BUILD)/bench/outage: $(OUTAGE_OBJ) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

deps: ## install what is missing (apt; as root or through sudo), nothing that is there
	@.ci/deps '$(DEPS_BUILD) $(DEPS_RUN) $(DEPS_TEST)'
	@.ci/deps --no-daemons '$(DEPS_SANDBOX) $(DEPS_DISKS) $(DEPS_IMAGE)'

demo: deps ## run the labs with sample answers, here and in a sandbox; reports in build/demo/
	@$(MAKE) -s -j$(JOBS) all
	@tests/demo.sh $(abspath $(BUILD))

check: deps ## build and run every test; the last line counts them
	@$(MAKE) -s -j$(JOBS) all $(TEST_BIN) $(HOST_BIN) fuzz-replay
	@tests/run.sh $(abspath $(BUILD)) unit fuzz lint cli self web host

check-programs: ## run unit and command line tests of this build only
	@$(MAKE) -s -j$(JOBS) all $(TEST_BIN)
	@tests/run.sh $(abspath $(BUILD)) unit cli

check-unit: ## run the unit tests
	@$(MAKE) -s -j$(JOBS) $(TEST_BIN)
	@tests/run.sh $(abspath $(BUILD)) unit

check-host: ## run the tests on this host and in emulated guests
	@$(MAKE) -s -j$(JOBS) all $(HOST_BIN)
	@tests/run.sh $(abspath $(BUILD)) host

check-asan: ## unit and command line tests under ASan and UBSan
	@SLOWER=4 $(MAKE) -s BUILD=$(BUILD)/asan CFLAGS='$(ASAN_CFLAGS)' check-programs

check-all: ## what CI runs beside 'check': both compilers without warnings, ASan, UBSan
	@$(MAKE) -s -j$(JOBS) BUILD=$(BUILD)/gcc CC=gcc WERROR=1 all
	@$(MAKE) -s -j$(JOBS) BUILD=$(BUILD)/clang CC=clang WERROR=1 all
	@$(MAKE) -s check-asan

# A fuzzer is a file tests/fuzz/fuzz_NAME.c with LLVMFuzzerTestOneInput; its corpus is
# tests/fuzz/corpus/NAME/. libFuzzer drives it in 'make fuzz', replay.c in 'make check'.
$(BUILD)/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer -o $@ $< $(LIB) $(LIBS)

$(BUILD)/replay/%: tests/fuzz/%.c tests/fuzz/replay.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $< tests/fuzz/replay.c $(LIB) $(LIBS)

fuzz-programs: $(FUZZERS:%=$(BUILD)/fuzz/%)
replay-programs: $(FUZZERS:%=$(BUILD)/replay/%)

fuzz-replay:
	@$(MAKE) -s BUILD=$(BUILD)/asan CFLAGS='$(ASAN_CFLAGS)' replay-programs

fuzz: ## fuzz the loader, the patterns and the heads of images; FUZZ_RUNS=1000000 each
	@$(MAKE) -s -j$(JOBS) BUILD=$(BUILD)/libfuzzer CC=clang \
		CFLAGS='$(ASAN_CFLAGS) -fsanitize=fuzzer-no-link' fuzz-programs
	@tests/fuzz.sh $(abspath $(BUILD)/libfuzzer) $(FUZZ_RUNS) $(FUZZERS)

bench: ## print how far kvmlab is from the least possible, as ratios
	@$(MAKE) -s -j$(JOBS) all $(BENCH_BIN)
	@tests/bench/bench.sh $(abspath $(BUILD))

lint: ## check layout, folder rules, sizes, banned functions, documents that drifted
	@$(MAKE) -s -j$(JOBS) all
	@tests/run.sh $(abspath $(BUILD)) lint

docs: all ## write labs/SCHEMA.md anew from the program's tables
	$(BUILD)/kvmlab schema --markdown > $(BUILD)/SCHEMA.md
	mv $(BUILD)/SCHEMA.md labs/SCHEMA.md

# Messages stand in the order of their own letters, without places: the files change only when a
# message does.
po: ## gather the messages anew and put them into the translations
	@mkdir -p $(BUILD)
	tests/po.sh > $(BUILD)/kvmlab.pot
	mv $(BUILD)/kvmlab.pot runner/ui/po/kvmlab.pot
	$(foreach po,$(PO),msgmerge -q --update --backup=none --no-fuzzy-matching --sort-output --no-location \
		$(po) runner/ui/po/kvmlab.pot;)

install: all ## install below PREFIX (/usr/local)
	mkdir -p $(BUILD)/share
	$(BUILD)/kvmlab help --man --lang en > $(BUILD)/share/kvmlab.en.1
	$(BUILD)/kvmlab help --man --lang id > $(BUILD)/share/kvmlab.id.1
	install -D -m 644 $(BUILD)/share/kvmlab.en.1 $(DESTDIR)$(PREFIX)/share/man/man1/kvmlab.1
	install -D -m 644 $(BUILD)/share/kvmlab.id.1 $(DESTDIR)$(PREFIX)/share/man/id/man1/kvmlab.1
	for shell in bash fish zsh; do \
		$(BUILD)/kvmlab completion $$shell > $(BUILD)/share/completion.$$shell || exit 1; done
	install -D -m 644 $(BUILD)/share/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/kvmlab
	install -D -m 644 $(BUILD)/share/completion.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kvmlab.fish
	install -D -m 644 $(BUILD)/share/completion.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kvmlab
	install -D -m 755 $(BUILD)/kvmlab $(DESTDIR)$(PREFIX)/bin/kvmlab
	install -D -m 755 $(BUILD)/kvmlab-libvirt $(DESTDIR)$(PREFIX)/libexec/kvmlab/kvmlab-libvirt
	install -D -m 755 $(BUILD)/kvmlab-guestfs $(DESTDIR)$(PREFIX)/libexec/kvmlab/kvmlab-guestfs
	install -d $(DESTDIR)$(PREFIX)/share/kvmlab/labs
	install -m 644 $(LAB_FILES) $(DESTDIR)$(PREFIX)/share/kvmlab/labs/
	rm -rf $(DESTDIR)$(PREFIX)/share/kvmlab/guest-debian
	cp -R fixtures/guest-debian $(DESTDIR)$(PREFIX)/share/kvmlab/guest-debian
	$(foreach po,$(PO),install -D -m 644 $(BUILD)/locale/$(basename $(notdir $(po)))/LC_MESSAGES/kvmlab.mo \
		$(DESTDIR)$(PREFIX)/share/locale/$(basename $(notdir $(po)))/LC_MESSAGES/kvmlab.mo;)
	$(foreach po,$(PO),install -m 644 $(BUILD)/locale/$(basename $(notdir $(po)))/LC_MESSAGES/SYS_LC_MESSAGES \
		$(DESTDIR)$(PREFIX)/share/locale/$(basename $(notdir $(po)))/LC_MESSAGES/;)

clean: ## remove build/
	rm -rf $(BUILD)

help: ## print these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

-include $(OBJ:.o=.d) $(TEST_BIN:=.d) $(BENCH_BIN:=.d)
