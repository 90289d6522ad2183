#include "driver/optimize.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/measure.h"
#include "ir/text.h"
#include "support/mem.h"

#define U(x) ((unsigned long long)(x))

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

struct run {
	struct session *session;
	const struct options *options;
	struct pass_list *ran;
};

/* Whether --print-after asks for the pass: its names are separated by commas. */
static bool wants(void *context, const struct pass *pass)
{
	const struct run *run = context;
	const char *names = run->options->print_after;

	while (names) {
		size_t length = strcspn(names, ",");
		if ((length == 3 && !strncmp(names, "all", 3)) ||
			(length == strlen(pass->name) && !strncmp(names, pass->name, length)))
			return true;
		names = names[length] ? names + length + 1 : NULL;
	}
	return false;
}

static void print_after(void *context, const struct pass *pass, const struct ir_module *module,
	const struct ir_ranges *ranges)
{
	struct run *run = context;
	struct output text;
	size_t size;
	char *bytes;

	output_open_memory(&text);
	output_printf(
		&text, "; after %s: %s\n", pass->name, optimize_counts(run->session, module));
	ir_print_facts(module, ranges, &text);
	bytes = output_take(&text, &size);
	session_clear_line(run->session);
	run->session->printed_after = true;
	fwrite(bytes, 1, size, stderr);
	free(bytes);
}

static void record_pass(void *context, const struct pass_record *record)
{
	struct run *run = context;

	session_part(run->session, record->name, record->seconds,
		arena_printf(&run->session->arena, "%llu -> %llu operations", U(record->before),
			U(record->after)));
	if (!run->ran)
		return;
	run->ran->records = mem_grow(run->ran->records, &run->ran->room, run->ran->count + 1,
		sizeof *run->ran->records);
	run->ran->records[run->ran->count++] = *record;
}

const char *optimize_counts(struct session *session, const struct ir_module *module)
{
	struct ir_op_count count = ir_count_ops(module);
	struct arena *arena = &session->arena;
	const char *text =
		arena_printf(arena, "%llu operation%s", U(count.total), plural(count.total));
	const char *between = ": ";

	for (int op = IR_INPUT + 1; op < IR_OP_COUNT; op++) {
		if (!count.of[op])
			continue;
		text = arena_printf(
			arena, "%s%s%llu %s", text, between, U(count.of[op]), ir_ops[op].name);
		between = ", ";
	}
	if (count.tables)
		text = arena_printf(arena, "%s; %llu table%s of %llu row%s", text,
			U(count.tables), plural(count.tables), U(count.rows),
			plural(count.rows));
	return text;
}

void optimize(struct session *session, const struct options *options, struct ir_module *module,
	const struct pass *const *list, const char *phase, struct pass_list *ran)
{
	struct run run = { session, options, ran };
	struct pass_observer observer = {
		.after = options->print_after ? print_after : NULL,
		.wants = options->print_after ? wants : NULL,
		.done = record_pass,
		.context = &run,
	};
	const char *line;

	progress_report(&session->progress, "optimizing", 0, 0);
	passes_run(module, list, &observer);
	session_phase(session, phase);
	line = arena_printf(
		&session->arena, "%s leaves %s", phase, optimize_counts(session, module));
	session_summary(session, line);
	if (options->verbose) {
		session_clear_line(session);
		fprintf(stderr, "memc: %s: %s\n", module->name, line);
	}
}
