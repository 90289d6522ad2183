/*
 * Fields: sums of bit fields of integers, side by side and within each other.
 */
#ifndef IR_PASS_FIELDS_H
#define IR_PASS_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/num.h"

/* weight * bits(x, pos, len) */
struct field {
	uint32_t x, pos, len;
	num weight;
};

struct field_list {
	struct field *fields;
	size_t count, room;
};

void field_list_fini(struct field_list *list);
void field_list_add(struct field_list *list, struct field field);

/*
 * Joins fields that stand side by side with the weights of one, and cuts a field from which
 * its own upper part is taken off. What has become part of another has weight 0 then. True
 * if that changed any.
 */
bool field_list_merge(struct field_list *list, struct num_pool *nums);

#endif
