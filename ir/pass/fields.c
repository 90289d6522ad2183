#include "ir/pass/fields.h"

#include <stdlib.h>

#include "support/mem.h"
#include "support/sort.h"

void field_list_fini(struct field_list *list)
{
	free(list->fields);
}

void field_list_add(struct field_list *list, struct field field)
{
	list->fields =
		mem_grow(list->fields, &list->room, list->count + 1, sizeof *list->fields);
	list->fields[list->count++] = field;
}

static int compare_fields(const void *a, const void *b)
{
	const struct field *x = a, *y = b;

	if (x->x != y->x)
		return x->x < y->x ? -1 : 1;
	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	return (x->len > y->len) - (x->len < y->len);
}

/* a less its own upper part b, weight for weight: a is what is left. */
static bool cut_upper(struct num_pool *nums, struct field *a, struct field *b)
{
	if (a->x != b->x || b->pos <= a->pos || b->pos + b->len != a->pos + a->len ||
		!num_equal(num_neg(nums, b->weight),
			num_shift(nums, a->weight, (int64_t)b->pos - a->pos)))
		return false;
	a->len = b->pos - a->pos;
	b->weight = NUM_ZERO;
	return true;
}

/* b follows a: a is both. */
static bool join(struct num_pool *nums, struct field *a, struct field *b)
{
	if (a->x != b->x || a->pos + a->len != b->pos ||
		!num_equal(b->weight, num_shift(nums, a->weight, a->len)))
		return false;
	a->len += b->len;
	b->weight = NUM_ZERO;
	return true;
}

bool field_list_merge(struct field_list *list, struct num_pool *nums)
{
	enum { NEAR = 4 }; /* a field and its upper part stand this close in the order */
	struct field *fields = list->fields;
	size_t count = list->count;
	bool changed = false;

	sort_array(fields, count, sizeof *fields, compare_fields);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count && k <= i + NEAR; k++)
			if (fields[i].weight.i != NUM_ZERO.i)
				changed |= cut_upper(nums, &fields[i], &fields[k]);
	for (size_t i = 0, to = 0; i < count; i++) {
		if (fields[i].weight.i == NUM_ZERO.i || i == to)
			continue;
		if (fields[to].weight.i != NUM_ZERO.i && join(nums, &fields[to], &fields[i]))
			changed = true;
		else
			to = i;
	}
	return changed;
}
