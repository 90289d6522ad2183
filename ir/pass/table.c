/*
 * table: what reads only constants of one table and their key becomes a table itself.
 *
 *   table @0 2                          table @0 1
 *     1..9: 0x0305 0x12                   3: 1
 *     12..20: 0x0d11 0x34                 5: 2
 *   %1 = lookup %0, @0.0                  13: 3
 *   %2 = lookup %0, @0.1          =>      17: 4
 *   %3 = assoc %0, %1, %2, 2, 8, 4      %3 = lookup %0, @0.0
 *
 * Within a row the strings are constants, so each slot is a point: the field of u, if the
 * row holds that key, with the field of w. A field of a string from a table is a column of
 * the same table. Linear in the constants: what would read more is left as it is.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/tabulate.h"
#include "support/mem.h"

struct tabler {
	struct rewrite rewrite;
	struct tabulator tabulator;
	num small[256];  /* constants 1.., 0 where not made yet */
	uint64_t budget; /* rows and slots that may still be read */
};

/* A column of a table, which a new value reads or is a multiple of. */
struct source {
	uint32_t key;
	uint32_t table, column;
};

/* Whether a slot of each of the rows may be read; it is taken from the budget then. */
static bool may_read(struct tabler *tabler, uint64_t rows, uint64_t slots)
{
	if (rows && slots > tabler->budget / rows)
		return false;
	tabler->budget -= rows * slots;
	return true;
}

/* False also if the column, which its reader reads as a whole, is beyond the budget. */
static bool as_source(struct tabler *tabler, ir_value value, struct source *source)
{
	struct ir_module *module = tabler->rewrite.module;
	num scale = NUM_ONE;
	struct ir_table *table;
	num *constants;

	if (ir_op_of(module, value) == IR_AFFINE && ir_term_count(module, value) == 1 &&
		module->nodes[value.i].bias.i == NUM_ZERO.i) { /* a multiple of a lookup */
		scale = ir_terms(module, value)->weight;
		value = ir_terms(module, value)->value;
	}
	if (ir_op_of(module, value) != IR_LOOKUP ||
		!may_read(tabler, ir_table_of(module, value)->row_count, 1))
		return false;
	*source = (struct source){ ir_terms(module, value)->value.i,
		ir_count_parameter(module, value, 0), ir_column_of(module, value) };
	if (num_equal(scale, NUM_ONE))
		return true;
	table = &module->tables[source->table];
	constants = mem_alloc(table->row_count, sizeof *constants);
	for (uint32_t i = 0; i < table->row_count; i++)
		constants[i] = num_mul(&module->nums, table->columns[source->column][i], scale);
	source->column = ir_table_take_column(table, constants);
	return true;
}

static const struct ir_table *table_of(const struct tabler *tabler, const struct source *source)
{
	return &tabler->rewrite.module->tables[source->table];
}

static num constant_at(const struct tabler *tabler, const struct source *source, uint32_t row)
{
	const struct ir_table *table = table_of(tabler, source);

	return row < table->row_count ? table->columns[source->column][row] : NUM_ZERO;
}

/* --- bits --------------------------------------------------------------------------- */

__extension__ typedef unsigned __int128 field_bits;
enum { FIELD_BITS = IR_KEY_BITS }; /* of a field that is read as a machine integer */

/* A constant that is a non-negative integer, as limbs times 2^shift. */
struct string {
	const mp_limb_t *limbs;
	size_t count;
	uint64_t shift;
};

static bool string_of(const struct num_pool *nums, num n, struct string *string)
{
	mpz_t view;
	int64_t e = num_view(nums, n, view);

	if (num_sign(nums, n) < 0 || e < 0)
		return false;
	*string = (struct string){ mpz_limbs_read(view), mpz_size(view), (uint64_t)e };
	return true;
}

static uint64_t limb_at(const struct string *string, uint64_t limb)
{
	return limb < string->count ? string->limbs[limb] : 0;
}

/* `len` <= FIELD_BITS bits from `pos` on */
static field_bits read_field(const struct string *string, uint64_t pos, uint32_t len)
{
	uint64_t below = pos < string->shift ? string->shift - pos : 0;
	uint64_t at = pos < string->shift ? 0 : pos - string->shift;
	uint64_t limb = at / 64, bit = at % 64;
	field_bits field;

	if (below >= len)
		return 0;
	field = limb_at(string, limb) >> bit;
	field |= (field_bits)limb_at(string, limb + 1) << (64 - bit);
	if (bit && len + bit > 128)
		field |= (field_bits)limb_at(string, limb + 2) << 64 << (64 - bit);
	return field << below & (((field_bits)1 << len) - 1);
}

