/*
 * parity: the core of Theorem 4.1 of Yu, Gao, Zhang and Miao (arXiv 2411.00372), whether an
 * even or odd number of boundaries lies at or below z.
 *
 *   select    buckets of n boundaries, n even: u, the n - 1 distances between them, rho bits
 *             each, and the position of the first one
 *   G         z - the first boundary + BIG, BIG so great that G stays positive
 *   walk      slot by slot rho bits of u, taken off G as they come; then the parity turns if
 *             G >= BIG
 *
 * As n is even, each bucket begins with the parity of z = 0. Boundaries that fill the first
 * bucket lie at 0. With s and t of the extractor, a core has m + s + (n - 1)(t rho + 1)
 * layers, m the buckets that do not begin at 0.
 */
#ifndef FRONTEND_CONSTRUCT_PARITY_H
#define FRONTEND_CONSTRUCT_PARITY_H

#include "frontend/construct/extract.h"
#include "frontend/construct/rungs.h"

struct parity {
	const struct extractor *extractor;
	const position *boundaries; /* ascending, all > 0 */
	uint64_t count;             /* at least 1 */
	uint64_t n, buckets;        /* boundaries of a bucket; buckets n >= count */
	uint64_t selected;          /* m: buckets that do not begin at 0 */
	uint32_t unit;              /* 2^unit divides all boundaries */
	uint32_t rho;               /* bits of a distance, in units */
	uint32_t big;               /* BIG = 2^big */
};

/* Bounds of neurons and parameters of cores with z carried beside: for m selected buckets, D
 * bits and S distances that are extracted, P cores; s and t of the extractor. */
#define PARITY_NEURONS "6*m + 6*t*D + 7*S + 5*s*P"
#define PARITY_PARAMETERS "12*m + (13 + 3*t)*D + 16*S + 20*P"

/* The longest u. By peeling, memory grows with its square. */
enum { PARITY_STRING_BITS = 1 << 18 };

/*
 * The shape for boundaries in buckets of n; 0: of as many as take the fewest parameters.
 * False if u would be longer than PARITY_STRING_BITS.
 */
bool parity_plan(struct parity *parity, const struct extractor *extractor,
	const position *boundaries, uint64_t count, uint64_t n);

/*
 * Adds the layers, which carry `out`, and z if `keep_z`. At z = 0 `out` gains 2^weight if
 * `first`, else 0, and the other way round at each boundary.
 */
void parity_core(struct ir_module *module, const struct parity *parity, struct form *z,
	bool keep_z, struct form *out, uint32_t weight, bool first,
	const struct progress *progress);

#endif
