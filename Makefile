# SPDX-License-Identifier: GPL-3.0-or-later
# pxeiso: `make help` lists what can be made.

# --- what a packager or a person sets ---------------------------------------------------------------
PREFIX   ?= /usr/local
DESTDIR  ?=
CFLAGS   ?= -O2 -g
# WERROR=1: a warning is an error. SANITIZE=1: AddressSanitizer and UBSan. V=1: show the commands.
WERROR   ?=
SANITIZE ?=
V        ?=
PYTHON   ?= /usr/bin/python3

# --- what the project insists on ----------------------------------------------------------------------
comma    := ,
VARIANT  := $(notdir $(firstword $(CC)))$(if $(SANITIZE),-sanitize,)
BUILD    ?= build/$(VARIANT)
VERSION  := $(shell sed -n 's/^\#\# \([0-9][^ ]*\).*/\1/p' CHANGELOG.md | head -n 1)
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wformat=2 -Wundef $(if $(WERROR),-Werror,)
HARDEN   := -fstack-protector-strong -fPIE $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
# Under sanitizers gcc no longer sees which lengths are possible, and guesses. The plain build warns.
NO_GUESSES := $(if $(findstring clang,$(CC)),,-Wno-format-truncation)
SANFLAGS := $(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all \
            -fno-omit-frame-pointer $(if $(filter fuzzer,$(SANITIZE)),-fsanitize=fuzzer-no-link) \
            $(NO_GUESSES),)
PACKAGES := libiso9660 libcdio libevent_core inih jansson libseccomp squashfuse zlib liblzma libzstd liblz4 sqlite3
# Asked once, and only when something is compiled: `make run` installs pkg-config first.
PACKAGE_CFLAGS = $(eval PACKAGE_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PACKAGE_CFLAGS)
PACKAGE_LIBS   = $(eval PACKAGE_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PACKAGE_LIBS)
ALL_CFLAGS  = -std=c11 -D_GNU_SOURCE -DPXEISO_VERSION='"$(VERSION)"' -Isrc -Iisofs $(WARNINGS) \
              $(HARDEN) $(SANFLAGS) $(PACKAGE_CFLAGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)
LIBS        = $(PACKAGE_LIBS) -lbz2 -pthread

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))
QUIET_MAKE = $(MAKE) --no-print-directory

