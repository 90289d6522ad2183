#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/source.h"
#include "frontend/data/stages.h"
#include "support/mem.h"
#include "support/rng.h"

/* Fisher and Yates. */
static void shuffle_labels(
	struct table *table, const struct selection *selection, uint64_t seed)
{
	struct rng rng;

	rng_init(&rng, seed);
	for (uint64_t i = selection->count; i > 1; i--) {
		uint32_t *a = &table->labels[selection->rows[i - 1]];
		uint32_t *b = &table->labels[selection->rows[rng_below(&rng, i)]];
		uint32_t label = *a;
		*a = *b;
		*b = label;
	}
}

/*
 * Keeps floor(count * part) rows, each set of them as likely as any other (Knuth, The Art
 * of Computer Programming 2, algorithm 3.4.2 S), or with split_drop the others.
 */
static void split(const struct dataset_request *request, struct selection *selection)
{
	uint64_t left = selection->count, kept = 0;
	uint64_t need = (uint64_t)((unsigned __int128)left * (uint64_t)request->split_part.num /
		(uint64_t)request->split_part.den);
	struct rng rng;

	rng_init(&rng, request->split_seed);
	for (uint64_t i = 0; i < selection->count; i++, left--) {
		bool chosen = rng_below(&rng, left) < need;
		need -= chosen;
		if (chosen != request->split_drop)
			selection->rows[kept++] = selection->rows[i];
	}
	selection->count = kept;
}

static void limit_per_class(
	const struct table *table, uint64_t limit, struct selection *selection)
{
	uint64_t *counts, kept = 0;
	uint32_t classes = 0;

	for (uint64_t i = 0; i < selection->count; i++) {
		uint32_t label = table->labels[selection->rows[i]];
		classes = label >= classes ? label + 1 : classes;
	}
	counts = mem_zero(classes, sizeof *counts);
	for (uint64_t i = 0; i < selection->count; i++) {
		uint32_t row = selection->rows[i];
		if (counts[table->labels[row]]++ < limit)
			selection->rows[kept++] = row;
	}
	selection->count = kept;
	free(counts);
}

bool filter_rows(struct load *load, struct selection *selection)
{
	const struct dataset_request *request = load->request;
	uint64_t before = selection->count;

	if (request->shuffle_labels)
		shuffle_labels(&load->table, selection, request->shuffle_seed);
	if (request->split)
		split(request, selection);
	if (request->limit && selection->count > request->limit)
		selection->count = request->limit;
	if (request->limit_per_class)
		limit_per_class(&load->table, request->limit_per_class, selection);
	if (selection->count)
		return true;
	if (before)
		diag_error(load->sink, request->span,
			"no rows are left of '%s': the split keeps none of %" PRIu64,
			request->name, before);
	else
		diag_error(load->sink, request->span,
			"no rows are left of '%s': no row has one of its classes",
			request->name);
	return false;
}

void filter_compact(struct load *load, const struct selection *selection)
{
	struct table *table = &load->table;
	size_t row = table_row_bytes(table);

	if (selection->count == table->count)
		return;
	for (uint64_t i = 0; i < selection->count; i++) {
		uint32_t from = selection->rows[i];
		if (from == i)
			continue;
		memmove(table->cells + i * row, table->cells + from * row, row);
		table->labels[i] = table->labels[from];
	}
	table->count = selection->count;
}
