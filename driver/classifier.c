#include "driver/classifier.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "backends/llvm/llvm.h"
#include "backends/plan/plan.h"
#include "driver/classify.h"
#include "driver/precision.h"
#include "ir/interp.h"
#include "support/cores.h"
#include "support/mem.h"

/* Rows of a share: enough that handing it out costs nothing, few enough to be even. */
enum { LEAST_ROWS = 16, MOST_ROWS = 4096 };
static const double share_seconds = 4e-3; /* of the interpreter, or a small part compiled */

/* The interpreter in one thread, or the arithmetic of --engine. */
struct hand {
	struct ir_interp *interp;
	struct ir_rounded *rounded;
	int64_t *point;
};

struct classifier {
	struct session *session;
	const struct options *options;
	struct llvm_options how;
	const struct ir_module *module;
	struct span span;
	struct raw_form form;
	const char *name;
	bool coded; /* answers are to come from code */

	pthread_t compiler;
	bool compiling;                 /* the thread is to be joined */
	_Atomic(struct llvm_jit *) jit; /* NULL: the interpreter */

	struct hand hands[CORES_MOST]; /* by thread, made when first used */
	uint64_t grain;
};

static uint64_t rows_of_share(const struct classifier *classifier)
{
	const struct ir_module *module = classifier->module;
	const struct ir_format *engine = &classifier->options->engine;
	double rows = share_seconds /
		(engine->arithmetic ? precision_seconds(module, engine)
				    : classify_seconds(module));

	if (rows < LEAST_ROWS)
		return LEAST_ROWS;
	return rows > MOST_ROWS ? MOST_ROWS : (uint64_t)rows;
}

/* Whether code for the module would need more stack than any may take. */
static bool is_too_large(const struct ir_module *module, const struct options *options)
{
	struct plan_options how = { options->assume_members, .program = true };
	struct plan *plan = plan_new(module, &how, SPAN_NONE, NULL);
	bool large = plan->too_large;

	plan_free(plan);
	return large;
}

/* --- code ----------------------------------------------------------------------------------
 */

/* What fails is told by classifier_wait(), in the thread that may. */
static void *compile(void *context)
{
	struct classifier *classifier = context;
	struct diag_sink unheard;

	diag_init(&unheard);
	atomic_store(&classifier->jit,
		llvm_jit_new(classifier->module, &classifier->how, classifier->span, &unheard));
	diag_fini(&unheard);
	return NULL;
}

struct classifier *classifier_new(struct session *session, const struct options *options)
{
	struct classifier *classifier = mem_zero(1, sizeof *classifier);

	classifier->session = session;
	classifier->options = options;
	classifier->name = "exact interpreter (this memc is built without LLVM)";
	classifier->how = (struct llvm_options){
		.prefix = "run",
		.cpu = options->cpu ? options->cpu : "native",
		.assume_members = options->assume_members,
	};
	classifier->coded = llvm_is_built() && !options->engine.arithmetic;
	if (classifier->coded)
		classifier->name = "LLVM";
	if (options->engine.arithmetic)
		classifier->name = ir_format_text(
			&options->engine, arena_alloc(&session->arena, IR_FORMAT_TEXT, 1));
	return classifier;
}

void classifier_free(struct classifier *classifier)
{
	if (!classifier)
		return;
	if (classifier->compiling)
		pthread_join(classifier->compiler, NULL);
	for (unsigned i = 0; i < CORES_MOST; i++) {
		ir_interp_free(classifier->hands[i].interp);
		ir_rounded_free(classifier->hands[i].rounded);
		free(classifier->hands[i].point);
	}
	llvm_jit_free(atomic_load(&classifier->jit));
	if (classifier->module)
		raw_form_fini(&classifier->form);
	free(classifier);
}

bool classifier_build(struct classifier *classifier, const struct ir_module *module,
	struct span span, bool behind)
{
	classifier->module = module;
	classifier->span = span;
	classifier->grain = rows_of_share(classifier);
	raw_form_init(&classifier->form, module);
	if (!classifier->coded)
		return true;
	/* a cpu that was named is tried in a process of its own, which one thread must start */
	behind = behind && !classifier->options->cpu;
	if (behind)
		classifier->compiling =
			pthread_create(&classifier->compiler, NULL, compile, classifier) == 0;
	if (classifier->compiling)
		return true;
	compile(classifier);
	return classifier_wait(classifier);
}

bool classifier_wait(struct classifier *classifier)
{
	struct diag_sink *sink = &classifier->session->sink;

	if (classifier->compiling)
		pthread_join(classifier->compiler, NULL);
	classifier->compiling = false;
	if (atomic_load(&classifier->jit) || !classifier->coded)
		return true;
	if (is_too_large(classifier->module, classifier->options)) {
		classifier->name = "exact interpreter (the values are too wide for code)";
		return true;
	}
	atomic_store(&classifier->jit, /* once more, to hear why not */
		llvm_jit_new(classifier->module, &classifier->how, classifier->span, sink));
	return atomic_load(&classifier->jit) != NULL;
}

/* --- rows ----------------------------------------------------------------------------------
 */

const char *classifier_name(const struct classifier *classifier)
{
	return classifier->name;
}

const struct raw_form *classifier_form(const struct classifier *classifier)
{
	return &classifier->form;
}

unsigned classifier_cores(const struct classifier *classifier, uint64_t rows)
{
	return cores_for(rows, classifier->grain);
}

static struct hand *hand_of(struct classifier *classifier, unsigned thread)
{
	struct hand *hand = &classifier->hands[thread];

	if (!hand->point) {
		if (classifier->options->engine.arithmetic)
			hand->rounded = ir_rounded_new(
				classifier->module, &classifier->options->engine);
		else
			hand->interp = ir_interp_new(classifier->module);
		hand->point = mem_alloc(classifier->module->input_count, sizeof *hand->point);
	}
	return hand;
}

struct work {
	struct classifier *classifier;
	const char *rows;
	uint64_t count;
	int32_t *out;
};

static int32_t classify(const struct hand *hand)
{
	return hand->rounded ? ir_rounded_classify(hand->rounded, hand->point)
			     : ir_interp_classify(hand->interp, hand->point);
}

static void interpret_rows(
	const struct work *work, struct hand *hand, uint64_t first, uint64_t count)
{
	const struct raw_form *form = &work->classifier->form;

	for (uint64_t i = first; i < first + count; i++)
		work->out[i] = raw_to_point(form, work->rows + i * form->row_bytes, hand->point)
			? classify(hand)
			: -1;
}

static void work_on(void *context, struct shares *shares, unsigned thread)
{
	const struct work *work = context;
	struct classifier *classifier = work->classifier;
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		const struct llvm_jit *jit = atomic_load(&classifier->jit);
		if (jit)
			llvm_jit_classify_batch(jit,
				work->rows + first * classifier->form.row_bytes, count,
				work->out + first);
		else
			interpret_rows(work, hand_of(classifier, thread), first, count);
		if (!thread)
			progress_report(&classifier->session->progress, "classifying", first,
				work->count);
	}
}

void classifier_run(
	struct classifier *classifier, const void *rows, uint64_t count, int32_t *out)
{
	struct work work = { classifier, rows, count, out };

	cores_run(count, classifier->grain, work_on, &work);
}
