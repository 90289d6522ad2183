/*
 * Random modules of the fused level, and an evaluator of all their values that shares
 * nothing with the interpreter: plain GMP rationals, rows of tables one by one, bit fields
 * by division.
 *
 *	struct ir_module module;
 *	int64_t point[RANDOM_FUSED_INPUTS];
 *	mpq_t *values, *before;
 *
 *	random_fused(&module, seed, 0);           well-formed: ir_verify() passes
 *	values = new_values(module.node_count);   before: a form before its relu
 *	before = new_values(module.node_count);
 *	random_input(&module, &rng, point);       or nearby_input(), which leaves the box too
 *	evaluate_fused(&module, point, values, before);
 *	expected_class(&module, point, values)    what every other way to run it must say
 *
 * A test of a pass runs it on `module` and compares ir_interp_classify() with
 * expected_class() at some points, or values of the new module with those of the old one; a
 * test of a back end compares what the compiled code says. Over seeds, every operation
 * occurs with operands of both signs and of more than one limb, with keys in rows and off
 * them, with empty intervals and with fields beyond an operand's end; about half of the
 * points have a class. The features are those of random_network(): raw values of int8 are
 * the grid's.
 */
#ifndef TESTS_IR_RANDOM_FUSED_H
#define TESTS_IR_RANDOM_FUSED_H

#include "tests/ir/random_network.h"

enum { RANDOM_FUSED_INPUTS = 3 };

/* A module under construction. */
struct random_fused {
	struct ir_module *module;
	struct rng *rng;
	uint32_t bits; /* of a long weight */
	bool *integer; /* by value: whether it is one, whatever the inputs */
};

/* -most..most */
static inline int64_t random_signed(struct rng *rng, int64_t most)
{
	return (int64_t)rng_below(rng, 2 * (uint64_t)most + 1) - most;
}

/* An integer constant: mostly small, sometimes of about `bits` bits. */
static inline num random_integer(struct random_fused *fused)
{
	num n = random_weight(fused->module, fused->rng, fused->bits);

	if (rng_below(fused->rng, 8) == 0)
		return num_shift(&fused->module->nums, n, 4); /* no exponent is below -4 */
	return num_from_int(&fused->module->nums, random_signed(fused->rng, 12));
}

/* A value before the next, an integer if that is asked for; a recent one with odds 1 in 2. */
static inline ir_value random_operand(struct random_fused *fused, bool integer)
{
	uint32_t count = fused->module->node_count, recent = count < 4 ? count : 4;

	for (;;) {
		uint32_t i = rng_below(fused->rng, 2)
			? count - 1 - (uint32_t)rng_below(fused->rng, recent)
			: (uint32_t)rng_below(fused->rng, count);
		if (!integer || fused->integer[i])
			return (ir_value){ i };
	}
}

/* --- tables ------------------------------------------------------------------------- */

static inline void random_column(struct random_fused *fused, struct ir_table *table)
{
	uint32_t column = ir_table_add_column(table);
	bool integers = rng_below(fused->rng, 4) > 0;

	for (uint32_t row = 0; row < table->row_count; row++)
		table->columns[column][row] = integers
			? random_integer(fused)
			: random_weight(fused->module, fused->rng, fused->bits);
}

/* Rows in -40..40 or so; some tables have one more at each end of what a key can be. */
static inline void random_table(struct random_fused *fused)
{
	const ir_key end = ((ir_key)1 << IR_KEY_BITS) - 1;
	struct rng *rng = fused->rng;
	struct ir_table table = { 0 };
	uint32_t rows = (uint32_t)rng_below(rng, 12), columns = 2 + (uint32_t)rng_below(rng, 3);
	bool wide = rng_below(rng, 4) == 0;
	int64_t key = random_signed(rng, 10) - 25;

	if (wide)
		ir_table_add_row(&table, -end, -end + (ir_key)rng_below(rng, 1000));
	for (uint32_t i = 0; i < rows; i++) {
		int64_t length = rng_below(rng, 3) ? 0 : (int64_t)rng_below(rng, 9);
		ir_table_add_row(&table, key, key + length);
		key += length + 1 + (int64_t)rng_below(rng, 4);
	}
	if (wide)
		ir_table_add_row(&table, (ir_key)1 << 70, end);
	for (uint32_t i = 0; i < columns; i++)
		random_column(fused, &table);
	ir_add_table(fused->module, &table);
}

static inline bool is_integer_column(const struct ir_module *module, uint32_t t, uint32_t c)
{
	const struct ir_table *table = &module->tables[t];

	for (uint32_t row = 0; row < table->row_count; row++)
		if (num_exponent(&module->nums, table->columns[c][row]) < 0)
			return false;
	return true;
}

/* --- values ------------------------------------------------------------------------- */

