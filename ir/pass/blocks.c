#include "ir/pass/blocks.h"

enum { MOST_STEPS = 1 << 24 }; /* of a block: what it holds is no more than about a gigabyte */

/* --- what a value reads ------------------------------------------------------------- */

static void read_term(struct blocks *blocks, uint32_t i, const struct block_term *term)
{
	struct block_value *value = &blocks->values[term->place];

	value->constant.first = blocks->first;
	blocks->readings[i] = (struct block_reading){
		.list = value->held ? &value->constant : value->stretches.list,
		.count = value->held ? 1 : value->stretches.count,
		.term = term,
	};
}

static const struct block_reading *read_terms(
	struct blocks *blocks, const struct block_value *value)
{
	for (uint32_t i = 0; i < value->term_count; i++)
		read_term(blocks, i, &blocks->terms[value->first_term + i]);
	return blocks->readings;
}

static const struct stretch *at_hand(const struct block_reading *reading)
{
	return &reading->list[reading->at];
}

/* The next keys on which each reading is one stretch; at first, those before the block. */
static bool next_span(struct blocks *blocks, uint32_t count, struct span *span)
{
	if (span->last == blocks->last)
		return false;
	*span = (struct span){ span->last + 1, blocks->last };
	for (uint32_t i = 0; i < count; i++) {
		struct block_reading *reading = &blocks->readings[i];
		ir_key end;
		if (reading->at + 1 < reading->count &&
			reading->list[reading->at + 1].first == span->first)
			reading->at++;
		end = stretch_last(reading->list, reading->count, reading->at, blocks->last);
		span->last = end < span->last ? end : span->last;
	}
	return true;
}

/* --- forms -------------------------------------------------------------------------- */

static void add_line(
	struct blocks *blocks, ir_key first, ir_key last, const mpz_t slope, const mpz_t offset)
{
	struct span span = { first, last };

	if (first <= last)
		stretches_add_line(&blocks->to, &span, slope, offset, blocks->at);
}

static void add_constant(struct blocks *blocks, ir_key first, ir_key last, bool one)
{
	if (first <= last)
		stretches_add_constant(&blocks->to, first, one);
}

/* Appends the line, or relu of it. */
static void add_form(struct blocks *blocks, bool relu, const struct span *span,
	const mpz_t slope, const mpz_t offset)
{
	ir_key key;

	blocks->steps += mpz_size(offset) + 1;
	if (!relu || !mpz_sgn(slope)) {
		if (!relu || mpz_sgn(offset) > 0)
			add_line(blocks, span->first, span->last, slope, offset);
		else
			add_constant(blocks, span->first, span->last, false);
		return;
	}
	mpz_neg(blocks->at, offset);
	key = stretch_crosses(span, slope, blocks->at);
	if (mpz_sgn(slope) > 0) {
		add_constant(blocks, span->first, key - 1, false);
		add_line(blocks, key, span->last, slope, offset);
	} else {
		add_line(blocks, span->first, key - 1, slope, offset);
		add_constant(blocks, key, span->last, false);
	}
}

/* The terms of a form that are in more than one stretch; the others are the base, a line. */
static uint32_t read_form(struct blocks *blocks, const struct block_value *value)
{
	uint32_t many = 0;

	mpz_set_ui(blocks->base_slope, 0);
	mpz_set(blocks->base_offset, value->bias);
	for (uint32_t i = 0; i < value->term_count; i++) {
		const struct block_term *term = &blocks->terms[value->first_term + i];
		const struct stretch *line;
		read_term(blocks, many, term);
		if (blocks->readings[many].count > 1) {
			many++;
			continue;
		}
		line = blocks->readings[many].list;
		if (mpz_sgn(line->slope))
			mpz_addmul(blocks->base_slope, line->slope, term->weight);
		if (mpz_sgn(line->offset))
			mpz_addmul(blocks->base_offset, line->offset, term->weight);
	}
	blocks->steps += value->term_count;
	return many;
}

/* The readings side by side, on the base. */
static void add_readings(struct blocks *blocks, uint32_t count, bool relu)
{
	struct span span = { .last = blocks->first - 1 };

	while (next_span(blocks, count, &span)) {
		mpz_set(blocks->slope, blocks->base_slope);
		mpz_set(blocks->offset, blocks->base_offset);
		for (uint32_t i = 0; i < count; i++) {
			const struct stretch *stretch = at_hand(&blocks->readings[i]);
			mpz_srcptr weight = blocks->readings[i].term->weight;
			if (mpz_sgn(stretch->slope))
				mpz_addmul(blocks->slope, stretch->slope, weight);
			if (mpz_sgn(stretch->offset))
				mpz_addmul(blocks->offset, stretch->offset, weight);
		}
		blocks->steps += count;
		add_form(blocks, relu, &span, blocks->slope, blocks->offset);
	}
}

