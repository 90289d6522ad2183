#include "backends/plan/lookup.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "backends/plan/plan.h"
#include "ir/level.h"
#include "support/dyadic.h"
#include "support/mem.h"

/* --- the key ------------------------------------------------------------------------ */

/* The value that all lookups of the output read; false if there is none. */
static bool find_key(const struct ir_module *module, ir_value *key)
{
	ir_value output = ir_output(module);
	const struct ir_term *terms = ir_terms(module, output);
	uint32_t count = ir_term_count(module, output);

	if (!count || ir_op_of(module, output) != IR_AFFINE)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		ir_value from;
		if (ir_op_of(module, terms[i].value) != IR_LOOKUP)
			return false;
		from = ir_terms(module, terms[i].value)[0].value;
		if (i && from.i != key->i)
			return false;
		*key = from;
	}
	return true;
}

/* The form of the key: the integers of its terms, one a feature, and its bias. */
struct form {
	mpz_t lo, hi, bias;
	bool relu;
};

/* An integer below 2^63 in magnitude. */
static bool take_weight(const struct num_pool *nums, num n, mpz_t to)
{
	mpz_t view;
	int32_t e = num_view(nums, n, view);

	if (e < 0 || e > 64)
		return false;
	mpz_mul_2exp(to, view, (mp_bitcnt_t)e);
	return mpz_sizeinbase(to, 2) <= 63;
}

static void add_range(struct form *form, const struct ir_feature *feature, const mpz_t weight)
{
	mpz_t product;

	mpz_init(product);
	mpz_mul_si(product, weight, mpz_sgn(weight) < 0 ? feature->hi : feature->lo);
	mpz_add(form->lo, form->lo, product);
	mpz_mul_si(product, weight, mpz_sgn(weight) < 0 ? feature->lo : feature->hi);
	mpz_add(form->hi, form->hi, product);
	mpz_clear(product);
}

/* Reads the key's weights and its range over the box; false if they are not small integers. */
static bool take_form(
	const struct ir_module *module, ir_value key, uint64_t *weights, struct form *form)
{
	enum ir_op op = ir_op_of(module, key);
	const struct ir_term one = { key, NUM_ONE }, *terms = ir_terms(module, key);
	uint32_t count = ir_term_count(module, key);
	bool good = op == IR_INPUT || op == IR_RELU || op == IR_AFFINE;
	mpz_t weight;

	if (op == IR_INPUT) {
		terms = &one;
		count = 1;
	}
	mpz_init(weight);
	form->relu = op == IR_RELU;
	if (op != IR_INPUT && good)
		good = take_weight(&module->nums, module->nodes[key.i].bias, form->bias);
	mpz_set(form->lo, form->bias);
	mpz_set(form->hi, form->bias);
	for (uint32_t i = 0; i < count && good; i++) {
		uint32_t input = terms[i].value.i;
		good = input < module->input_count &&
			take_weight(&module->nums, terms[i].weight, weight);
		if (good) {
			add_range(form, &module->features[input], weight);
			weights[input] = (uint64_t)mpz_get_si(weight);
		}
	}
	mpz_clear(weight);
	return good;
}

static uint64_t low_word(const mpz_t m)
{
	mpz_t word;
	uint64_t result;

	mpz_init(word);
	mpz_fdiv_r_2exp(word, m, 64);
	result = mpz_sgn(word) ? mpz_getlimbn(word, 0) : 0;
	mpz_clear(word);
	return result;
}

static ir_key key_of(const mpz_t m)
{
	ir_key value = 0;

	for (size_t i = mpz_size(m); i-- > 0;)
		value = (ir_key)(value << 64 | mpz_getlimbn(m, (mp_size_t)i));
	return mpz_sgn(m) < 0 ? -value : value;
}

/* --- the rows ----------------------------------------------------------------------- */

/* What the lookups of an output come to, key by key. */
struct merge {
	const struct ir_module *module;
	const struct ir_term *terms;
	uint32_t count;
	uint32_t *at;   /* the row under way of each lookup's table */
	uint32_t *memo; /* of a single lookup: by constant, its code plus one */
	struct dyadic sum;
	struct dyadic_scratch scratch;
};

static const struct ir_table *table_at(const struct merge *merge, uint32_t i)
{
	return ir_table_of(merge->module, merge->terms[i].value);
}

