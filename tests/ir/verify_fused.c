/* Every rule of the fused level has a module that breaks just that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ir/ir.h"
#include "ir/verify.h"

/* Handles of the values of a good module. */
enum { X0, X1, SUM, HALF, WITHIN, STEP, BITS, LOOKUP, KNOTS, MATCH, ASSOC, OUTPUT };

static void add_tables(struct ir_module *module)
{
	struct ir_table table = { 0 };

	for (int i = 0; i < 3; i++)
		ir_table_add_row(&table, 10 * i - 5, 10 * i);
	for (int column = 0; column < 2; column++) {
		ir_table_add_column(&table);
		for (int row = 0; row < 3; row++)
			table.columns[column][row] = num_from_int(&module->nums, row - column);
	}
	ir_add_table(module, &table);
	ir_add_table(module, &table); /* left empty */
}

static void add(struct ir_module *module, enum ir_op op, const uint32_t *handles,
	const int64_t *numbers)
{
	ir_value values[4];
	num parameters[4];

	for (uint32_t i = 0; i < ir_ops[op].values; i++)
		values[i].i = handles[i];
	for (uint32_t i = 0; i < ir_ops[op].parameters; i++)
		parameters[i] = num_from_int(&module->nums, numbers[i]);
	ir_add_op(module, op, values, parameters);
}

/* Every operation once; one value is no integer. */
static void build(struct ir_module *module)
{
	static const char *const names[] = { "a", "b" };
	struct ir_feature features[2] = { IR_FEATURE(0, 9), IR_FEATURE(0, 9) };
	struct ir_term terms[2] = { { { X0 }, NUM_ONE }, { { X1 }, NUM_ONE } };

	ir_module_init(module, "good");
	ir_set_classes(module, 2, names);
	ir_set_inputs(module, IR_UINT8, 2, features);
	ir_set_fused(module);
	add_tables(module);
	ir_add(module, IR_RELU, terms, 2, NUM_ONE);
	terms[1] = (struct ir_term){ { SUM }, num_pow2(&module->nums, -1) };
	ir_add(module, IR_AFFINE, terms, 2, NUM_ZERO);
	add(module, IR_WITHIN, (uint32_t[]){ SUM }, (int64_t[]){ -3, 3 });
	add(module, IR_STEP, (uint32_t[]){ SUM }, (int64_t[]){ 5 });
	add(module, IR_BITS, (uint32_t[]){ X0 }, (int64_t[]){ 1, 2 });
	add(module, IR_LOOKUP, (uint32_t[]){ SUM }, (int64_t[]){ 0, 1 });
	add(module, IR_KNOTS, (uint32_t[]){ SUM }, (int64_t[]){ 0, 0 });
	add(module, IR_MATCH, (uint32_t[]){ X0, LOOKUP, HALF }, NULL);
	add(module, IR_ASSOC, (uint32_t[]){ X0, SUM, KNOTS }, (int64_t[]){ 3, 2, 1 });
	terms[0].value.i = MATCH;
	terms[1].value.i = ASSOC;
	ir_set_output(module, terms, 2, NUM_ZERO);
}

static void read(struct ir_module *module, uint32_t value, uint32_t term, uint32_t from)
{
	module->terms[module->nodes[value].first + term].value.i = from;
}

/* Parameter i of a value: the weight of a term, or the bias. */
static void set(struct ir_module *module, uint32_t value, uint32_t i, num n)
{
	if (i < ir_term_count(module, (ir_value){ value }))
		module->terms[module->nodes[value].first + i].weight = n;
	else
		module->nodes[value].bias = n;
}

static void set_int(struct ir_module *module, uint32_t value, uint32_t i, int64_t n)
{
	set(module, value, i, num_from_int(&module->nums, n));
}

static void form_reads_itself(struct ir_module *module)
{
	read(module, SUM, 1, SUM);
}

static void form_weighs_zero(struct ir_module *module)
{
	set(module, HALF, 0, NUM_ZERO);
}

static void form_reads_twice(struct ir_module *module)
{
	read(module, HALF, 0, SUM);
}

static void operand_comes_later(struct ir_module *module)
{
	read(module, STEP, 0, ASSOC);
}

static void no_operation(struct ir_module *module)
{
	module->nodes[HALF].op_and_count = IR_INPUT;
}

static void operand_missing(struct ir_module *module)
{
	module->nodes[MATCH].op_and_count = IR_MATCH | 2 << 8;
}

