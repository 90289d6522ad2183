#include "frontend/construct/slots.h"

#include <stdlib.h>

#include "frontend/construct/fields.h"
#include "frontend/construct/match.h"
#include "support/bits.h"
#include "support/mem.h"

const struct extractor *const extractors[] = { &extractor_tent, &extractor_peel };
const char *const extractor_words[] = { "tent", "peel", NULL };

/*
 * By peeling, each bit of a string has weights as long as what is left of it: memory grows
 * with the square of the string. The theorem's own choice stays below this for a hundred
 * million points.
 */
enum { STRING_BITS = 1 << 18 };

bool slots_plan(struct slots *slots, const struct construct_request *request,
	const struct extractor *extractor, uint64_t n, uint32_t range_bits, struct span span)
{
	uint32_t c = bit_length(request->dataset->classes);

	*slots = (struct slots){
		.extractor = extractor,
		.slots = n,
		.rho = range_bits > c ? range_bits : c,
		.c = c,
	};
	if (n <= STRING_BITS / slots->rho)
		return true;
	diag_error(request->sink, span,
		"a bucket of %llu points with positions of %u bits is a weight of %llu bits; "
		"at most %d are possible, so make the buckets smaller",
		(unsigned long long)n, slots->rho, (unsigned long long)n * slots->rho,
		STRING_BITS);
	return false;
}

/*
 * One string of a bucket: field i of its points, most significant first. Slots that the
 * bucket does not fill are zero: position 0 with label 0, "no stored point".
 */
static num pack(struct num_pool *pool, const struct slots *slots,
	const struct projected *points, uint64_t count, bool labels, mp_limb_t *limbs,
	size_t room)
{
	uint32_t width = labels ? slots->c : slots->rho;
	mpz_t view;

	for (size_t i = 0; i < room; i++)
		limbs[i] = 0;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t low = (slots->slots - 1 - i) * width;
		position field = labels ? (position)points[i].label + 1 : points[i].z;
		field_put(limbs, low, field, width);
	}
	return num_from_mpz(pool, mpz_roinit_n(view, limbs, (mp_size_t)room), 0);
}

struct bucket *slots_cut(struct ir_module *module, const struct slots *slots,
	const struct projected *points, uint64_t count, uint64_t buckets)
{
	struct bucket *result = mem_alloc(buckets, sizeof *result);
	size_t room = (size_t)(slots->slots * slots->rho / 64 + 4);
	mp_limb_t *limbs = mem_alloc(room, sizeof *limbs);
	uint64_t least = count / buckets, more = count % buckets;

	for (uint64_t j = 0; j < buckets; j++) {
		uint64_t size = least + (j < more);
		result[j] = (struct bucket){
			.first = points[0].z,
			.last = points[size - 1].z,
			.constants = {
				pack(&module->nums, slots, points, size, false, limbs, room),
				pack(&module->nums, slots, points, size, true, limbs, room),
			},
		};
		points += size;
	}
	free(limbs);
	return result;
}

/* field = 2 field + bit */
static void append_bit(struct ir_module *module, struct form *field, const struct lane *lane)
{
	form_shift(module, field, 1);
	form_add(module, field, &lane->bit);
}

static void add_slot(struct ir_module *module, const struct slots *slots, struct form *z,
	struct form *out, struct lane *lanes)
{
	struct form h = FORM_ZERO, y = FORM_ZERO, g;
	struct form *const carried[] = { z, out, &h, &y };

	for (uint32_t bit = 0; bit < slots->rho; bit++) {
		uint32_t active = bit < slots->c ? 2 : 1;
		slots->extractor->next(module, carried, 4, lanes, 2, active);
		append_bit(module, &h, &lanes[0]);
		if (active == 2)
			append_bit(module, &y, &lanes[1]);
	}
	match(module, z, &carried[1], 1, lanes, 2, &h, &y, slots->c, &g);
	form_add(module, out, &g);
}

void slots_extract(struct ir_module *module, const struct slots *slots, struct form *z,
	struct form *out, const struct form *strings, const struct progress *progress)
{
	struct form *const carried[] = { z, out };
	struct lane lanes[2] = {
		{ .t = { strings[0] }, .length = slots->slots * slots->rho },
		{ .t = { strings[1] }, .length = slots->slots * slots->c },
	};

	slots->extractor->start(module, carried, 2, lanes, 2);
	for (uint64_t slot = 0; slot < slots->slots; slot++) {
		progress_report(progress, "constructing", slot, slots->slots);
		add_slot(module, slots, z, out, lanes);
	}
}

void slots_core(struct ir_module *module, const struct slots *slots, struct form *z,
	struct form *out, const struct projected *points, uint64_t count, uint64_t buckets,
	const struct progress *progress)
{
	struct bucket *list = slots_cut(module, slots, points, count, buckets);
	struct form *const carried[] = { z, out };
	struct form strings[SELECT_ACCUMULATORS];

	ladder_select(module, carried, 2, list, buckets, strings, 2);
	free(list);
	slots_extract(module, slots, z, out, strings, progress);
}