/* A form over up to four values, ascending, by integer weights if it must be an integer. */
static inline ir_value random_form(struct random_fused *fused, enum ir_op op)
{
	struct ir_module *module = fused->module;
	struct ir_term terms[4];
	uint32_t count = 0, wanted = (uint32_t)rng_below(fused->rng, 5);
	bool integer = rng_below(fused->rng, 3) > 0, all = integer;
	num bias = NUM_ZERO;
	ir_value value;

	for (uint32_t i = 0; i < wanted; i++) {
		ir_value from = random_operand(fused, false);
		num weight = integer ? random_integer(fused)
				     : random_weight(module, fused->rng, fused->bits);
		if ((count && terms[count - 1].value.i >= from.i) ||
			num_equal(weight, NUM_ZERO))
			continue;
		terms[count++] = (struct ir_term){ from, weight };
		all = all && fused->integer[from.i];
	}
	if (rng_below(fused->rng, 2))
		bias = integer ? random_integer(fused)
			       : random_weight(module, fused->rng, fused->bits);
	value = ir_add(module, op, terms, count, bias);
	fused->integer[value.i] = all;
	return value;
}

static inline uint32_t random_count(struct random_fused *fused, uint32_t few, uint32_t many)
{
	return (uint32_t)rng_below(fused->rng, rng_below(fused->rng, 8) ? few : many);
}

/* The parameters of a derived operation; whether that makes it an integer. */
static inline bool random_parameters(struct random_fused *fused, enum ir_op op, num *parameters)
{
	struct ir_module *module = fused->module;
	uint32_t table, column;
	int64_t numbers[3] = { 0, 0, 0 };

	if (op == IR_WITHIN || op == IR_STEP) {
		parameters[0] = random_integer(fused);
		parameters[1] = num_add(&module->nums, parameters[0],
			num_from_int(&module->nums, (int64_t)rng_below(fused->rng, 12) - 1));
		return true;
	}
	if (op == IR_LOOKUP || op == IR_KNOTS) {
		table = (uint32_t)rng_below(fused->rng, module->table_count);
		column = module->tables[table].column_count - (op == IR_KNOTS);
		column = (uint32_t)rng_below(fused->rng, column);
		parameters[0] = num_from_int(&module->nums, table);
		parameters[1] = num_from_int(&module->nums, column);
		return is_integer_column(module, table, column) &&
			(op == IR_LOOKUP || is_integer_column(module, table, column + 1));
	}
	/* counts: pos and len, or n, rho and c; some more than a limb */
	numbers[0] = random_count(fused, 6, 140) + (op == IR_ASSOC);
	numbers[1] = 1 + random_count(fused, 6, 140);
	numbers[2] = 1 + random_count(fused, 5, 140);
	for (uint32_t i = 0; i < ir_ops[op].parameters; i++)
		parameters[i] = num_from_int(&module->nums, numbers[i]);
	return true;
}

static inline void random_derived(struct random_fused *fused, enum ir_op op)
{
	ir_value values[4], value;
	num parameters[4];
	bool integer;

	for (uint32_t i = 0; i < ir_ops[op].values; i++)
		values[i] = random_operand(fused, op != IR_MATCH || i < 2);
	integer = random_parameters(fused, op, parameters);
	if (op == IR_MATCH)
		integer = fused->integer[values[2].i];
	value = ir_add_op(fused->module, op, values, parameters);
	fused->integer[value.i] = integer;
}

/* The output, mostly 0..3 or its half: two bits of an integer. */
static inline void random_output(struct random_fused *fused)
{
	struct ir_module *module = fused->module;
	num parameters[2] = { num_from_int(&module->nums, (int64_t)rng_below(fused->rng, 3)),
		num_from_int(&module->nums, 2) };
	ir_value from = random_operand(fused, true);
	struct ir_term term = { ir_add_op(module, IR_BITS, &from, parameters),
		rng_below(fused->rng, 4) ? NUM_ONE : num_pow2(&module->nums, -1) };

	ir_set_output(module, &term, 1, rng_below(fused->rng, 2) ? NUM_ZERO : NUM_ONE);
}

/*
 * A module of the fused level, well-formed: inputs in small boxes, some tables, up to 30
 * values. Some weights are about `bits` bits long; 0 for none.
 */