/* relu(v + base) of a v in many stretches: those that end below 0 are not even copied. */
static void add_ramp(struct blocks *blocks)
{
	const struct block_reading *v = &blocks->readings[0];

	blocks->steps += v->count;
	mpz_neg(blocks->slope, blocks->base_offset);
	for (uint32_t i = 0; i < v->count; i++) {
		const struct stretch *stretch = &v->list[i];
		struct span span = { stretch->first,
			stretch_last(v->list, v->count, i, blocks->last) };
		if (!mpz_sgn(stretch->slope) && mpz_cmp(stretch->offset, blocks->slope) <= 0) {
			stretches_add_constant(&blocks->to, stretch->first, 0);
			continue;
		}
		mpz_add(blocks->offset, stretch->offset, blocks->base_offset);
		add_form(blocks, true, &span, stretch->slope, blocks->offset);
	}
}

/* u + w v, u in many stretches that nothing reads any more, v mostly 0. */
static void add_into(
	struct blocks *blocks, struct block_value *u, const struct block_reading *v)
{
	struct stretches held = blocks->to;
	uint32_t place = 0;

	blocks->to = u->stretches;
	u->stretches = held;
	u->stretches.count = 0;
	for (uint32_t i = 0; i < v->count; i++) {
		struct span span = { v->list[i].first,
			stretch_last(v->list, v->count, i, blocks->last) };
		if (!mpz_sgn(v->list[i].slope) && !mpz_sgn(v->list[i].offset))
			continue;
		place = stretches_add_to(&blocks->to, place, blocks->last, &span, &v->list[i],
			v->term->weight, blocks->at);
		blocks->steps += mpz_size(v->list[i].offset) + 1;
	}
	blocks->steps += blocks->to.count / 8 + v->count;
}

/* Of two readings, one whose stretches may become those of the form at place; or 2. */
static uint32_t find_carried(const struct blocks *blocks, uint32_t place)
{
	const struct block_reading *readings = blocks->readings;
	uint32_t i = readings[1].count > readings[0].count;
	const struct block_term *term = readings[i].term;

	return !mpz_cmp_ui(term->weight, 1) && blocks->values[term->place].last_reader == place
		? i
		: 2;
}

static void run_form(struct blocks *blocks, uint32_t place)
{
	const struct block_value *value = &blocks->values[place];
	bool relu = value->op == IR_RELU, flat;
	struct span all = { blocks->first, blocks->last };
	uint32_t many = read_form(blocks, value), carried = 2;
	const struct block_reading *readings = blocks->readings;

	flat = !mpz_sgn(blocks->base_slope);
	if (many == 2 && !relu && flat && !mpz_sgn(blocks->base_offset))
		carried = find_carried(blocks, place);
	if (!many)
		add_form(blocks, relu, &all, blocks->base_slope, blocks->base_offset);
	else if (many == 1 && relu && flat && !mpz_cmp_ui(readings->term->weight, 1))
		add_ramp(blocks);
	else if (carried < 2)
		add_into(blocks, &blocks->values[readings[carried].term->place],
			&readings[!carried]);
	else
		add_readings(blocks, many, relu);
}

/* --- other operations --------------------------------------------------------------- */

/* 1 where a line is at least lo, and at most hi unless that is NULL; else 0. */
static void add_within(struct blocks *blocks, const struct stretch *line,
	const struct span *span, const mpz_t lo, mpz_srcptr hi)
{
	bool rises = mpz_sgn(line->slope) > 0;
	ir_key reaches, leaves = rises ? span->last + 1 : span->first, from, to;

	if (!mpz_sgn(line->slope)) {
		add_constant(blocks, span->first, span->last,
			mpz_cmp(line->offset, lo) >= 0 &&
				(!hi || mpz_cmp(line->offset, hi) <= 0));
		return;
	}
	mpz_sub(blocks->at, lo, line->offset);
	mpz_sub_ui(blocks->at, blocks->at, 1);
	reaches = stretch_crosses(span, line->slope, blocks->at);
	if (hi) {
		mpz_sub(blocks->at, hi, line->offset);
		leaves = stretch_crosses(span, line->slope, blocks->at);
	}
	from = rises ? reaches : leaves;
	to = rises ? leaves : reaches;
	if (from > to)
		from = to;
	add_constant(blocks, span->first, from - 1, false);
	add_constant(blocks, from, to - 1, true);
	add_constant(blocks, to, span->last, false);
}

