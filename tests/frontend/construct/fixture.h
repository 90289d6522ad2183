/*
 * Small random data sets of two features, and networks of them, for tests.
 */
#ifndef TESTS_FRONTEND_CONSTRUCT_FIXTURE_H
#define TESTS_FRONTEND_CONSTRUCT_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "frontend/construct/construct.h"
#include "frontend/spec.h"
#include "support/mem.h"
#include "support/rng.h"

enum { BOX = 40 };                   /* every feature is in 0..BOX-1 */
enum { EXTRACTOR, BUCKET, BUCKETS }; /* options of sqrt */
enum { OPTIONS = 16 };

struct fixture {
	struct dataset dataset;
	struct ir_feature features[2];
	const char *names[10];
	uint8_t *cells;
	uint32_t *labels;
	uint64_t *rows;
	struct option_value options[OPTIONS];
	struct option_value project[PROJECT_OPTIONS];
	struct diag_sink sink;
	struct construct_request request;
	struct ir_module module;
	bool built;
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

/* A set of random points, and a request with the fallbacks of all options. */
static inline void prepare(struct fixture *f, const char *construct, uint64_t seed,
	uint64_t count, uint32_t classes)
{
	struct spec_scope scope = { count, 2, classes };
	struct spec_text none = { "", 0 };
	struct spec spec;

	*f = (struct fixture){ 0 };
	diag_init(&f->sink);
	fill(f, seed, count, classes);
	for (int i = 0; i < 10; i++)
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
	f->request = (struct construct_request){ .construct = construct_find(construct),
		.dataset = &f->dataset,
		.options = f->options,
		.project = f->project,
		.sink = &f->sink };
	spec_load_text(&spec, "test", &none, NULL, 0, &f->sink);
	spec_options(&spec, NULL, f->request.construct->options,
		f->request.construct->option_count, &scope, f->options, &f->sink);
	spec_fini(&spec);
	f->project[PROJECT_SEED] = (struct option_value){ .set = true, .count = (int64_t)seed };
}

static inline void set_count(struct fixture *f, const char *option, int64_t count)
{
	const struct construct *construct = f->request.construct;

	for (size_t i = 0; i < construct->option_count; i++)
		if (!strcmp(construct->options[i].name, option))
			f->options[i] = (struct option_value){ .set = true, .count = count };
}

static inline bool construct(struct fixture *f)
{
	f->built = construct_network(
		f->request.construct, "test", &f->request, &f->module, &f->report);
	return f->built;
}

/* The value of a parameter of the report; UINT64_MAX if there is none of that name. */
static inline uint64_t parameter(const struct fixture *f, const char *name)
{
	const struct construct *construct = f->request.construct;

	for (size_t i = 0; i < construct->parameter_count; i++)
		if (!strcmp(construct->parameters[i].name, name))
			return f->report.values[i];
	return UINT64_MAX;
}

/* A sqrt network. */
static inline bool build(struct fixture *f, uint64_t seed, uint64_t count, uint32_t classes,
	int64_t extractor, int64_t buckets)
{
	prepare(f, "sqrt", seed, count, classes);
	set_count(f, "extractor", extractor);
	set_count(f, "buckets", buckets);
	return construct(f);
}

static inline void end(struct fixture *f)
{
	if (f->built)
		ir_module_fini(&f->module);
	diag_fini(&f->sink);
	free(f->cells);
	free(f->labels);
	free(f->rows);
}

#endif
