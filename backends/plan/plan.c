#include "backends/plan/plan.h"

#include <stdlib.h>

#include "ir/level.h"
#include "support/mem.h"

/* What functions take besides the buffers, without optimization too (tests measure it). */
enum { FRAMES = 2048, FAST_FRAMES = 1024 };

/* Inputs, values and bits of a row; gates are under way for one row at a time. */
static uint64_t dense_bytes(const struct plan_dense *dense, uint64_t rows)
{
	enum { GATE = 32 };

	return rows *
		(2 * (uint64_t)dense->chunk * dense->chunks + 8 * (uint64_t)dense->values +
			16) +
		8 * (uint64_t)dense->bit_words + GATE * (uint64_t)dense->depth + FRAMES;
}

uint32_t plan_dense_block(const struct plan_dense *dense)
{
	return dense->planes && dense->eager && dense_bytes(dense, PLAN_DENSE_BLOCK) < 1 << 20
		? PLAN_DENSE_BLOCK
		: 1;
}

static uint64_t stack_bytes(const struct plan *plan)
{
	if (plan->kind == PLAN_DENSE)
		return dense_bytes(plan->dense, plan_dense_block(plan->dense));
	if (plan->kind == PLAN_LOOKUP)
		return FAST_FRAMES;
	return 8 * (plan->even.limbs + plan->odd.limbs) +
		4 * (plan->even.width + plan->odd.width + 2) + FRAMES;
}

static enum plan_kind kind_of(const struct plan *plan, bool programs)
{
	if (plan->lookup)
		return PLAN_LOOKUP;
	if (plan->dense)
		return PLAN_DENSE;
	return programs || plan->module->level == IR_LEVEL_FUSED ? PLAN_PROGRAM : PLAN_LITERAL;
}

/* Borrows the module, or takes a copy whose output is a code. */
static void take_module(struct plan *plan, const struct ir_module *module)
{
	plan->module = plan->origin = module;
	if (!module->levels)
		return;
	plan->coded = mem_alloc(1, sizeof *plan->coded);
	ir_module_copy(plan->coded, module);
	ir_drop_levels(plan->coded);
	plan->module = plan->coded;
}

struct plan *plan_new(const struct ir_module *module, const struct plan_options *options,
	struct span span, struct diag_sink *sink)
{
	struct plan *plan = mem_zero(1, sizeof *plan);

	take_module(plan, module);
	plan->lookup = plan_lookup_new(plan->module, options->assume_members);
	if (!plan->lookup)
		plan->dense = plan_dense_new(plan->module);
	if (plan->dense && dense_bytes(plan->dense, 1) > PLAN_STACK_LIMIT) {
		plan_dense_free(plan->dense);
		plan->dense = NULL; /* a program needs no place for what is no longer read */
	}
	plan->kind = kind_of(plan, options->program);
	if (plan->kind == PLAN_PROGRAM)
		plan_program(plan);
	else if (plan->kind == PLAN_LITERAL)
		plan_literal(plan, plan->coded ? NULL : options->ranges);
	plan_features(plan);
	plan->too_large = plan->too_large || stack_bytes(plan) > PLAN_STACK_LIMIT;
	if (!plan->too_large || !sink)
		return plan;
	diag_error(sink, span,
		"the values of network '%s' are too wide for code: a call would take more than "
		"%d MiB of stack",
		module->name, PLAN_STACK_LIMIT >> 20);
	plan_free(plan);
	return NULL;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	if (plan->lookup)
		plan_lookup_free(plan->lookup);
	if (plan->dense)
		plan_dense_free(plan->dense);
	words_fini(&plan->layers);
	words_fini(&plan->neurons);
	words_fini(&plan->constants);
	words_fini(&plan->features);
	words_fini(&plan->owners);
	words_fini(&plan->bits);
	if (plan->coded)
		ir_module_fini(plan->coded);
	free(plan->coded);
	free(plan);
}

static void add_lookup_sizes(const struct plan *plan, struct plan_sizes *sizes)
{
	const struct plan_lookup *lookup = plan->lookup;

	sizes->rows = lookup->table_rows;
	sizes->weight_bytes = plan_weight_bytes(lookup, plan->module);
	sizes->index_bytes = 8 * lookup->index.count;
	sizes->position_bytes = 8 * lookup->positions.count;
	sizes->label_bytes = 8 * lookup->labels.count;
}

static const char *form_of(enum plan_kind kind)
{
	static const char *const forms[] = { [PLAN_LITERAL] = "literal",
		[PLAN_LOOKUP] = "fused",
		[PLAN_DENSE] = "fused, dense",
		[PLAN_PROGRAM] = "fused, general" };

	return forms[kind];
}

struct plan_sizes plan_sizes(const struct plan *plan)
{
	struct plan_sizes sizes = { .form = form_of(plan->kind),
		.stack_bytes = stack_bytes(plan),
		.code_bytes = 8 *
			(plan->layers.count + plan->neurons.count + plan->constants.count) };

	if (plan->lookup)
		add_lookup_sizes(plan, &sizes);
	if (plan->dense) {
		sizes.weight_bytes = 8 * (plan->dense->matrix.count + plan->dense->rows.count);
		sizes.code_bytes = 8 * plan->dense->gates.count;
	}
	sizes.table_bytes = sizes.weight_bytes + sizes.index_bytes + sizes.position_bytes +
		sizes.label_bytes + sizes.code_bytes + 8 * plan->features.count;
	return sizes;
}

bool plan_sizes_of(const struct ir_module *module, const struct plan_options *options,
	struct plan_sizes *sizes)
{
	struct diag_sink unheard;
	struct plan *plan;
	bool good;

	diag_init(&unheard);
	plan = plan_new(module, options, SPAN_NONE, &unheard);
	good = plan;
	if (good)
		*sizes = plan_sizes(plan);
	diag_fini(&unheard);
	plan_free(plan);
	return good;
}
