#include "frontend/construct/construct.h"

#include <string.h>

#include "ir/level.h"
#include "support/mem.h"

#define CONSTRUCT(name) extern const struct construct construct_##name;
#include "frontend/construct/constructs.def"
#undef CONSTRUCT

const struct construct *const constructs[] = {
#define CONSTRUCT(name) &construct_##name,
#include "frontend/construct/constructs.def"
#undef CONSTRUCT
	NULL,
};

static bool is_spelt(const char *name, const char *as)
{
	for (; *name && (*as == *name || (*as == '-' && *name == '_')); name++)
		as++;
	return *name == *as;
}

const struct construct *construct_find(const char *name)
{
	for (size_t i = 0; constructs[i]; i++)
		if (is_spelt(constructs[i]->name, name))
			return constructs[i];
	return NULL;
}

const char *construct_measure_name(enum construct_measure measure)
{
	static const char *const names[] = {
#define X(id, text) [MEASURE_##id] = text,
		CONSTRUCT_MEASURES(X)
#undef X
	};

	return names[measure];
}

static uint64_t measure_of(const struct ir_measures *all, const struct ir_measures *behind,
	enum construct_measure of)
{
	switch (of) {
	case MEASURE_DEPTH:
		return all->depth;
	case MEASURE_WIDTH:
		return all->width;
	case MEASURE_NEURONS:
		return all->neurons;
	case MEASURE_PARAMETERS:
		return all->parameters;
	case MEASURE_SIGNIFICAND:
		return all->greatest_significand;
	case MEASURE_FIXED:
		return all->greatest_fixed;
	case MEASURE_SIGNIFICAND_BEHIND:
		return behind->greatest_significand;
	case MEASURE_FIXED_BEHIND:
		return behind->greatest_fixed;
	}
	panic("measure %d", (int)of);
}

static void check_promises(const struct ir_module *module, struct construct_report *report)
{
	const struct construct *construct = report->construct;
	struct ir_measures all = ir_measure(module);
	struct ir_measures behind = ir_measure_layers(module, 1, module->layer_count);

	for (size_t i = 0; i < construct->promise_count; i++) {
		struct promise *promise = &report->promises[i];
		const struct promise_row *row = promise->row;
		bool kept;

		promise->built = measure_of(&all, &behind, row->measure);
		kept = row->exact ? promise->built == promise->promised
				  : promise->built <= promise->promised;
		if (!kept)
			panic("%s does not keep its promise: %s %s %s = %llu, built are %llu",
				construct->name, construct_measure_name(row->measure),
				row->exact ? "=" : "<=", row->formula,
				(unsigned long long)promise->promised,
				(unsigned long long)promise->built);
	}
}

static uint64_t promised(const struct construct_report *report, enum construct_measure measure)
{
	for (size_t i = 0; i < report->construct->promise_count; i++)
		if (report->promises[i].row->measure == measure)
			return report->promises[i].promised;
	panic("%s promises no %s", report->construct->name, construct_measure_name(measure));
}

/* What the IR takes for neurons and terms; less than 2^64 where they are below 2^32. */
static bool check_size(
	const struct construct_request *request, uint64_t neurons, uint64_t parameters)
{
	const char *name = request->construct->name;
	uint64_t bytes = 12 * neurons + sizeof(struct ir_term) * parameters;
	unsigned long long n = neurons, p = parameters;

	if (neurons >= UINT32_MAX / 2 || parameters >= UINT32_MAX) {
		diag_error(request->sink, request->span,
			"%s would build %llu neurons with %llu parameters; no network of memc "
			"can have more than 2^31 and 2^32",
			name, n, p);
		return false;
	}
	if (request->force || bytes <= CONSTRUCT_BYTES)
		return true;
	diag_error(request->sink, request->span,
		"%s would build %llu neurons with %llu parameters, %.1f GiB before any pass; "
		"more "
		"than %.0f GiB needs --force",
		name, n, p, (double)bytes / (1 << 30), (double)CONSTRUCT_BYTES / (1 << 30));
	return false;
}

bool construct_plan(const struct construct_request *request, struct construct_report *report)
{
	const struct construct *construct = report->construct;

	report->planned = true;
	for (size_t i = 0; i < construct->promise_count; i++)
		report->promises[i] = (struct promise){
			.row = &construct->promises[i],
			.promised = construct_formula(construct, construct->promises[i].formula,
				request->dataset, report->values),
		};
	return check_size(request, promised(report, MEASURE_NEURONS),
		promised(report, MEASURE_PARAMETERS));
}

/* Whether the construction takes a data set of so many classes. */
static bool check_classes(const struct construct_request *request)
{
	const struct construct *construct = request->construct;
	uint32_t classes = request->dataset->classes, most = construct->most_classes;
	const char *wanted = most == construct->least_classes ? "exactly"
		: classes < construct->least_classes          ? "at least"
							      : "at most";

	if (classes >= construct->least_classes && (!most || classes <= most))
		return true;
	diag_error(request->sink, request->span, "%s takes %s %u classes, and there %s %u",
		construct->name, wanted,
		classes < construct->least_classes ? construct->least_classes : most,
		classes == 1 ? "is" : "are", classes);
	if (construct->instead)
		diag_note(request->sink, request->span, "%s", construct->instead);
	return false;
}

bool construct_network(const struct construct *construct, const char *name,
	const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	const struct dataset *dataset = request->dataset;

	*report = (struct construct_report){ .construct = construct };
	if (!check_classes(request))
		return false;
	ir_module_init(module, name);
	ir_set_classes(module, dataset->classes, dataset->class_names);
	ir_set_inputs(module, dataset->element, dataset->inputs, dataset->features);
	module->points_sha256 = arena_string(&module->arena, dataset->sha256, 64);
	if (!construct->build(request, module, report)) {
		ir_module_fini(module);
		return false;
	}
	if (!report->planned)
		panic("%s built a network that was not planned", construct->name);
	check_promises(module, report); /* of the class codes: levels may take one bias more */
	if (dataset->levels)
		ir_set_levels(module, dataset->levels);
	return true;
}
