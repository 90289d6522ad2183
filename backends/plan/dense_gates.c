/*
 * The words of gates.
 *
 * The terms of a gate are sorted into segments of terms that are computed alike, those that
 * raise the sum first. Siblings stand one behind the other with no more than their first few
 * leaves: most are 0 by then, and the rest of a gate, which lies elsewhere, is not read.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/plan/denser.h"
#include "runtime/dense_code.h"
#include "support/bits.h"
#include "support/mem.h"

/* A term of a gate, with what its segment has in common. */
struct item {
	uint32_t kind; /* MEMC_LEAVES... */
	bool unit;
	int64_t weight, w1, w2;
	uint32_t pivot; /* of w1, if that is not 0 */

	int64_t rank; /* within the segment, least first; then by order */
	uint32_t order;
	uint32_t at;  /* the place in v that w2 multiplies; a row; a value */
	int64_t base; /* of a leaf */
};

/* Gates that are to be put, and the word that is to say where. */
struct family {
	size_t first, count; /* of children */
	size_t word;         /* of the gate's words, then of dense->gates */
	bool in_tails; /* it counts from where the tails of the siblings under way begin */
};

struct gater {
	struct denser *denser;
	struct dense_form form, leaf;
	struct item *items; /* of the gate under way */
	size_t item_count, item_room;
	uint32_t *seen; /* by place in v: how many leaves of the gate have it as operand */

	uint32_t *children; /* values of gates, by family */
	size_t child_count, child_room;
	struct family *families;
	size_t family_count, family_room;

	/* the segments of the gate under way, and where each begins */
	struct words words;
	size_t *starts;
	size_t start_count, start_room;

	struct words tails; /* of the siblings under way: all but first segments */
};

/* --- terms -------------------------------------------------------------------------- */

static struct item *add_item(struct gater *gater)
{
	struct item *item;

	gater->items = mem_grow(
		gater->items, &gater->item_room, gater->item_count + 1, sizeof *gater->items);
	item = &gater->items[gater->item_count];
	*item = (struct item){ .order = (uint32_t)gater->item_count++ };
	return item;
}

/* Whether a form times a factor is still small. */
static bool can_multiply(
	const struct denser *denser, const struct dense_form *form, int64_t factor)
{
	unsigned __int128 most = (unsigned __int128)(form->bias < 0 ? -form->bias : form->bias);

	for (size_t i = 0; i < form->count; i++) {
		int64_t weight = form->terms[i].weight;
		most += (unsigned __int128)(weight < 0 ? -weight : weight) *
			(uint64_t)denser->values[form->terms[i].value].most;
	}
	return most * (uint64_t)factor < (unsigned __int128)DENSE_LIMIT;
}

/*
 * A leaf: a form over at most two kept values. Since factor * relu(x) = relu(factor * x), the
 * weight of a relu becomes 1 or -1, so that equal leaves look alike.
 */
static void add_leaf(struct gater *gater, const struct dense_form *form, int64_t weight)
{
	const struct denser *denser = gater->denser;
	struct item *item = add_item(gater);
	int64_t factor = weight < 0 ? -weight : weight;
	const struct dense_term *last = form->count ? &form->terms[form->count - 1] : NULL;

	if (form->unit || !can_multiply(denser, form, factor))
		factor = 1;
	item->kind = MEMC_LEAVES;
	item->unit = form->unit;
	item->weight = weight / factor;
	item->base = form->bias * factor;
	if (last) {
		item->at = denser_place(denser, last->value);
		item->w2 = last->weight * factor;
	}
	if (form->count > 1) {
		item->pivot = denser_place(denser, form->terms[0].value);
		item->w1 = form->terms[0].weight * factor;
	}
	/* what more bounds are set to tells more */
	if (form->count == 1 && denser->values[last->value].kind == DENSE_INPUT)
		item->rank = -(int64_t)denser->values[last->value].readers;
}

