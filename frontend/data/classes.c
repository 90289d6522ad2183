#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/decimal.h"
#include "frontend/data/source.h"
#include "frontend/data/stages.h"
#include "support/mem.h"

#define NO_CLASS UINT32_MAX

/* A label of the table on its way to a class. */
struct label {
	uint32_t index; /* in the table's names */
	int64_t value;
	const char *text;
};

struct naming {
	struct load *load;
	struct label *labels; /* as many as the table has names */
	uint32_t *class_of;   /* by index in the table's names */
	bool integers;        /* all of them are */
};

static int compare_labels(const void *left, const void *right)
{
	const struct label *a = left, *b = right;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return strcmp(a->text, b->text);
}

static void collect_labels(struct naming *naming)
{
	const struct table *table = &naming->load->table;

	naming->integers = true;
	for (uint32_t i = 0; i < table->name_count; i++) {
		struct label *label = &naming->labels[i];
		label->index = i;
		label->text = table->names[i];
		if (!decimal_parse_integer(label->text, strlen(label->text), &label->value))
			naming->integers = false;
	}
	if (naming->integers)
		qsort(naming->labels, table->name_count, sizeof *naming->labels,
			compare_labels);
}

static uint32_t find_name(const struct dataset_request *request, const char *name)
{
	for (uint32_t i = 0; i < request->class_name_count; i++)
		if (strcmp(request->class_names[i], name) == 0)
			return i;
	return NO_CLASS;
}

static void report_unknown(struct naming *naming, const struct label *label)
{
	struct load *load = naming->load;
	const struct dataset_request *request = load->request;
	uint64_t row = load->table.name_rows[label->index];
	const char *text = load_quote(load, label->text, strlen(label->text));
	const char *near =
		diag_nearest(label->text, request->class_names, request->class_name_count);

	if (near)
		load_error(load, row, LOAD_LABEL,
			"label %s is not in the list of classes; did you mean '%s'?", text,
			near);
	else
		load_error(
			load, row, LOAD_LABEL, "label %s is not in the list of classes", text);
	diag_note(load->sink, request->class_names_span, "the list of classes");
}

/*
 * Integer labels that are not names of the list: label k is name k, counting from 0, if the
 * list is long enough for all; else the labels in ascending order take the names in order,
 * if there are as many.
 */
static bool number_by_list(struct naming *naming)
{
	struct load *load = naming->load;
	const struct dataset_request *request = load->request;
	uint32_t count = load->table.name_count;
	uint64_t names = request->class_name_count;
	const struct label *least = &naming->labels[0], *last = &naming->labels[count - 1];

	if (least->value >= 0 && (uint64_t)last->value < names) {
		for (uint32_t i = 0; i < count; i++)
			naming->class_of[naming->labels[i].index] =
				(uint32_t)naming->labels[i].value;
		return true;
	}
	if (count == names) {
		for (uint32_t i = 0; i < count; i++)
			naming->class_of[naming->labels[i].index] = i;
		return true;
	}
	diag_error(load->sink, request->class_names_span,
		"%" PRIu64 " names for %u labels from %s to %s: give one for each", names,
		count, least->text, last->text);
	load_note(load, load->table.name_rows[last->index], LOAD_LABEL,
		"label %s first stands here", last->text);
	return false;
}

static bool name_by_list(struct naming *naming)
{
	const struct dataset_request *request = naming->load->request;
	uint32_t count = naming->load->table.name_count, unknown = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct label *label = &naming->labels[i];
		naming->class_of[label->index] = find_name(request, label->text);
		unknown += naming->class_of[label->index] == NO_CLASS;
	}
	if (!unknown)
		return true;
	if (naming->integers)
		return number_by_list(naming);
	for (uint32_t i = 0; i < count && !diag_full(naming->load->sink); i++)
		if (naming->class_of[naming->labels[i].index] == NO_CLASS)
			report_unknown(naming, &naming->labels[i]);
	return false;
}

/* The class that an entry of `only` means: a name of the list, or a label of the data. */
static uint32_t find_class(
	const struct naming *naming, const struct dataset *dataset, const char *name)
{
	const struct table *table = &naming->load->table;
	uint32_t index;

	for (uint32_t i = 0; i < dataset->classes; i++)
		if (strcmp(dataset->class_names[i], name) == 0)
			return i;
	index = table_find_name(table, name, strlen(name));
	return index == UINT32_MAX ? NO_CLASS : naming->class_of[index];
}

