#include "ir/pass/blocks.h"

#include <stdlib.h>

#include "support/mem.h"

/* --- lists -------------------------------------------------------------------------- */

/* One more behind the others, with any slope and offset. */
static struct stretch *push(struct stretches *to, ir_key first)
{
	size_t before = to->room;

	to->list = mem_grow(to->list, &to->room, (size_t)to->count + 1, sizeof *to->list);
	for (size_t i = before; i < to->room; i++)
		mpz_inits(to->list[i].slope, to->list[i].offset, NULL);
	to->list[to->count].first = first;
	return &to->list[to->count++];
}

/* Opens a gap of one before place i; what comes into it is any. */
static void insert(struct stretches *to, uint32_t i)
{
	struct stretch spare = *push(to, 0);

	for (uint32_t k = to->count - 1; k > i; k--)
		to->list[k] = to->list[k - 1];
	to->list[i] = spare;
}

static void stretches_fini(struct stretches *list)
{
	for (size_t i = 0; i < list->room; i++)
		mpz_clears(list->list[i].slope, list->list[i].offset, NULL);
	free(list->list);
}

static ir_key last_of(const struct stretches *list, uint32_t i, ir_key end)
{
	return i + 1 < list->count ? list->list[i + 1].first - 1 : end;
}

static void set_key(mpz_t to, ir_key key)
{
	bool negative = key < 0;
	unsigned __int128 magnitude =
		negative ? -(unsigned __int128)key : (unsigned __int128)key;
	uint64_t words[2] = { (uint64_t)magnitude, (uint64_t)(magnitude >> 64) };

	mpz_import(to, 2, -1, sizeof words[0], 0, 0, words);
	if (negative)
		mpz_neg(to, to);
}

/* offset += slope * key */
static void add_at(mpz_t offset, const mpz_t slope, ir_key key, mpz_t scratch)
{
	if (!mpz_sgn(slope))
		return;
	set_key(scratch, key);
	mpz_addmul(offset, slope, scratch);
}

/* Appends a zero, if the last stretch is not one. */
static void push_zero(struct stretches *to, ir_key first)
{
	struct stretch *next;

	if (to->count && !mpz_sgn(to->list[to->count - 1].slope) &&
		!mpz_sgn(to->list[to->count - 1].offset))
		return;
	next = push(to, first);
	mpz_set_ui(next->slope, 0);
	mpz_set_ui(next->offset, 0);
}

/* Appends a line, or lets the last one go on; one of a single key becomes a constant. */
static void push_line(struct blocks *blocks, struct stretches *to, ir_key first, ir_key last,
	const mpz_t slope, const mpz_t offset)
{
	const struct stretch *before = to->count ? &to->list[to->count - 1] : NULL;
	struct stretch *next;

	if (before && !mpz_cmp(before->slope, slope) && !mpz_cmp(before->offset, offset))
		return;
	next = push(to, first);
	mpz_set(next->slope, slope);
	mpz_set(next->offset, offset);
	if (first == last && mpz_sgn(slope)) {
		add_at(next->offset, next->slope, first, blocks->at);
		mpz_set_ui(next->slope, 0);
	}
}

/* --- forms -------------------------------------------------------------------------- */

/* Appends relu of the line. */
static void push_relu(struct blocks *blocks, struct stretches *to, ir_key first, ir_key last,
	const mpz_t slope, const mpz_t offset)
{
	bool rises = mpz_sgn(slope) > 0;
	ir_key key;

	if (!mpz_sgn(slope)) {
		if (mpz_sgn(offset) > 0)
			push_line(blocks, to, first, last, slope, offset);
		else
			push_zero(to, first);
		return;
	}
	/* rises: positive from floor(-offset / slope) + 1 on; falls: not from ceil on */
	mpz_neg(blocks->at, offset);
	if (rises) {
		mpz_fdiv_q(blocks->at, blocks->at, slope);
		mpz_add_ui(blocks->at, blocks->at, 1);
	} else {
		mpz_cdiv_q(blocks->at, blocks->at, slope);
	}
	if (!ir_key_from_mpz(blocks->at, 0, &key))
		key = mpz_sgn(blocks->at) < 0 ? first : last + 1;
	key = key < first ? first : key > last ? last + 1 : key;
	if (key > first) {
		if (rises)
			push_zero(to, first);
		else
			push_line(blocks, to, first, key - 1, slope, offset);
	}
	if (key <= last) {
		if (rises)
			push_line(blocks, to, key, last, slope, offset);
		else
			push_zero(to, key);
	}
}

