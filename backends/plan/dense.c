#include "backends/plan/dense.h"

#include <stdlib.h>

#include "backends/plan/denser.h"
#include "support/mem.h"

/* --- who reads what ----------------------------------------------------------------- */

static bool is_known(const struct ir_module *module, ir_value value)
{
	enum ir_op op = ir_op_of(module, value);

	return op == IR_INPUT || op == IR_RELU || op == IR_AFFINE || op == IR_STEP ||
		op == IR_WITHIN;
}

/* Backwards, so that what only unused values read is not used either. */
static bool find_readers(struct denser *denser)
{
	const struct ir_module *module = denser->module;
	uint32_t output = ir_output(module).i;

	denser->values[output].readers = 1;
	for (uint32_t i = output + 1; i-- > module->input_count;) {
		ir_value value = { i };
		enum ir_op op = ir_op_of(module, value);
		if (!denser->values[i].readers)
			continue;
		if (!is_known(module, value))
			return false;
		for (uint32_t j = 0; j < ir_term_count(module, value); j++) {
			const struct ir_term *term = &ir_terms(module, value)[j];
			struct dense_value *operand = &denser->values[term->value.i];
			/* within may read its operand twice */
			operand->readers += op == IR_WITHIN ? 2 : 1;
			operand->reader = i;
			operand->falls =
				op == IR_RELU && num_sign(&module->nums, term->weight) < 0;
		}
	}
	return true;
}

/* --- kinds -------------------------------------------------------------------------- */

static bool is_through(const struct denser *denser, ir_value value)
{
	const struct dense_value *own = &denser->values[value.i];

	return ir_op_of(denser->module, value) == IR_AFFINE && own->readers == 1 &&
		value.i != ir_output(denser->module).i &&
		ir_op_of(denser->module, (ir_value){ own->reader }) == IR_STEP;
}

/* Whether a form reads inputs only, and so many that it belongs into the matrix. */
static bool is_row(const struct denser *denser, ir_value value)
{
	enum { LEAST = 3, SHARE = 8 };
	const struct ir_term *terms = ir_terms(denser->module, value);
	uint32_t count = ir_term_count(denser->module, value);
	uint32_t inputs = denser->module->input_count;

	/* terms ascend */
	return count >= LEAST && count >= inputs / SHARE && terms[count - 1].value.i < inputs;
}

static bool is_leaf(struct denser *denser, ir_value value)
{
	const struct ir_term *terms = ir_terms(denser->module, value);
	uint32_t count = ir_term_count(denser->module, value);
	bool kept = count <= 2;

	for (uint32_t i = 0; i < count && kept; i++)
		kept = dense_is_kept(&denser->values[terms[i].value.i]);
	if (kept && ir_op_of(denser->module, value) == IR_WITHIN) {
		struct dense_form form = { 0 };
		denser_form(denser, value, &form);
		kept = !form.between;
		free(form.terms);
	}
	return kept;
}

/* Whether a row is one of many terms that lower the only gate that reads it. */
static bool is_lazy(const struct denser *denser, const struct dense_value *row)
{
	return row->readers == 1 && row->falls &&
		ir_term_count(denser->module, (ir_value){ row->reader }) > 2;
}

static void add_row(struct denser *denser, uint32_t value)
{
	struct plan_dense *dense = denser->dense;

	denser->rows = mem_grow(
		denser->rows, &denser->row_room, dense->eager + 1, sizeof *denser->rows);
	denser->rows[dense->eager] = value;
	denser->values[value].place = dense->eager++;
}