SOURCES       := $(wildcard isofs/*.c src/*.c)
TEST_SOURCES  := $(wildcard tests/unit/*.c tests/fuzz/*.c)
ISOFS_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard isofs/*.c))
MAIN_OBJECT   := $(BUILD)/src/main.o
SRC_OBJECTS   := $(filter-out $(MAIN_OBJECT),$(patsubst %.c,$(BUILD)/%.o,$(wildcard src/*.c)))
LIBRARIES     := $(BUILD)/libpxeiso.a $(BUILD)/libisofs.a
UNIT_TESTS    := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZ_NAMES    := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_HELP     := $(BUILD)/tests/fuzz/pieces.o $(BUILD)/tests/fuzz/udf_repair.o
REPLAYS       := $(FUZZ_NAMES:%=$(BUILD)/tests/replay_%)
MAKE_FUZZ      = $(QUIET_MAKE) CC=clang SANITIZE=fuzzer BUILD=build/fuzz

# What runs in the machines that boot, before their own init: see src/initramfs/init.c.
HELPERS        := $(BUILD)/initramfs/x86_64 $(BUILD)/initramfs/aarch64
HELPER_SOURCES := $(wildcard src/initramfs/*.c)
HELPER_FLAGS    = -std=c11 -Os $(WARNINGS) -ffreestanding -fno-stack-protector -fno-pie -fno-asynchronous-unwind-tables \
                  -static -nostdlib -s -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,noexecstack
# The compiler for a processor: ours if it is the same, else Debian's for that if it has the kernel's headers, else none.
helper_cc       = $(if $(filter $1-%,$(CC_MACHINE)),$(CC),$(shell $1-linux-gnu-gcc -E -include linux/loop.h \
                  -x c /dev/null >/dev/null 2>&1 && echo $1-linux-gnu-gcc))
HELPERS_BUILT   = $(foreach helper,$(notdir $(HELPERS)),$(helper):$(call helper_cc,$(helper)))
CC_MACHINE      = $(eval CC_MACHINE := $$(shell $(CC) -dumpmachine))$(CC_MACHINE)

.PHONY: all help run demo FORCE
all: pxeiso ## build ./pxeiso (the default)

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

run: ## install what is missing, build, serve [ISOS=dir] [ARGS=...]; without ISOS, ./isos
	$(Q)tools/install-packages build run
	+$(Q)$(QUIET_MAKE) pxeiso
	$(Q)$(if $(ISOS),,testdata/package-isos.sh isos)
	$(Q)exec ./pxeiso $(ARGS) $(or $(ISOS),isos)

demo: ## watch a machine of QEMU's boot from pxeiso, in this terminal [ISOS=dir]
	$(Q)tools/install-packages build run demo
	+$(Q)$(QUIET_MAKE) SANITIZE= pxeiso
	$(Q)ISOS="$(ISOS)" tools/demo

# --- build --------------------------------------------------------------------------------------------
pxeiso: $(BUILD)/pxeiso FORCE
	$(Q)cmp -s $< $@ || cp --remove-destination $< $@

$(BUILD)/pxeiso: $(MAIN_OBJECT) $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libpxeiso.a: $(SRC_OBJECTS)
$(BUILD)/libisofs.a: $(ISOFS_OBJECTS)
$(BUILD)/%.a: $(BUILD)/flags
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The assembler reads these, which no compiler tells make.
$(BUILD)/src/recipe_builtin.o: src/recipes.ini
$(BUILD)/src/recipe_texts.o: src/initramfs/wrapper
$(BUILD)/src/recipe_helper.o: private ALL_CFLAGS += -I$(BUILD)
$(BUILD)/src/recipe_helper.o: $(HELPERS)

# The helper for initramfs without a shell, for the processors of machines that boot. With no compiler for one, its file is
# empty, and pxeiso does without: `pxeiso --version` tells which it has.
$(HELPERS): $(BUILD)/initramfs/%: $(HELPER_SOURCES) src/initramfs/system.h $(BUILD)/initramfs/flags
	$(call say,CC,$@)
	$(Q)if [ -n "$(call helper_cc,$*)" ]; then \
		$(call helper_cc,$*) $(HELPER_FLAGS) -o $@ $(HELPER_SOURCES); else : >$@; fi

$(BUILD)/initramfs/flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(HELPERS_BUILT) $(HELPER_FLAGS)' | cmp -s - $@ || echo '$(HELPERS_BUILT) $(HELPER_FLAGS)' >$@

$(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

# The parser taken over: the real program and the real reader, with a parser that does what no image should.
HOSTILE := $(BUILD)/tests/unit/hostile_isofs.o
JAIL_TESTS := $(BUILD)/tests/test_jail $(BUILD)/tests/test_jail_images
$(JAIL_TESTS): $(HOSTILE)
$(JAIL_TESTS) $(BUILD)/tests/pxeiso-hostile: private ALL_LDFLAGS += -Wl,--wrap=isofs_index,--wrap=squashfs_open
$(BUILD)/tests/pxeiso-hostile: $(MAIN_OBJECT) $(HOSTILE) $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(FUZZ_HELP) $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

MUTATE := $(addprefix $(BUILD)/tests/fuzz/,mutate.o mutant.o udf_repair.o)
$(BUILD)/tests/mutate: $(MUTATE) $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_HELP) $(LIBRARIES)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# Other flags make other objects: everything depends on this file.
$(BUILD)/flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)' >$@

.PRECIOUS: $(BUILD)/%.o
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# --- checks -------------------------------------------------------------------------------------------
.PHONY: check check-unit check-wire check-boot boot-tests tests bench lint fuzz fuzz-all mutate
check: ## install what is missing, then all tests; ends with `N passed, N failed, N skipped`
	$(Q)tools/install-packages build run test
	+$(Q)MAKE="$(QUIET_MAKE)" tools/check unit wire boot

check-unit: $(UNIT_TESTS) $(REPLAYS) ## unit tests, and the inputs that fuzzing found
	$(Q)tools/run-unit $^

check-wire: $(BUILD)/pxeiso $(BUILD)/tests/pxeiso-hostile $(BUILD)/tests/mutate ## real clients and hand-made packets against the daemon [TEST=name]
	$(Q)PXEISO=$(abspath $<) PXEISO_TESTS=$(abspath $(BUILD)/tests) \
		tools/run-pytest tests/wire "$(TEST)"

check-boot: ## machines in QEMU that boot [BOOT=name]
	+$(Q)$(QUIET_MAKE) SANITIZE= boot-tests

boot-tests: $(BUILD)/pxeiso
	$(Q)PXEISO=$(abspath $<) tools/run-pytest tests/boot "$(BOOT)"

tests: $(BUILD)/pxeiso $(UNIT_TESTS) $(REPLAYS)

bench: ## throughput beside nginx, tftpd-hpa, dnsmasq and Kea; time to the first offer; what indexes cost
	$(Q)tools/install-packages build run bench
	+$(Q)$(QUIET_MAKE) SANITIZE= pxeiso
	$(Q)mkdir -p build/bench
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O2 -o build/bench/tftp_get tests/bench/tftp_get.c
	+$(Q)$(QUIET_MAKE) SANITIZE= build/bench/index_cost
	$(Q)$(PYTHON) -B tests/bench/bench.py

build/bench/index_cost: tests/bench/index_cost.c $(LIBRARIES)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

lint: ## format, clang-tidy, cppcheck, layers, lengths, manuals; no warning of gcc and clang
	$(Q)tools/install-packages build lint
	+$(Q)MAKE="$(QUIET_MAKE)" FLAGS='-std=c11 -D_GNU_SOURCE -DPXEISO_VERSION="$(VERSION)" \
		-Isrc -Iisofs $(PACKAGE_CFLAGS)' tools/lint

fuzz: ## fuzz one target: T=name [SECONDS=60]
	$(Q)tools/install-packages build lint
	$(Q)test -f tests/fuzz/fuzz_$(T).c || \
		{ echo 'make fuzz T=name, one of:' $(FUZZ_NAMES); exit 2; }
	+$(Q)$(MAKE_FUZZ) build/fuzz/tests/fuzz_$(T) build/fuzz/tests/replay_$(T)
	$(Q)tools/fuzz build/fuzz/tests $(T) $(or $(SECONDS),60)

fuzz-all: ## fuzz each target, two at once [SECONDS=30]
	$(Q)tools/install-packages build lint
	+$(Q)$(MAKE_FUZZ) $(FUZZ_NAMES:%=build/fuzz/tests/fuzz_%) $(FUZZ_NAMES:%=build/fuzz/tests/replay_%)
	$(Q)tools/fuzz-all build/fuzz/tests $(or $(SECONDS),30) $(FUZZ_NAMES)

mutate: $(BUILD)/tests/mutate ## changed images through the reader process [COUNT=10000]
	$(Q)nice -n 19 tools/mutate $< $(or $(COUNT),10000)

# --- the installed program ------------------------------------------------------------------------------
.PHONY: install clean
install: $(BUILD)/pxeiso ## install below DESTDIR and PREFIX (/usr/local)
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/bin/pxeiso
	install -D -m 644 man/pxeiso.8 $(DESTDIR)$(PREFIX)/share/man/man8/pxeiso.8
	install -D -m 644 man/pxeiso.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/pxeiso.conf.5
	install -D -m 644 man/pxeiso-recipes.5 $(DESTDIR)$(PREFIX)/share/man/man5/pxeiso-recipes.5
	install -D -m 644 pxeiso.conf.example $(DESTDIR)$(PREFIX)/share/doc/pxeiso/pxeiso.conf.example
	mkdir -p $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@PREFIX@|$(PREFIX)|' pxeiso.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/pxeiso.service

clean: ## leave the tree as cloned; images of your own in ./isos stay
	rm -rf build pxeiso
	find . -name __pycache__ -prune -exec rm -rf {} +
	rm -rf .pytest_cache
	if [ -d isos ]; then find isos -type l -delete; rmdir isos || ls isos; fi
