#include <stdlib.h>

#include "backends/onnx/rows.h"
#include "support/mem.h"

/* relu(t) and relu(t - 1), whose difference is 1 where the integer t is positive, else 0. */
static void add_indicator(
	struct ir_module *module, const struct ir_term *terms, uint32_t count, num bias)
{
	struct num_pool *pool = &module->nums;

	ir_neuron(module, terms, count, bias);
	ir_neuron(module, terms, count, num_add(pool, bias, num_from_int(pool, -1)));
}

/* sign * indicator `pair` of those from `first`, as two terms. */
static void read_indicator(
	struct ir_module *module, uint32_t first, size_t pair, int sign, struct ir_term *terms)
{
	uint32_t value = first + (uint32_t)(2 * pair);

	terms[0] = (struct ir_term){ { value }, num_from_int(&module->nums, sign) };
	terms[1] = (struct ir_term){ { value + 1 }, num_from_int(&module->nums, -sign) };
}

void rows_decide_sign(struct rows *rows)
{
	struct ir_module *module = rows->module;
	struct ir_term *terms = mem_alloc(rows_longest(rows), sizeof *terms);
	uint32_t first = module->node_count, count;
	num bias;

	ir_layer_begin(module, "decide");
	count = rows_form(rows, 0, false, -rows_step(rows), terms, &bias);
	add_indicator(module, terms, count, bias);
	read_indicator(module, first, 0, 1, terms);
	ir_set_output(module, terms, 2, NUM_ONE);
	free(terms);
}

/* One indicator for each pair i < k of rows: whether row k is the greater one. */
static void compare_all(struct rows *rows)
{
	struct num_pool *pool = &rows->module->nums;
	int64_t exponent = -rows_step(rows);

	ir_layer_begin(rows->module, "compare");
	for (uint32_t i = 0; i < rows->width; i++)
		for (uint32_t k = i + 1; k < rows->width; k++) {
			struct ir_term terms[4];
			num less, more;
			uint32_t count = rows_form(rows, i, true, exponent, terms, &less);
			count += rows_form(rows, k, false, exponent, terms + count, &more);
			add_indicator(rows->module, terms, count, num_add(pool, less, more));
		}
}

/* The number of the pair i < k among all, of n rows. */
static size_t pair_of(size_t i, size_t k, size_t n)
{
	return i * n - i * (i + 1) / 2 + (k - i - 1);
}

/* Whether the differences of all pairs, as integers, would take more than half a gigabyte. */
static bool too_fine(const struct rows *rows)
{
	uint64_t n = rows->width;

	return rows_step(rows) < 0 &&
		n * (n - 1) / 2 * (uint64_t)-rows_step(rows) > UINT64_C(1) << 32;
}

const char *rows_decide_greatest(struct rows *rows)
{
	struct ir_module *module = rows->module;
	uint32_t n = rows->width, first, winners;
	const char *fault = rows_make_diagonal(rows, "scores");
	struct ir_term *terms;

	if (fault)
		return fault;
	if (too_fine(rows))
		return "to compare all pairs of outputs would take more than 2^32 bits";
	terms = mem_alloc(2 * (size_t)n, sizeof *terms);
	first = module->node_count;
	compare_all(rows);
	winners = module->node_count;
	ir_layer_begin(module, "decide");
	for (uint32_t k = 0; k < n; k++) { /* greater than the k before, and than none behind */
		for (uint32_t i = 0; i < k; i++)
			read_indicator(module, first, pair_of(i, k, n), 1, terms + 2 * i);
		for (uint32_t i = k + 1; i < n; i++)
			read_indicator(
				module, first, pair_of(k, i, n), -1, terms + 2 * (i - 1));
		ir_neuron(module, terms, 2 * (n - 1),
			num_from_int(&module->nums, 1 - (int64_t)k));
	}
	for (uint32_t k = 0; k < n; k++)
		terms[k] = (struct ir_term){ { winners + k },
			num_from_int(&module->nums, (int64_t)k + 1) };
	ir_set_output(module, terms, n, NUM_ZERO);
	free(terms);
	return NULL;
}
