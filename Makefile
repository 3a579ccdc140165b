# SPDX-License-Identifier: GPL-3.0-or-later
# pxeiso: `make help` lists what can be made.

# --- what a packager sets -------------------------------------------------------------------------
PREFIX   ?= /usr/local
DESTDIR  ?=
CFLAGS   ?= -O2 -g
WERROR   ?=
SANITIZE ?=
VARIANT  := $(notdir $(firstword $(CC)))$(if $(SANITIZE),-sanitize,)
BUILD    ?= build/$(VARIANT)

# --- what the project insists on ------------------------------------------------------------------
VERSION  := $(shell sed -n 's/^\#\# \([0-9][^ ]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wformat=2 -Wundef $(if $(WERROR),-Werror,)
HARDEN   := -fstack-protector-strong -fPIE $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
SANFLAGS := $(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-omit-frame-pointer,)
comma    := ,
PACKAGES := libiso9660 libcdio libevent_core inih jansson
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DPXEISO_VERSION='"$(VERSION)"' -Isrc -Iisofs $(WARNINGS) $(HARDEN) \
             $(SANFLAGS) $(shell pkg-config --cflags $(PACKAGES)) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)
LIBS      = $(shell pkg-config --libs $(PACKAGES)) -pthread

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

ISOFS_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard isofs/*.c))
MAIN_OBJECT   := $(BUILD)/src/main.o
SRC_OBJECTS   := $(filter-out $(MAIN_OBJECT),$(patsubst %.c,$(BUILD)/%.o,$(wildcard src/*.c)))
UNIT_TESTS    := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))

.PHONY: all help
all: pxeiso ## build ./pxeiso (the default)

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

# --- build ----------------------------------------------------------------------------------------
pxeiso: $(BUILD)/pxeiso
	$(Q)cmp -s $< $@ || cp $< $@

$(BUILD)/pxeiso: $(MAIN_OBJECT) $(BUILD)/libpxeiso.a $(BUILD)/libisofs.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libpxeiso.a: $(SRC_OBJECTS)
$(BUILD)/libisofs.a: $(ISOFS_OBJECTS)
$(BUILD)/%.a:
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libpxeiso.a $(BUILD)/libisofs.a
	$(call say,TEST,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# --- checks ---------------------------------------------------------------------------------------
.PHONY: check-unit
check-unit: $(UNIT_TESTS) ## unit tests
	$(Q)for t in $(UNIT_TESTS); do $$t || exit 1; done

clean: ## leave the tree as cloned
	rm -rf build pxeiso isos
