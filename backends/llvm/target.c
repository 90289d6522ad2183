#include "backends/llvm/target.h"

#include <stdlib.h>
#include <string.h>

#include <llvm-c/Core.h>
#include <llvm-c/ErrorHandling.h>
#include <llvm-c/Target.h>

#include "backends/llvm/probe.h"
#include "support/mem.h"

/*
 * What the usual compilers of a target take if they are told nothing. A row is for triples
 * that start with `arch` (the first that does) on the given kind of system.
 */
struct baseline {
	const char *arch;
	enum system { ANY, HOSTED, BARE } system;
	const char *cpu, *features, *abi;
	bool extends;
	void (*init)(void);
};

#define INIT(name) \
	static void init_##name(void) \
	{ \
		LLVMInitialize##name##TargetInfo(); \
		LLVMInitialize##name##Target(); \
		LLVMInitialize##name##TargetMC(); \
		LLVMInitialize##name##AsmPrinter(); \
	}
INIT(X86)
INIT(AArch64)
INIT(ARM)
INIT(RISCV)
INIT(PowerPC)
INIT(SystemZ)
INIT(WebAssembly)

static const struct baseline baselines[] = {
	{ "x86_64", ANY, "x86-64", "", "", false, init_X86 },
	{ "amd64", ANY, "x86-64", "", "", false, init_X86 },
	{ "i386", ANY, "i686", "", "", false, init_X86 },
	{ "i486", ANY, "i486", "", "", false, init_X86 },
	{ "i586", ANY, "i586", "", "", false, init_X86 },
	{ "i686", ANY, "i686", "", "", false, init_X86 },
	{ "aarch64", ANY, "generic", "", "", false, init_AArch64 },
	{ "arm64", ANY, "generic", "", "", false, init_AArch64 },
	{ "arm", ANY, "generic", "", "", false, init_ARM },
	{ "thumb", ANY, "generic", "", "", false, init_ARM },
	{ "riscv64", HOSTED, "generic-rv64", "+m,+a,+f,+d,+c", "lp64d", true, init_RISCV },
	{ "riscv64", BARE, "generic-rv64", "+m,+a,+c", "lp64", true, init_RISCV },
	{ "riscv32", HOSTED, "generic-rv32", "+m,+a,+f,+d,+c", "ilp32d", false, init_RISCV },
	{ "riscv32", BARE, "generic-rv32", "+m,+a,+c", "ilp32", false, init_RISCV },
	{ "powerpc64le", ANY, "ppc64le", "", "", true, init_PowerPC },
	{ "powerpc64", ANY, "ppc64", "", "", true, init_PowerPC },
	{ "ppc64le", ANY, "ppc64le", "", "", true, init_PowerPC },
	{ "ppc64", ANY, "ppc64", "", "", true, init_PowerPC },
	{ "powerpc", ANY, "ppc", "", "", false, init_PowerPC },
	{ "ppc", ANY, "ppc", "", "", false, init_PowerPC },
	{ "s390x", ANY, "z10", "", "", true, init_SystemZ },
	{ "wasm32", ANY, "generic", "", "", false, init_WebAssembly },
	{ "wasm64", ANY, "generic", "", "", false, init_WebAssembly },
};
enum { BASELINE_COUNT = sizeof baselines / sizeof *baselines };

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static bool contains(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

static enum system system_of(const char *triple)
{
	static const char *const hosted[] = { "-linux", "bsd", "-fuchsia", "-haiku", "-hurd",
		"-windows", "-darwin", "-macos", NULL };

	return contains(triple, hosted) ? HOSTED : BARE;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), of_end = strlen(end);

	return length >= of_end && !strcmp(text + length - of_end, end);
}

/* The last word may end with a format, as in x86_64-unknown-none-macho. */
static enum target_format format_of(const char *triple)
{
	static const char *const coff[] = { "-windows", "-win32", "-cygwin", "-mingw", "-uefi",
		NULL };
	static const char *const macho[] = { "-apple", "-darwin", "-macos", "-ios", NULL };

	if (starts_with(triple, "wasm"))
		return TARGET_WASM;
	if (ends_with(triple, "elf"))
		return TARGET_ELF;
	if (ends_with(triple, "macho"))
		return TARGET_MACHO;
	if (ends_with(triple, "coff") || contains(triple, coff))
		return TARGET_COFF;
	return contains(triple, macho) ? TARGET_MACHO : TARGET_ELF;
}

/* Formats that LLVM reads in a triple, but has for other architectures or systems. */
static bool has_foreign_format(const char *triple)
{
	return ends_with(triple, "goff") || ends_with(triple, "xcoff") ||
		ends_with(triple, "spirv") || ends_with(triple, "dxcontainer") ||
		(ends_with(triple, "-wasm") && !starts_with(triple, "wasm")) ||
		(strstr(triple, "-uefi") && !starts_with(triple, "x86_64"));
}

static const struct baseline *find_baseline(const char *triple)
{
	if (has_foreign_format(triple))
		return NULL;
	for (uint32_t i = 0; i < BASELINE_COUNT; i++) {
		const struct baseline *row = &baselines[i];

		if (starts_with(triple, row->arch) &&
			(row->system == ANY || row->system == system_of(triple)))
			return row;
	}
	return NULL;
}

/* The architecture nearest to the first `length` characters, or NULL. */
static const char *nearest_arch(const char *triple, size_t length)
{
	const char *names[BASELINE_COUNT], *near;
	char *arch = mem_string(triple, length);

	for (uint32_t i = 0; i < BASELINE_COUNT; i++)
		names[i] = baselines[i].arch;
	near = diag_nearest(arch, names, BASELINE_COUNT);
	free(arch);
	return near;
}

