#include <string.h>

#include "frontend/check.h"
#include "support/mem.h"

const char *const spec_measure_names[] = {
	"memorized", /* points of the data set that the network gives their class */
	"width",     /* of ir/measure.h, like all that follow */
	"depth",
	"neurons",
	"parameters",
	"dense_parameters",
	"bits",             /* of the significand of the longest weight */
	"fixed_bits",       /* of the longest weight as fixed point */
	"total_bits",       /* of all weights, as significands */
	"total_fixed_bits", /* and as fixed point */
	NULL,
};

static struct scope expect_scope(struct spec *spec, struct diag_sink *sink)
{
	struct scope scope = check_scope(spec, sink);

	scope.has_data = scope.has_measures = true;
	return scope;
}

static const char what[] = "a side of a comparison";

static void check_relation(
	struct spec *spec, const struct tree_relation *relation, struct diag_sink *sink)
{
	struct scope scope = expect_scope(spec, sink);
	struct value value;

	value_init(&value);
	eval_number(&scope, relation->left, what, &value);
	eval_number(&scope, relation->right, what, &value);
	value_fini(&value);
}

void check_expect(struct spec *spec, const struct check_item *item, struct diag_sink *sink)
{
	const struct tree_item *tree = item->item;
	uint32_t network = check_network_name(spec, tree, sink);

	if (!tree->relations)
		diag_error(sink, tree->span, "nothing is expected of '%s'", tree->name);
	for (const struct tree_relation *relation = tree->relations;
		relation && !diag_full(sink); relation = relation->next) {
		check_relation(spec, relation, sink);
		spec->expects[spec->expect_count++] = (struct spec_expect){
			.relation = relation,
			.network_index = network,
			.span = relation->span,
		};
	}
}

static bool holds(enum tree_relop op, int order)
{
	switch (op) {
	case TREE_EQ:
		return order == 0;
	case TREE_NE:
		return order != 0;
	case TREE_LT:
		return order < 0;
	case TREE_LE:
		return order <= 0;
	case TREE_GT:
		return order > 0;
	case TREE_GE:
		return order >= 0;
	}
	panic("comparison %d", (int)op);
}

bool spec_expectation(struct spec *spec, const struct spec_expect *expect,
	const struct spec_scope *data, const struct spec_measure *measures,
	size_t measure_count, struct diag_sink *sink)
{
	static const char *const signs[] = { "==", "!=", "<", "<=", ">", ">=" };
	const struct tree_relation *relation = expect->relation;
	struct scope scope = expect_scope(spec, sink);
	struct value left, right;
	bool good;

	scope.data = data;
	scope.measures = measures;
	scope.measure_count = measure_count;
	value_init(&left);
	value_init(&right);
	good = eval_number(&scope, relation->left, what, &left) &&
		eval_number(&scope, relation->right, what, &right);
	if (good && (left.pending || right.pending)) {
		diag_error(sink, expect->span, "this network has no such measure");
		good = false;
	} else if (good && !holds(relation->op, number_compare(&left.number, &right.number))) {
		diag_error(sink, expect->span, "this does not hold: %s %s %s",
			number_text(&left.number, scope.arena), signs[relation->op],
			number_text(&right.number, scope.arena));
		good = false;
	}
	value_fini(&left);
	value_fini(&right);
	return good;
}