static void add_term(struct gater *gater, uint32_t value, int64_t weight)
{
	struct denser *denser = gater->denser;
	const struct dense_value *own = &denser->values[value];
	struct dense_term term = { value, 1 };
	const struct dense_form plain = { .terms = &term, .count = 1 };
	struct item *item;

	switch (own->kind) {
	case DENSE_LEAF:
		denser_form(denser, (ir_value){ value }, &gater->leaf);
		add_leaf(gater, &gater->leaf, weight);
		break;
	case DENSE_ROW:
		if (own->most > 1) {
			add_leaf(gater, &plain, weight);
			break;
		}
		item = add_item(gater);
		item->kind = MEMC_BITS_SET;
		item->weight = weight;
		item->at = own->place;
		item->rank = own->place;
		break;
	case DENSE_INPUT:
	case DENSE_ROOT:
		add_leaf(gater, &plain, weight);
		break;
	case DENSE_LAZY_ROW:
	case DENSE_GATE:
		item = add_item(gater);
		item->kind = own->kind == DENSE_GATE ? MEMC_GATES : MEMC_ROWS;
		item->weight = weight;
		item->at = value;
		break;
	case DENSE_NONE:
	case DENSE_THROUGH:
		panic("a term that is not there");
	}
}

/* The two halves of a within, each lowering 1 below 1 on its side. */
static void add_between(struct gater *gater)
{
	struct dense_form half = gater->form;
	struct dense_term term = gater->form.terms[0];

	half.terms = &term;
	term.weight = -1;
	add_leaf(gater, &half, -1);
	term.weight = 1;
	half.bias = -gater->form.last;
	add_leaf(gater, &half, -1);
	gater->form.bias = 1;
}

static void add_terms(struct gater *gater, ir_value value)
{
	gater->item_count = 0;
	denser_form(gater->denser, value, &gater->form);
	if (gater->form.between)
		add_between(gater);
	else
		for (size_t i = 0; i < gater->form.count; i++)
			add_term(
				gater, gater->form.terms[i].value, gater->form.terms[i].weight);
}

/* --- their order -------------------------------------------------------------------- */

/* Makes the operand that most leaves of the gate share their pivot. */
static void choose_pivot(struct gater *gater)
{
	uint32_t best = 0, most = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < gater->item_count; i++) {
			const struct item *item = &gater->items[i];
			if (item->kind != MEMC_LEAVES || !item->w1)
				continue;
			for (int end = 0; end < 2; end++) {
				uint32_t place = end ? item->at : item->pivot;
				uint32_t *seen = &gater->seen[place];
				*seen = pass ? 0 : *seen + 1;
				if (*seen > most) {
					most = *seen;
					best = place;
				}
			}
		}
	for (size_t i = 0; i < gater->item_count && most; i++) {
		struct item *item = &gater->items[i];
		if (item->kind == MEMC_LEAVES && item->w1 && item->at == best) {
			int64_t weight = item->w1;
			item->at = item->pivot;
			item->pivot = best;
			item->w1 = item->w2;
			item->w2 = weight;
		}
	}
}

/* Whether two terms stand in one segment, as 0; what raises the sum comes first, and what is
 * cheap. */
static int compare_segments(const struct item *a, const struct item *b)
{
	if ((a->weight < 0) != (b->weight < 0))
		return a->weight < 0 ? 1 : -1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight < b->weight ? -1 : 1;
	if (a->w1 != b->w1)
		return a->w1 < b->w1 ? -1 : 1;
	if (a->pivot != b->pivot)
		return a->pivot < b->pivot ? -1 : 1;
	return (a->w2 > b->w2) - (a->w2 < b->w2);
}

static int compare_items(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	int segments = compare_segments(a, b);

	if (segments)
		return segments;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* --- segments ----------------------------------------------------------------------- */

/* Begins a segment. What lowers the sum stands behind all that raises it: it may exit. */
static void begin(struct gater *gater, const struct item *item, uint64_t kind, uint64_t count,
	uint64_t fields)
{
	gater->starts = mem_grow(gater->starts, &gater->start_room, gater->start_count + 1,
		sizeof *gater->starts);
	gater->starts[gater->start_count++] = gater->words.count;
	words_add(&gater->words,
		count << 32 | fields | (uint64_t)(item->weight < 0) << 3 |
			(uint64_t)item->unit << 2 | kind);
	words_add(&gater->words, (uint64_t)item->weight);
}

static void put_fields(struct words *to, const struct item *items, size_t count, int64_t least,
	uint32_t first, uint32_t bits, uint32_t width)
{
	uint64_t word = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)(i * width % 64);
		uint64_t field = (uint64_t)(items[i].base - least) << bits;
		if (bits)
			field |= items[i].at - first;
		word |= field << at;
		if (at + width == 64 || i + 1 == count) {
			words_add(to, word);
			word = 0;
		}
	}
}