static void bound_no_integer(struct ir_module *module)
{
	set(module, WITHIN, 1, num_pow2(&module->nums, -1));
}

static void bound_too_long(struct ir_module *module)
{
	set(module, STEP, 0, num_pow2(&module->nums, IR_BITS_LIMIT));
}

static void count_negative(struct ir_module *module)
{
	set_int(module, BITS, 0, -1);
}

static void count_too_great(struct ir_module *module)
{
	set_int(module, ASSOC, 2, INT64_C(1) << 32);
}

static void field_empty(struct ir_module *module)
{
	set_int(module, BITS, 1, 0);
}

static void field_too_far(struct ir_module *module)
{
	set_int(module, BITS, 0, IR_BITS_LIMIT - 1);
}

static void no_slots(struct ir_module *module)
{
	set_int(module, ASSOC, 0, 0);
}

static void slots_of_no_bits(struct ir_module *module)
{
	set_int(module, ASSOC, 1, 0);
}

static void labels_of_no_bits(struct ir_module *module)
{
	set_int(module, ASSOC, 2, 0);
}

static void slots_too_far(struct ir_module *module)
{
	set_int(module, ASSOC, 1, IR_BITS_LIMIT / 3 + 1);
}

static void parameter_too_many(struct ir_module *module)
{
	set_int(module, STEP, 1, 1);
}

static void weight_on_a_match(struct ir_module *module)
{
	set(module, MATCH, 2, NUM_ONE);
}

static void table_not_there(struct ir_module *module)
{
	set_int(module, LOOKUP, 0, 2);
}

static void column_not_there(struct ir_module *module)
{
	set_int(module, LOOKUP, 1, 2);
}

static void offset_not_there(struct ir_module *module)
{
	set_int(module, KNOTS, 1, 1);
}

static void key_no_integer(struct ir_module *module)
{
	read(module, LOOKUP, 0, HALF);
}

static void match_of_a_half(struct ir_module *module)
{
	read(module, MATCH, 1, HALF);
}

static void slots_of_a_half(struct ir_module *module)
{
	read(module, ASSOC, 1, HALF);
}

static void labels_of_fractions(struct ir_module *module)
{
	module->tables[0].columns[0][2] = num_pow2(&module->nums, -1); /* read by KNOTS */
}

static void row_empty(struct ir_module *module)
{
	module->tables[0].first[1] = 11;
}

static void rows_overlap(struct ir_module *module)
{
	module->tables[0].last[0] = 5;
}

static void key_too_long(struct ir_module *module)
{
	module->tables[0].last[2] = (ir_key)1 << IR_KEY_BITS;
}

static void key_too_low(struct ir_module *module)
{
	module->tables[0].first[0] = -((ir_key)1 << IR_KEY_BITS);
}

static void columns_without_rows(struct ir_module *module)
{
	while (module->tables[1].column_count <= IR_TABLE_BARE_COLUMNS)
		ir_table_add_column(&module->tables[1]);
}

static void constant_too_long(struct ir_module *module)
{
	module->tables[0].columns[1][0] = num_pow2(&module->nums, IR_BITS_LIMIT);
}

static void value_too_long(struct ir_module *module)
{
	set(module, SUM, 0, num_pow2(&module->nums, IR_BITS_LIMIT - 1));
}

static void a_layer(struct ir_module *module)
{
	module->has_output = false;
	ir_layer_begin(module, "one");
	module->has_output = true;
}

static void no_output(struct ir_module *module)
{
	module->has_output = false;
}

static void output_no_form(struct ir_module *module)
{
	module->nodes[OUTPUT].op_and_count = IR_RELU | 2 << 8;
}

static void derived_in_a_network(struct ir_module *module)
{
	struct ir_term term = { { 0 }, NUM_ONE };

	ir_module_fini(module);
	build(module);
	module->level = IR_LEVEL_NETWORK;
	module->has_output = false;
	ir_layer_begin(module, "one");
	ir_neuron(module, &term, 1, NUM_ZERO);
	module->nodes[OUTPUT + 1].op_and_count = IR_STEP | 1 << 8;
	term.value.i = OUTPUT + 1;
	ir_set_output(module, &term, 1, NUM_ZERO);
}

struct fault {
	void (*make)(struct ir_module *module);
	const char *text;
};

