#include <stdlib.h>
#include <string.h>

#include "driver/inspection.h"
#include "driver/sweep.h"

#define U(x) ((unsigned long long)(x))

/* Behind the columns of memc inspect. sweep_work.c knows the memory of a process that ended. */
static const char more[] = "points,features,classes,operations,tables,rows,table_bytes,"
			   "build_seconds,optimize_seconds,peak_bytes,why";

/* As CSV has it: a text with a comma, a quote or a line end stands in quotes. */
static const char *quoted(struct arena *arena, const char *text)
{
	const char *result = "\"";

	if (!text[strcspn(text, ",\"\r\n")])
		return text;
	for (; *text; text++)
		result = arena_printf(arena, *text == '"' ? "%s\"%c" : "%s%c", result, *text);
	return arena_printf(arena, "%s\"", result);
}

const char *sweep_header(const struct sweep *sweep)
{
	struct arena *arena = &sweep->session->arena;
	const char *text = "";

	for (size_t i = 0; i < sweep->axis_count; i++)
		text = arena_printf(arena, "%s%s,", text, sweep->axes[i].name);
	text = arena_printf(arena, "%snetwork,spec,result", text);
	for (size_t i = 0; i < inspect_column_count; i++)
		text = arena_printf(arena, "%s,%s", text, inspect_columns[i].name);
	return arena_printf(arena, "%s,%s", text, more);
}

void sweep_put_csv(const struct sweep *sweep, struct output *out)
{
	output_printf(out, "%s\n", sweep->header);
	for (size_t i = 0; i < sweep->run_count; i++)
		output_printf(out, "%s\n", sweep->runs[i].row);
}

const char *sweep_key(const struct sweep *sweep, const struct sweep_run *run)
{
	struct arena *arena = &sweep->session->arena;
	const char *text = "";

	for (size_t i = 0; i < sweep->axis_count; i++)
		text = arena_printf(arena, "%s%s,", text, quoted(arena, run->values[i]));
	return arena_printf(arena, "%s%s,%.16s,", text, run->network, sweep->spec_sha256);
}

/* Where the field after this one begins; NULL behind the last. */
static const char *next_field(const char *at)
{
	bool inside = false;

	for (; *at; at++) {
		if (*at == '"')
			inside = !inside;
		else if (*at == ',' && !inside)
			return at + 1;
	}
	return NULL;
}

const char *sweep_field(const struct sweep *sweep, const char *row, const char *column)
{
	const char *header = sweep->header;
	size_t length = strlen(column), size;
	const char *end;

	for (size_t i = 0; i < sweep->axis_count && row; i++) {
		header = next_field(header); /* a param may have the name of a column */
		row = next_field(row);
	}
	while (header && row) {
		if (!strncmp(header, column, length) &&
			(header[length] == ',' || !header[length])) {
			end = next_field(row);
			size = end ? (size_t)(end - 1 - row) : strlen(row);
			return arena_string(&sweep->session->arena, row, size);
		}
		header = next_field(header);
		row = next_field(row);
	}
	return NULL;
}

/* --- in the process of a run ------------------------------------------------------------- */

static uint64_t table_bytes(const struct ir_module *module)
{
	struct plan_sizes sizes;

	return plan_sizes_of(module, &(struct plan_options){ 0 }, &sizes) ? sizes.table_bytes
									  : 0;
}

static void print_done(struct target *target, double started, FILE *out)
{
	const struct dataset *dataset = &target->dataset;
	double built = session_now(), optimized;
	const struct ir_module *fused = target_module(target, 2);
	struct ir_op_count count = ir_count_ops(fused);
	struct inspection inspection;

	optimized = session_now();
	inspection_init(&inspection, target);
	fputs("done", out);
	for (size_t i = 0; i < inspect_column_count; i++)
		fprintf(out, ",%.*f", inspect_columns[i].digits ? 6 : 0,
			inspect_columns[i].value(&inspection.total));
	fprintf(out, ",%llu,%u,%u,%llu,%llu,%llu,%llu,%.3f,%.3f", U(dataset->count),
		dataset->inputs, dataset->classes, U(count.total), U(count.tables),
		U(count.rows), U(table_bytes(fused)), built - started, optimized - built);
	inspection_fini(&inspection);
}

/* The first error, without where it is and what follows. */
static void print_failed(struct session *session, FILE *out)
{
	char *text = NULL, *at;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return;
	diag_print(&session->sink, memory);
	fclose(memory);
	at = strstr(text, "error: ");
	at = at ? at + strlen("error: ") : text;
	at[strcspn(at, "\n")] = 0;
	fputs("failed", out);
	for (size_t i = 0; i < inspect_column_count + 9; i++)
		putc(',', out);
	fprintf(out, "\n%s", quoted(&session->arena, at));
	free(text);
}

void sweep_measure(const struct sweep *sweep, const struct sweep_run *run, FILE *out)
{
	struct options options = *sweep->options;
	struct session *session = sweep->session;
	double started = session_now();
	struct spec_define *defines =
		arena_alloc(&session->arena, sweep->axis_count + 1, sizeof *defines);
	struct target target;

	for (size_t i = 0; i < sweep->axis_count; i++)
		defines[i] = (struct spec_define){ sweep->axes[i].name, run->values[i] };
	options.defines = defines;
	options.define_count = sweep->axis_count;
	if (target_open_spec(&target, session, &options) &&
		target_build(&target, run->network_index))
		print_done(&target, started, out);
	else
		print_failed(session, out);
}