/* The code of the output at the key `first`; its rows under way are not behind it. */
static uint32_t code_of(struct merge *merge, ir_key first)
{
	const struct ir_module *module = merge->module;
	const struct num_pool *nums = &module->nums;
	struct dyadic constant;
	uint32_t code;
	num row = NUM_ZERO;

	dyadic_set_num(&merge->sum, nums, module->nodes[ir_output(module).i].bias);
	for (uint32_t i = 0; i < merge->count; i++) {
		const struct ir_table *table = table_at(merge, i);
		uint32_t at = merge->at[i];
		if (at >= table->row_count || table->first[at] > first)
			continue;
		row = table->columns[ir_column_of(module, merge->terms[i].value)][at];
		if (merge->memo && merge->memo[row.i])
			return merge->memo[row.i] - 1;
		dyadic_init(&constant);
		dyadic_set_num(&constant, nums, row);
		dyadic_add_product_num(
			&merge->sum, &constant, nums, merge->terms[i].weight, &merge->scratch);
		dyadic_clear(&constant);
	}
	dyadic_normalize(&merge->sum);
	code = (uint32_t)(ir_class_of(module, &merge->sum) + 1);
	if (merge->memo)
		merge->memo[row.i] = code + 1;
	return code;
}

/* The end of the span that begins at `first` and in which no lookup changes its row. */
static ir_key span_end(struct merge *merge, ir_key first, ir_key end)
{
	for (uint32_t i = 0; i < merge->count; i++) {
		const struct ir_table *table = table_at(merge, i);
		uint32_t *at = &merge->at[i];
		ir_key stop;
		while (*at < table->row_count && table->last[*at] < first)
			++*at;
		if (*at == table->row_count)
			continue;
		stop = table->first[*at] > first ? table->first[*at] - 1 : table->last[*at];
		end = stop < end ? stop : end;
	}
	return end;
}

static void add_row(struct plan_lookup *lookup, uint64_t first, uint64_t last, uint32_t code)
{
	struct plan_row *before =
		lookup->row_count ? &lookup->rows[lookup->row_count - 1] : NULL;

	if (code == lookup->otherwise)
		return;
	if (before && before->code == code && before->last + 1 == first) {
		before->last = last;
		return;
	}
	lookup->rows = mem_grow(
		lookup->rows, &lookup->row_room, lookup->row_count + 1, sizeof *lookup->rows);
	lookup->rows[lookup->row_count++] = (struct plan_row){ first, last, code };
}

static bool merge_is_done(const struct merge *merge)
{
	for (uint32_t i = 0; i < merge->count; i++)
		if (merge->at[i] < table_at(merge, i)->row_count)
			return false;
	return true;
}

static bool merge_has_row(const struct merge *merge, ir_key first)
{
	for (uint32_t i = 0; i < merge->count; i++) {
		const struct ir_table *table = table_at(merge, i);
		uint32_t at = merge->at[i];
		if (at < table->row_count && table->first[at] <= first)
			return true;
	}
	return false;
}

/* The rows of keys lo..hi, counted from lo. */
static void merge_rows(struct merge *merge, struct plan_lookup *lookup, ir_key lo, ir_key hi)
{
	ir_key last;

	for (ir_key first = lo; first <= hi; first = last + 1) {
		last = span_end(merge, first, hi);
		if (merge_is_done(merge))
			break;
		if (merge_has_row(merge, first))
			add_row(lookup, (uint64_t)(first - lo), (uint64_t)(last - lo),
				code_of(merge, first));
	}
}

static void take_rows(
	struct plan_lookup *lookup, const struct ir_module *module, ir_key lo, ir_key hi)
{
	ir_value output = ir_output(module);
	struct merge merge = { .module = module,
		.terms = ir_terms(module, output),
		.count = ir_term_count(module, output) };

	merge.at = mem_zero(merge.count, sizeof *merge.at);
	dyadic_init(&merge.sum);
	dyadic_scratch_init(&merge.scratch);
	for (uint32_t i = 0; i < merge.count; i++) {
		merge.at[i] = table_at(&merge, i)->row_count;
		lookup->table_rows += merge.at[i];
	}
	lookup->otherwise = code_of(&merge, lo);
	memset(merge.at, 0, merge.count * sizeof *merge.at);
	if (merge.count == 1)
		merge.memo = mem_zero(module->nums.count, sizeof *merge.memo);
	merge_rows(&merge, lookup, lo, hi);
	dyadic_clear(&merge.sum);
	dyadic_scratch_clear(&merge.scratch);
	free(merge.at);
	free(merge.memo);
}

/*
 * Counts keys from the first row's first. Where keys in no row have a class, it changes its
 * code with "none", so that code 0 is always what no row has.
 */
static void move_rows(struct plan_lookup *lookup)
{
	uint64_t origin = lookup->rows[0].first;

	for (size_t i = 0; i < lookup->row_count; i++) {
		if (!lookup->rows[i].code)
			lookup->rows[i].code = lookup->otherwise;
		lookup->rows[i].first -= origin;
		lookup->rows[i].last -= origin;
	}
	lookup->span = lookup->rows[lookup->row_count - 1].last;
}

/* --- all together ------------------------------------------------------------------- */

/*
 * The key's least value is `lo` (0 where relu cuts it off): bias and origin of the
 * projection, so that the first row has key 0.
 */
