/*
 * memc inspect: the measures of a network, per stage and in total, beside its promises.
 */
#include <stdio.h>
#include <string.h>

#include "backends/c/c.h"
#include "driver/bounds.h"
#include "driver/optimize.h"
#include "driver/payload.h"
#include "driver/plot.h"
#include "driver/precision.h"
#include "driver/precision_plot.h"
#include "driver/precision_report.h"
#include "driver/target.h"
#include "ir/level.h"

#define U(x) ((unsigned long long)(x))

/* --- tables ------------------------------------------------------------------------------ */

/* As CSV, all columns; for people, those of one of the two tables. */
static void print_titles(bool csv, bool weights)
{
	printf(csv ? "stage" : "%-10s", "stage");
	for (size_t i = 0; i < inspect_column_count; i++) {
		const struct inspect_column *column = &inspect_columns[i];
		if (csv)
			printf(",%s", column->name);
		else if (column->weights == weights)
			printf(" %12s", column->title);
	}
	putchar('\n');
}

static void print_row(const struct inspect_row *row, bool csv, bool weights)
{
	printf(csv ? "%s" : "%-10s", row->stage);
	for (size_t i = 0; i < inspect_column_count; i++) {
		const struct inspect_column *column = &inspect_columns[i];
		if (csv)
			printf(",%.*f", column->digits ? 6 : 0, column->value(row));
		else if (column->weights == weights)
			printf(" %12.*f", column->digits, column->value(row));
	}
	putchar('\n');
}

static void print_rows(const struct inspection *inspection, bool csv, bool weights)
{
	bool layers = inspection->target->options->layers;
	uint32_t count = layers ? inspection->layer_count : inspection->stage_count;

	print_titles(csv, weights);
	for (uint32_t i = 0; i < count; i++)
		print_row(
			layers ? &inspection->layers[i] : &inspection->stages[i], csv, weights);
	print_row(&inspection->total, csv, weights);
}

static void print_network(const struct inspection *inspection)
{
	print_rows(inspection, false, false);
	putchar('\n');
	print_rows(inspection, false, true);
	printf("bits of weights as significands and in fixed point; values of layers as ranges "
	       "prove them");
	if (inspection->observed)
		printf(", and of %s%llu stored points",
			inspection->observed < inspection->target->dataset.count ? "" : "all ",
			U(inspection->observed));
	putchar('\n');
}

/* --- the rest ---------------------------------------------------------------------------- */

/* "3 classes", or of a network of real values "9 levels -1..1 in steps of 0.25" */
static void print_classes(uint32_t count, const struct ir_feature *levels)
{
	char lo[IR_LEVEL_TEXT], hi[IR_LEVEL_TEXT];

	if (levels)
		printf("%u levels %s..%s in steps of 2^%d\n", count,
			ir_level_text(levels, 0, lo),
			ir_level_text(levels, (int32_t)count - 1, hi),
			ir_levels_exponent(levels));
	else
		printf("%u classes\n", count);
}

static void print_dataset(const struct dataset *dataset)
{
	printf("data: %llu points (%llu rows read, %llu kept, %llu duplicates merged), "
	       "%u inputs of %s, ",
		U(dataset->count), U(dataset->rows_read), U(dataset->rows_kept),
		U(dataset->merged), dataset->inputs, ir_element_name(dataset->element));
	print_classes(dataset->classes, dataset->levels);
}

static void print_report(const struct target *target)
{
	const struct construct_report *report = &target->report;
	const struct construct *construct = report->construct;

	printf("\nconstruct %s: %s\n", construct->name, construct->source);
	for (size_t i = 0; i < construct->parameter_count; i++)
		printf("  %-4s = %-10llu %s\n", construct->parameters[i].name,
			U(report->values[i]), construct->parameters[i].what);
	printf("\n%-40s %12s %12s  %s\n", "promise", "promised", "built", "formula");
	for (size_t i = 0; i < construct->promise_count; i++) {
		const struct promise *promise = &report->promises[i];
		printf("%-40s %2s %9llu %12llu  %s\n",
			construct_measure_name(promise->row->measure),
			promise->row->exact ? "=" : "<=", U(promise->promised),
			U(promise->built), promise->row->formula);
	}
}

/* "301568 bytes (5.03 bytes or 40.2 bits a stored point)" */
static const char *bytes_text(const struct target *target, uint64_t bytes)
{
	double points = target->has_dataset ? (double)target->dataset.count : 0;
	struct arena *arena = &target->session->arena;

	if (points == 0)
		return arena_printf(arena, "%llu bytes", U(bytes));
	return arena_printf(arena, "%llu bytes (%.2f bytes or %.1f bits a stored point)",
		U(bytes), (double)bytes / points, 8 * (double)bytes / points);
}

