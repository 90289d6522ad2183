/*
 * Small random data sets of two features, and their sqrt networks, for tests.
 */
#ifndef TESTS_FRONTEND_CONSTRUCT_FIXTURE_H
#define TESTS_FRONTEND_CONSTRUCT_FIXTURE_H

#include <stdlib.h>

#include "frontend/construct/construct.h"
#include "support/mem.h"
#include "support/rng.h"

enum { BOX = 40 }; /* every feature is in 0..BOX-1 */
enum { EXTRACTOR, BUCKET, BUCKETS, OPTIONS };

struct fixture {
	struct dataset dataset;
	struct ir_feature features[2];
	const char *names[8];
	uint8_t *cells;
	uint32_t *labels;
	uint64_t *rows;
	struct option_value options[OPTIONS];
	struct option_value project[PROJECT_OPTIONS];
	struct diag_sink sink;
	struct ir_module module;
	struct construct_report report;
};

/* count distinct points of the box, with random classes. */
static inline void fill(struct fixture *f, uint64_t seed, uint64_t count, uint32_t classes)
{
	bool taken[BOX * BOX] = { false };
	struct rng rng;

	rng_init(&rng, seed);
	f->cells = mem_alloc(count * 2, 1);
	f->labels = mem_alloc(count, sizeof *f->labels);
	f->rows = mem_zero(count, sizeof *f->rows);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t place = rng_below(&rng, BOX * BOX);
		while (taken[place])
			place = (place + 1) % (BOX * BOX);
		taken[place] = true;
		f->cells[2 * i] = (uint8_t)(place % BOX);
		f->cells[2 * i + 1] = (uint8_t)(place / BOX);
		f->labels[i] = (uint32_t)rng_below(&rng, classes);
	}
}

static inline bool build(struct fixture *f, uint64_t seed, uint64_t count, uint32_t classes,
	int64_t extractor, int64_t buckets)
{
	struct construct_request request = { .dataset = &f->dataset,
		.options = f->options,
		.project = f->project,
		.sink = &f->sink };

	*f = (struct fixture){ 0 };
	diag_init(&f->sink);
	fill(f, seed, count, classes);
	for (int i = 0; i < 8; i++)
		f->names[i] = "class";
	f->features[0] = f->features[1] = (struct ir_feature)IR_FEATURE(0, BOX - 1);
	f->dataset = (struct dataset){ .count = count,
		.inputs = 2,
		.classes = classes,
		.class_names = f->names,
		.features = f->features,
		.element = IR_UINT8,
		.cell = CELL_U8,
		.cells = f->cells,
		.labels = f->labels,
		.rows = f->rows };
	f->options[EXTRACTOR] = (struct option_value){ .set = true, .count = extractor };
	f->options[BUCKETS] = (struct option_value){ .set = true, .count = buckets };
	f->project[PROJECT_SEED] = (struct option_value){ .set = true, .count = (int64_t)seed };
	return construct_network(
		construct_find("sqrt"), "test", &request, &f->module, &f->report);
}

static inline void end(struct fixture *f)
{
	ir_module_fini(&f->module);
	diag_fini(&f->sink);
	free(f->cells);
	free(f->labels);
	free(f->rows);
}

#endif