static void run_within(struct blocks *blocks, const struct block_value *value)
{
	const struct block_reading *z = read_terms(blocks, value);

	for (uint32_t i = 0; i < z->count; i++) {
		struct span span = { z->list[i].first,
			stretch_last(z->list, z->count, i, blocks->last) };
		add_within(blocks, &z->list[i], &span, z->term->weight,
			value->op == IR_STEP ? NULL : value->bias);
	}
	blocks->steps += 2 * z->count;
}

static void run_match(struct blocks *blocks, const struct block_value *value)
{
	const struct block_reading *readings = read_terms(blocks, value);
	struct span span = { .last = blocks->first - 1 }, zeros;

	while (next_span(blocks, value->term_count, &span)) {
		const struct stretch *a = at_hand(&readings[0]), *b = at_hand(&readings[1]);
		const struct stretch *y = at_hand(&readings[2]);
		mpz_sub(blocks->slope, a->slope, b->slope);
		mpz_sub(blocks->offset, a->offset, b->offset);
		blocks->steps += 4;
		if (!stretch_zeros(&span, blocks->slope, blocks->offset, &zeros, blocks->at))
			zeros = (struct span){ span.last + 1, span.last };
		add_constant(blocks, span.first, zeros.first - 1, false);
		add_line(blocks, zeros.first, zeros.last, y->slope, y->offset);
		add_constant(blocks, zeros.last + 1, span.last, false);
	}
}

static void set_field(mpz_t to, const mpz_t string, uint64_t pos, uint64_t len)
{
	mpz_fdiv_q_2exp(to, string, pos);
	mpz_fdiv_r_2exp(to, to, len);
}

/* A field of constants. */
static bool run_bits(struct blocks *blocks, const struct block_value *value)
{
	const struct block_reading *x = read_terms(blocks, value);

	blocks->steps += x->count;
	mpz_set_ui(blocks->slope, 0);
	for (uint32_t i = 0; i < x->count; i++) {
		if (mpz_sgn(x->list[i].slope))
			return false;
		set_field(blocks->offset, x->list[i].offset, mpz_get_ui(x->term->weight),
			mpz_get_ui(value->bias));
		add_line(blocks, x->list[i].first,
			stretch_last(x->list, x->count, i, blocks->last), blocks->slope,
			blocks->offset);
	}
	return true;
}

/* Adds the label, a constant, where the key is the field u. */
static void add_slot(struct blocks *blocks, const struct block_reading *key, const mpz_t u,
	const struct stretch *label)
{
	struct span zeros;

	mpz_set_ui(blocks->base_offset, 1);
	for (uint32_t i = 0; i < key->count; i++) {
		struct span span = { key->list[i].first,
			stretch_last(key->list, key->count, i, blocks->last) };
		mpz_set(blocks->slope, key->list[i].slope);
		mpz_sub(blocks->offset, key->list[i].offset, u);
		if (stretch_zeros(&span, blocks->slope, blocks->offset, &zeros, blocks->at))
			stretches_add_to(&blocks->to, 0, blocks->last, &zeros, label,
				blocks->base_offset, blocks->at);
	}
	blocks->steps += mpz_size(u) + 2 * key->count;
}

/* Of strings that are constants. */
static bool run_assoc(struct blocks *blocks, const struct block_value *value)
{
	const struct block_reading *readings = read_terms(blocks, value);
	const struct stretch *u = readings[1].list, *w = readings[2].list;
	uint64_t n = mpz_get_ui(readings[0].term->weight);
	uint64_t rho = mpz_get_ui(readings[1].term->weight);
	uint64_t c = mpz_get_ui(readings[2].term->weight);
	struct stretch label;
	mpz_t field;

	if (readings[1].count > 1 || mpz_sgn(u->slope) || readings[2].count > 1 ||
		mpz_sgn(w->slope))
		return false;
	mpz_inits(field, label.slope, label.offset, NULL);
	stretches_add_constant(&blocks->to, blocks->first, 0);
	for (uint64_t i = 0; i < n; i++) {
		set_field(field, u->offset, i * rho, rho);
		set_field(label.offset, w->offset, i * c, c);
		add_slot(blocks, &readings[0], field, &label);
		if (blocks->steps > blocks->step_limit)
			break; /* run_value() says so */
	}
	mpz_clears(field, label.slope, label.offset, NULL);
	return true;
}