static void set_projection(struct plan_lookup *lookup, const struct form *form, const mpz_t lo)
{
	struct plan_projection *projection = &lookup->projection;
	uint64_t first = lookup->rows[0].first;
	mpz_t bias, least;

	mpz_init(least);
	mpz_init_set(bias, form->bias);
	if (mpz_cmp(form->lo, lo) < 0 && first == 0) {
		/* a row holds the 0 of relu */
		mpz_sub(bias, bias, form->lo);
		mpz_sub(least, lo, form->lo);
		projection->zero = low_word(least);
	} else {
		mpz_sub(bias, bias, lo);
		mpz_set_ui(least, first >> 32);
		mpz_mul_2exp(least, least, 32);
		mpz_add_ui(least, least, first & 0xffffffff);
		mpz_sub(bias, bias, least);
	}
	projection->bias = low_word(bias);
	mpz_clears(bias, least, NULL);
}

/* The rows of the module; false if it has another shape. */
static bool take_module(struct plan_lookup *lookup, const struct ir_module *module)
{
	struct form form;
	ir_value key;
	mpz_t lo, width;
	bool good;

	if (!find_key(module, &key))
		return false;
	mpz_inits(form.lo, form.hi, form.bias, lo, width, NULL);
	good = take_form(module, key, lookup->projection.weights, &form);
	mpz_sub(width, form.hi, form.lo);
	good = good && mpz_sizeinbase(width, 2) <= 64 && (!form.relu || mpz_sgn(form.hi) >= 0);
	if (good) {
		mpz_set(lo, form.lo);
		if (form.relu && mpz_sgn(lo) < 0)
			mpz_set_ui(lo, 0);
		take_rows(lookup, module, key_of(lo), key_of(form.hi));
		good = lookup->row_count > 0;
	}
	if (good) {
		uint64_t first = lookup->rows[0].first;
		uint64_t last = lookup->rows[lookup->row_count - 1].last;
		mpz_sub(width, form.hi, lo);
		set_projection(lookup, &form, lo);
		lookup->can_leave = first > 0 || last < low_word(width) ||
			(mpz_cmp(form.lo, lo) < 0 && !lookup->projection.zero);
		move_rows(lookup);
	}
	mpz_clears(form.lo, form.hi, form.bias, lo, width, NULL);
	return good;
}

/* Splits rows of a few neighbouring keys into single ones, where that makes few more. */
static void split_rows(struct plan_lookup *lookup)
{
	uint64_t most = lookup->row_count + lookup->row_count / 4 + 16, keys = 0;
	struct plan_row *split;

	for (size_t i = 0; i < lookup->row_count; i++) {
		uint64_t length = lookup->rows[i].last - lookup->rows[i].first;
		if (length >= most || (keys += length + 1) > most)
			return;
	}
	split = mem_alloc(keys, sizeof *split);
	keys = 0;
	for (size_t i = 0; i < lookup->row_count; i++)
		for (uint64_t at = 0; at <= lookup->rows[i].last - lookup->rows[i].first;
			at++) {
			uint64_t key = lookup->rows[i].first + at;
			split[keys++] = (struct plan_row){ key, key, lookup->rows[i].code };
		}
	free(lookup->rows);
	lookup->rows = split;
	lookup->row_count = keys;
}

/* The first store that fits, in the order of how fast they are. */
static void choose_store(struct plan_lookup *lookup)
{
	if (plan_put_direct(lookup))
		return;
	split_rows(lookup);
	if (lookup->members && plan_put_members(lookup))
		return;
	if (plan_put_slots(lookup))
		return;
	if (!plan_put_bounds(lookup))
		panic("rows that no store takes: %zu", lookup->row_count);
}

struct plan_lookup *plan_lookup_new(const struct ir_module *module, bool members)
{
	struct plan_lookup *lookup;

	if (module->level != IR_LEVEL_FUSED || !module->has_output)
		return NULL;
	lookup = mem_zero(1, sizeof *lookup);
	lookup->projection.weights =
		mem_zero(module->input_count, sizeof *lookup->projection.weights);
	lookup->classes = module->class_count;
	if (!take_module(lookup, module)) {
		plan_lookup_free(lookup);
		return NULL;
	}
	/* a point that no row holds may have been stored, if that gives a class */
	lookup->members = members && !lookup->otherwise;
	if (lookup->members && plan_load_of(module) != PLAN_LOAD_WHOLE)
		lookup->can_leave = true; /* no check keeps inputs in their ranges */
	choose_store(lookup);
	plan_project(lookup, module);
	return lookup;
}

void plan_lookup_free(struct plan_lookup *lookup)
{
	for (uint32_t i = 0; i < PLAN_PARTS; i++)
		free(lookup->projection.part[i]);
	free(lookup->projection.weights);
	free(lookup->rows);
	words_fini(&lookup->index);
	words_fini(&lookup->positions);
	words_fini(&lookup->labels);
	free(lookup);
}