static inline void random_fused(struct ir_module *module, uint64_t seed, uint32_t bits)
{
	static const char *const names[] = { "a", "b", "c" };
	struct ir_feature features[RANDOM_FUSED_INPUTS];
	struct rng rng;
	struct random_fused fused = { module, &rng, bits, NULL };
	uint32_t inputs, tables, values;

	rng_init(&rng, seed);
	inputs = 1 + (uint32_t)rng_below(&rng, RANDOM_FUSED_INPUTS);
	tables = 1 + (uint32_t)rng_below(&rng, 3);
	values = 1 + (uint32_t)rng_below(&rng, 30);
	for (uint32_t i = 0; i < inputs; i++) {
		int64_t lo = random_signed(&rng, 10);
		features[i] = IR_FEATURE(lo, lo + (int64_t)rng_below(&rng, 40));
	}
	ir_module_init(module, "fused");
	ir_set_classes(module, 3, names);
	ir_set_inputs(module, IR_INT8, inputs, features);
	ir_set_fused(module);
	for (uint32_t i = 0; i < tables; i++)
		random_table(&fused);
	fused.integer = mem_zero(inputs + values, sizeof *fused.integer);
	for (uint32_t i = 0; i < inputs; i++)
		fused.integer[i] = true;
	for (uint32_t i = 0; i < values; i++) {
		enum ir_op op = IR_RELU + (enum ir_op)rng_below(&rng, IR_OP_COUNT - IR_RELU);
		if (ir_ops[op].form)
			random_form(&fused, op);
		else
			random_derived(&fused, op);
	}
	random_output(&fused);
	free(fused.integer);
}

/* A random point of the box, or with odds 1 in 8 one that leaves it by 1 or 2. */
static inline void nearby_input(const struct ir_module *module, struct rng *rng, int64_t *point)
{
	uint32_t i = (uint32_t)rng_below(rng, module->input_count);
	int64_t away = 1 + (int64_t)rng_below(rng, 2);

	random_input(module, rng, point);
	if (rng_below(rng, 8) == 0)
		point[i] = rng_below(rng, 2) ? module->features[i].lo - away
					     : module->features[i].hi + away;
}

/* --- the independent evaluator ------------------------------------------------------ */

static inline void key_to_mpz(ir_key key, mpz_t result)
{
	uint64_t high = (uint64_t)((key < 0 ? -key : key) >> 64);

	mpz_set_ui(result, high);
	mpz_mul_2exp(result, result, 64);
	mpz_add_ui(result, result, (uint64_t)(key < 0 ? -key : key));
	if (key < 0)
		mpz_neg(result, result);
}

/* field = floor(x / 2^pos) mod 2^len */
static inline void rational_field(mpz_t field, const mpq_t x, uint64_t pos, uint64_t len)
{
	mpz_t power;

	mpz_init(power);
	mpz_ui_pow_ui(power, 2, pos);
	mpz_mul(power, power, mpq_denref(x));
	mpz_fdiv_q(field, mpq_numref(x), power);
	mpz_ui_pow_ui(power, 2, len);
	mpz_fdiv_r(field, field, power);
	mpz_clear(power);
}

static inline void rational_assoc(
	mpq_t result, const mpq_t key, const mpq_t u, const mpq_t w, const uint32_t *counts)
{
	mpz_t field;

	mpz_init(field);
	mpq_set_ui(result, 0, 1);
	for (uint32_t i = 0; i < counts[0]; i++) {
		rational_field(field, u, (uint64_t)counts[1] * i, counts[1]);
		if (mpq_cmp_z(key, field) != 0)
			continue;
		rational_field(field, w, (uint64_t)counts[2] * i, counts[2]);
		mpz_add(mpq_numref(result), mpq_numref(result), field);
	}
	mpz_clear(field);
}

/* The row that holds z, from the first on; row_count if none. */
static inline uint32_t rational_row(const struct ir_table *table, const mpq_t z)
{
	uint32_t row = 0;
	mpz_t first, last;

	mpz_inits(first, last, NULL);
	for (; row < table->row_count; row++) {
		key_to_mpz(table->first[row], first);
		key_to_mpz(table->last[row], last);
		if (mpq_cmp_z(z, first) >= 0 && mpq_cmp_z(z, last) <= 0)
			break;
	}
	mpz_clears(first, last, NULL);
	return row;
}

static inline void rational_lookup(
	mpq_t result, const struct ir_module *module, ir_value value, const mpq_t z, bool knots)
{
	const struct ir_table *table = ir_table_of(module, value);
	uint32_t column = ir_column_of(module, value), row = rational_row(table, z);
	mpq_t offset;

	mpq_set_ui(result, 0, 1);
	if (row == table->row_count)
		return;
	num_to_mpq(&module->nums, table->columns[column][row], result);
	if (!knots)
		return;
	mpq_init(offset);
	num_to_mpq(&module->nums, table->columns[column + 1][row], offset);
	mpq_mul(result, result, z);
	mpq_add(result, result, offset);
	mpq_clear(offset);
}

