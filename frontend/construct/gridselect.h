/*
 * grid select: what rungs select (frontend/construct/rungs.h), in two layers of width
 * O(sqrt count) for as many rungs as wanted (after Yun, Sra and Jadbabaie, Small ReLU
 * networks are powerful memorizers, whose two hidden layers these are).
 *
 * The rungs are cut into p groups of q. The first layer has the step s_j = [z >= start of
 * group j] of each group, so that the second one can read any constant of z's group. An
 * accumulator a goes on as its constant at the start of the group, and for the other rungs
 * k = 2..q of a group there are
 *
 *   A_k = relu(2M (z - z_jk) + M + rise_jk),  B_k = relu(2M (z - z_jk) + M)
 *
 * where z_jk is the position of the k-th rung of z's group j and rise_jk what a gains there.
 * As M > |rise|, A_k - B_k is rise_jk [z >= z_jk]. Accumulators share B_k.
 *
 * More rungs than p q take several such stages, one after another.
 */
#ifndef FRONTEND_CONSTRUCT_GRIDSELECT_H
#define FRONTEND_CONSTRUCT_GRIDSELECT_H

#include "frontend/construct/rungs.h"

/* A form of any number of terms; malloc'ed, ends with grid_form_fini(). */
struct grid_form {
	struct ir_term *terms;
	uint32_t count;
	num bias;
};

void grid_form_fini(struct grid_form *form);

/* The form in a neuron of the current layer; a constant stays one. >= 0 everywhere. */
struct form grid_form_carry(struct ir_module *module, const struct grid_form *form);

/* The least root with root^2 >= value; value is at most 2^63. */
uint64_t root_up(uint64_t value);

struct grid {
	uint64_t stages, groups, group; /* stages; p and q of each, at most */
};

/* For count rungs in as few stages of at most `rungs` rungs as it takes, p and q balanced. A
 * single rung from 0 on takes no stage: it is a constant. */
struct grid grid_of(uint64_t count, uint64_t rungs);

/*
 * Adds 2 * stages layers. The first rung is from 0 on. z is carried, through the last layer
 * only if `keep_z`; the accumulators (`width` of them) come out as forms.
 */
void grid_select(struct ir_module *module, const struct grid *grid, struct form *z, bool keep_z,
	const struct rung *rungs, uint64_t count, struct grid_form *accumulators,
	uint32_t width);

#endif
