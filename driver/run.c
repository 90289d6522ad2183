/*
 * memc run: rows through the exact interpreter, in process.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/classify.h"
#include "driver/target.h"
#include "ir/interp.h"
#include "support/mem.h"

/* --- a data set of the spec ------------------------------------------------------------- */

/* Points of one data set, mapped to the grid of the network's own. */
struct rows {
	const struct ir_module *module;
	const struct dataset *dataset;
};

static void row_point(const void *context, uint64_t i, int64_t *point)
{
	const struct rows *rows = context;
	const struct ir_module *module = rows->module;

	dataset_point(rows->dataset, i, point);
	for (uint32_t k = 0; k < module->input_count; k++) {
		const struct ir_feature *from = &rows->dataset->features[k],
					*to = &module->features[k];
		bool inside;
		if (!ir_element_is_float(rows->dataset->element))
			inside = ir_feature_grid_int(
				to, ir_feature_raw_int(from, point[k]), &point[k]);
		else
			inside = ir_feature_grid_double(
				to, ir_feature_raw(from, point[k]), &point[k]);
		if (inside)
			continue;
		/* outside the domain: the interpreter says "no stored point" */
		point[k] = to->hi < INT64_MAX ? INT64_MAX : INT64_MIN;
	}
}

struct named_class {
	const char *name;
	int32_t class;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(
		((const struct named_class *)a)->name, ((const struct named_class *)b)->name);
}

/* The network's class of each class of the rows, by name; -1: it has none of that name. */
static int32_t *translate_classes(const struct ir_module *module, const struct dataset *dataset)
{
	struct named_class *known = mem_alloc(module->class_count, sizeof *known);
	int32_t *classes = mem_alloc(dataset->classes, sizeof *classes);

	for (uint32_t i = 0; i < module->class_count; i++)
		known[i] = (struct named_class){ module->class_names[i], (int32_t)i };
	qsort(known, module->class_count, sizeof *known, compare_names);
	for (uint32_t i = 0; i < dataset->classes; i++) {
		struct named_class key = { dataset->class_names[i], -1 };
		const struct named_class *found =
			bsearch(&key, known, module->class_count, sizeof *known, compare_names);
		classes[i] = found ? found->class : -1;
	}
	free(known);
	return classes;
}

static void print_counts(const struct ir_module *module, const struct dataset *dataset,
	const int32_t *found, double seconds)
{
	int32_t *expected = translate_classes(module, dataset);
	uint64_t right = 0, wrong = 0, unknown = 0;
	double count = (double)dataset->count;

	for (uint64_t i = 0; i < dataset->count; i++) {
		unknown += found[i] < 0;
		right += found[i] >= 0 && found[i] == expected[dataset->labels[i]];
		wrong += found[i] >= 0 && found[i] != expected[dataset->labels[i]];
	}
	printf("%" PRIu64 " rows: %" PRIu64 " right, %" PRIu64 " wrong, %" PRIu64
	       " unknown (accuracy %.2f %%)\n",
		dataset->count, right, wrong, unknown, 100 * (double)right / count);
	printf("%.0f rows per second, exact interpreter\n", count / seconds);
	free(expected);
}

static void run_dataset(
	struct target *target, const struct ir_module *module, const struct dataset *dataset)
{
	struct rows rows = { module, dataset };
	struct session *session = target->session;
	int32_t *found;
	double start;

	if (dataset->inputs != module->input_count) {
		diag_error(&session->sink, target->network->span,
			"the network takes %u inputs, the rows have %u", module->input_count,
			dataset->inputs);
		return;
	}
	found = mem_alloc(dataset->count, sizeof *found);
	start = session_now();
	classify_points(module, row_point, &rows, dataset->count, found, &session->progress);
	session_clear_line(session);
	print_counts(module, dataset, found, session_now() - start);
	free(found);
}

