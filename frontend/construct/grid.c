/*
 * Two hidden layers of width O(sqrt N) behind the projection (after Yun, Sra, Jadbabaie: Small
 * ReLU networks are powerful memorizers, Theorem 3.1, whose hidden layers have hard-tanh
 * units): one stage of frontend/construct/gridselect.h whose constants are the classes.
 */
#include <stdlib.h>

#include "frontend/construct/changes.h"
#include "frontend/construct/gridselect.h"
#include "support/mem.h"

enum { CHANGES, GROUPS, GROUP, RANGE, B, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[CHANGES] = { "K", "changes of the class along z" },
	[GROUPS] = { "p", "groups of runs of one class" },
	[GROUP] = { "q", "runs of a group" },
	[RANGE] = { "r", "bits of a position, ceil(log2 R)" },
	[B] = { "B", "bits of a projection weight" },
};

/* Without a change there is no hidden layer; p and q are ceil(sqrt(K + 1)) at most. */
static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "2 + 2*min(K, 1)", "4" },
	{ MEASURE_WIDTH, false, "max(2*p, 2*q) - 1", "2 ceil(sqrt(N))" },
	{ MEASURE_NEURONS, false, "1 + min(K, 1)*(2*p + 2*q - 2)", "4 ceil(sqrt(N))" },
	{ MEASURE_PARAMETERS, false, "d + 2 + min(K, 1)*(4*p*q + 2*p + 2*q)", "O(d + N)" },
	{ MEASURE_SIGNIFICAND_BEHIND, false, "r + ceil(log2(C + 1)) + 2", "O(log R + log C)" },
	{ MEASURE_FIXED_BEHIND, false, "r + ceil(log2(C + 1)) + 2", "O(log R + log C)" },
};

/* The runs of one class: from where, and class + 1. */
static struct rung *list_runs(
	struct num_pool *nums, const struct projection *projection, uint64_t *count)
{
	uint64_t found;
	struct change *changes =
		list_changes(projection->points, projection->count, UINT32_MAX, &found);
	struct rung *runs = mem_alloc(found + 1, sizeof *runs);

	runs[0] = (struct rung){ 0,
		{ num_from_int(nums, (int64_t)projection->points[0].label + 1) } };
	for (uint64_t i = 0; i < found; i++)
		runs[i + 1] = (struct rung){ change_middle(&changes[i]),
			{ num_from_int(nums, (int64_t)changes[i].after + 1) } };
	free(changes);
	*count = found + 1;
	return runs;
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	struct projection projection;
	struct grid_form y;
	struct rung *runs;
	struct grid grid;
	struct form z;
	uint64_t count;
	bool good;

	if (!project(request, module, &projection, &z))
		return false;
	runs = list_runs(&module->nums, &projection, &count);
	grid = grid_of(count, count);
	report->values[CHANGES] = count - 1;
	report->values[GROUPS] = grid.groups;
	report->values[GROUP] = grid.group;
	report->values[RANGE] = projection.range_bits;
	report->values[B] = projection.bits;
	good = construct_plan(request, report);
	if (good) {
		grid_select(module, &grid, &z, false, runs, count, &y, 1);
		ir_set_output(module, y.terms, y.count, y.bias);
		grid_form_fini(&y);
	}
	free(runs);
	projection_fini(&projection);
	return good;
}

const struct construct construct_grid = {
	.name = "grid",
	.source = "after Yun, Sra, Jadbabaie 2019, Theorem 3.1",
	.citation = "Chulhee Yun, Suvrit Sra, Ali Jadbabaie: Small ReLU networks are powerful "
		    "memorizers: a tight analysis of memorization capacity. NeurIPS 2019, "
		    "arXiv 1810.07770",
	.help = "two hidden layers of width O(sqrt N) behind the projection",
	.figure =
		"x -> project -> z -> [ z, start of group 1 .. p ] -> [ run 2 .. q ] -> y\n"
		"\n"
		"Along the sorted positions the class makes runs, which are cut into p\n"
		"groups of q. The first hidden layer has two neurons for each group but the\n"
		"first, whose difference is 1 from its start on: so the second layer can\n"
		"read any constant of z's group. It has the class at the start of the group\n"
		"and, for k = 2 .. q,\n"
		"\n"
		"  A_k = relu(2M (z - z_k) + M + rise_k),  B_k = relu(2M (z - z_k) + M)\n"
		"\n"
		"where the k-th run of the group begins at z_k and differs by rise_k from the\n"
		"one before. The output adds up A_k - B_k: rise_k from z_k on, else 0.\n",
	.elsewhere = "the class of the stored point whose position is nearest",
	.apart = APART_CLASSES,
	.least_classes = 1,
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
