# kvmlab: 'make help' prints the targets.
BUILD ?= build
CC ?= gcc
CFLAGS ?= -O2 -g
PKGS := yaml-0.1 libpcre2-8 sqlite3 libsodium
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
	-Wvla -Wundef -Wformat=2 -Wno-format-nonliteral
ALL_CFLAGS := -std=gnu17 -D_GNU_SOURCE -I. $(WARN) $(CFLAGS) $(shell pkg-config --cflags $(PKGS)) -MMD -MP
LIBS := $(shell pkg-config --libs $(PKGS))

LIB_SRC := $(filter-out runner/main.c,$(wildcard runner/*.c runner/*/*.c checks/*.c reports/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
TEST_SRC := $(wildcard tests/unit/test_*.c)
TEST_BIN := $(TEST_SRC:tests/unit/%.c=$(BUILD)/tests/%)

all: $(BUILD)/kvmlab ## build the program

$(BUILD)/kvmlab: $(BUILD)/obj/runner/main.o $(BUILD)/libkvmlab.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libkvmlab.a: $(LIB_OBJ)
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libkvmlab.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $< $(BUILD)/libkvmlab.a $(LIBS) -lcmocka

check-unit: $(TEST_BIN) ## unit tests
	@for t in $(TEST_BIN); do $$t || exit 1; done

clean: ## remove build/
	rm -rf $(BUILD)

-include $(LIB_OBJ:.o=.d) $(TEST_BIN:=.d)