static const struct stretches *operand(const struct blocks *blocks, uint32_t old)
{
	uint32_t place = blocks->places[old];

	return place ? &blocks->values[place - 1] : &blocks->self;
}

enum { TERMS = 64 }; /* of a form */

/* Any form: its terms side by side. */
static void add_form(struct blocks *blocks, uint32_t place, ir_key first, ir_key last)
{
	const struct rewrite *rewrite = blocks->rewrite;
	uint32_t old = blocks->cone[place], count = old_term_count(rewrite, old),
		 at[TERMS] = { 0 };
	const struct ir_term *terms = old_terms(rewrite, old);
	struct stretches *to = &blocks->values[place];
	bool relu = old_op(rewrite, old) == IR_RELU;

	for (ir_key next = first; next <= last;) {
		ir_key end = last;
		mpz_set_ui(blocks->slope, 0);
		mpz_set(blocks->offset, blocks->biases[place]);
		for (uint32_t i = 0; i < count; i++) {
			const struct stretches *from = operand(blocks, terms[i].value.i);
			const struct stretch *stretch = &from->list[at[i]];
			ir_key own = last_of(from, at[i], last);
			mpz_t *weight = &blocks->weights[blocks->first_weight[place] + i];
			end = own < end ? own : end;
			if (mpz_sgn(stretch->slope))
				mpz_addmul(blocks->slope, stretch->slope, *weight);
			if (mpz_sgn(stretch->offset))
				mpz_addmul(blocks->offset, stretch->offset, *weight);
		}
		blocks->steps += mpz_size(blocks->offset) + count;
		if (relu)
			push_relu(blocks, to, next, end, blocks->slope, blocks->offset);
		else
			push_line(blocks, to, next, end, blocks->slope, blocks->offset);
		next = end + 1;
		for (uint32_t i = 0; i < count; i++) {
			const struct stretches *from = operand(blocks, terms[i].value.i);
			at[i] += at[i] + 1 < from->count && from->list[at[i] + 1].first <= next;
		}
	}
}

/* relu(v + bias) of a v in many stretches: those that end below 0 are not even copied. */
static void add_ramp(struct blocks *blocks, uint32_t place, ir_key last)
{
	uint32_t old = blocks->cone[place];
	const struct stretches *from =
		operand(blocks, old_terms(blocks->rewrite, old)->value.i);
	struct stretches *to = &blocks->values[place];

	blocks->steps += from->count;
	mpz_neg(blocks->slope, blocks->biases[place]);
	for (uint32_t i = 0; i < from->count; i++) {
		const struct stretch *stretch = &from->list[i];
		if (!mpz_sgn(stretch->slope) && mpz_cmp(stretch->offset, blocks->slope) <= 0) {
			push_zero(to, stretch->first);
			continue;
		}
		mpz_add(blocks->offset, stretch->offset, blocks->biases[place]);
		push_relu(blocks, to, stretch->first, last_of(from, i, last), stretch->slope,
			blocks->offset);
	}
}

/* Cuts the list so that a stretch begins at the key; returns its place from i on. */
static uint32_t cut_at(
	struct blocks *blocks, struct stretches *list, uint32_t i, ir_key key, ir_key last)
{
	while (i < list->count && last_of(list, i, last) < key)
		i++;
	if (i == list->count || list->list[i].first == key)
		return i;
	insert(list, i + 1);
	mpz_set(list->list[i + 1].slope, list->list[i].slope);
	mpz_set(list->list[i + 1].offset, list->list[i].offset);
	list->list[i + 1].first = key;
	for (uint32_t k = i; k <= i + 1; k++) {
		struct stretch *part = &list->list[k];
		if (part->first != last_of(list, k, last) || !mpz_sgn(part->slope))
			continue;
		add_at(part->offset, part->slope, part->first, blocks->at);
		mpz_set_ui(part->slope, 0);
	}
	return i + 1;
}

