#include "frontend/construct/cell_layers.h"

#include <stdlib.h>

#include "support/mem.h"
#include "support/sort.h"

__extension__ typedef __int128 wide;

/* What the layers are made of, and what is known of the points, by index. */
struct builder {
	struct ir_module *module;
	const struct cell_network *network;
	const struct dataset *dataset; /* the network's */
	const struct distances *distances;
	const struct halves *halves;

	wide *squares;       /* |x_k|^2 */
	ir_value *projected; /* g_k */
	int64_t *row;        /* coordinates, two points */
	struct ir_term *terms;
};

static num wide_num(struct num_pool *nums, wide value)
{
	uint64_t low = (uint64_t)(value < 0 ? -value : value);
	uint64_t high = (uint64_t)((value < 0 ? -value : value) >> 64);
	mp_limb_t limbs[2] = { low, high };
	mpz_t view;
	num n = num_from_mpz(nums, mpz_roinit_n(view, limbs, 2), 0);

	return value < 0 ? num_neg(nums, n) : n;
}

static void read_point(const struct builder *builder, uint64_t index, int64_t *row)
{
	dataset_point(builder->dataset, builder->distances->points[index], row);
}

static wide square_of(const int64_t *row, uint32_t inputs)
{
	wide sum = 0;

	for (uint32_t f = 0; f < inputs; f++)
		sum += (wide)row[f] * row[f];
	return sum;
}

/* The least value of x_k . x in the declared box. */
static wide least_product(const struct builder *builder, const int64_t *row)
{
	const struct dataset *dataset = builder->dataset;
	wide sum = 0;

	for (uint32_t f = 0; f < dataset->inputs; f++)
		sum += (wide)row[f] *
			(row[f] > 0 ? dataset->features[f].lo : dataset->features[f].hi);
	return sum;
}

/* floor(|x_k|^2 / 2) */
static wide half_square(const struct builder *builder, uint64_t k)
{
	return builder->squares[k] >> 1;
}

/* K: the least number for which no g_k is negative within the box. */
static wide find_offset(struct builder *builder, const bool *used)
{
	wide offset = 0;

	for (uint64_t k = 0; k < builder->distances->count; k++) {
		wide need;
		if (!used[k])
			continue;
		read_point(builder, k, builder->row);
		need = half_square(builder, k) - least_product(builder, builder->row);
		if (need > offset)
			offset = need;
	}
	return offset;
}

/* g_k = x_k . x - h_k + K */
static void add_projections(struct builder *builder)
{
	struct ir_module *module = builder->module;
	bool *used = halves_used(builder->halves, builder->distances);
	wide offset = find_offset(builder, used);

	ir_layer_begin(module, "project");
	for (uint64_t k = 0; k < builder->distances->count; k++) {
		uint32_t count = 0;
		if (!used[k])
			continue;
		read_point(builder, k, builder->row);
		for (uint32_t f = 0; f < builder->dataset->inputs; f++)
			if (builder->row[f])
				builder->terms[count++] = (struct ir_term){ ir_input(f),
					num_from_int(&module->nums, builder->row[f]) };
		builder->projected[k] = ir_neuron(module, builder->terms, count,
			wide_num(&module->nums, offset - half_square(builder, k)));
	}
	free(used);
}

static void add_factored_pair(struct builder *builder, uint32_t i, uint32_t j, int64_t square)
{
	struct num_pool *nums = &builder->module->nums;
	int64_t odd = (int64_t)(builder->squares[i] & 1) - (int64_t)(builder->squares[j] & 1);
	struct ir_term own = { builder->projected[i], num_from_int(nums, -100) };
	struct ir_term other = { builder->projected[j], num_from_int(nums, 100) };
	struct ir_term terms[2] = { i < j ? own : other, i < j ? other : own };

	ir_neuron(builder->module, terms, 2, num_from_int(nums, square + 50 * odd));
}

/* The coordinates of i are in the row, those of j are put behind them. */
static void add_literal_pair(struct builder *builder, uint32_t i, uint32_t j, int64_t square)
{
	struct num_pool *nums = &builder->module->nums;
	uint32_t inputs = builder->dataset->inputs, count = 0;
	const int64_t *own = builder->row, *other = builder->row + inputs;
	wide bias = square + 50 * (builder->squares[i] - builder->squares[j]);

	read_point(builder, j, builder->row + inputs);
	for (uint32_t f = 0; f < inputs; f++)
		if (own[f] != other[f])
			builder->terms[count++] = (struct ir_term){ ir_input(f),
				num_from_int(nums, 100 * (other[f] - own[f])) };
	ir_neuron(builder->module, builder->terms, count, wide_num(nums, bias));
}

static int compare_rivals(const void *a, const void *b)
{
	const struct rival *p = a, *q = b;

	if (p->square != q->square)
		return p->square < q->square ? -1 : 1;
	return p->index < q->index ? -1 : p->index > q->index;
}

/* The rivals of cell n, nearest first: these are the likeliest to say no. */
static uint32_t sort_rivals(
	const struct builder *builder, uint64_t n, int64_t *squares, struct rival *list)
{
	const struct halves *halves = builder->halves;
	const struct distances *distances = builder->distances;
	uint32_t i = halves->centre[n], label = distances->labels[i], count = 0;

	if (halves->rival) {
		for (uint64_t h = halves->begin[n]; h < halves->begin[n + 1]; h++) {
			uint32_t j = halves->rival[h];
			list[count++] = (struct rival){ distances_between(distances, i, j), j };
		}
	} else {
		distances_opposite(distances, i, 1, label, squares);
		for (uint32_t j = 0; j < distances->count; j++)
			if (distances->labels[j] != label)
				list[count++] = (struct rival){ squares[j], j };
	}
	sort_array(list, count, sizeof *list, compare_rivals);
	return count;
}

