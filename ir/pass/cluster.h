/*
 * Clusters: the terms of a form, by the linear form L that they are functions of.
 *
 * A term is in the cluster of group g (ir/range.h) if it is a neuron of that group, or if it
 * is L itself, as a value, beside such neurons or alone: then it is a line.
 */
#ifndef IR_PASS_CLUSTER_H
#define IR_PASS_CLUSTER_H

#include "ir/range.h"
#include "ir/rewrite.h"

struct cluster_term {
	uint32_t group; /* IR_NO_GROUP: of none */
	uint32_t term;  /* index among the terms of the form */
	bool line;
};

struct clusters {
	struct cluster_term *terms; /* by group, IR_NO_GROUP last */
	size_t room;
	uint32_t *stamps; /* by group: the newest form with neurons of it */
};

void clusters_init(struct clusters *clusters, const struct ir_ranges *ranges);
void clusters_fini(struct clusters *clusters);

/* Fills in terms[], as many as the old value has. */
void clusters_find(struct clusters *clusters, const struct rewrite *rewrite,
	const struct ir_ranges *ranges, uint32_t old);

/* The end of the cluster that begins at terms[first]. */
uint32_t cluster_end(const struct clusters *clusters, uint32_t first, uint32_t count);

/*
 * A cluster as a function of an integer L: constant + slope * L + ramps rise * relu(L - at),
 * ascending in at, which are integers, each at once. It equals the cluster on the integers.
 * False if L may be no integer.
 */
struct ramp {
	num at, rise;
};
struct curve {
	struct ramp *ramps;
	uint32_t count;
	size_t room;
	num slope, constant;
};
bool curve_of_cluster(struct curve *curve, struct rewrite *rewrite,
	const struct ir_ranges *ranges, uint32_t old, const struct cluster_term *terms,
	uint32_t count);
void curve_fini(struct curve *curve);

/* The new value that is the L of a group; made when first asked for. */
struct group_values {
	uint32_t *values; /* by group: value + 1 */
};
ir_value group_value(struct group_values *values, struct rewrite *rewrite,
	const struct ir_ranges *ranges, uint32_t group);

#endif
