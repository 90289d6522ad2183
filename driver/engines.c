#include "driver/engines.h"

#include <stdlib.h>

#include "backends/llvm/llvm.h"
#include "driver/native.h"
#include "driver/raw.h"
#include "driver/tool.h"
#include "driver/toolchain.h"
#include "support/cores.h"
#include "support/mem.h"

const struct engine engines[ENGINES] = {
	{ "interpreter -O2", ENGINE_INTERPRETER, 2 },
	{ "LLVM -O2", ENGINE_LLVM, 2 },
	{ "C -O2", ENGINE_C, 2 },
	{ "interpreter -O1", ENGINE_INTERPRETER, 1 },
	{ "LLVM -O1", ENGINE_LLVM, 1 },
	{ "C -O1", ENGINE_C, 1 },
	{ "interpreter -O0", ENGINE_INTERPRETER, 0 },
	{ "LLVM -O0", ENGINE_LLVM, 0 },
	{ "C -O0", ENGINE_C, 0 },
};

/* Measured: how much faster compiled code is than classify_seconds() says of the interpreter.
 */
enum { COMPILED_GAIN = 3 };

/* Rows that LLVM's code takes at once. */
enum { GRAIN = 64 };

struct engine_run {
	struct target *target;
	const struct ir_module *module;
	struct raw_form form;
	struct llvm_jit *jit;  /* of ENGINE_LLVM */
	struct native *native; /* of ENGINE_C */
	const struct points *points;
	int64_t *point; /* scratch */
};

const char *engine_is_missing(struct target *target, const struct engine *engine)
{
	const char *compiler = toolchain_compiler();

	if (engine->kind == ENGINE_LLVM && !llvm_is_built())
		return "this memc is built without LLVM";
	if (engine->kind == ENGINE_C && !tool_is_there(compiler))
		return arena_printf(
			&target->session->arena, "there is no C compiler '%s'", compiler);
	return NULL;
}

/* False with diagnostics. */
static bool compile(struct engine_run *run, enum engine_kind kind)
{
	struct session *session = run->target->session;
	struct llvm_options how = { .prefix = "verify" };

	if (kind == ENGINE_LLVM) {
		progress_report(&session->progress, "compiling", 0, 0);
		run->jit = llvm_jit_new(
			run->module, &how, target_span(run->target), &session->sink);
		session_phase(session, "compile");
		return run->jit != NULL;
	}
	run->native = native_new(session, run->module);
	session_phase(session, "compile C");
	return run->native != NULL;
}

struct engine_run *engine_start(struct target *target, const struct engine *engine)
{
	const struct ir_module *module = target_module(target, engine->level);
	struct engine_run *run = mem_alloc(1, sizeof *run);

	*run = (struct engine_run){
		.target = target,
		.module = module,
		.point = mem_alloc(module->input_count, sizeof *run->point),
	};
	raw_form_init(&run->form, module);
	if (engine->kind == ENGINE_INTERPRETER || compile(run, engine->kind))
		return run;
	engine_end(run);
	return NULL;
}

void engine_end(struct engine_run *run)
{
	llvm_jit_free(run->jit);
	native_free(run->native);
	raw_form_fini(&run->form);
	free(run->point);
	free(run);
}

uint64_t engine_sample(
	struct target *target, const struct engine *engine, double seconds, uint64_t count)
{
	double gain = engine->kind == ENGINE_INTERPRETER ? 1 : COMPILED_GAIN;

	return target_sample(target_module(target, engine->level), seconds * gain, 16, count);
}

/* --- rows -------------------------------------------------------------------------------- */

static void raw_row(const void *context, uint64_t i, unsigned char *bytes)
{
	const struct engine_run *run = context;

	run->points->point(run->points->context, i, run->point);
	raw_of_point(&run->form, run->point, bytes);
	raw_swap(run->module->element, bytes, run->module->input_count);
}

struct work {
	const struct engine_run *run;
	int32_t *out;
};

static void classify_some(void *context, struct shares *shares, unsigned thread)
{
	const struct work *work = context;
	const struct engine_run *run = work->run;
	const struct points *points = run->points;
	size_t bytes = run->form.row_bytes;
	int64_t *point = mem_alloc(run->module->input_count, sizeof *point);
	char *rows = mem_alloc(GRAIN, bytes);
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		for (uint64_t i = 0; i < count; i++) {
			points->point(points->context, first + i, point);
			raw_of_point(&run->form, point, rows + i * bytes);
		}
		llvm_jit_classify_batch(run->jit, rows, (size_t)count, work->out + first);
		if (!thread)
			progress_report(&run->target->session->progress, "running LLVM's code",
				first, points->count);
	}
	free(rows);
	free(point);
}

bool engine_classify(struct engine_run *run, const struct points *points, int32_t *out)
{
	struct work work = { run, out };

	run->points = points;
	if (run->native)
		return native_classify(
			run->native, raw_row, run, run->form.row_bytes, points->count, out);
	if (run->jit)
		cores_run(points->count, GRAIN, classify_some, &work);
	else
		classify_points(run->module, points->point, points->context, points->count, out,
			&run->target->session->progress);
	return true;
}
