# memc: the compiler for memorization networks.
#
#   make               the compiler, build/release/memc
#   make demo          packages, compiler, the embedded Fashion-MNIST compiled and run
#   make check         packages, all tests; T=ir runs those under tests/ir
#   make check-full    the same and all 60,000 images of Fashion-MNIST, both extractors
#   make fuzz          FUZZ_SECONDS=60 of each fuzzer on its corpus (clang)
#   make install       DESTDIR= PREFIX=/usr/local; make uninstall
#   make packages      what the build needs of Debian
#   make check-format check-headers check-layers    the rules of docs/hacking.md
#   make coverage      lines that the tests reach, by folder
#   make experiment-growth    measures what docs/experiments.md shows; also -cover, -pairs,
#                      -width, -cells, and -precision of docs/precision.md
#
# VARIANT  release (default), debug (asserts), asan (address and undefined sanitizers),
#          torture (asan, and tiny arenas), fuzz (libFuzzer; needs CC=clang),
#          coverage (needs CC=clang)
# LLVM     1 (default), or 0: without the LLVM back end; LLVM_CONFIG names the llvm-config
#          of an LLVM 19 elsewhere
# CC       gcc (default) or clang; V=1 shows the commands; WERROR=1 makes warnings errors

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0
VARIANT ?= release
BUILD ?= build
PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
ifneq ($(filter fuzz,$(MAKECMDGOALS)),)
override VARIANT := fuzz
override CC := clang
endif
ifneq ($(filter coverage,$(MAKECMDGOALS)),)
override VARIANT := coverage
override CC := clang
endif
B := $(BUILD)/$(VARIANT)
FLEX ?= flex
BISON ?= bison
PROTOC_C ?= protoc-c
LLVM ?= 1
LLVM_CONFIG ?= llvm-config-19
Q := $(if $(V),,@)
say = $(if $(V),,@printf '%-6s %s\n' '$(1)' '$(2)')

# --- flags ------------------------------------------------------------------------------

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wswitch-enum -Wformat=2 -Wvla $(if $(WERROR),-Werror)
FLAGS.release := -O2 -DNDEBUG
FLAGS.debug := -O0 -g
# Of debug information lines only, which reports show: the rest takes a fifth of the build.
FLAGS.asan := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FLAGS.fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
FLAGS.torture := $(FLAGS.asan) -DARENA_BLOCK=64
FLAGS.coverage := -O0 -g -fprofile-instr-generate -fcoverage-mapping
ifeq ($(FLAGS.$(VARIANT)),)
$(error VARIANT=$(VARIANT) is not one of release debug asan fuzz torture coverage)
endif

# No contraction: generators promise the same bytes on every machine.
ALL_CFLAGS := -std=gnu17 -ffp-contract=off -I. -I$(B) -DMEMC_VERSION='"$(VERSION)"' \
	$(FLAGS.$(VARIANT)) $(CFLAGS)
# LLVM, which is large, only for what calls it.
ALL_LDFLAGS := $(FLAGS.$(VARIANT)) -Wl,--as-needed $(LDFLAGS)
# Asked for in recipes only, when packages are there.
llvm_config = $(if $(filter-out 0,$(LLVM)),$(shell $(LLVM_CONFIG) --link-shared $(1)))
LIBS = $(call llvm_config,--ldflags --libs) -lgmp -lmpfr -lz -lcsv -lxxhash -lnettle -ljansson -lprotobuf-c -lpthread -lm

# --- sources ----------------------------------------------------------------------------

LIB_DIRS := support ir ir/pass frontend frontend/data frontend/construct backends/plan \
	backends/c backends/onnx backends/report