/* The tables of a fused classifier, by what they hold. */
static void print_tables(const struct plan_sizes *sizes)
{
	const struct {
		const char *name;
		uint64_t bytes;
	} parts[] = {
		{ "weights", sizes->weight_bytes },
		{ "index", sizes->index_bytes },
		{ "positions", sizes->position_bytes },
		{ "labels", sizes->label_bytes },
		{ "code", sizes->code_bytes },
	};
	const char *between = ": ";

	printf("       %llu rows", U(sizes->rows));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].bytes)
			continue;
		printf("%s%s %llu", between, parts[i].name, U(parts[i].bytes));
		between = ", ";
	}
	putchar('\n');
}

/* The size of a module's C; a network that is too wide for C is no fault here. */
static void print_sizes(
	struct inspection *inspection, const struct ir_module *module, bool members)
{
	struct plan_sizes sizes;

	printf("     C%s: ", members ? ", --assume-members" : "");
	if (!inspection_sizes(inspection, module, members, &sizes)) {
		puts("its values are too wide");
		return;
	}
	printf("%s of tables, at most %llu bytes of stack\n",
		bytes_text(inspection->target, sizes.table_bytes), U(sizes.stack_bytes));
	if (sizes.rows)
		print_tables(&sizes);
}

static void print_level(struct inspection *inspection, int level)
{
	const struct ir_module *module = inspection_module(inspection, level);

	if (!module) {
		puts("     -O2 and the sizes of C take longer than all of this; --full has "
		     "them");
		return;
	}
	printf("-O%d  %s\n", level, optimize_counts(inspection->target->session, module));
	if (inspection_is_short(inspection))
		return;
	print_sizes(inspection, module, false);
	if (level == 2)
		print_sizes(inspection, module, true);
}

static void print_theory(struct inspection *inspection)
{
	struct target *target = inspection->target;
	struct payload payload[PAYLOAD];
	struct bound bounds[BOUNDS];

	payload_print(payload, payload_of(inspection, payload));
	bounds_print(bounds, bounds_of(inspection, inspection_module(inspection, 2), bounds));
	bounds_print_samples(target);
}

static void print_all(struct inspection *inspection)
{
	struct target *target = inspection->target;
	const struct ir_module *module = inspection->module;
	bool is_network = module->level == IR_LEVEL_NETWORK;

	printf("network %s: %u inputs, ", module->name, module->input_count);
	print_classes(module->class_count, module->levels);
	if (target->has_dataset)
		print_dataset(&target->dataset);
	putchar('\n');
	if (is_network)
		print_network(inspection);
	else
		printf("fused: %s\n", optimize_counts(target->session, module));
	if (target->has_dataset)
		print_report(target);
	putchar('\n');
	if (is_network)
		print_level(inspection, 0);
	print_level(inspection, 2);
	if (target->has_dataset)
		print_theory(inspection);
}

static void print_json(struct inspection *inspection)
{
	struct diag_sink *sink = &inspection->target->session->sink;
	struct output out;

	if (!output_open(&out, "-", 0666, NULL, sink))
		return;
	inspection_json(inspection, &out, false);
	output_commit(&out, sink);
}

static void inspect(struct target *target)
{
	struct inspection inspection;

	inspection_init(&inspection, target);
	session_clear_line(target->session);
	if (target->options->html)
		inspection_html(&inspection);
	else if (target->options->json)
		print_json(&inspection);
	else if (target->options->csv)
		print_rows(&inspection, true, false);
	else
		print_all(&inspection);
	if (target->options->svg && target->options->engine.arithmetic)
		precision_plot(target);
	else if (target->options->svg)
		inspection_plot(&inspection);
	inspection_fini(&inspection);
}

/* One form of the report at a time, and a picture beside it. */
static bool outputs_differ(const struct options *options, struct diag_sink *sink)
{
	if (options->csv + options->json + (options->html != NULL) > 1)
		diag_world(sink, SPAN_NONE,
			"--csv, --json and --html are three ways to report; choose one");
	else if (options->html && options->svg && !strcmp(options->html, options->svg))
		diag_world(sink, SPAN_NONE,
			"page and picture cannot both be written to '%s'; give --svg another "
			"file",
			options->svg);
	else
		return true;
	return false;
}

int inspect_command(struct session *session, const struct options *options)
{
	bool engine = options->engine.arithmetic, good;
	struct target target;

	if (!outputs_differ(options, &session->sink))
		return 0;
	good = target_open_and_build(&target, session, options) &&
		(!engine || precision_has_points(&target)) &&
		(!options->svg || target.module.level == IR_LEVEL_FUSED ||
			plot_may_write(&target, options->svg));
	if (good && engine && !options->json && !options->html)
		precision_inspect(&target);
	else if (good && (options->csv || options->svg) &&
		target.module.level == IR_LEVEL_FUSED)
		diag_world(&session->sink, SPAN_NONE,
			"'%s' is fused: it has no stages to %s; leave out %s", options->file,
			options->csv ? "list as CSV" : "draw",
			options->csv ? "--csv" : "--svg");
	else if (good)
		inspect(&target);
	target_fini(&target);
	return 0;
}