/* Leaves that differ in base and place; in halves if these take more than a word. */
static void put_leaves(struct gater *gater, const struct item *items, size_t count)
{
	int64_t least = INT64_MAX, greatest = INT64_MIN;
	uint32_t first = UINT32_MAX, last = 0, bits, length, lg = 3;
	bool run = true;

	for (size_t i = 0; i < count; i++) {
		least = items[i].base < least ? items[i].base : least;
		greatest = items[i].base > greatest ? items[i].base : greatest;
		first = items[i].at < first ? items[i].at : first;
		last = items[i].at > last ? items[i].at : last;
		run = run && items[i].at == items[0].at + i;
	}
	bits = run ? 0 : bit_length(last - first);
	length = bits + bit_length((uint64_t)(greatest - least));
	if (length > 64) {
		put_leaves(gater, items, count / 2);
		put_leaves(gater, items + count / 2, count - count / 2);
		return;
	}
	while (1u << lg < length)
		lg++;
	begin(gater, items, MEMC_LEAVES, count,
		(uint64_t)bits << 12 | lg << 8 | (uint64_t)run << 5);
	words_add(&gater->words, (uint64_t)items[0].pivot << 32 | first);
	words_add(&gater->words, (uint64_t)items[0].w1);
	words_add(&gater->words, (uint64_t)items[0].w2);
	words_add(&gater->words, (uint64_t)least);
	put_fields(&gater->words, items, count, least, first, bits, 1u << lg);
}

/* The first few on their own, if they can be all that is read. */
static void put_split_leaves(struct gater *gater, const struct item *items, size_t count)
{
	enum { FEW = 8 };
	size_t few = !gater->start_count && items->weight < 0 && count > 2 * FEW ? FEW : 0;

	if (few)
		put_leaves(gater, items, few);
	put_leaves(gater, items + few, count - few);
}

/* Rows that are 0 or 1: as bits, if these are not few and far between. */
static void put_bits(struct gater *gater, struct item *items, size_t count)
{
	struct plan_dense *dense = gater->denser->dense;
	uint32_t first = items[0].at / 64, words = items[count - 1].at / 64 - first + 1;
	size_t i = 0;

	if (count <= words) {
		for (i = 0; i < count; i++) {
			items[i].at += dense->inputs;
			items[i].w2 = 1;
		}
		put_split_leaves(gater, items, count);
		return;
	}
	begin(gater, items, MEMC_BITS_SET, words, 0);
	words_add(&gater->words, first);
	for (uint32_t at = first; at < first + words; at++) {
		uint64_t word = 0;
		for (; i < count && items[i].at / 64 == at; i++)
			word |= UINT64_C(1) << items[i].at % 64;
		words_add(&gater->words, word);
	}
	dense->bit_words = dense->eager / 64 + (dense->eager % 64 != 0);
}

static void put_rows(struct gater *gater, const struct item *items, size_t count)
{
	struct denser *denser = gater->denser;

	begin(gater, items, MEMC_ROWS, count, 0);
	words_add(&gater->words, denser->dense->row_count);
	for (size_t i = 0; i < count; i++) {
		denser->rows = mem_grow(denser->rows, &denser->row_room,
			denser->dense->row_count + 1, sizeof *denser->rows);
		denser->rows[denser->dense->row_count++] = items[i].at;
	}
}

static void put_children(struct gater *gater, const struct item *items, size_t count)
{
	begin(gater, items, MEMC_GATES, count, 0);
	gater->families = mem_grow(gater->families, &gater->family_room,
		gater->family_count + 1, sizeof *gater->families);
	gater->families[gater->family_count++] = (struct family){
		.first = gater->child_count, .count = count, .word = gater->words.count
	};
	words_add(&gater->words, 0);
	gater->children = mem_grow(gater->children, &gater->child_room,
		gater->child_count + count, sizeof *gater->children);
	for (size_t i = 0; i < count; i++)
		gater->children[gater->child_count++] = items[i].at;
}

static void put_segment(struct gater *gater, struct item *items, size_t count)
{
	if (items->kind == MEMC_LEAVES)
		put_split_leaves(gater, items, count);
	else if (items->kind == MEMC_BITS_SET)
		put_bits(gater, items, count);
	else if (items->kind == MEMC_ROWS)
		put_rows(gater, items, count);
	else
		put_children(gater, items, count);
}