LLVM_SRC := $(if $(filter-out 0,$(LLVM)),$(filter-out %/none.c,$(wildcard backends/llvm/*.c)),\
	backends/llvm/none.c)
LIB_SRC := $(foreach dir,$(LIB_DIRS),$(wildcard $(dir)/*.c)) $(LLVM_SRC)
GENERATED := frontend/scan.c frontend/parse.c backends/c/embed.c backends/report/embed.c backends/onnx/onnx.pb-c.c
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(GENERATED:%.c=$(B)/%.o)
DRIVER_SRC := $(wildcard driver/*.c)
DRIVER_OBJ := $(DRIVER_SRC:%.c=$(B)/%.o) $(B)/driver/prebuilt.o

# Unit tests are the C files that run a group of cmocka's; T narrows them. Fuzzers have an
# entry point, which a small main replays on the saved corpus, but in the fuzz variant.
UNIT_SRC := $(shell grep -rl --include='*.c' cmocka_run_group_tests tests)
FUZZ_SRC := $(filter-out tests/fuzz/replay.c,$(wildcard tests/fuzz/*.c))
UNIT_BIN := $(UNIT_SRC:%.c=$(B)/%)
FUZZ_BIN := $(FUZZ_SRC:%.c=$(B)/%)
TEST_BIN := $(UNIT_BIN) $(FUZZ_BIN)
ifneq ($(T),)
TEST_BIN := $(filter $(patsubst %,$(B)/tests/%%,$(T:tests/%=%)),$(TEST_BIN))
endif
TEST_OBJ := $(UNIT_BIN:%=%.o) $(FUZZ_BIN:%=%.o) $(B)/tests/fuzz/replay.o
OBJ := $(LIB_OBJ) $(DRIVER_OBJ) $(TEST_OBJ)

# --- the compiler -----------------------------------------------------------------------

all: $(B)/memc

$(B)/memc: $(DRIVER_OBJ) $(B)/libmemc.a
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(B)/libmemc.a: $(LIB_OBJ)
	$(call say,ar,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c $(B)/flags
	$(call say,cc,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(WARN) -MMD -MP -c -o $@ $<

# What includes llvm-c. LLVM's own folder is not to be warned of.
$(B)/backends/llvm/%.o: backends/llvm/%.c $(B)/flags | $(B)/llvm
	$(call say,cc,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(WARN) \
		$(addprefix -isystem ,$(call llvm_config,--includedir)) -MMD -MP -c -o $@ $<

# LLVM is there and is the right one, or `make` says what to do.
$(B)/llvm:
	$(Q)tests/house/llvm.sh '$(LLVM)' '$(LLVM_CONFIG)'
	$(Q)mkdir -p $(@D) && touch $@

# Generated code has warnings of its own.
$(B)/%.o: $(B)/%.c $(B)/flags
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

$(B)/backends/onnx/onnx.pb-c.c $(B)/backends/onnx/onnx.pb-c.h &: backends/onnx/onnx.proto
	$(call say,protoc,$<)
	$(Q)mkdir -p $(@D) && $(PROTOC_C) --c_out=$(B) $<

# The runtime's texts, as arrays of characters, so that memc needs no file where it runs.
RUNTIME := $(wildcard runtime/*.c runtime/*.h)
$(B)/backends/c/embed.c: $(RUNTIME) backends/c/embed.sh
	$(call say,embed,$@)
	$(Q)mkdir -p $(@D) && sh backends/c/embed.sh backends/c/embed.h $(RUNTIME) > $@

# The pages of memc inspect and memc sweep --html, the same way.
PAGE := $(wildcard backends/report/page/*)
$(B)/backends/report/embed.c: $(PAGE) backends/c/embed.sh
	$(call say,embed,$@)
	$(Q)mkdir -p $(@D) && sh backends/c/embed.sh backends/report/embed.h $(PAGE) > $@

# Its main program, compiled for programs to be linked with: whatever the variant, optimized.
PREBUILT := $(addprefix $(B)/runtime/,hosted.o static.o machine)
$(PREBUILT) &: $(RUNTIME) runtime/prebuild.sh $(B)/flags
	$(call say,make,$(B)/runtime)
	$(Q)sh runtime/prebuild.sh '$(CC)' $(B)/runtime

$(B)/driver/prebuilt.o: driver/prebuilt.S $(PREBUILT)
	$(call say,as,$<)
	$(Q)mkdir -p $(@D) && $(CC) -I$(B) -c -o $@ $<

# Objects that include generated headers wait for them.
HEADERS := $(addprefix $(B)/,frontend/parse.h frontend/scan.h backends/onnx/onnx.pb-c.h)
$(LIB_OBJ) $(TEST_OBJ): | $(HEADERS)

# Another compiler or other flags: everything anew.
COMPILE := $(CC) $(ALL_CFLAGS) $(WARN) LLVM=$(LLVM) $(LLVM_CONFIG)
$(B)/flags: force
	$(Q)mkdir -p $(@D) && { echo '$(COMPILE)' | cmp -s - $@ || echo '$(COMPILE)' > $@; }

-include $(OBJ:.o=.d)

# --- packages ---------------------------------------------------------------------------

# tests/packages lists them. Whoever asks to test gets them before anything is compiled.
BUILD_LISTS := build $(if $(filter-out 0,$(LLVM)),llvm)
packages:
	$(Q)CC='$(CC)' tests/house/packages.sh $(BUILD_LISTS)
packages-demo:
	$(Q)CC='$(CC)' tests/house/packages.sh $(BUILD_LISTS) demo
packages-test:
	$(Q)CC='$(CC)' tests/house/packages.sh $(BUILD_LISTS) demo test

ifneq ($(filter check check-full fuzz coverage,$(MAKECMDGOALS)),)
FIRST := packages-test
else ifneq ($(filter demo,$(MAKECMDGOALS)),)
FIRST := packages-demo
else ifneq ($(filter packages,$(MAKECMDGOALS)),)
FIRST := packages
endif
$(OBJ) $(GENERATED:%=$(B)/%) $(HEADERS) $(B)/llvm $(PREBUILT): | $(FIRST)

# --- tests ------------------------------------------------------------------------------

# What tests and scripts learn of this build.
ENV := VARIANT='$(VARIANT)' BUILD='$(BUILD)' CC='$(CC)' LLVM='$(LLVM)' \
	LLVM_CONFIG='$(LLVM_CONFIG)'

$(UNIT_BIN): $(B)/%: $(B)/%.o $(B)/libmemc.a
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

ifeq ($(VARIANT),fuzz)
$(FUZZ_BIN): $(B)/%: $(B)/%.o $(B)/libmemc.a
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)
else
$(FUZZ_BIN): $(B)/%: $(B)/%.o $(B)/tests/fuzz/replay.o $(B)/libmemc.a
	$(call say,link,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
endif

check: $(B)/memc $(TEST_BIN) | packages-test
	$(Q)$(ENV) tests/run $(T)

check-full: $(B)/memc $(TEST_BIN) | packages-test
	$(Q)$(ENV) tests/run --full $(T)

FUZZ_SECONDS ?= 60
FUZZERS := $(filter $(FUZZ_BIN),$(TEST_BIN))
fuzz: $(FUZZERS) | packages-test
	$(Q)$(ENV) tests/house/fuzz.sh $(FUZZ_SECONDS) $(FUZZERS)

coverage: $(B)/memc $(TEST_BIN) | packages-test
	$(Q)CC='$(CC)' tests/house/packages.sh coverage
	$(Q)rm -rf $(B)/profile
	-$(Q)$(ENV) tests/run $(T)
	$(Q)tests/house/coverage.sh $(B) $(TEST_BIN)

check-format:
	$(Q)tests/house/format.sh
check-headers: $(HEADERS)
	$(Q)$(ENV) tests/house/headers.sh $(B)
check-layers:
	$(Q)tests/house/layers.sh

demo: $(B)/memc | packages-demo
	$(Q)$(ENV) examples/demo.sh

# One of the experiments of docs/experiments.md, and its picture there.
experiment-%: $(B)/memc | packages-demo
	$(Q)$(ENV) bash examples/experiments/$*.sh
	$(Q)test ! -e $(BUILD)/experiments/$*.svg || cp $(BUILD)/experiments/$*.svg docs/figures/

# --- installation -----------------------------------------------------------------------

BIN_DIR := $(DESTDIR)$(PREFIX)/bin
MAN_DIR := $(DESTDIR)$(PREFIX)/share/man/man1
DOC_DIR := $(DESTDIR)$(PREFIX)/share/doc/memc
SHARED := $(wildcard README.md LICENSE docs/*.md docs/figures/* examples/*.mem examples/data/* \
	examples/experiments/* examples/onnx/* examples/wasm/*)

install: $(B)/memc
	install -d '$(BIN_DIR)' '$(MAN_DIR)'
	install -m 755 $(B)/memc '$(BIN_DIR)/memc'
	install -m 644 docs/memc.1 '$(MAN_DIR)/memc.1'
	for file in $(SHARED); do \
		mode=644; test ! -x $$file || mode=755; \
		install -D -m $$mode $$file '$(DOC_DIR)'/$$file || exit 1; done

uninstall:
	rm -f '$(BIN_DIR)/memc' '$(MAN_DIR)/memc.1'
	rm -rf '$(DOC_DIR)'

clean:
	rm -rf $(BUILD)

force:
.PHONY: all packages packages-demo packages-test check check-full fuzz coverage demo
.PHONY: check-format check-headers check-layers install uninstall clean force