static inline void rational_form(
	const struct ir_module *module, ir_value value, mpq_t *values, mpq_t before)
{
	const struct ir_term *terms = ir_terms(module, value);
	mpq_t weight;

	mpq_init(weight);
	num_to_mpq(&module->nums, module->nodes[value.i].bias, before);
	for (uint32_t k = 0; k < ir_term_count(module, value); k++) {
		num_to_mpq(&module->nums, terms[k].weight, weight);
		mpq_mul(weight, weight, values[terms[k].value.i]);
		mpq_add(before, before, weight);
	}
	mpq_clear(weight);
}

static inline void rational_derived(
	const struct ir_module *module, ir_value value, mpq_t *values, mpq_t result)
{
	const struct ir_term *terms = ir_terms(module, value);
	enum ir_op op = ir_op_of(module, value);
	uint32_t counts[3] = { 0, 0, 0 };
	mpq_t *z = &values[terms[0].value.i], bound;

	for (uint32_t i = 0; i < ir_ops[op].parameters && i < 3; i++)
		if (op == IR_BITS || op == IR_ASSOC)
			counts[i] = ir_count_parameter(module, value, i);
	mpq_init(bound);
	if (op == IR_WITHIN || op == IR_STEP) {
		bool in;
		num_to_mpq(&module->nums, ir_parameter(module, value, 0), bound);
		in = mpq_cmp(*z, bound) >= 0;
		num_to_mpq(&module->nums, ir_parameter(module, value, 1), bound);
		in = in && (op == IR_STEP || mpq_cmp(*z, bound) <= 0);
		mpq_set_ui(result, in, 1);
	} else if (op == IR_BITS) {
		mpq_set_ui(result, 0, 1);
		rational_field(mpq_numref(result), *z, counts[0], counts[1]);
	} else if (op == IR_LOOKUP || op == IR_KNOTS) {
		rational_lookup(result, module, value, *z, op == IR_KNOTS);
	} else if (op == IR_MATCH) {
		mpq_set_ui(result, 0, 1);
		if (mpq_equal(*z, values[terms[1].value.i]))
			mpq_set(result, values[terms[2].value.i]);
	} else if (op == IR_ASSOC) {
		rational_assoc(
			result, *z, values[terms[1].value.i], values[terms[2].value.i], counts);
	} else {
		panic("the evaluator does not know %s", ir_op_name(op));
	}
	mpq_clear(bound);
}

/*
 * All values of a module of either level at one point, in the box or not; values and before
 * have node_count initialized mpq.
 */
static inline void evaluate_fused(
	const struct ir_module *module, const int64_t *point, mpq_t *values, mpq_t *before)
{
	for (uint32_t i = 0; i < module->node_count; i++) {
		ir_value value = { i };
		enum ir_op op = ir_op_of(module, value);
		if (op == IR_INPUT)
			mpq_set_si(before[i], point[i], 1);
		else if (ir_ops[op].form)
			rational_form(module, value, values, before[i]);
		else
			rational_derived(module, value, values, before[i]);
		if (op == IR_RELU && mpq_sgn(before[i]) < 0)
			mpq_set_ui(values[i], 0, 1);
		else
			mpq_set(values[i], before[i]);
	}
}

/* The class of a point whose values these are: -1 also off the box. */
static inline int32_t expected_class(
	const struct ir_module *module, const int64_t *point, mpq_t *values)
{
	mpq_t *y = &values[ir_output(module).i];

	for (uint32_t i = 0; i < module->input_count; i++)
		if (point[i] < module->features[i].lo || point[i] > module->features[i].hi)
			return -1;
	if (mpz_cmp_ui(mpq_denref(*y), 1) != 0 || mpq_sgn(*y) <= 0 ||
		mpz_cmp_ui(mpq_numref(*y), module->class_count) > 0)
		return -1;
	return (int32_t)mpz_get_si(mpq_numref(*y)) - 1;
}

/*
 * A module with the classes of `count` points in and around its box, by exact rationals; raw
 * has RANDOM_FUSED_INPUTS bytes for each at most.
 */
static inline void random_fused_rows(struct ir_module *module, uint64_t seed, uint32_t bits,
	uint32_t count, unsigned char *raw, int32_t *classes)
{
	int64_t point[RANDOM_FUSED_INPUTS];
	mpq_t *values, *before;
	struct rng rng;

	rng_init(&rng, seed ^ 99);
	random_fused(module, seed, bits);
	values = new_values(module->node_count);
	before = new_values(module->node_count);
	for (uint32_t i = 0; i < count; i++) {
		nearby_input(module, &rng, point);
		evaluate_fused(module, point, values, before);
		classes[i] = expected_class(module, point, values);
		for (uint32_t j = 0; j < module->input_count; j++)
			raw[i * module->input_count + j] = (unsigned char)point[j];
	}
	free_values(values, module->node_count);
	free_values(before, module->node_count);
}

#endif