/* u + v, u in many stretches that nothing reads any more, v mostly 0. */
static void add_into(struct blocks *blocks, uint32_t place, uint32_t u, uint32_t v, ir_key last)
{
	struct stretches *to = &blocks->values[place], held = *to;
	const struct stretches *more = operand(blocks, v);
	uint32_t at = 0;

	*to = blocks->values[blocks->places[u] - 1];
	blocks->values[blocks->places[u] - 1] = held;
	blocks->values[blocks->places[u] - 1].count = 0;
	for (uint32_t i = 0; i < more->count; i++) {
		const struct stretch *stretch = &more->list[i];
		ir_key end = last_of(more, i, last);
		if (!mpz_sgn(stretch->slope) && !mpz_sgn(stretch->offset))
			continue;
		at = cut_at(blocks, to, at, stretch->first, last);
		if (end < last)
			cut_at(blocks, to, at, end + 1, last);
		for (; at < to->count && to->list[at].first <= end; at++) {
			struct stretch *sum = &to->list[at];
			bool point = sum->first == last_of(to, at, last);
			mpz_add(sum->offset, sum->offset, stretch->offset);
			mpz_add(sum->slope, sum->slope, stretch->slope);
			if (point) {
				add_at(sum->offset, sum->slope, sum->first, blocks->at);
				mpz_set_ui(sum->slope, 0);
			}
			blocks->steps += mpz_size(sum->offset);
		}
	}
	blocks->steps += to->count / 8 + more->count;
}

/* --- operations --------------------------------------------------------------------- */

static bool is_one(const struct blocks *blocks, uint32_t place, uint32_t term)
{
	return !mpz_cmp_ui(blocks->weights[blocks->first_weight[place] + term], 1);
}

static void run_form(struct blocks *blocks, uint32_t place, ir_key first, ir_key last)
{
	uint32_t old = blocks->cone[place], count = old_term_count(blocks->rewrite, old);
	const struct ir_term *terms = old_terms(blocks->rewrite, old);
	bool relu = old_op(blocks->rewrite, old) == IR_RELU;

	if (relu && count == 1 && is_one(blocks, place, 0)) {
		add_ramp(blocks, place, last);
		return;
	}
	if (!relu && count == 2 && is_one(blocks, place, 0) && is_one(blocks, place, 1) &&
		!mpz_sgn(blocks->biases[place]))
		for (int i = 0; i < 2; i++) {
			uint32_t u = terms[i].value.i;
			if (!blocks->places[u] ||
				blocks->last_reader[blocks->places[u] - 1] != old)
				continue;
			add_into(blocks, place, u, terms[!i].value.i, last);
			return;
		}
	add_form(blocks, place, first, last);
}

static void run_step(struct blocks *blocks, uint32_t place, ir_key last)
{
	uint32_t old = blocks->cone[place];
	const struct stretches *from =
		operand(blocks, old_terms(blocks->rewrite, old)->value.i);
	struct stretches *to = &blocks->values[place];
	struct stretches above = { 0 };

	/* where z - t + 1 > 0; there, 1 */
	for (uint32_t i = 0; i < from->count; i++) {
		mpz_sub(blocks->offset, from->list[i].offset,
			blocks->weights[blocks->first_weight[place]]);
		mpz_add_ui(blocks->offset, blocks->offset, 1);
		push_relu(blocks, &above, from->list[i].first, last_of(from, i, last),
			from->list[i].slope, blocks->offset);
	}
	blocks->steps += 2 * from->count;
	for (uint32_t i = 0; i < above.count; i++) {
		bool one = mpz_sgn(above.list[i].slope) || mpz_sgn(above.list[i].offset);
		mpz_set_ui(blocks->slope, 0);
		mpz_set_ui(blocks->offset, one);
		push_line(blocks, to, above.list[i].first, last_of(&above, i, last),
			blocks->slope, blocks->offset);
	}
	stretches_fini(&above);
}