static num small_num(struct tabler *tabler, field_bits value)
{
	struct num_pool *nums = &tabler->rewrite.module->nums;

	if (value >= sizeof tabler->small / sizeof *tabler->small)
		return ir_key_num(nums, (ir_key)value);
	if (tabler->small[value].i == NUM_ZERO.i)
		tabler->small[value] = num_from_int(nums, (int64_t)value);
	return tabler->small[value];
}

/* A field of any length. */
static num long_field(struct num_pool *nums, num n, uint64_t pos, uint64_t len)
{
	mpz_t field;
	num result;

	mpz_init(field);
	num_field(nums, n, pos, len, field);
	result = num_from_mpz(nums, field, 0);
	mpz_clear(field);
	return result;
}

/* The fields of a column's strings; NULL if a constant is no string. */
static num *read_column(
	struct tabler *tabler, const struct source *source, uint64_t pos, uint64_t len)
{
	struct num_pool *nums = &tabler->rewrite.module->nums;
	uint32_t rows = table_of(tabler, source)->row_count;
	num *constants = mem_alloc(rows, sizeof *constants);

	for (uint32_t row = 0; row < rows; row++) {
		num constant = constant_at(tabler, source, row);
		struct string string;
		if (!string_of(nums, constant, &string)) {
			free(constants);
			return NULL;
		}
		constants[row] = len > FIELD_BITS
			? long_field(nums, constant, pos, len)
			: small_num(tabler, read_field(&string, pos, (uint32_t)len));
	}
	return constants;
}

/* A field of a string from a table, as a column of it. */
static bool find_column(struct tabler *tabler, uint32_t old)
{
	struct rewrite *rewrite = &tabler->rewrite;
	struct ir_module *module = rewrite->module;
	struct num_pool *nums = &module->nums;
	const struct ir_term *operand = old_terms(rewrite, old);
	uint64_t pos = num_to_u64(nums, operand->weight);
	uint64_t len = num_to_u64(nums, rewrite->old[old].bias);
	ir_value x = rewrite_operand(rewrite, operand->value.i), key;
	struct source source;
	num *constants;

	if (!as_source(tabler, x, &source) ||
		!may_read(tabler, table_of(tabler, &source)->row_count, len / 64))
		return false;
	constants = read_column(tabler, &source, pos, len);
	if (!constants)
		return false;
	key.i = source.key;
	rewrite_set_value(rewrite, old,
		ir_add_op(module, IR_LOOKUP, &key,
			(num[]){ num_from_int(nums, source.table),
				num_from_int(nums,
					ir_table_take_column(
						&module->tables[source.table], constants)) }));
	return true;
}

/* --- points ------------------------------------------------------------------------- */

/* The sum of points that were tabulated, as the old value. */
static void set_points(struct tabler *tabler, uint32_t old, uint32_t key)
{
	struct rewrite *rewrite = &tabler->rewrite;
	ir_value value;
	num scale;

	if (tabulate_finish(&tabler->tabulator, rewrite->module, (ir_value){ key }, true,
		    &value, &scale))
		rewrite_set_scaled(rewrite, old, value, scale);
	else
		rewrite_set_constant(rewrite, old, NUM_ZERO);
}

/* Whether the key 0 is in no row, where all columns are 0 and equal the key. */
static bool misses_zero(const struct tabler *tabler, const struct source *source)
{
	const struct ir_table *table = table_of(tabler, source);

	return ir_table_find(table, 0) == table->row_count;
}

/* match z, lookup(z), lookup(z): a point for each row that holds its own constant. */
static bool find_points_of_match(struct tabler *tabler, uint32_t old)
{
	struct rewrite *rewrite = &tabler->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	ir_value a = rewrite_operand(rewrite, terms[0].value.i);
	ir_value b = rewrite_operand(rewrite, terms[1].value.i);
	ir_value y = rewrite_operand(rewrite, terms[2].value.i), key = a;
	struct source place, label;
	const struct ir_table *table;

	if (!as_source(tabler, b, &place) || place.key != a.i) {
		key = b;
		if (!as_source(tabler, a, &place) || place.key != b.i)
			return false;
	}
	if (!as_source(tabler, y, &label) || label.key != key.i)
		return false;
	table = table_of(tabler, &place);
	tabulate_start(&tabler->tabulator);
	for (uint32_t row = 0; row < table->row_count; row++) {
		ir_key point;
		if (ir_key_from_num(
			    &rewrite->module->nums, constant_at(tabler, &place, row), &point) &&
			point >= table->first[row] && point <= table->last[row])
			tabulate_add(&tabler->tabulator, point, point,
				constant_at(tabler, &label,
					ir_table_find(table_of(tabler, &label), point)));
	}
	if (misses_zero(tabler, &place))
		tabulate_add(&tabler->tabulator, 0, 0,
			constant_at(
				tabler, &label, ir_table_find(table_of(tabler, &label), 0)));
	set_points(tabler, old, key.i);
	return true;
}

