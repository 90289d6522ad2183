#include "ir/pass.h"

#include <string.h>
#include <time.h>

#include "ir/verify.h"
#include "support/mem.h"

extern const struct pass pass_fold, pass_cse, pass_dce, pass_indicator, pass_select, pass_bits,
	pass_match, pass_table, pass_pwl, pass_ladder, pass_plateau, pass_sweep;

const struct pass *const passes[] = { &pass_fold, &pass_cse, &pass_dce, &pass_ladder,
	&pass_indicator, &pass_select, &pass_plateau, &pass_bits, &pass_match, &pass_table,
	&pass_sweep, &pass_pwl, NULL };

/*
 * The levels.
 *
 *   -O1                      -O2
 *   cse    equal neurons     cse fold cse      one z, read by all
 *   fold   carries go        ladder            sums carried past thresholds of z -> steps
 *   cse    equal values      indicator         relu pairs of z -> within, step
 *   dce    unread values     select dce        sums of those -> tables
 *                            plateau           sums of lines that are flat -> tables
 *                            cse fold          strings have their true range, tents a sign
 *                            bits cse fold     tents and peels -> fields of strings
 *                            match dce         gated sums over fields -> assoc
 *                            table select      assoc of tables -> one table of points
 *                            sweep             what strings of one integer become -> a table
 *                            pwl               what is left of one integer -> a table
 *                            fold cse dce      what the others left behind
 */
static const struct pass *const level_0[] = { NULL };
static const struct pass *const level_1[] = { &pass_cse, &pass_fold, &pass_cse, &pass_dce,
	NULL };
static const struct pass *const level_2[] = { &pass_cse, &pass_fold, &pass_cse, &pass_ladder,
	&pass_indicator, &pass_select, &pass_dce, &pass_plateau, &pass_cse, &pass_fold,
	&pass_bits, &pass_cse, &pass_fold, &pass_match, &pass_dce, &pass_table, &pass_select,
	&pass_sweep, &pass_pwl, &pass_fold, &pass_cse, &pass_dce, NULL };

const struct pass *const *passes_of_level(int level)
{
	static const struct pass *const *const levels[] = { level_0, level_1, level_2 };

	if (level < 0 || level > 2)
		panic("no level %d", level);
	return levels[level];
}

const struct pass *pass_find(const char *name)
{
	for (size_t i = 0; passes[i]; i++)
		if (!strcmp(passes[i]->name, name))
			return passes[i];
	return NULL;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void drop_facts(struct pass_context *context, unsigned facts)
{
	if (context->has & facts & IR_HAS_RANGES)
		ir_ranges_fini(&context->ranges);
	context->has &= ~facts;
}

void pass_need(struct pass_context *context, unsigned facts)
{
	if (facts & ~context->has & IR_HAS_RANGES)
		ir_ranges_init(&context->ranges, context->module);
	context->has |= facts;
}

static void check(const struct ir_module *module, const struct pass *pass)
{
	struct diag_sink sink;

	diag_init(&sink);
	if (!ir_verify(module, SPAN_NONE, &sink)) {
		diag_print(&sink, stderr);
		panic("pass %s left a malformed module", pass->name);
	}
	diag_fini(&sink);
}

static uint64_t operations(const struct ir_module *module)
{
	return module->node_count - module->input_count;
}

/* The bit of a pass in pass_context.idle; one that is not in the list has none. */
static uint32_t bit_of(const struct pass *pass)
{
	for (uint32_t i = 0; passes[i]; i++)
		if (passes[i] == pass)
			return UINT32_C(1) << i;
	return 0;
}

static void rewrite(struct pass_context *context, const struct pass *pass)
{
	uint32_t rewrites = context->module->rewrites;

	if (context->idle & bit_of(pass))
		return;
	pass_need(context, pass->needs);
	pass->run(context);
	if (context->module->rewrites == rewrites) {
		context->idle |= bit_of(pass);
		return;
	}
	context->idle = 0;
	drop_facts(context, ~0u);
	check(context->module, pass);
}

static void run_one(struct pass_context *context, const struct pass *pass,
	const struct pass_observer *observer)
{
	struct pass_record record = { .name = pass->name,
		.before = operations(context->module) };
	double start = now();

	rewrite(context, pass);
	record.seconds = now() - start;
	record.after = operations(context->module);
	if (!observer)
		return;
	if (observer->done)
		observer->done(observer->context, &record);
	if (observer->after && observer->wants && observer->wants(observer->context, pass)) {
		pass_need(context, IR_HAS_RANGES);
		observer->after(observer->context, pass, context->module, &context->ranges);
	}
}

void passes_run(struct ir_module *module, const struct pass *const *list,
	const struct pass_observer *observer)
{
	struct pass_context context = { .module = module };

	for (; *list; list++)
		run_one(&context, *list, observer);
	drop_facts(&context, ~0u);
}
