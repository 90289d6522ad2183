/*
 * dce: values, tables and columns that the output does not need.
 *
 *   %0 = relu x0                 %0 = relu x0
 *   %1 = relu x1            =>   output %0
 *   output %0
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/rewrite.h"
#include "support/mem.h"

static bool *mark_values(const struct rewrite *rewrite)
{
	bool *needed = mem_zero(rewrite->old_count, sizeof *needed);

	needed[rewrite->old_count - 1] = true;
	for (uint32_t i = rewrite->old_count; i-- > rewrite->module->input_count;) {
		const struct ir_term *terms = old_terms(rewrite, i);
		for (uint32_t k = 0; needed[i] && k < old_term_count(rewrite, i); k++)
			needed[terms[k].value.i] = true;
	}
	return needed;
}

/* Columns that a value reads: one for a lookup, two for knots, else none. */
static uint32_t columns_read(const struct ir_module *module, ir_value value)
{
	enum ir_op op = ir_op_of(module, value);

	return op == IR_LOOKUP ? 1 : op == IR_KNOTS ? 2 : 0;
}

/* New numbers of the columns of a table that are read; the others are freed. */
static void pack_columns(struct ir_table *table, uint32_t *numbers)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < table->column_count; i++) {
		if (!numbers[i]) {
			free(table->columns[i]);
			continue;
		}
		numbers[i] = kept;
		table->columns[kept++] = table->columns[i];
	}
	table->column_count = kept;
}

/* Drops what no value reads and renumbers the rest. */
static void pack_tables(struct ir_module *module)
{
	uint32_t **numbers = mem_alloc(module->table_count, sizeof *numbers);
	uint32_t *places = mem_alloc(module->table_count, sizeof *places), kept = 0;

	for (uint32_t i = 0; i < module->table_count; i++)
		numbers[i] = mem_zero(module->tables[i].column_count, sizeof **numbers);
	for (uint32_t i = module->input_count; i < module->node_count; i++)
		for (uint32_t k = 0; k < columns_read(module, (ir_value){ i }); k++)
			numbers[ir_count_parameter(module, (ir_value){ i }, 0)]
			       [ir_column_of(module, (ir_value){ i }) + k] = 1;
	for (uint32_t i = 0; i < module->table_count; i++) {
		pack_columns(&module->tables[i], numbers[i]);
		places[i] = kept;
		if (module->tables[i].column_count)
			module->tables[kept++] = module->tables[i];
		else
			ir_table_fini(&module->tables[i]);
	}
	for (uint32_t i = module->input_count; i < module->node_count; i++) {
		struct ir_node *node = &module->nodes[i];
		struct ir_term *term = &module->terms[node->first];
		uint32_t table;
		if (!columns_read(module, (ir_value){ i }))
			continue;
		table = ir_count_parameter(module, (ir_value){ i }, 0);
		node->bias = num_from_int(
			&module->nums, numbers[table][ir_column_of(module, (ir_value){ i })]);
		term->weight = num_from_int(&module->nums, places[table]);
	}
	for (uint32_t i = 0; i < module->table_count; i++)
		free(numbers[i]);
	module->table_count = kept;
	free(numbers);
	free(places);
}

static void dce(struct pass_context *context)
{
	struct rewrite rewrite;
	bool *needed;

	rewrite_begin(&rewrite, context->module);
	needed = mark_values(&rewrite);
	for (uint32_t i = context->module->input_count; i < rewrite.old_count; i++)
		if (needed[i])
			rewrite_copy(&rewrite, i);
	rewrite_end(&rewrite);
	free(needed);
	pack_tables(context->module);
}

const struct pass pass_dce = {
	.name = "dce",
	.help = "values, tables and columns that the output does not need",
	.run = dce,
};