static void add_pairs(struct builder *builder)
{
	uint64_t points = builder->distances->count;
	int64_t *squares = mem_alloc(points, sizeof *squares);
	struct rival *list = mem_alloc(points, sizeof *list);

	ir_layer_begin(builder->module, "pairs");
	for (uint64_t n = 0; n < builder->halves->cells; n++) {
		uint32_t i = builder->halves->centre[n];
		uint32_t count = sort_rivals(builder, n, squares, list);
		progress_report(
			builder->network->progress, "constructing", n, builder->halves->cells);
		if (!builder->network->factored)
			read_point(builder, i, builder->row);
		for (uint32_t h = 0; h < count; h++) {
			if (builder->network->factored)
				add_factored_pair(builder, i, list[h].index, list[h].square);
			else
				add_literal_pair(builder, i, list[h].index, list[h].square);
		}
	}
	free(squares);
	free(list);
}

/* A neuron: bias + weight times the sum of the values first..first+count-1 */
static ir_value add_sum(
	struct builder *builder, ir_value first, uint64_t count, num weight, num bias)
{
	for (uint64_t i = 0; i < count; i++)
		builder->terms[i] = (struct ir_term){ { first.i + (uint32_t)i }, weight };
	return ir_neuron(builder->module, builder->terms, (uint32_t)count, bias);
}

/* v_i = relu(R - sum of its half-spaces) */
static void add_cells(struct builder *builder)
{
	const struct halves *halves = builder->halves;
	struct ir_module *module = builder->module;
	uint32_t first = module->layers[module->layer_count - 1].first;
	num minus = num_from_int(&module->nums, -1);
	num least = num_from_int(&module->nums, builder->network->least);

	ir_layer_begin(module, "cells");
	for (uint64_t n = 0; n < halves->cells; n++)
		add_sum(builder, (ir_value){ first + (uint32_t)halves->begin[n] },
			halves->begin[n + 1] - halves->begin[n], minus, least);
}

/* t_c = relu(1 - sum of its cells) */
static void add_classes(struct builder *builder)
{
	const struct halves *halves = builder->halves;
	struct ir_module *module = builder->module;
	uint32_t cell = module->layers[module->layer_count - 1].first;
	uint64_t n = 0;

	ir_layer_begin(module, "classes");
	for (uint32_t c = 0; c < builder->distances->classes; c++) {
		uint64_t begin = n;
		while (n < halves->cells && builder->distances->labels[halves->centre[n]] == c)
			n++;
		add_sum(builder, (ir_value){ cell + (uint32_t)begin }, n - begin,
			num_from_int(&module->nums, -1), NUM_ONE);
	}
}

/* a_c = relu(sum of all t - 2 t_c - (C - 2)) */
static void add_alone(struct builder *builder)
{
	struct ir_module *module = builder->module;
	struct num_pool *nums = &module->nums;
	uint32_t classes = builder->distances->classes;
	uint32_t first = module->layers[module->layer_count - 1].first;

	ir_layer_begin(module, "alone");
	for (uint32_t c = 0; c < classes; c++) {
		for (uint32_t k = 0; k < classes; k++)
			builder->terms[k] = (struct ir_term){ { first + k },
				num_from_int(nums, k == c ? -1 : 1) };
		ir_neuron(module, builder->terms, classes,
			num_from_int(nums, 2 - (int64_t)classes));
	}
}

/* sum_c y_c (1 - t_c), or sum_c y_c a_c */
static void add_output(struct builder *builder)
{
	struct ir_module *module = builder->module;
	struct num_pool *nums = &module->nums;
	const struct distances *distances = builder->distances;
	uint32_t classes = distances->classes;
	int64_t sum = 0;
	int64_t sign = builder->network->alone ? 1 : -1;
	uint32_t first = module->layers[module->layer_count - 1].first;

	for (uint32_t c = 0; c < classes; c++) {
		int64_t code = (int64_t)distances->numbers[c] + 1;
		builder->terms[c] =
			(struct ir_term){ { first + c }, num_from_int(nums, sign * code) };
		sum += code;
	}
	ir_set_output(module, builder->terms, classes,
		num_from_int(nums, builder->network->alone ? 0 : sum));
}

static void init_squares(struct builder *builder)
{
	for (uint64_t k = 0; k < builder->distances->count; k++) {
		read_point(builder, k, builder->row);
		builder->squares[k] = square_of(builder->row, builder->dataset->inputs);
	}
}

void cell_layers(struct ir_module *module, const struct cell_network *network)
{
	const struct dataset *dataset = network->dataset;
	uint64_t most = dataset->count;
	struct builder builder = { .module = module,
		.network = network,
		.dataset = dataset,
		.distances = network->distances,
		.halves = network->halves };

	most = most > dataset->inputs ? most : dataset->inputs;
	builder.squares = mem_alloc(dataset->count, sizeof *builder.squares);
	builder.projected = mem_alloc(dataset->count, sizeof *builder.projected);
	builder.row = mem_alloc((size_t)dataset->inputs * 2, sizeof *builder.row);
	builder.terms = mem_alloc(most, sizeof *builder.terms);
	init_squares(&builder);
	if (network->factored)
		add_projections(&builder);
	add_pairs(&builder);
	add_cells(&builder);
	add_classes(&builder);
	if (network->alone)
		add_alone(&builder);
	add_output(&builder);
	free(builder.squares);
	free(builder.projected);
	free(builder.row);
	free(builder.terms);
}
