#include "driver/near.h"

#include <stdlib.h>
#include <string.h>

#include "driver/moves.h"
#include "driver/probe.h"
#include "support/mem.h"
#include "support/rng.h"

enum {
	MOST_FORMS = 8,         /* that tables read */
	MOST_ENTRIES = 4096,    /* that are tried of a form, a spread sample of all */
	MOST_AFAR = 256,        /* the same without a data set, where each takes a search */
	BASES = 4,              /* stored points tried for a value, on either side of it */
	WALKS = 8,              /* tried behind them */
	FORM_BITS = 100,        /* of weights and values */
	MOST_STEPS = 400000000, /* of all searches for moves */
};

struct entry {
	ir_key first, last;
};

/* z = a . x + b, or the greater of that and 0, that tables or comparisons read. */
struct form {
	ir_value value;
	ir_key *weights; /* one an input */
	ir_key bias;
	struct entry *entries;
	size_t entry_count, entry_room;
	const struct ir_table *table; /* whose entries came last */
	bool matched; /* compared with what no constant says: stored z are entries */
};

/* A stored point and its z. */
struct image {
	ir_key z;
	uint64_t point;
};

struct search {
	struct near *near;
	const struct form *form;
	struct image *images; /* by z */
	uint64_t image_count;
	struct moves moves;
	int64_t *point; /* scratch */
	uint32_t *order;
};

/* --- the forms --------------------------------------------------------------------------- */

static bool key_is_short(ir_key key)
{
	return key < (ir_key)1 << FORM_BITS && -key < (ir_key)1 << FORM_BITS;
}

static bool short_key(const struct ir_module *module, num n, ir_key *key)
{
	return ir_key_from_num(&module->nums, n, key) && key_is_short(*key);
}

/* A form of inputs only, with integers for weights; false if the value is none. */
static bool form_init(struct form *form, const struct ir_module *module, ir_value value)
{
	const struct ir_term *terms = ir_terms(module, value);
	enum ir_op op = ir_op_of(module, value);
	uint32_t count = ir_term_count(module, value);

	*form = (struct form){ .value = value };
	if ((op != IR_RELU && op != IR_AFFINE) ||
		!short_key(module, module->nodes[value.i].bias, &form->bias))
		return false;
	form->weights = mem_zero(module->input_count, sizeof *form->weights);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t input = terms[i].value.i;
		if (input < module->input_count &&
			short_key(module, terms[i].weight, &form->weights[input]))
			continue;
		free(form->weights);
		form->weights = NULL;
		return false;
	}
	return true;
}

static void form_fini(struct form *form)
{
	free(form->weights);
	free(form->entries);
}

/* a . x + b; false if it takes too many bits. */
static bool form_value(
	const struct form *form, const int64_t *point, uint32_t inputs, ir_key *z)
{
	ir_key sum = form->bias, product;

	for (uint32_t i = 0; i < inputs; i++)
		if (__builtin_mul_overflow(form->weights[i], point[i], &product) ||
			__builtin_add_overflow(sum, product, &sum))
			return false;
	*z = sum;
	return key_is_short(sum);
}

/* The form that is the value, added if it is new; NULL if it is none. */
static struct form *find_form(
	struct form *forms, size_t *count, const struct ir_module *module, ir_value value)
{
	for (size_t i = 0; i < *count; i++)
		if (forms[i].value.i == value.i)
			return &forms[i];
	if (*count == MOST_FORMS || value.i < module->input_count ||
		!form_init(&forms[*count], module, value))
		return NULL;
	return &forms[(*count)++];
}

static void add_entry(struct form *form, ir_key first, ir_key last)
{
	form->entries = mem_grow(
		form->entries, &form->entry_room, form->entry_count + 1, sizeof *form->entries);
	form->entries[form->entry_count++] = (struct entry){ first, last };
}

static void add_constants(struct form *form, const struct ir_module *module, ir_value reader)
{
	ir_key first, last;

	if (short_key(module, ir_parameter(module, reader, 0), &first) &&
		short_key(module,
			ir_parameter(
				module, reader, ir_op_of(module, reader) == IR_WITHIN ? 1 : 0),
			&last))
		add_entry(form, first, last);
}

