/*
 * slots: the core of Theorem 3.1 of Vardi, Yehudai and Shamir (arXiv 2110.03187), a network
 * that memorizes sorted integers.
 *
 *   select    m buckets of at most n points: u, the positions of z's bucket, rho bits each,
 *             and w, their labels, c bits each
 *   extract   slot by slot rho bits of u and c bits of w
 *   match     the label of the slot whose position is z joins the output
 *
 * The output is class + 1 at a stored position and 0 at any other. A core has
 * 2m + s + n(t rho + 2) layers: s and t are the extractor's, to start and for a bit.
 */
#ifndef FRONTEND_CONSTRUCT_SLOTS_H
#define FRONTEND_CONSTRUCT_SLOTS_H

#include "frontend/construct/extract.h"
#include "frontend/construct/select.h"

struct slots {
	const struct extractor *extractor;
	uint64_t slots;  /* n, points of a bucket at most */
	uint32_t rho, c; /* bits of a position, of a label; c <= rho */
};

/* The option that names an extractor: its words, and what they stand for. */
extern const char *const extractor_words[];
extern const struct extractor *const extractors[];

/* Widths, and bounds of neurons and parameters, as text of formulas: m n rho c s t. */
#define SLOTS_DEPTH "2*m + s + n*(t*rho + 2)"
#define SLOTS_WIDTH "8 + 2*t"
#define SLOTS_EXTRACT_NEURONS "n*((10*t - 2)*rho + 2*c + 20)"
#define SLOTS_EXTRACT_PARAMETERS "n*((7*t + 11)*rho + (15 - 3*t)*c + 30)"
#define SLOTS_NEURONS "9*m + " SLOTS_EXTRACT_NEURONS
#define SLOTS_PARAMETERS "15*m + " SLOTS_EXTRACT_PARAMETERS

/*
 * The shape for points below a range of `range_bits` bits, in buckets of n. False, with a
 * diagnostic at `span`, where the strings of a bucket would be longer than is possible.
 */
bool slots_plan(struct slots *slots, const struct construct_request *request,
	const struct extractor *extractor, uint64_t n, uint32_t range_bits, struct span span);

/*
 * Cuts sorted points into buckets whose sizes differ by one at most: intervals, and u and w
 * as their constants. 1 <= buckets <= count; malloc'ed.
 */
struct bucket *slots_cut(struct ir_module *module, const struct slots *slots,
	const struct projected *points, uint64_t count, uint64_t buckets);

/* Layers that extract u and w (the strings) and add the label of z's slot to `out`. */
void slots_extract(struct ir_module *module, const struct slots *slots, struct form *z,
	struct form *out, const struct form *strings, const struct progress *progress);

/* The whole core: ladder select over `buckets` buckets, then the slots. */
void slots_core(struct ir_module *module, const struct slots *slots, struct form *z,
	struct form *out, const struct projected *points, uint64_t count, uint64_t buckets,
	const struct progress *progress);

#endif
