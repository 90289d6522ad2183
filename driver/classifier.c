#include "driver/classifier.h"

#include <stdlib.h>

#include "backends/llvm/llvm.h"
#include "backends/plan/plan.h"
#include "driver/classify.h"
#include "driver/cores.h"
#include "ir/interp.h"
#include "support/mem.h"

/* Rows of a share: enough that handing it out costs nothing, few enough to be even. */
enum { LEAST_ROWS = 16, MOST_ROWS = 4096 };
static const double share_seconds = 4e-3; /* of the interpreter, or a small part compiled */

/* The interpreter in one thread. */
struct hand {
	struct ir_interp *interp;
	int64_t *point;
};

struct classifier {
	struct session *session;
	const struct ir_module *module;
	struct raw_form form;
	struct llvm_jit *jit; /* NULL: the interpreter */
	const char *name;
	struct hand hands[CORES_MOST]; /* by thread, made when first used */
	uint64_t grain;
};

static uint64_t rows_of_share(const struct ir_module *module)
{
	double rows = share_seconds / classify_seconds(module);

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

/* False with diagnostics; true without code where there can be none. */
static bool compile(
	struct classifier *classifier, const struct options *options, struct span span)
{
	const struct ir_module *module = classifier->module;
	struct llvm_options how = {
		.prefix = "run",
		.cpu = options->cpu ? options->cpu : "native",
		.assume_members = options->assume_members,
	};
	struct diag_sink unheard;

	classifier->name = "LLVM";
	if (!llvm_is_built()) {
		classifier->name = "exact interpreter (this memc is built without LLVM)";
		return true;
	}
	diag_init(&unheard);
	classifier->jit = llvm_jit_new(module, &how, span, &unheard);
	diag_fini(&unheard);
	if (classifier->jit)
		return true;
	if (!is_too_large(module, options)) /* then it is to be told */
		classifier->jit = llvm_jit_new(module, &how, span, &classifier->session->sink);
	else
		classifier->name = "exact interpreter (the values are too wide for code)";
	return diag_count(&classifier->session->sink) == 0;
}

struct classifier *classifier_new(struct session *session, const struct ir_module *module,
	const struct options *options, struct span span)
{
	struct classifier *classifier = mem_zero(1, sizeof *classifier);

	classifier->session = session;
	classifier->module = module;
	classifier->grain = rows_of_share(module);
	raw_form_init(&classifier->form, module);
	if (!compile(classifier, options, span)) {
		classifier_free(classifier);
		return NULL;
	}
	session_phase(session, "compile");
	return classifier;
}

void classifier_free(struct classifier *classifier)
{
	if (!classifier)
		return;
	for (unsigned i = 0; i < CORES_MOST; i++) {
		if (classifier->hands[i].interp)
			ir_interp_free(classifier->hands[i].interp);
		free(classifier->hands[i].point);
	}
	llvm_jit_free(classifier->jit);
	raw_form_fini(&classifier->form);
	free(classifier);
}

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

	if (!hand->interp) {
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

static void interpret_rows(
	const struct work *work, struct hand *hand, uint64_t first, uint64_t count)
{
	const struct raw_form *form = &work->classifier->form;

	for (uint64_t i = first; i < first + count; i++)
		work->out[i] = raw_to_point(form, work->rows + i * form->row_bytes, hand->point)
			? ir_interp_classify(hand->interp, hand->point)
			: -1;
}

static void work_on(void *context, struct shares *shares, unsigned thread)
{
	const struct work *work = context;
	struct classifier *classifier = work->classifier;
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		if (classifier->jit)
			llvm_jit_classify_batch(classifier->jit,
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
