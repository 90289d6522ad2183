#include "frontend/data/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

extern const struct source source_csv, source_idx, source_npy, source_libsvm, source_cifar10;
extern const struct source source_points;
extern const struct source source_uniform, source_blobs, source_moons, source_spirals;
extern const struct source source_sphere, source_checkerboard, source_parity, source_waves;

const struct source *const sources[] = {
	&source_csv,
	&source_idx,
	&source_npy,
	&source_libsvm,
	&source_cifar10,
	&source_points,
	&source_uniform,
	&source_blobs,
	&source_moons,
	&source_spirals,
	&source_sphere,
	&source_checkerboard,
	&source_parity,
	&source_waves,
	NULL,
};

const struct source *source_find(enum source_kind kind, const char *name)
{
	for (const struct source *const *source = sources; *source; source++)
		if ((*source)->kind == kind && strcmp((*source)->name, name) == 0)
			return *source;
	return NULL;
}

bool load_has_failed(const struct load *load)
{
	return diag_count(load->sink) != load->errors;
}

const struct option_value *load_option(const struct load *load, size_t index)
{
	return &load->request->options[index];
}

static struct place place_of(const struct load *load, uint64_t row, uint32_t feature)
{
	const struct table *table = &load->table;
	struct place place = { .path = load->request->inputs };

	place.line = table->lines ? table->lines[row] : row + 1;
	if (feature == LOAD_LABEL)
		place.column = table->label_column;
	else if (feature)
		place.column = table->columns ? table->columns[feature - 1] : feature;
	return place;
}

static struct span span_of(const struct load *load, uint64_t row)
{
	const struct dataset_request *request = load->request;

	return row < request->point_count ? request->points[row].span : request->source_span;
}

void load_error(struct load *load, uint64_t row, uint32_t feature, const char *format, ...)
{
	char text[768];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (load->request->inputs)
		diag_error_at(load->sink, place_of(load, row, feature), "%s", text);
	else
		diag_error(load->sink, span_of(load, row), "%s", text);
}

void load_note(struct load *load, uint64_t row, uint32_t feature, const char *format, ...)
{
	char text[768];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (load->request->inputs)
		diag_note_at(load->sink, place_of(load, row, feature), "%s", text);
	else
		diag_note(load->sink, span_of(load, row), "%s", text);
}

void load_option_error(struct load *load, size_t index, const char *format, ...)
{
	const struct option_value *option = load_option(load, index);
	char text[768];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	diag_error(load->sink, option->span.source ? option->span : load->request->source_span,
		"%s", text);
}

const char *load_quote(struct load *load, const char *bytes, size_t length)
{
	enum { SHOWN = 40 };
	bool cut = length > SHOWN;
	char *text = arena_printf(
		&load->arena, "'%.*s%s'", (int)(cut ? SHOWN : length), bytes, cut ? "..." : "");

	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			*at = '?';
	return text;
}