static const struct fault faults[] = {
	{ form_reads_itself, "%0 reads a value that is not before it" },
	{ form_weighs_zero, "%1 has a weight of zero" },
	{ form_reads_twice, "%1 has two terms of one value" },
	{ operand_comes_later, "%3 reads a value that is not before it" },
	{ no_operation, "%1 has no operation" },
	{ operand_missing, "%7 has 2 operands, not the 3 of match" },
	{ bound_no_integer, "parameter 1 of %2 is no integer" },
	{ bound_too_long, "parameter 0 of %3 takes more than 16777216 bits" },
	{ count_negative, "parameter 0 of %4 is no count below 2^32" },
	{ count_too_great, "parameter 2 of %8 is no count below 2^32" },
	{ field_empty, "a count of %4 is zero" },
	{ field_too_far, "the fields of %4 end behind 16777216 bits" },
	{ no_slots, "a count of %8 is zero" },
	{ slots_of_no_bits, "a count of %8 is zero" },
	{ labels_of_no_bits, "a count of %8 is zero" },
	{ slots_too_far, "the fields of %8 end behind 16777216 bits" },
	{ parameter_too_many, "%3 has more parameters than a step" },
	{ weight_on_a_match, "%7 has more parameters than a match" },
	{ table_not_there, "%5 reads table 2, which is not there" },
	{ column_not_there, "%5 reads column 2 of table 0, which is not there" },
	{ offset_not_there, "%6 reads column 2 of table 0, which is not there" },
	{ key_no_integer, "operand 0 of %5 may be no integer" },
	{ match_of_a_half, "operand 1 of %7 may be no integer" },
	{ slots_of_a_half, "operand 1 of %8 may be no integer" },
	{ labels_of_fractions, "operand 2 of %8 may be no integer" },
	{ row_empty, "row 1 of table 0 is empty" },
	{ rows_overlap, "row 1 of table 0 is not behind the one before" },
	{ key_too_long, "a key of table 0 has more than 126 bits" },
	{ key_too_low, "a key of table 0 has more than 126 bits" },
	{ columns_without_rows, "table 1 has no row, but over 16 columns" },
	{ constant_too_long, "a constant of table 0 takes more than 16777216 bits" },
	{ value_too_long, "%0 may take more than 16777216 bits" },
	{ a_layer, "it is fused and has layers" },
	{ no_output, "it has no output" },
	{ output_no_form, "the output is no affine form" },
	{ derived_in_a_network, "%10 of layer 1 is no neuron" },
	{ derived_in_a_network, "it is no fused network and has tables" },
};

/* What the verifier says, and whether it is content. */
static char *verdict(const struct ir_module *module, bool *good)
{
	struct diag_sink sink;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	diag_init(&sink);
	*good = ir_verify(module, SPAN_NONE, &sink);
	diag_print(&sink, stream);
	fclose(stream);
	diag_fini(&sink);
	return text;
}

static void a_good_module_passes(void **state)
{
	struct ir_module module;
	bool good;
	char *text;

	(void)state;
	build(&module);
	text = verdict(&module, &good);
	assert_string_equal(text, "");
	assert_true(good);
	free(text);
	ir_module_fini(&module);
}

static void each_fault_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct ir_module module;
		bool good;
		char *text;

		build(&module);
		faults[i].make(&module);
		text = verdict(&module, &good);
		assert_false(good);
		if (!strstr(text, faults[i].text))
			fail_msg("expected '%s', found '%s'", faults[i].text, text);
		free(text);
		ir_module_fini(&module);
	}
}

/* Bounds that just hold. */
static void limits_are_exact(void **state)
{
	struct ir_module module;
	bool good;
	char *text;

	(void)state;
	build(&module);
	set_int(&module, BITS, 0, IR_BITS_LIMIT - 2);
	set_int(&module, ASSOC, 1, IR_BITS_LIMIT / 3);
	module.tables[0].first[0] = 1 - ((ir_key)1 << IR_KEY_BITS);
	module.tables[0].last[2] = ((ir_key)1 << IR_KEY_BITS) - 1;
	set(&module, STEP, 0, num_pow2(&module.nums, IR_BITS_LIMIT - 1));
	text = verdict(&module, &good);
	assert_string_equal(text, "");
	assert_true(good);
	free(text);
	ir_module_fini(&module);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_module_passes),
		cmocka_unit_test(each_fault_is_named),
		cmocka_unit_test(limits_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
