/*
 * One hidden layer behind the projection: a step for every change of the class (after Zhang,
 * Bengio, Hardt, Recht, Vinyals: Understanding deep learning requires rethinking
 * generalization, Theorem 1, which has a neuron for each point).
 *
 *   y = y_1 + sum of (y_after - y_before) (relu(z - t + 1) - relu(z - t))
 *
 * Change t lies halfway between its neighbours.
 */
#include <stdlib.h>

#include "frontend/construct/changes.h"
#include "support/bits.h"
#include "support/mem.h"

enum { CHANGES, RANGE, B, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[CHANGES] = { "K", "changes of the class along z" },
	[RANGE] = { "r", "bits of a position, ceil(log2 R)" },
	[B] = { "B", "bits of a projection weight" },
};

/* Without a change there is no hidden layer. */
static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "2 + min(K, 1)", "3" },
	{ MEASURE_WIDTH, true, "max(2*K, 1)", "2 N" },
	{ MEASURE_NEURONS, true, "1 + 2*K", "2 N" },
	{ MEASURE_PARAMETERS, false, "d + 2 + 6*K", "O(d + N)" },
	{ MEASURE_SIGNIFICAND_BEHIND, false, "max(r, ceil(log2(C + 1)))", NULL },
	{ MEASURE_FIXED_BEHIND, false, "max(r, ceil(log2(C + 1)))", NULL },
};

/* relu(z - t + 1) and relu(z - t), and the output's terms `height` times their difference */
static void add_step(struct ir_module *module, const struct form *z, position t, int64_t height,
	struct ir_term terms[2])
{
	struct num_pool *nums = &module->nums;

	for (int i = 0; i < 2; i++) {
		num bias = num_neg(nums, position_num(nums, i ? t : t - 1));
		terms[i] = (struct ir_term){ ir_neuron(module, z->terms, z->count, bias),
			num_from_int(nums, i ? -height : height) };
	}
}

static void add_steps(struct ir_module *module, const struct form *z, uint32_t first_label,
	const struct change *changes, uint64_t count)
{
	struct ir_term *terms = mem_alloc(2 * count, sizeof *terms);

	if (count)
		ir_layer_begin(module, "steps");
	for (uint64_t i = 0; i < count; i++)
		add_step(module, z, change_middle(&changes[i]),
			(int64_t)changes[i].after - changes[i].before, &terms[2 * i]);
	ir_set_output(module, terms, (uint32_t)(2 * count),
		num_from_int(&module->nums, (int64_t)first_label + 1));
	free(terms);
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	struct projection projection;
	struct change *changes;
	struct form z;
	bool good;

	if (!project(request, module, &projection, &z))
		return false;
	changes = list_changes(
		projection.points, projection.count, UINT32_MAX, &report->values[CHANGES]);
	report->values[RANGE] = projection.range_bits;
	report->values[B] = projection.bits;
	good = construct_plan(request, report);
	if (good)
		add_steps(module, &z, projection.points[0].label, changes,
			report->values[CHANGES]);
	free(changes);
	projection_fini(&projection);
	return good;
}

const struct construct construct_steps = {
	.name = "steps",
	.source = "after Zhang, Bengio, Hardt, Recht, Vinyals 2017, Theorem 1",
	.citation =
		"Chiyuan Zhang, Samy Bengio, Moritz Hardt, Benjamin Recht, Oriol Vinyals: "
		"Understanding deep learning requires rethinking generalization. ICLR 2017, "
		"arXiv 1611.03530",
	.help = "one hidden layer behind the projection, two neurons for each change of the "
		"class",
	.figure = "x -> project -> z -> [ step 1 .. step K ] -> y\n"
		  "\n"
		  "Along the sorted positions the class changes K times. A change between the\n"
		  "neighbours z' and z is a step t halfway between them: two neurons,\n"
		  "relu(z - t + 1) and relu(z - t), whose difference is 1 from t on and else\n"
		  "0. The output adds up the differences of the classes.\n",
	.elsewhere = "the class of the stored point whose position is nearest",
	.apart = APART_CLASSES,
	.least_classes = 1,
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
