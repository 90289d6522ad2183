#include "backends/llvm/load.h"

#include "backends/llvm/word.h"

static uint64_t span_of(const struct ir_feature *feature)
{
	return (uint64_t)feature->hi - (uint64_t)feature->lo;
}

/* Words of a run of features in plan->features. */
static uint64_t run_words(enum plan_load how)
{
	return how == PLAN_LOAD_MAPS ? 1 + LOAD_MAP_WORDS : 3;
}

static bool has_runs(enum plan_load how)
{
	return how == PLAN_LOAD_RANGES || how == PLAN_LOAD_MAPS;
}

struct load load_begin(struct gen *gen, LLVMValueRef x)
{
	const struct words *features = &gen->plan->features;
	enum plan_load how = plan_load_of(gen->module);
	struct load load = { .x = x };

	if (has_runs(how))
		load.runs = gen_words(gen, "features", features);
	load.loop = gen_loop_begin(gen, gen_size(gen, gen->module->input_count), "load");
	if (how != PLAN_LOAD_WHOLE)
		load.inside = gen_loop_value(gen, &load.loop, gen_int(gen->i1, 1), "inside");
	if (has_runs(how) && features->count > run_words(how)) {
		/* one run before the first, which ends where that begins */
		load.run = gen_loop_value(
			gen, &load.loop, gen_size(gen, 0 - run_words(how)), "run");
		load.end = gen_loop_value(gen, &load.loop, gen_size(gen, 0), "end");
	}
	return load;
}

/* The words of the run that the feature of this turn belongs to, behind its length. */
static LLVMValueRef this_run(struct gen *gen, struct load *load, enum plan_load how)
{
	LLVMValueRef at_end, run, length, end, one = gen_size(gen, 1);

	if (!load->run)
		return gen_at(gen, gen->i64, load->runs, one, "features");
	at_end = word_is(gen, load->loop.i, LLVMIntEQ, load->end);
	run = word_op(gen, LLVMAdd, load->run, gen_size(gen, run_words(how)));
	run = gen_select(gen, at_end, run, load->run, "run");
	length = gen_to(gen, word_get(gen, load->runs, run, "length"), gen->size, false);
	end = word_op(gen, LLVMAdd, load->loop.i, length);
	gen_loop_carry(&load->loop, load->run, run);
	gen_loop_carry(&load->loop, load->end, gen_select(gen, at_end, end, load->end, "end"));
	return gen_at(gen, gen->i64, load->runs, word_op(gen, LLVMAdd, run, one), "features");
}

/* The feature less the least of its range. */
static LLVMValueRef load_range(struct gen *gen, const struct load *load, LLVMValueRef lo,
	LLVMValueRef span, LLVMValueRef *inside)
{
	bool is_signed = ir_element_min(gen->module->element) < 0;
	LLVMValueRef x = gen_load_at(gen, gen->element, load->x, load->loop.i, "x");
	LLVMValueRef v = word_op(gen, LLVMSub, gen_to(gen, x, gen->i64, is_signed), lo);

	*inside = word_is(gen, v, LLVMIntULE, span);
	return v;
}

LLVMValueRef load_value(struct gen *gen, struct load *load)
{
	const struct ir_feature *feature = &gen->module->features[0];
	enum plan_load how = plan_load_of(gen->module);
	LLVMValueRef run, inside, v;

	if (has_runs(how)) {
		run = this_run(gen, load, how);
		if (how == PLAN_LOAD_MAPS)
			v = load_map(gen, run,
				gen_load_at(gen, gen->element, load->x, load->loop.i, "x"),
				&inside);
		else
			v = load_range(gen, load, word_get(gen, run, gen_size(gen, 0), "lo"),
				word_get(gen, run, gen_size(gen, 1), "span"), &inside);
	} else {
		v = load_range(gen, load, gen_i64(gen, (uint64_t)feature->lo),
			gen_i64(gen, span_of(feature)), &inside);
	}
	if (load->inside)
		gen_loop_carry(
			&load->loop, load->inside, word_op(gen, LLVMAnd, load->inside, inside));
	return v;
}

LLVMValueRef load_end(struct gen *gen, struct load *load)
{
	gen_loop_end(gen, &load->loop);
	if (!load->inside)
		return gen_int(gen->i1, 1);
	return gen_loop_result(&load->loop, load->inside);
}
