#include "backends/llvm/program.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "backends/llvm/limbs.h"
#include "backends/llvm/load.h"
#include "backends/llvm/word.h"
#include "runtime/code.h"
#include "runtime/fused_code.h"
#include "support/mem.h"

/* --- instructions --------------------------------------------------------------------- */

typedef void lower_instruction(struct lowering *lower, const struct operand *to);

static lower_instruction *const instructions[] = {
	[MEMC_FORM] = lower_form,
	[MEMC_WITHIN] = lower_within,
	[MEMC_BITS] = lower_bits,
	[MEMC_LOOKUP] = lower_lookup,
	[MEMC_KNOTS] = lower_knots,
	[MEMC_MATCH] = lower_match,
	[MEMC_ASSOC] = lower_assoc,
};

static void lower_step(struct lowering *lower, uint64_t step)
{
	uint64_t word = lowering_word(lower);
	struct operand to = operand_value(lower, word >> 8);

	lower->owner.i = (uint32_t)lower->plan->owners.words[step];
	lower->bits = lower->plan->bits.words[step];
	gen_line(lower->gen, lower->owner);
	instructions[word & 0xff](lower, &to);
}

/* --- functions ------------------------------------------------------------------------ */

/*
 * A function has about so many instructions: of some layers of one stage, of a part of a wide
 * layer, or of as many values. Much less would cost LLVM more time for functions than for what
 * is in them, and much more would be too much at once.
 */
enum { STRETCH = 100 };

/*
 * From so many instructions on LLVM takes stretches as they are, and optimizes the rest without
 * passes that look at all functions at once: nothing is lost but time, which is then linear.
 */
enum { LONG_PROGRAM = 1000 };
static const char long_program_passes[] =
	"globaldce,function(sroa,early-cse," INSTCOMBINE
	",simplifycfg,loop-mssa(loop-rotate,licm)," INSTCOMBINE
	",loop(indvars),loop-vectorize," INSTCOMBINE ",loop-unroll<O2>," INSTCOMBINE
	",simplifycfg)";

/* Instructions step..end-1 for one function. */
struct stretch {
	uint64_t step, end;
	uint32_t first, last; /* their layers; layer_count of values that are in none */
};

