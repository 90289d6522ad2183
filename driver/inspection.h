/*
 * What memc inspect has found out of a network, before it is printed in one form or another.
 */
#ifndef DRIVER_INSPECTION_H
#define DRIVER_INSPECTION_H

#include "backends/plan/plan.h"
#include "driver/target.h"
#include "ir/activity.h"

/* A stage, a layer, the output or all. */
struct inspect_row {
	const char *stage;
	struct ir_measures weights;
	struct ir_activity bits;
};

struct inspection {
	struct target *target;
	const struct ir_module *module; /* the literal network, or what a .mir file holds */
	struct inspect_row *stages;     /* the last is the output; none of a fused module */
	uint32_t stage_count;
	struct inspect_row *layers; /* the last is the output */
	uint32_t layer_count;
	struct inspect_row total;
	uint64_t observed; /* stored points that were shown to the network, spread evenly */
	struct ir_ranges ranges; /* of a literal network */
};

/* Of a target that is built; borrows it. */
void inspection_init(struct inspection *inspection, struct target *target);
void inspection_fini(struct inspection *inspection);

/* A measure of a row, in every form: a column of text and CSV, a member in JSON. */
struct inspect_column {
	const char *name,
		*title; /* in CSV and JSON; for people, NULL if they see it elsewhere */
	double (*value)(const struct inspect_row *row);
	int digits;   /* behind the point, for people */
	bool weights; /* in the second table for people, that of bits */
};

extern const struct inspect_column inspect_columns[];
extern const size_t inspect_column_count;

/*
 * Whether -O2 and the sizes of code are left out, since they take longer than to build so large
 * a network, and it is not to be shown in --full.
 */
bool inspection_is_short(const struct inspection *inspection);

/* The module at a level, as target_module() has it; NULL if it is left out. */
const struct ir_module *inspection_module(const struct inspection *inspection, int level);

/* Of the C of a module; false if its values are too wide, or they are left out. */
bool inspection_sizes(struct inspection *inspection, const struct ir_module *module,
	bool assume_members, struct plan_sizes *sizes);

/* log2(N! / (n_1! ... n_C!)): the bits that the labels need. */
double inspection_label_bits(const struct inspection *inspection);

/*
 * Writes it whole as JSON, as docs/inspect.md has it; compact, the layers are rows of numbers
 * below the names of their columns (inspect_json.c).
 */
void inspection_json(struct inspection *inspection, struct output *out, bool compact);

/*
 * Writes the page of docs/report.md to the file of --html (inspect_html.c). Failures are
 * diagnostics.
 */
void inspection_html(struct inspection *inspection);

/* Draws the picture of --svg. False if it could not; failures are diagnostics. */
bool inspection_plot(const struct inspection *inspection);

#endif
