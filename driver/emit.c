#include "driver/emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/c/c.h"
#include "driver/files.h"
#include "driver/spread.h"
#include "driver/toolchain.h"
#include "ir/text.h"
#include "support/mem.h"

const char *emit_header_path(const struct target *target, const char *path)
{
	size_t length = strlen(path) - (file_has_suffix(path, ".c") ? 2 : 0);

	return arena_printf(&target->session->arena, "%.*s.h", (int)length, path);
}

static const char *prefix_of(const struct target *target, const struct ir_module *module)
{
	return target->options->prefix ? target->options->prefix : module->name;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Stored points for the self check of the emitted file, spread over the set. */
static struct samples take_samples(const struct target *target)
{
	enum { MOST = 64, BYTES = 1 << 16 };
	const struct dataset *dataset = &target->dataset;
	struct arena *arena = &target->session->arena;
	size_t row = (size_t)dataset->inputs * ir_element_bytes(dataset->element);
	struct spread spread = { dataset, BYTES / row < MOST ? BYTES / row : MOST };
	int64_t *point = arena_alloc(arena, dataset->inputs, sizeof *point);
	unsigned char *raw;
	int32_t *classes;

	if (spread.count > dataset->count)
		spread.count = dataset->count;
	raw = arena_alloc(arena, spread.count, row);
	classes = arena_alloc(arena, spread.count, sizeof *classes);
	for (uint64_t i = 0; i < spread.count; i++) {
		uint64_t index = spread_index(&spread, i);
		dataset_point(dataset, index, point);
		dataset_raw(dataset, point, raw + i * row);
		classes[i] = (int32_t)dataset->labels[index];
	}
	return (struct samples){ raw, classes, spread.count };
}

/* Header and source in one text, or in two files that appear together. */
static bool write_c(struct target *target, const struct plan *plan, const char *path,
	struct c_options *options)
{
	struct session *session = target->session;
	struct diag_sink *sink = &session->sink;
	const char *header = emit_header_path(target, path);
	struct output source, declarations;

	if (!output_open(&source, path, 0666, session->outputs, sink))
		return false;
	if (!strcmp(path, "-")) {
		c_emit_header(plan, options, &source);
		c_emit_source(plan, options, &source);
		return output_commit(&source, sink);
	}
	if (!output_open(&declarations, header, 0666, session->outputs, sink)) {
		output_abandon(&source);
		return false;
	}
	options->header = base_name(header);
	c_emit_header(plan, options, &declarations);
	c_emit_source(plan, options, &source);
	if (!output_finish(&source, sink) || !output_finish(&declarations, sink)) {
		output_abandon(&source);
		output_abandon(&declarations);
		return false;
	}
	if (!output_commit(&declarations, sink)) {
		output_abandon(&source);
		return false;
	}
	return output_commit(&source, sink);
}

static bool emit_c(struct target *target, const struct ir_module *module, const char *path)
{
	const struct plan_options how = { .assume_members = target->options->assume_members };
	struct plan *plan =
		plan_new(module, &how, target->network->span, &target->session->sink);
	struct samples samples = take_samples(target);
	struct c_options options = { .prefix = prefix_of(target, module),
		.literal = &target->literal,
		.samples = &samples };
	bool good = plan && write_c(target, plan, path, &options);

	if (good && target->options->verbose) {
		struct plan_sizes sizes = plan_sizes(plan);
		fprintf(stderr, "memc: %s: %llu bytes of tables, at most %llu of stack\n", path,
			(unsigned long long)sizes.table_bytes,
			(unsigned long long)sizes.stack_bytes);
	}
	plan_free(plan);
	return good;
}

static bool emit_program(
	struct target *target, const struct ir_module *module, const char *path)
{
	struct session *session = target->session;
	struct output out;

	if (!strcmp(path, "-")) {
		diag_world(&target->session->sink, SPAN_NONE,
			"a program is not written to standard output; give --emit=c or "
			"--emit=ir");
		return false;
	}
	if (!output_open(&out, path, 0777, session->outputs, &session->sink))
		return false;
	if (!toolchain_program(session, module, target->options->assume_members,
		    prefix_of(target, module), output_hand_over(&out),
		    target->options->verbose)) {
		output_abandon(&out);
		return false;
	}
	return output_commit(&out, &session->sink);
}

static bool emit_ir(struct target *target, const struct ir_module *module, const char *path)
{
	struct session *session = target->session;
	struct output out;

	if (!output_open(&out, path, 0666, session->outputs, &session->sink))
		return false;
	ir_print(module, &out);
	return output_commit(&out, &session->sink);
}

/* What nobody asked to be optimized is shown as its theorem has it. */
static const struct emit_kind kinds[] = {
	{ "program", "", 2, emit_program },
	{ "c", ".c", 2, emit_c },
	{ "ir", ".mir", 0, emit_ir },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const struct emit_kind *emit_kind_find(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

const char *emit_kind_of_path(const char *path)
{
	for (size_t i = 0; i < KINDS; i++)
		if (file_has_suffix(path, kinds[i].suffix))
			return kinds[i].name;
	return "program";
}
