#include "driver/engines.h"

#include <stdlib.h>

#include "driver/native.h"
#include "support/mem.h"

const struct engine engines[ENGINES] = {
	{ "interpreter -O2", 2, false },
	{ "C -O2", 2, true },
	{ "interpreter -O1", 1, false },
	{ "C -O1", 1, true },
	{ "interpreter -O0", 0, false },
	{ "C -O0", 0, true },
};

/* Measured: how much faster compiled C is than classify_seconds() says of the interpreter. */
enum { COMPILED_GAIN = 3 };

struct engine_run {
	struct target *target;
	const struct ir_module *module;
	struct native *native; /* NULL: the interpreter */
	struct dataset shape;  /* inputs, features and element of the module, for raw rows */
	const struct points *points;
	int64_t *point; /* scratch */
};

struct engine_run *engine_start(struct target *target, const struct engine *engine)
{
	const struct ir_module *module = target_module(target, engine->level);
	struct engine_run *run = mem_alloc(1, sizeof *run);

	*run = (struct engine_run){
		.target = target,
		.module = module,
		.shape = { .inputs = module->input_count,
			.features = module->features,
			.element = module->element },
		.point = mem_alloc(module->input_count, sizeof *run->point),
	};
	if (!engine->compiled)
		return run;
	run->native = native_new(target->session, module);
	session_phase(target->session, "compile C");
	if (run->native)
		return run;
	engine_end(run);
	return NULL;
}

void engine_end(struct engine_run *run)
{
	native_free(run->native);
	free(run->point);
	free(run);
}

uint64_t engine_sample(
	struct target *target, const struct engine *engine, double seconds, uint64_t count)
{
	double gain = engine->compiled ? COMPILED_GAIN : 1;

	return target_sample(target_module(target, engine->level), seconds * gain, count);
}

static void raw_row(const void *context, uint64_t i, unsigned char *bytes)
{
	const struct engine_run *run = context;

	run->points->point(run->points->context, i, run->point);
	dataset_raw(&run->shape, run->point, bytes);
}

bool engine_classify(struct engine_run *run, const struct points *points, int32_t *out)
{
	size_t bytes = (size_t)run->shape.inputs * ir_element_bytes(run->shape.element);

	if (!run->native) {
		classify_points(run->module, points->point, points->context, points->count, out,
			&run->target->session->progress);
		return true;
	}
	run->points = points;
	return native_classify(run->native, raw_row, run, bytes, points->count, out);
}
