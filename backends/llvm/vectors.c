#include "backends/llvm/vectors.h"

#include <string.h>

/* --- what a target has ----------------------------------------------------------------- */

/*
 * The first row whose architecture starts the triple and whose feature is on, by name or as
 * one that the cpu is known for. Lanes are those of the widest registers where that leaves
 * enough of them for the sums of two rows.
 */
static const struct row {
	const char *arch, *feature, *cpus;
	struct vectors vectors;
} rows[] = {
	{ "x86_64", "+avx512bw",
		" x86-64-v4 skylake-avx512 skx cascadelake cooperlake cannonlake "
		"icelake-client "
		"icelake-server tigerlake rocketlake sapphirerapids emeraldrapids "
		"graniterapids "
		"graniterapids-d znver4 ",
		{ 32, .pairs = true, .chains = 4 } },
	{ "x86_64", NULL, NULL, { 16, .pairs = true, .chains = 2 } },
	{ "i", "+sse2", NULL, { 8, .pairs = true, .chains = 2 } },
	{ "aarch64", NULL, NULL, { 16, .halves = true, .chains = 1 } },
	{ "arm64", NULL, NULL, { 16, .halves = true, .chains = 1 } },
	{ "arm", "+neon", NULL, { 8, .chains = 2 } },
	{ "thumb", "+neon", NULL, { 8, .chains = 2 } },
	{ "riscv", "+v", NULL, { 16, .chains = 1 } },
	{ "powerpc64le", NULL, NULL, { 8, .chains = 2 } },
	{ "wasm", "+simd128", NULL, { 16, .chains = 1 } },
};

static bool has_cpu(const char *cpus, const char *cpu)
{
	const char *at = cpus && *cpu ? strstr(cpus, cpu) : NULL;

	return at && at[-1] == ' ' && at[strlen(cpu)] == ' ';
}

struct vectors vectors_of(const struct gen *gen)
{
	const struct target *target = &gen->target;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		if (strncmp(target->triple, row->arch, strlen(row->arch)) != 0)
			continue;
		if (!row->feature || strstr(target->features, row->feature) ||
			has_cpu(row->cpus, target->cpu))
			return row->vectors;
	}
	return (struct vectors){ gen->size_bits == 64 ? 0 : 1, .chains = 1 };
}

/* --- operations ------------------------------------------------------------------------ */

LLVMTypeRef vectors_type(LLVMTypeRef element, uint32_t lanes)
{
	return lanes == 1 ? element : LLVMVectorType(element, lanes);
}

uint32_t vectors_lanes(LLVMValueRef vector)
{
	LLVMTypeRef type = LLVMTypeOf(vector);

	return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetVectorSize(type) : 1;
}

LLVMValueRef vectors_table(LLVMValueRef table)
{
	LLVMSetAlignment(table, 64);
	return table;
}

enum { MOST_LANES = 64 };

LLVMValueRef vectors_splat(LLVMTypeRef element, uint32_t lanes, uint64_t value)
{
	LLVMValueRef all[MOST_LANES];

	for (uint32_t i = 0; i < lanes; i++)
		all[i] = gen_int(element, value);
	return lanes == 1 ? all[0] : LLVMConstVector(all, lanes);
}

LLVMValueRef vectors_pick(struct gen *gen, LLVMValueRef a, LLVMValueRef b, uint32_t first,
	uint32_t step, uint32_t count)
{
	LLVMValueRef lanes[MOST_LANES];

	for (uint32_t i = 0; i < count; i++)
		lanes[i] = gen_i32(gen, first + i * step);
	return LLVMBuildShuffleVector(gen->builder, a, b ? b : LLVMGetPoison(LLVMTypeOf(a)),
		LLVMConstVector(lanes, count), "lanes");
}

LLVMValueRef vectors_fold(struct gen *gen, LLVMValueRef vector, uint32_t lanes)
{
	for (uint32_t half = vectors_lanes(vector) / 2; half >= lanes && half; half /= 2) {
		LLVMValueRef low = vectors_pick(gen, vector, NULL, 0, 1, half);
		LLVMValueRef high = vectors_pick(gen, vector, NULL, half, 1, half);
		vector = LLVMBuildAdd(gen->builder, low, high, "fold");
	}
	return vector;
}

LLVMValueRef vectors_any(struct gen *gen, LLVMValueRef flags, const char *name)
{
	uint32_t lanes = vectors_lanes(flags);
	LLVMTypeRef bits = LLVMIntTypeInContext(gen->context, lanes);

	if (lanes == 1)
		return flags;
	flags = LLVMBuildBitCast(gen->builder, flags, bits, "flags");
	return LLVMBuildICmp(gen->builder, LLVMIntNE, flags, gen_int(bits, 0), name);
}

LLVMValueRef vectors_two(struct gen *gen, const char *intrinsic, LLVMValueRef a, LLVMValueRef b,
	const char *name)
{
	LLVMTypeRef type = LLVMTypeOf(a);

	return gen_intrinsic(gen, intrinsic, &type, 1, (LLVMValueRef[]){ a, b }, 2, name);
}
