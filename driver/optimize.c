#include "driver/optimize.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/text.h"

struct run {
	struct session *session;
	const struct options *options;
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
	output_printf(&text, "; after %s: %s\n", pass->name,
		optimize_counts(run->session, module));
	ir_print_facts(module, ranges, &text);
	bytes = output_take(&text, &size);
	session_clear_line(run->session);
	fwrite(bytes, 1, size, stderr);
	free(bytes);
}

static void record_pass(void *context, const struct pass_record *record)
{
	struct run *run = context;

	session_part(run->session, record->name, record->seconds,
		arena_printf(&run->session->arena, "%llu -> %llu operations",
			(unsigned long long)record->before,
			(unsigned long long)record->after));
}

const char *optimize_counts(struct session *session, const struct ir_module *module)
{
	uint64_t counts[IR_OP_COUNT] = { 0 }, total = module->node_count - module->input_count;
	const char *text = "";

	for (uint32_t i = module->input_count; i < module->node_count; i++)
		counts[ir_op_of(module, (ir_value){ i })]++;
	for (enum ir_op op = 0; op < IR_OP_COUNT; op++)
		if (counts[op])
			text = arena_printf(&session->arena, "%s%s%llu %s", text,
				*text ? ", " : "", (unsigned long long)counts[op],
				ir_op_name(op));
	return arena_printf(&session->arena, "%llu operation%s%s%s", (unsigned long long)total,
		total == 1 ? "" : "s", *text ? ": " : "", text);
}

void optimize(struct session *session, const struct options *options, struct ir_module *module,
	const struct pass *const *list, const char *phase)
{
	struct run run = { session, options };
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
	line = arena_printf(&session->arena, "%s leaves %s", phase,
		optimize_counts(session, module));
	session_summary(session, line);
	if (options->verbose) {
		session_clear_line(session);
		fprintf(stderr, "memc: %s: %s\n", module->name, line);
	}
}