/* A gate: one more than those that are under way within it. */
static void set_gate(struct denser *denser, ir_value value, ir_value from)
{
	struct dense_value *own = &denser->values[value.i];
	const struct ir_term *terms = ir_terms(denser->module, from);
	uint16_t depth = 0;

	for (uint32_t i = 0; i < ir_term_count(denser->module, from); i++) {
		const struct dense_value *operand = &denser->values[terms[i].value.i];
		if (operand->kind == DENSE_GATE && operand->depth > depth)
			depth = operand->depth;
	}
	own->depth = (uint16_t)(depth + 1);
	own->kind = DENSE_GATE;
	if (own->depth > denser->dense->depth)
		denser->dense->depth = own->depth;
	if (own->readers > 1 || own->depth >= PLAN_DENSE_DEPTH ||
		value.i == ir_output(denser->module).i) {
		own->kind = DENSE_ROOT;
		own->place = denser->dense->roots++;
	}
}

/* All values that it reads have theirs. */
static void set_kind(struct denser *denser, ir_value value)
{
	struct dense_value *own = &denser->values[value.i];
	ir_value from = denser_terms(denser, value);
	bool is_output = value.i == ir_output(denser->module).i;

	if (ir_op_of(denser->module, value) == IR_INPUT) {
		own->kind = DENSE_INPUT;
		own->place = value.i;
	} else if (is_through(denser, value)) {
		own->kind = DENSE_THROUGH;
	} else if (!is_output && ir_op_of(denser->module, from) != IR_WITHIN &&
		is_row(denser, from)) {
		own->kind = is_lazy(denser, own) ? DENSE_LAZY_ROW : DENSE_ROW;
		if (own->kind == DENSE_ROW)
			add_row(denser, value.i);
	} else if (!is_output && is_leaf(denser, from)) {
		own->kind = DENSE_LEAF;
	} else {
		set_gate(denser, value, from);
	}
}

static void set_kinds(struct denser *denser)
{
	for (uint32_t i = 0; i <= ir_output(denser->module).i && denser->fits; i++) {
		struct dense_value *own = &denser->values[i];
		if (!own->readers && i >= denser->module->input_count)
			continue;
		denser_hold(denser, (ir_value){ i });
		if (own->readers || i < denser->module->input_count)
			set_kind(denser, (ir_value){ i });
	}
}

/* --- all together ------------------------------------------------------------------- */

uint32_t denser_place(const struct denser *denser, uint32_t value)
{
	const struct plan_dense *dense = denser->dense;
	const struct dense_value *own = &denser->values[value];

	if (own->kind == DENSE_INPUT)
		return own->place;
	return dense->inputs + own->place + (own->kind == DENSE_ROOT ? dense->eager : 0);
}

static void put(struct denser *denser)
{
	struct plan_dense *dense = denser->dense;
	int32_t step = denser->values[ir_output(denser->module).i].step;

	while (dense->eager % PLAN_DENSE_ROWS)
		add_row(denser, 0); /* of zeros */
	denser->values[0].place = 0;
	dense->row_count = dense->eager;
	dense->values = dense->inputs + dense->eager + dense->roots;
	dense->fraction = (uint64_t) - (int64_t)step;
	if (denser->fits)
		denser_put_gates(denser);
	if (denser->fits)
		denser_put_rows(denser);
}

struct plan_dense *plan_dense_new(const struct ir_module *module)
{
	struct denser denser = { .module = module, .fits = true };
	struct plan_dense *dense;

	if (module->level != IR_LEVEL_FUSED || !module->has_output)
		return NULL;
	denser.values = mem_zero(module->node_count, sizeof *denser.values);
	if (!find_readers(&denser)) {
		free(denser.values);
		return NULL;
	}
	dense = denser.dense = mem_zero(1, sizeof *dense);
	dense->inputs = module->input_count;
	mpz_init(denser.scaled);
	ir_ranges_init(&denser.ranges, module);
	set_kinds(&denser);
	if (denser.fits)
		put(&denser);
	ir_ranges_fini(&denser.ranges);
	mpz_clear(denser.scaled);
	free(denser.values);
	free(denser.rows);
	if (denser.fits)
		return dense;
	plan_dense_free(dense);
	return NULL;
}

void plan_dense_free(struct plan_dense *dense)
{
	words_fini(&dense->matrix);
	words_fini(&dense->rows);
	words_fini(&dense->gates);
	free(dense);
}
