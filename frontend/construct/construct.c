#include "frontend/construct/construct.h"

#include <string.h>

#include "support/mem.h"

extern const struct construct construct_sqrt;

const struct construct *const constructs[] = { &construct_sqrt, NULL };

const struct construct *construct_find(const char *name)
{
	for (size_t i = 0; constructs[i]; i++)
		if (!strcmp(constructs[i]->name, name))
			return constructs[i];
	return NULL;
}

static void check_promises(
	const struct construct *construct, const struct construct_report *report)
{
	for (uint32_t i = 0; i < report->promise_count; i++) {
		const struct promise *promise = &report->promises[i];
		bool kept = promise->exact ? promise->built == promise->promised
					   : promise->built <= promise->promised;
		if (!kept)
			panic("%s does not keep %s: %s = %llu promised, %llu built",
				construct->name, construct->source, promise->measure,
				(unsigned long long)promise->promised,
				(unsigned long long)promise->built);
	}
}

bool construct_network(const struct construct *construct, const char *name,
	const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	const struct dataset *dataset = request->dataset;

	*report = (struct construct_report){ 0 };
	ir_module_init(module, name);
	ir_set_classes(module, dataset->classes, dataset->class_names);
	ir_set_inputs(module, dataset->element, dataset->inputs, dataset->features);
	module->points_sha256 = arena_string(&module->arena, dataset->sha256, 64);
	if (!construct->build(request, module, report)) {
		ir_module_fini(module);
		return false;
	}
	check_promises(construct, report);
	return true;
}