static void run_named(struct target *target, const struct ir_module *module, const char *name)
{
	const struct spec *spec = &target->spec;
	struct session *session = target->session;
	struct dataset dataset;

	for (uint32_t i = 0; i < spec->dataset_count; i++) {
		if (strcmp(spec->datasets[i].name, name))
			continue;
		if (dataset_load(
			    &dataset, &spec->datasets[i], &session->sink, &session->progress)) {
			run_dataset(target, module, &dataset);
			dataset_fini(&dataset);
		}
		return;
	}
	diag_world(&session->sink, SPAN_NONE, "'%s' has no data set '%s'", spec->path, name);
	for (uint32_t i = 0; i < spec->dataset_count; i++)
		diag_note(&session->sink, spec->datasets[i].span, "data set '%s'",
			spec->datasets[i].name);
}

/* --- rows from standard input ----------------------------------------------------------- */

struct reader {
	struct session *session;
	const struct ir_module *module;
	struct ir_interp *interp;
	int64_t *point;
	uint64_t line;
};

static bool bad_row(struct reader *reader, uint32_t column, const char *what)
{
	struct place place = { "standard input", reader->line, column };

	diag_error_at(&reader->session->sink, place, "%s", what);
	return false;
}

/* One cell at *text as a grid value; an input outside the domain is "no stored point". */
static bool read_cell(struct reader *reader, uint32_t k, char **text, bool *inside)
{
	const struct ir_module *module = reader->module;
	const struct ir_feature *feature = &module->features[k];
	char *end;

	errno = 0;
	if (ir_element_is_float(module->element)) {
		double x = module->element == IR_FLOAT ? (double)strtof(*text, &end)
						       : strtod(*text, &end);
		if (end != *text)
			*inside &= ir_feature_grid_double(feature, x, &reader->point[k]);
	} else {
		long long x = strtoll(*text, &end, 10);
		if (end != *text)
			*inside &= errno == 0 &&
				ir_feature_grid_int(feature, x, &reader->point[k]);
	}
	if (end == *text)
		return bad_row(reader, k + 1, "expected a number");
	end += strspn(end, " \t\r");
	if (k + 1 < module->input_count ? *end != ',' : *end != '\0')
		return bad_row(reader, k + 1,
			*end == ',' || *end == '\0'
				? "the row has another number of columns than "
				  "the network has inputs"
				: "expected a number and a comma");
	*text = end + 1;
	return true;
}

static bool run_row(struct reader *reader, char *line)
{
	const struct ir_module *module = reader->module;
	bool inside = true;
	int32_t class;

	for (uint32_t k = 0; k < module->input_count; k++)
		if (!read_cell(reader, k, &line, &inside))
			return false;
	class = inside ? ir_interp_classify(reader->interp, reader->point) : -1;
	puts(class < 0 ? "unknown" : module->class_names[class]);
	return true;
}

static void run_input(struct session *session, const struct ir_module *module)
{
	struct reader reader = { .session = session, .module = module };
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	reader.interp = ir_interp_new(module);
	reader.point = mem_alloc(module->input_count, sizeof *reader.point);
	while ((length = getline(&line, &room, stdin)) >= 0) {
		reader.line++;
		while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
			line[--length] = '\0';
		if (strlen(line) != (size_t)length) {
			bad_row(&reader, 0, "a zero byte in the row");
			break;
		}
		if (length && !run_row(&reader, line))
			break;
	}
	if (ferror(stdin))
		diag_world(&session->sink, SPAN_NONE, "cannot read standard input: %s",
			strerror(errno));
	free(line);
	free(reader.point);
	ir_interp_free(reader.interp);
}

int run_command(struct session *session, const struct options *options)
{
	struct target target;

	if (options->data && !strcmp(options->data, "-") && !strcmp(options->file, "-")) {
		diag_world(&session->sink, SPAN_NONE,
			"spec and rows cannot both be standard input; give one of them a file");
		return 0;
	}
	if (target_open_and_build(&target, session, options)) {
		const struct ir_module *module =
			target_last_module(&target, target_level(&target, 2));
		if (options->data && !strcmp(options->data, "-"))
			run_input(session, module);
		else if (options->data && target.has_spec)
			run_named(&target, module, options->data);
		else if (target.has_dataset)
			run_dataset(&target, module, &target.dataset);
		else
			diag_world(&session->sink, SPAN_NONE,
				"a .mir file has no data set; give rows on standard input and "
				"--data=-");
		session_phase(session, "run");
	}
	target_fini(&target);
	return 0;
}