/* A field of constants. */
static bool run_bits(struct blocks *blocks, uint32_t place, ir_key last)
{
	const struct rewrite *rewrite = blocks->rewrite;
	uint32_t old = blocks->cone[place];
	const struct ir_term *term = old_terms(rewrite, old);
	const struct stretches *from = operand(blocks, term->value.i);
	uint64_t pos = num_to_u64(&rewrite->module->nums, term->weight),
		 len = num_to_u64(&rewrite->module->nums, rewrite->old[old].bias);

	blocks->steps += from->count;
	mpz_set_ui(blocks->slope, 0);
	for (uint32_t i = 0; i < from->count; i++) {
		if (mpz_sgn(from->list[i].slope))
			return false;
		mpz_fdiv_q_2exp(blocks->offset, from->list[i].offset, pos);
		mpz_fdiv_r_2exp(blocks->offset, blocks->offset, len);
		push_line(blocks, &blocks->values[place], from->list[i].first,
			last_of(from, i, last), blocks->slope, blocks->offset);
	}
	return true;
}

static bool set_integer(const struct num_pool *nums, num n, mpz_t to)
{
	mpz_t view;
	int32_t e = num_view(nums, n, view);

	if (e < 0)
		return false;
	mpz_mul_2exp(to, view, (mp_bitcnt_t)e);
	return true;
}

/* A table at the root, whose rows the block does not leave. */
static bool run_table(struct blocks *blocks, uint32_t place, ir_key first, ir_key last)
{
	const struct rewrite *rewrite = blocks->rewrite;
	const struct num_pool *nums = &rewrite->module->nums;
	uint32_t old = blocks->cone[place], row;
	const struct ir_term *term = old_terms(rewrite, old);
	const struct ir_table *table = &rewrite->module->tables[num_to_u64(nums, term->weight)];
	uint64_t column = num_to_u64(nums, rewrite->old[old].bias);
	bool knots = old_op(rewrite, old) == IR_KNOTS;

	row = ir_table_find(table, first);
	mpz_set_ui(blocks->slope, 0);
	mpz_set_ui(blocks->offset, 0);
	if (row < table->row_count) {
		if (!set_integer(nums, table->columns[column + knots][row], blocks->offset) ||
			(knots &&
				!set_integer(nums, table->columns[column][row], blocks->slope)))
			return false;
	}
	blocks->steps++;
	push_line(blocks, &blocks->values[place], first, last, blocks->slope, blocks->offset);
	return true;
}

static bool run_one(struct blocks *blocks, uint32_t place, ir_key first, ir_key last)
{
	switch (old_op(blocks->rewrite, blocks->cone[place])) {
	case IR_RELU:
	case IR_AFFINE:
		run_form(blocks, place, first, last);
		return true;
	case IR_STEP:
		run_step(blocks, place, last);
		return true;
	case IR_BITS:
		return run_bits(blocks, place, last);
	case IR_LOOKUP:
	case IR_KNOTS:
		return run_table(blocks, place, first, last);
	case IR_WITHIN:
	case IR_MATCH:
	case IR_INPUT:
	case IR_ASSOC:
	case IR_OP_COUNT:
		break;
	}
	return false;
}

/* An empty list for a value. */
static void take_list(struct blocks *blocks, uint32_t place)
{
	struct stretches *value = &blocks->values[place];

	if (!value->list && blocks->spare_count)
		*value = blocks->spare[--blocks->spare_count];
	value->count = 0;
}

/* The lists of what this value is the last to read are free. */
static void release_lists(struct blocks *blocks, uint32_t place)
{
	uint32_t old = blocks->cone[place];

	for (uint32_t k = 0; k < old_term_count(blocks->rewrite, old); k++) {
		uint32_t at = blocks->places[old_terms(blocks->rewrite, old)[k].value.i];
		if (!at || blocks->last_reader[at - 1] != old || !blocks->values[at - 1].list)
			continue;
		blocks->spare[blocks->spare_count++] = blocks->values[at - 1];
		blocks->values[at - 1] = (struct stretches){ 0 };
	}
}

const struct stretches *blocks_run(struct blocks *blocks, ir_key first, ir_key last)
{
	struct stretch *self;

	blocks->self.count = 0;
	self = push(&blocks->self, first);
	mpz_set_ui(self->slope, 1);
	mpz_set_ui(self->offset, 0);
	for (uint32_t i = 0; i < blocks->count; i++) {
		take_list(blocks, i);
		if (!run_one(blocks, i, first, last))
			return NULL;
		release_lists(blocks, i);
	}
	return &blocks->values[blocks->count - 1];
}

