#include "driver/precision_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/precision_plot.h"
#include "driver/precision_stages.h"
#include "support/mem.h"

/* Points that are printed one by one, and those that are diagnostics. */
enum { SHOWN = 10, SHOWN_ERRORS = 3 };

#define U(x) ((unsigned long long)(x))

static const char *class_text(struct target *target, int32_t class)
{
	return class < 0 ? "unknown" : arena_printf(&target->session->arena, "class %d", class);
}

static const char *count_text(struct target *target, uint64_t count, uint64_t all)
{
	struct arena *arena = &target->session->arena;

	if (count == all)
		return arena_printf(arena, "all %llu", U(all));
	return arena_printf(arena, "%llu of %llu", U(count), U(all));
}

static const char *engine_text(const struct precision *precision)
{
	char text[IR_FORMAT_TEXT];

	return arena_string(&precision->target->session->arena, text,
		strlen(ir_format_text(&precision->format, text)));
}

/* --- layers ------------------------------------------------------------------------------ */

/* "12 select", or with a value "12 select %31" */
static const char *place_text(
	const struct precision *precision, uint32_t layer, const struct ir_departure *at)
{
	const struct ir_module *module = precision->module;
	struct arena *arena = &precision->target->session->arena;
	const char *text =
		arena_printf(arena, "%u %s", layer + 1, precision_stage_of(module, layer));

	if (!at || layer == module->layer_count)
		return text;
	return arena_printf(arena, "%s %%%u", text, at->value.i - module->input_count);
}

static const char *departure_text(
	const struct precision *precision, const struct ir_departure *at)
{
	return at->found ? place_text(precision, at->layer, at) : "never";
}

/* "2^-3 of 2^57": powers of two that are not greater. */
static const char *error_text(const struct precision *precision, const struct ir_departure *at)
{
	struct arena *arena = &precision->target->session->arena;

	if (!at->finite)
		return "infinite";
	if (at->size == IR_DEPARTURE_ZERO)
		return arena_printf(arena, "2^%lld of 0", (long long)at->error - 1);
	return arena_printf(
		arena, "2^%lld of 2^%lld", (long long)at->error - 1, (long long)at->size - 1);
}

/* --- the report -------------------------------------------------------------------------- */

static void print_survivors(const struct precision *precision)
{
	uint64_t tried = precision->tried.count, failing = precision->failure_count;

	printf("%-16s %20s %9s %9s %9s\n%-16s %20s %9llu %9llu %9llu\n", "engine",
		"stored points", "survive", "wrong", "unknown", engine_text(precision),
		count_text(precision->target, tried, precision->tried.dataset->count),
		U(tried - failing), U(failing - precision->unknown), U(precision->unknown));
}

static void print_stages(const struct precision *precision)
{
	uint32_t stages = precision->module->stage_count + 1;
	struct precision_stage *rows = precision_stages(precision);

	printf("\n%s that fail, by stage\n%-12s %8s %14s %14s %14s\n",
		count_text(precision->target, precision->traced, precision->failure_count),
		"stage", "layers", "not exact", "off by 1/2", "decisive");
	for (uint32_t i = 0; i < stages; i++)
		printf("%-12s %8u %14llu %14llu %14llu\n", rows[i].name, rows[i].layers,
			U(rows[i].departures[DEPARTS_AT_ALL]),
			U(rows[i].departures[DEPARTS_BY_HALF]), U(rows[i].decisive));
	free(rows);
}

static void print_failure(const struct precision *precision, const struct failure *failure)
{
	const struct dataset *dataset = precision->tried.dataset;
	const struct ir_departure *first = &failure->departures[DEPARTS_AT_ALL];

	printf("%8llu %8u %-8s  %-22s %-16s %-22s %s\n", U(dataset->rows[failure->point]),
		dataset->labels[failure->point],
		failure->answer < 0 ? "unknown"
				    : arena_printf(&precision->target->session->arena, "%d",
					      failure->answer),
		departure_text(precision, first), error_text(precision, first),
		departure_text(precision, &failure->departures[DEPARTS_BY_HALF]),
		place_text(precision, failure->decisive, NULL));
}

static void print_failures(const struct precision *precision)
{
	uint64_t shown = 0;

	printf("\n%8s %8s %-8s  %-22s %-16s %-22s %s\n", "row", "class", "answer",
		"layer: not exact", "off by", "layer: off by 1/2", "layer: decisive");
	for (uint64_t i = 0; i < precision->failure_count && shown < SHOWN; i++) {
		if (!precision->failures[i].traced)
			continue;
		print_failure(precision, &precision->failures[i]);
		shown++;
	}
	if (shown < precision->traced)
		printf("     and %llu more\n", U(precision->traced - shown));
}