/* What separates words in a triple is easily written within one: x86-64. */
static void unknown_target(const char *triple, struct diag_sink *sink)
{
	size_t one = strcspn(triple, "-");
	size_t two = triple[one] ? one + 1 + strcspn(triple + one + 1, "-") : one;
	const char *near = nearest_arch(triple, two);

	if (!near) {
		two = one;
		near = nearest_arch(triple, one);
	}
	diag_world(sink, SPAN_NONE, "unknown target '%s'", triple);
	if (near)
		diag_note(sink, SPAN_NONE, "did you mean %s%s?", near, triple + two);
	else
		diag_note(sink, SPAN_NONE,
			"a target is a triple, as x86_64-linux-gnu, aarch64-linux-gnu, "
			"thumbv7m-none-eabi, riscv32-unknown-elf, s390x-linux-gnu or "
			"wasm32-unknown-unknown");
}

/* Copies a text of LLVM's, to be freed as all others are. */
static char *take_message(char *message)
{
	char *copy = mem_string(message, strlen(message));

	LLVMDisposeMessage(message);
	return copy;
}

char *llvm_host_target(void)
{
	return take_message(LLVMGetDefaultTargetTriple());
}

/* The features of a cpu and those asked for, in this order: the last word is the user's. */
static char *join(const char *a, const char *b)
{
	struct output out;

	output_open_memory(&out);
	output_printf(&out, "%s%s%s", a, *a && *b ? "," : "", b);
	return output_take(&out, NULL);
}

static bool take_native(struct target *target, const char *more, struct diag_sink *sink)
{
	char *host = llvm_host_target(), *features;
	bool same = strcspn(host, "-") == strcspn(target->triple, "-") &&
		!strncmp(host, target->triple, strcspn(host, "-"));

	if (same) {
		target->cpu = take_message(LLVMGetHostCPUName());
		features = take_message(LLVMGetHostCPUFeatures());
		target->features = join(features, more);
		free(features);
	} else {
		diag_world(sink, SPAN_NONE,
			"cpu 'native' is this machine's (%s), not one of the target %s", host,
			target->triple);
	}
	free(host);
	return same;
}

static bool choose_cpu(struct target *target, const struct baseline *base,
	const struct llvm_options *options, struct diag_sink *sink)
{
	const char *more = options->features ? options->features : "";

	if (options->cpu && !strcmp(options->cpu, "native"))
		return take_native(target, more, sink);
	target->cpu = join(options->cpu ? options->cpu : base->cpu, "");
	target->features = join(base->features, more);
	return true;
}

LLVMTargetMachineRef target_machine(const struct target *target)
{
	LLVMTargetMachineOptionsRef options;
	LLVMTargetMachineRef machine;
	LLVMTargetRef found;

	if (LLVMGetTargetFromTriple(target->triple, &found, NULL))
		return NULL;
	options = LLVMCreateTargetMachineOptions();
	LLVMTargetMachineOptionsSetCPU(options, target->cpu);
	LLVMTargetMachineOptionsSetFeatures(options, target->features);
	LLVMTargetMachineOptionsSetABI(options, target->abi);
	LLVMTargetMachineOptionsSetCodeGenOptLevel(options, LLVMCodeGenLevelDefault);
	LLVMTargetMachineOptionsSetRelocMode(
		options, target->format == TARGET_WASM ? LLVMRelocStatic : LLVMRelocPIC);
	machine = LLVMCreateTargetMachineWithOptions(found, target->triple, options);
	LLVMDisposeTargetMachineOptions(options);
	if (machine)
		LLVMSetTargetMachineAsmVerbosity(machine, true);
	return machine;
}

static void on_fatal(const char *reason)
{
	panic("LLVM: %s", reason);
}

/* Whether there is anything to be refused: LLVM knows its own word for this machine. */
static bool is_asked_for(const struct llvm_options *options)
{
	return options->target || options->features ||
		(options->cpu && strcmp(options->cpu, "native") != 0);
}

bool llvm_target_init(
	struct target *target, const struct llvm_options *options, struct diag_sink *sink)
{
	const struct baseline *base;
	char *triple = options->target ? join(options->target, "") : llvm_host_target();
	LLVMTargetDataRef layout;

	target->triple = take_message(LLVMNormalizeTargetTriple(triple));
	free(triple);
	base = find_baseline(target->triple);
	if (!base) {
		unknown_target(options->target ? options->target : target->triple, sink);
		return false;
	}
	target->format = format_of(target->triple);
	target->extends = base->extends;
	target->abi = base->abi;
	base->init();
	if (!choose_cpu(target, base, options, sink))
		return false;
	if (is_asked_for(options) && !probe_target(target, options, sink))
		return false;
	LLVMResetFatalErrorHandler();
	LLVMInstallFatalErrorHandler(on_fatal);
	target->machine = target_machine(target);
	if (!target->machine) {
		unknown_target(target->triple, sink);
		return false;
	}
	layout = LLVMCreateTargetDataLayout(target->machine);
	target->big_endian = LLVMByteOrder(layout) == LLVMBigEndian;
	LLVMDisposeTargetData(layout);
	return true;
}

void llvm_target_fini(struct target *target)
{
	if (target->machine)
		LLVMDisposeTargetMachine(target->machine);
	free(target->triple);
	free(target->cpu);
	free(target->features);
}

bool llvm_options_check(const struct llvm_options *options, struct diag_sink *sink)
{
	struct target target = { 0 };
	bool good = llvm_target_init(&target, options, sink);

	if (good && options->target)
		target_warn(target.triple, sink);
	llvm_target_fini(&target);
	return good;
}