static void add_table(struct form *form, const struct ir_table *table)
{
	if (form->table == table)
		return; /* another column of it */
	form->table = table;
	for (uint32_t i = 0; i < table->row_count; i++)
		if (key_is_short(table->first[i]) && key_is_short(table->last[i]))
			add_entry(form, table->first[i], table->last[i]);
}

/* Adds what `reader` compares the forms among its operands with. */
static void add_reader(
	struct form *forms, size_t *count, const struct ir_module *module, ir_value reader)
{
	const struct ir_term *terms = ir_terms(module, reader);
	enum ir_op op = ir_op_of(module, reader);
	uint32_t keys = op == IR_MATCH ? 2 : 1; /* operands that are compared */
	struct form *form;

	if (ir_ops[op].form || ir_ops[op].values == 0 || op == IR_BITS)
		return;
	for (uint32_t i = 0; i < keys; i++) {
		form = find_form(forms, count, module, terms[i].value);
		if (!form)
			continue;
		if (op == IR_LOOKUP || op == IR_KNOTS)
			add_table(form, ir_table_of(module, reader));
		else if (op == IR_WITHIN || op == IR_STEP)
			add_constants(form, module, reader);
		else
			form->matched = true;
	}
}

/* --- the search -------------------------------------------------------------------------- */

static int compare_images(const void *a, const void *b)
{
	const struct image *x = a, *y = b;

	if (x->z != y->z)
		return x->z < y->z ? -1 : 1;
	return (x->point > y->point) - (x->point < y->point);
}

static void take_images(struct search *search)
{
	const struct near *near = search->near;
	uint64_t count = near->dataset ? near->dataset->count : 0;

	search->images = mem_alloc(count, sizeof *search->images);
	for (uint64_t i = 0; i < count; i++) {
		struct image *image = &search->images[search->image_count];
		dataset_point(near->dataset, i, search->point);
		image->point = i;
		if (form_value(
			    search->form, search->point, near->module->input_count, &image->z))
			search->image_count++;
	}
	qsort(search->images, search->image_count, sizeof *search->images, compare_images);
}

