/*
 * memc inspect: the measures of a network, per stage and in total, beside its promises.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/c/c.h"
#include "driver/bounds.h"
#include "driver/optimize.h"
#include "driver/target.h"
#include "ir/level.h"
#include "ir/measure.h"

#define U(x) ((unsigned long long)(x))

struct column {
	const char *title, *csv;
	size_t place; /* in struct ir_measures */
};

#define COLUMN(title, field) \
	{ \
		title, #field, offsetof(struct ir_measures, field) \
	}

static const struct column columns[] = {
	COLUMN("depth", depth),
	COLUMN("width", width),
	COLUMN("neurons", neurons),
	COLUMN("parameters", parameters),
	COLUMN("dense", dense_parameters),
	COLUMN("bits", greatest_significand),
	COLUMN("fixed", greatest_fixed),
	COLUMN("total bits", total_significand),
	COLUMN("total fixed", total_fixed),
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static uint64_t measure_of(const struct ir_measures *measures, size_t column)
{
	uint64_t value;

	memcpy(&value, (const char *)measures + columns[column].place, sizeof value);
	return value;
}

static void print_row(const char *stage, const struct ir_measures *measures, bool csv)
{
	printf(csv ? "%s" : "%-10s", stage);
	for (size_t i = 0; i < COLUMNS; i++)
		printf(csv ? ",%llu" : " %12llu", U(measure_of(measures, i)));
	putchar('\n');
}

static void print_titles(bool csv)
{
	printf(csv ? "stage" : "%-10s", "stage");
	for (size_t i = 0; i < COLUMNS; i++)
		printf(csv ? ",%s" : " %12s", csv ? columns[i].csv : columns[i].title);
	putchar('\n');
}

static void add_measures(struct ir_measures *sum, const struct ir_measures *more)
{
	sum->depth += more->depth;
	sum->neurons += more->neurons;
	sum->parameters += more->parameters;
	sum->dense_parameters += more->dense_parameters;
	sum->total_significand += more->total_significand;
	sum->total_fixed += more->total_fixed;
	if (more->width > sum->width)
		sum->width = more->width;
	if (more->greatest_significand > sum->greatest_significand)
		sum->greatest_significand = more->greatest_significand;
	if (more->greatest_fixed > sum->greatest_fixed)
		sum->greatest_fixed = more->greatest_fixed;
}

/* A stage may come in several runs of layers (extract, match, extract, ...). */
static void print_stages(const struct ir_module *module, bool csv)
{
	struct ir_measures all = ir_measure(module), output;

	print_titles(csv);
	for (uint32_t stage = 0; stage < module->stage_count; stage++) {
		struct ir_measures sum = { 0 };
		for (uint32_t i = 0; i < module->layer_count; i++) {
			struct ir_measures layer;
			if (module->layers[i].stage != stage)
				continue;
			layer = ir_measure_layers(module, i, 1);
			add_measures(&sum, &layer);
		}
		print_row(module->stages[stage], &sum, csv);
	}
	output = ir_measure_layers(module, module->layer_count, 1);
	print_row("output", &output, csv);
	print_row("total", &all, csv);
}

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

/* log2(N! / (n_1! ... n_C!)): the bits that the labels need. */
static double label_bits(const struct dataset *dataset, struct arena *arena)
{
	uint64_t *counts = arena_alloc(arena, dataset->classes, sizeof *counts);
	double bits = lgamma((double)dataset->count + 1);

	for (uint64_t i = 0; i < dataset->count; i++)
		counts[dataset->labels[i]]++;
	for (uint32_t c = 0; c < dataset->classes; c++)
		bits -= lgamma((double)counts[c] + 1);
	return bits / log(2);
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
	const struct target *target, const struct ir_module *module, bool members)
{
	const struct plan_options how = { .assume_members = members };
	struct diag_sink unheard;
	struct plan_sizes sizes;
	struct plan *plan;

	diag_init(&unheard);
	plan = plan_new(module, &how, SPAN_NONE, &unheard);
	printf("     C%s: ", members ? ", --assume-members" : "");
	if (!plan) {
		puts("its values are too wide");
	} else {
		sizes = plan_sizes(plan);
		printf("%s of tables, at most %llu bytes of stack\n",
			bytes_text(target, sizes.table_bytes), U(sizes.stack_bytes));
		if (sizes.rows)
			print_tables(&sizes);
	}
	plan_free(plan);
	diag_fini(&unheard);
}

static void print_level(struct target *target, int level)
{
	const struct ir_module *module = target_module(target, level);

	printf("-O%d  %s\n", level, optimize_counts(target->session, module));
	print_sizes(target, module, false);
	if (level == 2)
		print_sizes(target, module, true);
}

static void print_labels(const struct target *target, uint64_t total_bits)
{
	double labels = label_bits(&target->dataset, &target->session->arena);

	printf("labels need %.0f bits, %.2f a stored point; the weights hold %llu (%.2f %%)\n",
		labels, labels / (double)target->dataset.count, U(total_bits),
		100 * labels / (double)total_bits);
}

static void print_all(struct target *target)
{
	const struct ir_module *module = &target->module;
	bool is_network = module->level == IR_LEVEL_NETWORK;

	printf("network %s: %u inputs, ", module->name, module->input_count);
	print_classes(module->class_count, module->levels);
	if (target->has_dataset)
		print_dataset(&target->dataset);
	putchar('\n');
	if (is_network)
		print_stages(module, false);
	else
		printf("fused: %s\n", optimize_counts(target->session, module));
	if (target->has_dataset)
		print_report(target);
	putchar('\n');
	if (is_network)
		print_level(target, 0);
	print_level(target, 2);
	if (!target->has_dataset)
		return;
	print_labels(target, target->literal.total_significand);
	bounds_print_counting(target);
	bounds_print_samples(target);
}

int inspect_command(struct session *session, const struct options *options)
{
	struct target target;
	bool good = target_open_and_build(&target, session, options);

	session_clear_line(session);
	if (good && options->csv && target.module.level == IR_LEVEL_FUSED)
		diag_world(&session->sink, SPAN_NONE,
			"'%s' is fused: it has no stages to list as CSV; leave out --csv",
			options->file);
	else if (good && options->csv)
		print_stages(&target.module, true);
	else if (good)
		print_all(&target);
	target_fini(&target);
	return 0;
}