struct slots {
	uint32_t n, rho, c;
	struct source u, w;
};

/* The points of one row; false if a constant is no string. */
static bool add_points(struct tabler *tabler, const struct slots *slots, uint32_t row)
{
	const struct num_pool *nums = &tabler->rewrite.module->nums;
	const struct ir_table *table = table_of(tabler, &slots->u);
	bool same = slots->u.table == slots->w.table;

	for (uint32_t i = slots->n; i-- > 0;) {
		struct string u, w;
		ir_key point;
		uint32_t at = row;
		/* small_num() may move the pool's limbs */
		if (!string_of(nums, constant_at(tabler, &slots->u, row), &u))
			return false;
		point = (ir_key)read_field(&u, (uint64_t)i * slots->rho, slots->rho);
		if (point < table->first[row] || point > table->last[row])
			continue;
		if (!same)
			at = ir_table_find(table_of(tabler, &slots->w), point);
		if (!string_of(nums, constant_at(tabler, &slots->w, at), &w))
			return false;
		tabulate_add(&tabler->tabulator, point, point,
			small_num(tabler, read_field(&w, (uint64_t)i * slots->c, slots->c)));
	}
	return true;
}

/* assoc z, lookup(z), lookup(z): a point for each slot whose row holds it. */
static bool find_points_of_assoc(struct tabler *tabler, uint32_t old)
{
	struct rewrite *rewrite = &tabler->rewrite;
	struct ir_module *module = rewrite->module;
	const struct ir_term *terms = old_terms(rewrite, old);
	uint32_t key = rewrite_operand(rewrite, terms[0].value.i).i;
	struct slots slots = {
		.n = (uint32_t)num_to_u64(&module->nums, terms[0].weight),
		.rho = (uint32_t)num_to_u64(&module->nums, terms[1].weight),
		.c = (uint32_t)num_to_u64(&module->nums, terms[2].weight),
	};

	if (!as_source(tabler, rewrite_operand(rewrite, terms[1].value.i), &slots.u) ||
		!as_source(tabler, rewrite_operand(rewrite, terms[2].value.i), &slots.w) ||
		slots.u.key != key || slots.w.key != key || slots.rho > FIELD_BITS ||
		slots.c > FIELD_BITS ||
		(misses_zero(tabler, &slots.u) && !misses_zero(tabler, &slots.w)) ||
		!may_read(tabler, table_of(tabler, &slots.u)->row_count, slots.n))
		return false;
	tabulate_start(&tabler->tabulator);
	for (uint32_t row = 0; row < table_of(tabler, &slots.u)->row_count; row++)
		if (!add_points(tabler, &slots, row))
			return false;
	set_points(tabler, old, key);
	return true;
}

static void visit(struct tabler *tabler, uint32_t old)
{
	enum ir_op op = old_op(&tabler->rewrite, old);
	bool found = false;

	if (op == IR_BITS)
		found = find_column(tabler, old);
	else if (op == IR_MATCH)
		found = find_points_of_match(tabler, old);
	else if (op == IR_ASSOC)
		found = find_points_of_assoc(tabler, old);
	if (!found)
		rewrite_keep(&tabler->rewrite, old);
}

/*
 * What is read stays within a factor of what there is: a slot is a bit at least, and a table
 * has few columns.
 */
static uint64_t budget_of(const struct ir_module *module)
{
	enum { FACTOR = 16, BITS = 4 };
	uint64_t budget = FACTOR * (uint64_t)module->term_count;

	for (uint32_t i = 0; i < module->table_count; i++) {
		const struct ir_table *table = &module->tables[i];
		budget += FACTOR * (uint64_t)table->row_count;
		for (uint32_t column = 0; column < table->column_count; column++)
			for (uint32_t row = 0; row < table->row_count; row++)
				budget += BITS *
					num_significand_bits(
						&module->nums, table->columns[column][row]);
	}
	return budget;
}

static void table(struct pass_context *context)
{
	struct tabler tabler = { .small = { NUM_ZERO }, .budget = budget_of(context->module) };

	if (context->module->level == IR_LEVEL_FUSED && !context->module->table_count)
		return;
	rewrite_begin(&tabler.rewrite, context->module);
	for (uint32_t i = context->module->input_count; i < tabler.rewrite.old_count; i++)
		visit(&tabler, i);
	rewrite_end(&tabler.rewrite);
	tabulator_fini(&tabler.tabulator);
}

const struct pass pass_table = {
	.name = "table",
	.help = "fields, matches and assocs of constants of one table become tables",
	.run = table,
};
