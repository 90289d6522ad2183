/*
 * What the C back end makes: header and source, or a program by the system's C compiler.
 */
#include <stdio.h>

#include "backends/c/c.h"
#include "driver/emit.h"
#include "driver/samples.h"
#include "driver/toolchain.h"

#define U(x) ((unsigned long long)(x))

/* Header and source in one text, or in two files that appear together. */
static bool write_c(struct target *target, const struct emit_job *job, const struct plan *plan,
	struct c_options *options)
{
	struct emit_files files = emit_files_of(target, job);
	struct emit_outputs outputs;

	if (!emit_open(&outputs, target, job, 0666))
		return false;
	if (files.header)
		options->header = emit_base_name(files.header);
	c_emit_header(plan->origin, options, files.header ? outputs.header : outputs.code);
	c_emit_source(plan, options, outputs.code);
	return emit_commit(&outputs, target);
}

bool emit_c(struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	const struct plan_options how = { .assume_members = target->options->assume_members };
	struct plan *plan = plan_new(module, &how, target_span(target), &target->session->sink);
	struct samples samples = samples_take(target);
	struct c_options options = { .prefix = emit_prefix(target, module),
		.assume_members = how.assume_members,
		.literal = &target->literal,
		.samples = &samples };
	bool good = plan && write_c(target, job, plan, &options);

	if (good && target->options->verbose) {
		struct plan_sizes sizes = plan_sizes(plan);
		fprintf(stderr, "memc: %s: %llu bytes of tables, at most %llu of stack\n",
			job->path, U(sizes.table_bytes), U(sizes.stack_bytes));
	}
	plan_free(plan);
	return good;
}

bool emit_c_program(
	struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	const struct options *options = target->options;
	struct emit_outputs outputs;

	if (!emit_open(&outputs, target, job, 0777))
		return false;
	if (toolchain_program(target->session, module, options->assume_members,
		    emit_prefix(target, module), output_hand_over(outputs.code),
		    options->verbose))
		return emit_commit(&outputs, target);
	emit_abandon(&outputs);
	return false;
}