/* --- the cone ----------------------------------------------------------------------- */

static bool takes(const struct blocks *blocks, uint32_t old)
{
	const struct rewrite *rewrite = blocks->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	uint32_t count = old_term_count(rewrite, old);

	switch (old_op(rewrite, old)) {
	case IR_RELU:
	case IR_AFFINE:
		return count > 0 && count <= TERMS;
	case IR_LOOKUP:
	case IR_KNOTS:
		return terms->value.i == blocks->root;
	case IR_STEP:
	case IR_BITS:
		return true;
	case IR_WITHIN:
	case IR_MATCH:
	case IR_INPUT:
	case IR_ASSOC:
	case IR_OP_COUNT:
		break;
	}
	return false;
}

/* The constants as integers; false if one is none. */
static bool take_constants(struct blocks *blocks)
{
	const struct rewrite *rewrite = blocks->rewrite;
	const struct num_pool *nums = &rewrite->module->nums;
	uint32_t at = 0;
	bool good = true;

	for (uint32_t i = 0; i < blocks->count; i++) {
		uint32_t old = blocks->cone[i];
		blocks->first_weight[i] = at;
		good = set_integer(nums, rewrite->old[old].bias, blocks->biases[i]) && good;
		for (uint32_t k = 0; k < old_term_count(rewrite, old); k++)
			good = set_integer(nums, old_terms(rewrite, old)[k].weight,
				       blocks->weights[at++]) &&
				good;
	}
	return good;
}

static uint32_t count_terms(const struct blocks *blocks)
{
	uint32_t terms = 0;

	for (uint32_t i = 0; i < blocks->count; i++)
		terms += old_term_count(blocks->rewrite, blocks->cone[i]);
	return terms;
}

bool blocks_init(struct blocks *blocks, const struct rewrite *rewrite, uint32_t root,
	const uint32_t *cone, uint32_t count)
{
	uint32_t terms;
	bool good = true;

	*blocks = (struct blocks){
		.rewrite = rewrite, .root = root, .cone = cone, .count = count
	};
	terms = count_terms(blocks);
	blocks->places = mem_zero(rewrite->old_count, sizeof *blocks->places);
	blocks->values = mem_zero(count, sizeof *blocks->values);
	blocks->spare = mem_zero(count, sizeof *blocks->spare);
	blocks->last_reader = mem_zero(count, sizeof *blocks->last_reader);
	blocks->first_weight = mem_zero(count, sizeof *blocks->first_weight);
	blocks->weights = mem_alloc(terms + 1, sizeof *blocks->weights);
	blocks->biases = mem_alloc(count, sizeof *blocks->biases);
	for (uint32_t i = 0; i < terms; i++)
		mpz_init(blocks->weights[i]);
	for (uint32_t i = 0; i < count; i++)
		mpz_init(blocks->biases[i]);
	mpz_inits(blocks->slope, blocks->offset, blocks->at, NULL);
	for (uint32_t i = 0; i < count; i++) {
		good = good && takes(blocks, cone[i]);
		blocks->places[cone[i]] = i + 1;
		for (uint32_t k = 0; k < old_term_count(rewrite, cone[i]); k++) {
			uint32_t place = blocks->places[old_terms(rewrite, cone[i])[k].value.i];
			if (place)
				blocks->last_reader[place - 1] = cone[i];
		}
	}
	return good && take_constants(blocks);
}

void blocks_fini(struct blocks *blocks)
{
	uint32_t terms = count_terms(blocks);

	for (uint32_t i = 0; i < terms; i++)
		mpz_clear(blocks->weights[i]);
	for (uint32_t i = 0; i < blocks->count; i++) {
		mpz_clear(blocks->biases[i]);
		stretches_fini(&blocks->values[i]);
	}
	for (uint32_t i = 0; i < blocks->spare_count; i++)
		stretches_fini(&blocks->spare[i]);
	stretches_fini(&blocks->self);
	mpz_clears(blocks->slope, blocks->offset, blocks->at, NULL);
	free(blocks->places);
	free(blocks->values);
	free(blocks->spare);
	free(blocks->last_reader);
	free(blocks->first_weight);
	free(blocks->weights);
	free(blocks->biases);
}