static void print_least(struct target *target, const struct least_bits *least)
{
	const struct dataset *dataset = &target->dataset;

	fputs("\nleast significand: ", stdout);
	if (!least->bits) {
		printf("no bits:P up to P = %d; row %llu, stored as class %u, fails in all "
		       "that were tried\n",
			IR_FORMAT_BITS, U(dataset->rows[least->point]),
			dataset->labels[least->point]);
		return;
	}
	printf("%s stored points survive in bits:%u",
		count_text(target, least->tried.count, dataset->count), least->bits);
	if (least->bits > 1)
		printf("; in bits:%u row %llu, stored as class %u, is %s", least->bits - 1,
			U(dataset->rows[least->point]), dataset->labels[least->point],
			class_text(target, least->answer));
	putchar('\n');
}

/* What to compare it with: the bits of the weights, and those that the theorem has. */
static void print_bits(const struct target *target)
{
	const struct construct_report *report = &target->report;

	printf("longest weight: %llu bits, %llu in fixed point\n",
		U(target->literal.greatest_significand), U(target->literal.greatest_fixed));
	for (size_t i = 0; i < report->construct->promise_count; i++) {
		const struct promise *promise = &report->promises[i];
		if (precision_is_promised(promise))
			printf("promised: %s %s %llu\n",
				construct_measure_name(promise->row->measure),
				promise->row->exact ? "=" : "<=", U(promise->promised));
	}
}

static void print_report(const struct precision *precision)
{
	struct least_bits least;

	session_clear_line(precision->target->session);
	print_survivors(precision);
	if (precision->failure_count) {
		print_stages(precision);
		print_failures(precision);
	}
	fflush(stdout);
	least = precision_least(precision->target, precision_sample(precision->target));
	session_clear_line(precision->target->session);
	print_least(precision->target, &least);
	print_bits(precision->target);
}

/* --- the commands ------------------------------------------------------------------------ */

void precision_verify(struct target *target)
{
	struct diag_sink *sink = &target->session->sink;
	struct precision precision;

	if (!precision_has_points(target))
		return;
	precision_init(&precision, target);
	print_report(&precision);
	for (uint64_t i = 0; i < precision.failure_count && i < SHOWN_ERRORS; i++) {
		const struct failure *failure = &precision.failures[i];
		diag_error(sink, SPAN_NONE, "row %llu is stored as class %u; %s says %s",
			U(target->dataset.rows[failure->point]),
			target->dataset.labels[failure->point], engine_text(&precision),
			class_text(target, failure->answer));
	}
	printf("verified: %llu points, 0 probes, %llu differences\n", U(precision.tried.count),
		U(precision.failure_count));
	precision_fini(&precision);
}

/* "layer,stage,value" of a departure; empty if there is none. */
static void print_csv_departure(const struct ir_module *module, const struct ir_departure *at)
{
	if (!at->found)
		fputs(",,,", stdout);
	else if (at->layer == module->layer_count)
		printf(",%u,output,", at->layer + 1);
	else
		printf(",%u,%s,%u", at->layer + 1, precision_stage_of(module, at->layer),
			at->value.i - module->input_count);
}

static void print_csv(const struct precision *precision)
{
	const struct ir_module *module = precision->module;
	const struct dataset *dataset = precision->tried.dataset;

	puts("row,class,answer,layer,stage,value,half_layer,half_stage,half_value,"
	     "decisive_layer,decisive_stage");
	for (uint64_t i = 0; i < precision->failure_count; i++) {
		const struct failure *failure = &precision->failures[i];
		if (!failure->traced)
			continue;
		printf("%llu,%u,%d", U(dataset->rows[failure->point]),
			dataset->labels[failure->point], failure->answer);
		for (int k = 0; k < DEPARTURES; k++)
			print_csv_departure(module, &failure->departures[k]);
		printf(",%u,%s\n", failure->decisive + 1,
			precision_stage_of(module, failure->decisive));
	}
}

void precision_inspect(struct target *target)
{
	struct precision precision;

	precision_init(&precision, target);
	if (target->options->csv)
		print_csv(&precision);
	else
		print_report(&precision);
	precision_fini(&precision);
	if (target->options->svg)
		precision_plot(target);
}
