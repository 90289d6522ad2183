# memc: the compiler for memorization networks.
#
#   make            the compiler, build/release/memc
#   make demo       packages, compiler, the embedded example compiled and run
#   make check      packages, all tests; T=ir runs those under tests/ir
#   make install    DESTDIR= PREFIX=/usr/local
#
# VARIANT  release (default), debug (asserts), asan (address and undefined sanitizers),
#          fuzz (libFuzzer entry points; needs CC=clang), torture (tiny arenas and tables)
# V=1      shows the commands; WERROR=1 turns warnings into errors

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0
VARIANT ?= release
BUILD ?= build
B := $(BUILD)/$(VARIANT)
PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
FLEX ?= flex
BISON ?= bison
Q := $(if $(V),,@)
say = $(if $(V),,@printf '%-6s %s\n' '$(1)' '$(2)')

# --- flags ------------------------------------------------------------------------------

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wswitch-enum -Wformat=2 -Wvla $(if $(WERROR),-Werror)
FLAGS.release := -O2 -DNDEBUG
FLAGS.debug := -O0 -g -DMEMC_DEBUG
FLAGS.asan := -O1 -g -DMEMC_DEBUG -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FLAGS.fuzz := -O1 -g -DMEMC_DEBUG -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
FLAGS.torture := -O1 -g -DMEMC_DEBUG -DMEMC_TORTURE -DARENA_BLOCK=64 \
	-fsanitize=address,undefined -fno-sanitize-recover=all
ifeq ($(FLAGS.$(VARIANT)),)
$(error VARIANT=$(VARIANT) is not one of release debug asan fuzz torture)
endif

# No contraction: generators promise the same bytes on every machine.
ALL_CFLAGS := -std=gnu17 -ffp-contract=off -I. -I$(B) -DMEMC_VERSION='"$(VERSION)"' \
	$(FLAGS.$(VARIANT)) $(CFLAGS)
ALL_LDFLAGS := $(FLAGS.$(VARIANT)) $(LDFLAGS)
LIBS := -lgmp -lmpfr -lz -lcsv -lxxhash -lnettle -lpthread -lm

# --- sources ----------------------------------------------------------------------------

LIB_DIRS := support ir frontend frontend/data frontend/construct backends/c
LIB_SRC := $(foreach dir,$(LIB_DIRS),$(wildcard $(dir)/*.c))
GENERATED := frontend/scan.c frontend/parse.c backends/c/embed.c
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(GENERATED:%.c=$(B)/%.o)
DRIVER_SRC := $(wildcard driver/*.c)
DRIVER_OBJ := $(DRIVER_SRC:%.c=$(B)/%.o)
OBJ := $(LIB_OBJ) $(DRIVER_OBJ)

all: $(B)/memc

$(B)/memc: $(DRIVER_OBJ) $(B)/libmemc.a
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(B)/libmemc.a: $(LIB_OBJ)
	$(call say,ar,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	$(call say,cc,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(WARN) -MMD -MP -c -o $@ $<

# Generated code has warnings of its own.
$(B)/%.o: $(B)/%.c
	$(call say,cc,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-conversion -MMD -MP -c -o $@ $<

$(B)/frontend/parse.c $(B)/frontend/parse.h &: frontend/parse.y
	$(call say,bison,$<)
	$(Q)mkdir -p $(@D) && $(BISON) -Wall -Werror --header=$(B)/frontend/parse.h \
		-o $(B)/frontend/parse.c $<

$(B)/frontend/scan.c $(B)/frontend/scan.h &: frontend/scan.l
	$(call say,flex,$<)
	$(Q)mkdir -p $(@D) && $(FLEX) --header-file=$(B)/frontend/scan.h \
		-o $(B)/frontend/scan.c $<

# The runtime's texts, as arrays of characters, so that memc needs no file where it runs.
RUNTIME := $(wildcard runtime/*.c runtime/*.h)
$(B)/backends/c/embed.c: $(RUNTIME) backends/c/embed.sh
	$(call say,embed,$@)
	$(Q)mkdir -p $(@D) && sh backends/c/embed.sh $(RUNTIME) > $@

# Objects that include generated headers wait for them.
$(LIB_OBJ): | $(B)/frontend/parse.h $(B)/frontend/scan.h

-include $(OBJ:.o=.d)

clean:
	rm -rf $(BUILD)

.PHONY: all clean