/* The first image whose z is not below the given one. */
static uint64_t first_not_below(const struct search *search, ir_key z)
{
	uint64_t low = 0, high = search->image_count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (search->images[middle].z < z)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether search->point has this z as the classifier will read it; keeps the place then. */
static bool keep_place(struct search *search, const struct near_place *place, ir_key z)
{
	struct near *near = search->near;
	const struct ir_module *module = near->module;
	ir_key seen;

	probe_keep_sayable(module, search->point);
	if (!form_value(search->form, search->point, module->input_count, &seen) || seen != z)
		return false;
	near->places =
		mem_grow(near->places, &near->room, near->count + 1, sizeof *near->places);
	near->places[near->count++] = *place;
	return true;
}

static bool from_stored(struct search *search, const struct image *image, ir_key z)
{
	const struct near *near = search->near;
	struct near_place place = { .base = image->point };

	dataset_point(near->dataset, image->point, search->point);
	if (image->z != z &&
		!moves_find(&search->moves, z - image->z, search->point, place.moves))
		return false;
	return moves_apply(near->module, place.moves, search->point) &&
		keep_place(search, &place, z);
}

/*
 * Moves search->point until its z is as near to the given one as whole steps of one coordinate
 * after the other bring it, in a random order.
 */
static bool walk(struct search *search, ir_key z, uint64_t seed, ir_key *distance)
{
	const struct ir_module *module = search->near->module;
	uint32_t inputs = module->input_count;
	int64_t *point = search->point;
	struct rng rng;
	ir_key seen;

	probe_random(module, seed, point);
	if (!form_value(search->form, point, inputs, &seen))
		return false;
	*distance = z - seen;
	rng_init(&rng, seed);
	for (uint32_t i = 0; i < inputs; i++)
		search->order[i] = i;
	for (uint32_t i = 0; i < inputs; i++) {
		uint32_t other = i + (uint32_t)rng_below(&rng, inputs - i);
		uint32_t at = search->order[other];
		ir_key weight = search->form->weights[at], step, lo, hi;
		search->order[other] = search->order[i];
		if (weight == 0)
			continue;
		lo = (ir_key)module->features[at].lo - point[at];
		hi = (ir_key)module->features[at].hi - point[at];
		step = *distance / weight;
		step = step < lo ? lo : step > hi ? hi : step;
		point[at] += (int64_t)step;
		*distance -= step * weight;
	}
	return true;
}

static bool from_walk(struct search *search, ir_key z, uint64_t seed)
{
	const struct ir_module *module = search->near->module;
	struct near_place place = { .base = 0 }, *kept;
	size_t bytes = module->input_count * sizeof *place.point;
	ir_key distance;

	if (!walk(search, z, seed, &distance))
		return false;
	if (distance && !moves_find(&search->moves, distance, search->point, place.moves))
		return false;
	if (!moves_apply(module, place.moves, search->point) || !keep_place(search, &place, z))
		return false;
	kept = &search->near->places[search->near->count - 1];
	kept->point = mem_alloc(1, bytes);
	memcpy(kept->point, search->point, bytes);
	return true;
}

/* A point with this z: from the stored points that are nearest to it, or by walking. */
static void find_point(struct search *search, ir_key z, int side)
{
	uint64_t at = first_not_below(search, z);
	bool found = false;

	for (uint64_t i = 0; i < BASES && !found; i++)
		found = (at + i < search->image_count &&
				from_stored(search, &search->images[at + i], z)) ||
			(i < at && from_stored(search, &search->images[at - 1 - i], z));
	for (uint64_t i = 0; i < WALKS && !found; i++)
		found = from_walk(search, z, search->near->tried + i);
	search->near->found[side] += found;
}

/* Values below 0 are none that a relu has. */
static void find_entry(struct search *search, const struct entry *entry)
{
	bool relu = ir_op_of(search->near->module, search->form->value) == IR_RELU;

	if (!relu || entry->first > 0)
		find_point(search, entry->first - 1, NEAR_BELOW);
	if (!relu || entry->first >= 0)
		find_point(search, entry->first, NEAR_ON);
	if (entry->last != entry->first && (!relu || entry->last >= 0))
		find_point(search, entry->last, NEAR_ON);
	if (!relu || entry->last >= -1)
		find_point(search, entry->last + 1, NEAR_ABOVE);
}

static void search_form(struct near *near, struct form *form, uint64_t steps)
{
	struct search search = { .near = near, .form = form };
	uint64_t most = near->dataset ? MOST_ENTRIES : MOST_AFAR, tried;

	search.point = mem_alloc(near->module->input_count, sizeof *search.point);
	search.order = mem_alloc(near->module->input_count, sizeof *search.order);
	take_images(&search);
	if (form->matched)
		for (uint64_t i = 0; i < search.image_count; i++)
			add_entry(form, search.images[i].z, search.images[i].z);
	moves_init(&search.moves, near->module, form->weights, steps);
	tried = form->entry_count < most ? form->entry_count : most;
	for (uint64_t i = 0; i < tried; i++, near->tried++)
		find_entry(&search, &form->entries[i * form->entry_count / tried]);
	near->entries += form->entry_count;
	moves_fini(&search.moves);
	free(search.images);
	free(search.point);
	free(search.order);
}

void near_init(struct near *near, const struct ir_module *module, const struct dataset *dataset)
{
	struct form forms[MOST_FORMS];
	size_t count = 0;

	*near = (struct near){ .module = module, .dataset = dataset };
	for (uint32_t i = module->input_count; i < module->node_count; i++)
		add_reader(forms, &count, module, (ir_value){ i });
	for (size_t i = 0; i < count; i++) {
		search_form(near, &forms[i], MOST_STEPS / count);
		form_fini(&forms[i]);
	}
}

void near_fini(struct near *near)
{
	for (uint64_t i = 0; i < near->count; i++)
		free(near->places[i].point);
	free(near->places);
}

void near_point(const struct near *near, uint64_t i, int64_t *point)
{
	const struct near_place *place = &near->places[i];

	if (place->point) {
		memcpy(point, place->point, near->module->input_count * sizeof *point);
		return;
	}
	dataset_point(near->dataset, place->base, point);
	moves_apply(near->module, place->moves, point);
}