/* The layer of the value that an instruction computes. */
static uint32_t layer_of(const struct lowering *lower, uint64_t step)
{
	const struct ir_module *module = lower->gen->module;
	uint64_t value = lower->plan->owners.words[step];
	uint32_t low = 0, high = module->layer_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (module->layers[middle].first + module->layers[middle].count <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The stage of a layer; NULL if that is none. */
static const char *stage_of(const struct lowering *lower, uint32_t layer)
{
	const struct ir_module *module = lower->gen->module;

	return layer < module->layer_count ? module->stages[module->layers[layer].stage] : NULL;
}

/* Behind the instructions of a layer that begin with `step`. */
static uint64_t layer_end(const struct lowering *lower, uint64_t step)
{
	uint32_t layer = layer_of(lower, step);

	while (step < lower->plan->steps && layer_of(lower, step) == layer)
		step++;
	return step;
}

/* The stretch that begins with instruction `step`. */
static struct stretch stretch_from(const struct lowering *lower, uint64_t step)
{
	struct stretch stretch = { .step = step, .first = layer_of(lower, step) };
	const char *stage = stage_of(lower, stretch.first);
	uint64_t end = layer_end(lower, step);

	stretch.end = end - step < STRETCH ? end : step + STRETCH;
	stretch.last = stretch.first;
	while (end < lower->plan->steps) {
		uint32_t layer = layer_of(lower, end);

		end = layer_end(lower, end);
		if (end - step > STRETCH || stage_of(lower, layer) != stage)
			break;
		stretch.last = layer;
		stretch.end = end;
	}
	return stretch;
}

/* After layers and their stage, or after values; freed with free(). */
static char *stretch_name(const struct lowering *lower, const struct stretch *stretch)
{
	const uint64_t *owners = lower->plan->owners.words;
	const char *stage = stage_of(lower, stretch->first);
	struct output out;

	output_open_memory(&out);
	if (stage) {
		output_printf(&out, "layer%" PRIu32, stretch->first + 1);
		if (stretch->last > stretch->first)
			output_printf(&out, "_to_%" PRIu32, stretch->last + 1);
		output_text(&out, "_");
		for (const char *at = stage; *at; at++)
			output_printf(&out, "%c", isalnum((unsigned char)*at) ? *at : '_');
		if (owners[stretch->step] != lower->gen->module->layers[stretch->first].first)
			output_printf(&out, "_from_%" PRIu64, owners[stretch->step]);
	} else {
		output_printf(&out, "values_%" PRIu64 "_%" PRIu64, owners[stretch->step],
			owners[stretch->end - 1]);
	}
	return output_take(&out, NULL);
}

/* A new function with the instructions of a stretch. */
static LLVMValueRef lower_stretch(struct lowering *lower, const struct stretch *stretch)
{
	struct gen *gen = lower->gen;
	char *name = stretch_name(lower, stretch);
	LLVMValueRef function;

	gen_line(gen, (ir_value){ (uint32_t)lower->plan->owners.words[stretch->step] });
	function = gen_function(gen, name, gen->void_type, &gen->pointer, 1);
	free(name);
	gen_attribute(gen, function, "noinline");
	if (lower->plan->steps > LONG_PROGRAM)
		gen_attribute(gen, function, "optnone");
	gen_beside(gen, function, gen->classify);
	lower->frame = gen_parameter(function, 0, "frame");
	gen_enter(gen, function, "entry");
	for (uint64_t step = stretch->step; step < stretch->end; step++)
		lower_step(lower, step);
	LLVMBuildRetVoid(gen->builder);
	return function;
}

/* --- the class ------------------------------------------------------------------------ */

/* Some bits that are not 0 if a limb first..end-1 is not. */
static LLVMValueRef any_limb(
	struct lowering *lower, const struct operand *operand, uint64_t first, uint64_t end)
{
	struct gen *gen = lower->gen;

	if (first >= end)
		return gen_i64(gen, 0);
	return limbs_call(gen, LIMBS_ANY,
		(LLVMValueRef[]){
			operand_at(lower, operand, first), gen_size(gen, end - first) });
}

/* The bits of the output below its binary point, and those above a word behind it. */
static LLVMValueRef bits_around(
	struct lowering *lower, const struct operand *output, uint64_t fraction)
{
	struct gen *gen = lower->gen;
	uint64_t whole = fraction / 64, shift = fraction % 64;
	LLVMValueRef rest =
		any_limb(lower, output, 0, whole < output->limbs ? whole : output->limbs);

	rest = word_op(gen, LLVMOr, rest, any_limb(lower, output, whole + 2, output->limbs));
	if (shift)
		rest = word_op(
			gen, LLVMOr, rest, operand_field(lower, output, 64 * whole, shift));
	return word_op(
		gen, LLVMOr, rest, operand_field(lower, output, fraction + 64, 64 - shift));
}

/* y - 1 if the output is an integer y = 1..classes, else -1. */
static LLVMValueRef class_of(struct lowering *lower)
{
	struct gen *gen = lower->gen;
	uint64_t fraction = lower->plan->fraction;
	struct operand output = operand_value(lower, lower->plan->output);
	LLVMValueRef none = LLVMConstInt(gen->i32, UINT64_MAX, true), class, good, whole;

	if (!output.limbs)
		return none;
	class = word_op(
		gen, LLVMSub, operand_field(lower, &output, fraction, 64), gen_i64(gen, 1));
	good = word_is(gen, class, LLVMIntULT, gen_i64(gen, gen->module->class_count));
	if (fraction || output.limbs > 1) {
		whole = word_is(
			gen, bits_around(lower, &output, fraction), LLVMIntEQ, gen_i64(gen, 0));
		good = word_op(gen, LLVMAnd, good, whole);
	}
	return gen_select(gen, good, gen_to(gen, class, gen->i32, false), none, "class");
}

/* --- all together --------------------------------------------------------------------- */

/* Puts the features in the frame, and goes on only if all are in their ranges. */
static void load_features(struct lowering *lower)
{
	struct gen *gen = lower->gen;
	struct load load = load_begin(gen, LLVMGetParam(gen->classify, 0));
	LLVMValueRef inside;
	LLVMBasicBlockRef block, outside, good;

	word_put(gen, lower->frame, load.loop.i, load_value(gen, &load));
	inside = load_end(gen, &load);
	block = LLVMGetInsertBlock(gen->builder);
	outside = gen_enter(gen, gen->classify, "outside");
	LLVMBuildRet(gen->builder, LLVMConstInt(gen->i32, UINT64_MAX, true));
	good = gen_block(gen, gen->classify, "inside");
	LLVMPositionBuilderAtEnd(gen->builder, block);
	LLVMBuildCondBr(gen->builder, inside, good, outside);
	LLVMPositionBuilderAtEnd(gen->builder, good);
}

/* An array of words on the stack. */
static LLVMValueRef new_frame(struct gen *gen)
{
	uint64_t limbs = gen->plan->even.limbs;
	LLVMTypeRef type = LLVMArrayType2(gen->i64, limbs ? limbs : 1);

	return LLVMBuildAlloca(gen->builder, type, "frame");
}

bool llvm_lower_program(struct gen *gen)
{
	const struct plan *plan = gen->plan;
	struct lowering lower = { .gen = gen, .plan = plan, .code = plan->neurons.words };
	LLVMBasicBlockRef block;
	LLVMValueRef frame, function;
	uint64_t end;

	if (plan->steps > LONG_PROGRAM)
		gen->passes = long_program_passes;
	lower.constants = gen_words(gen, "constants", &plan->constants);
	gen_enter(gen, gen->classify, "entry");
	frame = new_frame(gen);
	lower.frame = frame;
	load_features(&lower);
	for (uint64_t step = 0; step < plan->steps; step = end) {
		struct stretch stretch = stretch_from(&lower, step);

		block = LLVMGetInsertBlock(gen->builder);
		function = lower_stretch(&lower, &stretch);
		end = stretch.end;
		LLVMPositionBuilderAtEnd(gen->builder, block);
		gen_call(gen, function, &frame, "");
	}
	lower.frame = frame;
	gen_no_line(gen);
	LLVMBuildRet(gen->builder, class_of(&lower));
	return true;
}