/* The first few names, for a message. */
static const char *list_names(struct naming *naming, const struct dataset *dataset)
{
	enum { SHOWN = 10 };
	const char *list = "";

	for (uint32_t i = 0; i < dataset->classes && i < SHOWN; i++)
		list = arena_printf(&naming->load->arena, "%s%s%s", list, i ? ", " : "",
			dataset->class_names[i]);
	return dataset->classes > SHOWN
		? arena_printf(&naming->load->arena, "%s and so on", list)
		: list;
}

static bool report_only(struct naming *naming, const struct dataset *dataset, size_t entry)
{
	const struct dataset_request *request = naming->load->request;
	const char *name = request->only[entry];
	const char *near = diag_nearest(name, dataset->class_names, dataset->classes);

	if (near)
		diag_error(naming->load->sink, request->only_spans[entry],
			"no class '%s' in the data; did you mean '%s'?", name, near);
	else
		diag_error(naming->load->sink, request->only_spans[entry],
			"no class '%s' in the data; its classes are %s", name,
			list_names(naming, dataset));
	return false;
}

/* Renumbers the classes that `only` keeps, in their old order; the others are NO_CLASS. */
static bool keep_only(struct naming *naming, struct dataset *dataset)
{
	const struct dataset_request *request = naming->load->request;
	uint32_t *new_class = mem_alloc(dataset->classes, sizeof *new_class);
	uint32_t count = 0;
	bool ok = true;

	memset(new_class, 0xff, dataset->classes * sizeof *new_class);
	for (size_t i = 0; i < request->only_count; i++) {
		uint32_t class = find_class(naming, dataset, request->only[i]);
		if (class == NO_CLASS)
			ok = report_only(naming, dataset, i);
		else
			new_class[class] = 0;
	}
	for (uint32_t i = 0; i < dataset->classes; i++) {
		if (new_class[i] == NO_CLASS)
			continue;
		dataset->class_names[count] = dataset->class_names[i];
		new_class[i] = count++;
	}
	for (uint32_t i = 0; i < naming->load->table.name_count; i++)
		naming->class_of[i] = new_class[naming->class_of[i]];
	dataset->classes = count;
	free(new_class);
	return ok;
}

static void copy_names(struct naming *naming, struct dataset *dataset)
{
	const struct dataset_request *request = naming->load->request;
	uint32_t count = naming->load->table.name_count;
	bool listed = request->class_name_count != 0;

	dataset->classes = listed ? (uint32_t)request->class_name_count : count;
	dataset->class_names =
		arena_alloc(&dataset->arena, dataset->classes, sizeof *dataset->class_names);
	for (uint32_t i = 0; i < dataset->classes; i++) {
		const char *name = listed ? request->class_names[i] : naming->labels[i].text;
		dataset->class_names[i] = arena_string(&dataset->arena, name, strlen(name));
		if (!listed)
			naming->class_of[naming->labels[i].index] = i;
	}
}

static void select_rows(struct naming *naming, struct selection *selection)
{
	struct table *table = &naming->load->table;

	selection->rows = mem_alloc((size_t)table->count, sizeof *selection->rows);
	selection->count = 0;
	for (uint64_t i = 0; i < table->count; i++) {
		table->labels[i] = naming->class_of[table->labels[i]];
		if (table->labels[i] != NO_CLASS)
			selection->rows[selection->count++] = (uint32_t)i;
	}
}

bool classes_name(struct load *load, struct dataset *dataset, struct selection *selection)
{
	const struct dataset_request *request = load->request;
	uint32_t count = load->table.name_count;
	struct naming naming = { .load = load };
	bool ok;

	naming.labels = mem_zero(count, sizeof *naming.labels);
	naming.class_of = mem_zero(count, sizeof *naming.class_of);
	collect_labels(&naming);
	ok = !request->class_name_count || name_by_list(&naming);
	if (ok) {
		copy_names(&naming, dataset);
		ok = !request->only_count || keep_only(&naming, dataset);
	}
	if (ok)
		select_rows(&naming, selection);
	free(naming.labels);
	free(naming.class_of);
	return ok;
}