static void put_segments(struct gater *gater)
{
	size_t end;

	choose_pivot(gater);
	if (gater->item_count)
		qsort(gater->items, gater->item_count, sizeof *gater->items, compare_items);
	gater->words.count = 0;
	gater->start_count = 0;
	for (size_t i = 0; i < gater->item_count; i = end) {
		end = i + 1;
		while (end < gater->item_count &&
			!compare_segments(&gater->items[i], &gater->items[end]))
			end++;
		put_segment(gater, &gater->items[i], end - i);
	}
	if (gater->start_count)
		gater->words.words[gater->starts[gater->start_count - 1]] |= 1 << 4;
}

/* --- siblings ----------------------------------------------------------------------- */

static void add_words(struct words *to, const uint64_t *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		words_add(to, words[i]);
}

/* A gate with its first segment, and what follows among the tails. */
static void put_gate(struct gater *gater, ir_value value)
{
	struct words *gates = &gater->denser->dense->gates;
	size_t families = gater->family_count, place = gates->count, split;
	uint64_t rest = 0;

	add_terms(gater, value);
	put_segments(gater);
	split = gater->start_count > 1 ? gater->starts[1] : gater->words.count;
	if (split < gater->words.count)
		rest = gater->tails.count + 1; /* becomes a place with all of its siblings */
	words_add(gates, (uint64_t)gater->form.bias);
	words_add(gates,
		(uint64_t)gater->form.unit << 63 | (uint64_t)(split > 0) << 62 |
			(uint64_t)(split + 2) << 32 | rest);
	for (size_t i = families; i < gater->family_count; i++) {
		struct family *family = &gater->families[i];
		family->in_tails = family->word >= split;
		family->word += family->in_tails ? gater->tails.count - split : place + 2;
	}
	add_words(gates, gater->words.words, split);
	add_words(&gater->tails, gater->words.words + split, gater->words.count - split);
}

/* Puts siblings, which begin where the words end. */
static void put_siblings(struct gater *gater, const uint32_t *values, size_t count)
{
	struct words *gates = &gater->denser->dense->gates;
	size_t families = gater->family_count, first = gates->count, base;

	gater->tails.count = 0;
	for (size_t i = 0; i < count && gater->denser->fits; i++)
		put_gate(gater, (ir_value){ values[i] });
	base = gates->count;
	for (size_t at = first; at < base; at += MEMC_GATE_WORDS(gates->words[at + 1]))
		if (MEMC_GATE_REST(gates->words[at + 1]))
			gates->words[at + 1] += base - 1;
	for (size_t i = families; i < gater->family_count; i++)
		if (gater->families[i].in_tails)
			gater->families[i].word += base;
	add_words(gates, gater->tails.words, gater->tails.count);
	if (gates->count >= UINT64_C(1) << 30)
		gater->denser->fits = false;
}

static void put_families(struct gater *gater)
{
	struct words *gates = &gater->denser->dense->gates;

	for (size_t i = 0; i < gater->family_count && gater->denser->fits; i++) {
		struct family family = gater->families[i];
		uint32_t *values = mem_alloc(family.count, sizeof *values);
		memcpy(values, gater->children + family.first, family.count * sizeof *values);
		gates->words[family.word] = gates->count;
		put_siblings(gater, values, family.count);
		free(values);
	}
}

static void put_roots(struct gater *gater)
{
	struct denser *denser = gater->denser;
	uint32_t *values = mem_alloc(denser->dense->roots, sizeof *values);

	for (uint32_t i = 0; i < denser->module->node_count; i++)
		if (denser->values[i].kind == DENSE_ROOT)
			values[denser->values[i].place] = i;
	put_siblings(gater, values, denser->dense->roots);
	free(values);
}

void denser_put_gates(struct denser *denser)
{
	enum { PAD = 16 };
	struct gater gater = { .denser = denser };

	gater.seen = mem_zero(denser->dense->values, sizeof *gater.seen);
	put_roots(&gater);
	put_families(&gater);
	while (denser->dense->gates.count < PAD) /* or compilers warn of segments beyond */
		words_add(&denser->dense->gates, 0);
	free(gater.form.terms);
	free(gater.leaf.terms);
	free(gater.items);
	free(gater.seen);
	free(gater.children);
	free(gater.families);
	free(gater.starts);
	words_fini(&gater.words);
	words_fini(&gater.tails);
}
