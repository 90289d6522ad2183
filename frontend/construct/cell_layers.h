/*
 * The layers of `cells`: from chosen cells and half-spaces to a network.
 *
 * With D the squared distances of stored points and R the least one between classes, 100
 * times the paper's S_ij and r are integers on the grid:
 *
 *   F_ij(x) = -100 S_ij(x) = D_ij - 50 (|x - x_j|^2 - |x - x_i|^2)
 *           = D_ij + 50 (|x_i|^2 - |x_j|^2) - 100 (x_i - x_j) . x
 *
 * literal: one neuron relu(F_ij) for each pair, of the inputs.
 *
 * factored: with |x_k|^2 = 2 h_k + e_k, e_k a bit, a first layer g_k = relu(x_k . x - h_k + K),
 * K so great that the relu never acts within the declared box, and
 *
 *   F_ij(x) = -100 g_i + 100 g_j + (D_ij + 50 (e_i - e_j)),
 *
 * so that the biases of pairs are as short as a distance.
 *
 * Then v_i = relu(R - sum_j relu(F_ij)), t_c = relu(1 - sum of v_i of the class), which is 0
 * where one of its cells holds x and 1 where none does, as each v_i is an integer >= 0; and
 * the output sum_c y_c (1 - t_c), over the C classes that have points, with their codes y_c.
 *
 * alone: where pruned cells of several classes hold x, that sum could be the code of another
 * class. One more layer, a_c = relu(sum of the others' t - t_c - (C - 2)), is 1 only if c
 * answers and no other class does; the output is sum_c y_c a_c.
 */
#ifndef FRONTEND_CONSTRUCT_CELL_LAYERS_H
#define FRONTEND_CONSTRUCT_CELL_LAYERS_H

#include "frontend/construct/halves.h"
#include "ir/ir.h"

/*
 * Every number of the layers is below 2^127 if 2^M bounds the absolute values of the declared
 * box, d <= 2^k and 2 M + k is at most this.
 */
enum { CELL_LAYERS_BITS = 118 };

struct cell_network {
	const struct dataset *dataset;
	const struct distances *distances; /* of it */
	const struct halves *halves;
	int64_t least; /* R */
	bool factored;
	bool alone; /* classes that are not alone do not answer */
	const struct progress *progress;
};

/* Adds all layers and the output. */
void cell_layers(struct ir_module *module, const struct cell_network *network);

#endif