/* A table at the root, whose rows the block does not leave. */
static bool run_table(struct blocks *blocks, const struct block_value *value)
{
	const struct ir_module *module = blocks->rewrite->module;
	const struct block_term *term = &blocks->terms[value->first_term];
	const struct ir_table *table = &module->tables[mpz_get_ui(term->weight)];
	num *const *columns = &table->columns[mpz_get_ui(value->bias)];
	uint32_t row = ir_table_find(table, blocks->first);
	bool knots = value->op == IR_KNOTS, good = true;

	mpz_set_ui(blocks->slope, 0);
	mpz_set_ui(blocks->offset, 0);
	if (row < table->row_count) {
		good = blocks_integer(&module->nums, columns[knots][row], 0, blocks->offset) &&
			(!knots ||
				blocks_integer(
					&module->nums, columns[0][row], 0, blocks->slope));
	}
	blocks->steps++;
	add_line(blocks, blocks->first, blocks->last, blocks->slope, blocks->offset);
	return good;
}

static bool run_operation(struct blocks *blocks, uint32_t place)
{
	const struct block_value *value = &blocks->values[place];

	switch (value->op) {
	case IR_RELU:
	case IR_AFFINE:
		run_form(blocks, place);
		return true;
	case IR_STEP:
	case IR_WITHIN:
		run_within(blocks, value);
		return true;
	case IR_MATCH:
		run_match(blocks, value);
		return true;
	case IR_BITS:
		return run_bits(blocks, value);
	case IR_ASSOC:
		return run_assoc(blocks, value);
	case IR_LOOKUP:
	case IR_KNOTS:
		return run_table(blocks, value);
	case IR_INPUT:
	case IR_OP_COUNT:
		break;
	}
	return false;
}

/* --- a block ------------------------------------------------------------------------ */

static bool reads_fresh(const struct blocks *blocks, const struct block_value *value)
{
	const struct block_term *terms = &blocks->terms[value->first_term];

	for (uint32_t i = 0; i < value->term_count; i++)
		if (blocks->fresh[terms[i].place])
			return true;
	return false;
}

/* The value is what was found: a constant, which it may have been before, or stretches. */
static void settle(struct blocks *blocks, uint32_t place)
{
	struct block_value *value = &blocks->values[place];
	const struct stretch *found = blocks->to.list;

	if (blocks->to.count > 1 || mpz_sgn(found->slope)) {
		value->stretches = blocks->to;
		value->held = false;
		blocks->fresh[place] = true;
		return;
	}
	blocks->fresh[place] =
		!value->held || mpz_cmp(value->constant.offset, found->offset) != 0;
	if (blocks->fresh[place])
		mpz_set(value->constant.offset, found->offset);
	value->held = true;
	blocks->spare[blocks->spare_count++] = blocks->to;
}

static void release(struct blocks *blocks, struct block_value *value)
{
	if (!value->stretches.list)
		return;
	blocks->spare[blocks->spare_count++] = value->stretches;
	value->stretches = (struct stretches){ 0 };
}

static bool run_value(struct blocks *blocks, uint32_t place)
{
	const struct block_value *value = &blocks->values[place];

	if (value->held && !reads_fresh(blocks, value)) {
		blocks->fresh[place] = false;
		return true;
	}
	blocks->to = (struct stretches){ 0 };
	if (blocks->spare_count)
		blocks->to = blocks->spare[--blocks->spare_count];
	blocks->to.count = 0;
	if (!run_operation(blocks, place)) {
		blocks->spare[blocks->spare_count++] = blocks->to;
		return false;
	}
	settle(blocks, place);
	if (blocks->steps > blocks->step_limit)
		return false;
	for (uint32_t i = 0; i < value->term_count; i++) {
		uint32_t read = blocks->terms[value->first_term + i].place;
		if (blocks->values[read].last_reader == place)
			release(blocks, &blocks->values[read]);
	}
	return true;
}

const struct stretch *blocks_run(
	struct blocks *blocks, ir_key first, ir_key last, uint32_t *count)
{
	struct block_value *output = &blocks->values[blocks->count - 1];

	release(blocks, output);
	blocks->values[0].stretches.list->first = first;
	blocks->first = output->constant.first = first;
	blocks->last = last;
	blocks->step_limit = blocks->steps + MOST_STEPS;
	for (uint32_t i = 1; i < blocks->count; i++)
		if (!run_value(blocks, i))
			return NULL;
	*count = output->held ? 1 : output->stretches.count;
	return output->held ? &output->constant : output->stretches.list;
}
