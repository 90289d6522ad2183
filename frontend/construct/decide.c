#include "frontend/construct/decide.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

void ranking_init(
	struct ranking *ranking, const uint32_t *labels, uint64_t count, uint32_t classes)
{
	bool *present = mem_zero(classes, sizeof *present);

	*ranking = (struct ranking){ .classes = mem_alloc(classes, sizeof(uint32_t)) };
	for (uint64_t i = 0; i < count; i++)
		present[labels[i]] = true;
	for (uint32_t c = 0; c < classes; c++)
		if (present[c])
			ranking->classes[ranking->count++] = c;
	free(present);
}

void ranking_fini(struct ranking *ranking)
{
	free(ranking->classes);
	*ranking = (struct ranking){ 0 };
}

bool ranking_check(const struct ranking *ranking, const struct construct_request *request)
{
	if (ranking->count < 2)
		diag_error(request->sink, request->span,
			"all points are of class '%s': any point has it, or use 'sqrt'",
			request->dataset->class_names[ranking->classes[0]]);
	return ranking->count >= 2;
}

void ranking_put_first(struct ranking *ranking, uint32_t class)
{
	uint32_t at = 0;

	while (ranking->classes[at] != class)
		at++;
	memmove(ranking->classes + 1, ranking->classes, at * sizeof *ranking->classes);
	ranking->classes[0] = class;
}

static int64_t code(const struct ranking *ranking, uint32_t rank)
{
	return (int64_t)ranking->classes[rank] + 1;
}

void decide(struct ir_module *module, const struct ranking *ranking, const uint32_t *first)
{
	struct num_pool *nums = &module->nums;
	struct ir_layer before = module->layers[module->layer_count - 1];
	uint32_t room = before.count > ranking->count ? before.count : ranking->count;
	struct ir_term *terms = mem_alloc(room, sizeof *terms);
	num minus = num_from_int(nums, -1);
	ir_value none;

	ir_layer_begin(module, "decide");
	for (uint32_t r = 1; r < ranking->count; r++) {
		uint32_t count = before.count - first[r];
		for (uint32_t i = 0; i < count; i++)
			terms[i] = (struct ir_term){ { before.first + first[r] + i }, minus };
		none = ir_neuron(module, terms, count, NUM_ONE);
	}
	for (uint32_t r = 1; r < ranking->count; r++)
		terms[r - 1] = (struct ir_term){ { none.i + 1 - ranking->count + r },
			num_from_int(nums, code(ranking, r - 1) - code(ranking, r)) };
	ir_set_output(module, terms, ranking->count - 1,
		num_from_int(nums, code(ranking, ranking->count - 1)));
	free(terms);
}
