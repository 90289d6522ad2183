/*
 * memc help constructions: every construction, printed from its row. docs/constructions.md is
 * this text.
 */
#include <stdio.h>

#include "driver/options.h"
#include "frontend/construct/construct.h"

static void print_values(const struct option_row *row, FILE *stream)
{
	switch (row->type) {
	case OPTION_COUNT:
		if (row->max >= INT32_MAX)
			fprintf(stream, "an integer, %lld or more", (long long)row->min);
		else
			fprintf(stream, "an integer, %lld .. %lld", (long long)row->min,
				(long long)row->max);
		return;
	case OPTION_NUMBER:
		fputs("a rational number", stream);
		return;
	case OPTION_WORD:
		for (size_t i = 0; row->words[i]; i++)
			fprintf(stream, "%s`%s`", i ? ", " : "", row->words[i]);
		return;
	case OPTION_STRING:
	case OPTION_COLUMN:
		fputs("a text", stream);
		return;
	}
}

static void print_options(const struct option_row *rows, size_t count, FILE *stream)
{
	if (!count)
		return;
	fputs("\n| option | values | without it | what |\n| --- | --- | --- | --- |\n", stream);
	for (size_t i = 0; i < count; i++) {
		fprintf(stream, "| `%s` | ", rows[i].name);
		print_values(&rows[i], stream);
		if (rows[i].fallback)
			fprintf(stream, " | `%s` | %s |\n", rows[i].fallback, rows[i].help);
		else
			fprintf(stream, " | | %s |\n", rows[i].help);
	}
}

static void print_needs(const struct construct *construct, FILE *stream)
{
	static const char *const apart[] = {
		[APART_NONE] = "It does not project.",
		[APART_POINTS] = "The projection keeps all points apart.",
		[APART_CLASSES] = "The projection keeps points of different classes apart.",
	};
	uint32_t least = construct->least_classes, most = construct->most_classes;

	fputs("\n**Needs**: ", stream);
	if (!most)
		fprintf(stream, "%u or more classes. ", least);
	else if (least == most)
		fprintf(stream, "%u classes. ", least);
	else
		fprintf(stream, "%u to %u classes. ", least, most);
	fputs(apart[construct->apart], stream);
	if (construct->needs)
		fprintf(stream, " %s.", construct->needs);
	fprintf(stream, "\n\n**Elsewhere** (points that are not stored): %s.\n",
		construct->elsewhere);
}

static void print_figure(const char *text, FILE *stream)
{
	fputs("\n```text\n", stream);
	fputs(text, stream);
	fputs("```\n", stream);
}

static void print_promises(const struct construct *construct, FILE *stream)
{
	fputs("\n| promise | | of N, d, C and |\n| --- | --- | --- |\n", stream);
	for (size_t i = 0; i < construct->promise_count; i++) {
		const struct promise_row *row = &construct->promises[i];
		fprintf(stream, "| %s | %s | `%s`", construct_measure_name(row->measure),
			row->exact ? "=" : "<=", row->formula);
		if (row->order)
			fprintf(stream, "; the theorem: %s", row->order);
		fputs(" |\n", stream);
	}
	fputc('\n', stream);
	for (size_t i = 0; i < construct->parameter_count; i++)
		fprintf(stream, "- `%s`: %s\n", construct->parameters[i].name,
			construct->parameters[i].what);
}

void help_construction(const struct construct *construct, FILE *stream)
{
	fprintf(stream, "## %s\n\n%s. %s.\n\n%s.\n", construct->name, construct->help,
		construct->source, construct->citation);
	print_figure(construct->figure, stream);
	print_needs(construct, stream);
	print_options(construct->options, construct->option_count, stream);
	print_promises(construct, stream);
}

void help_constructions(FILE *stream)
{
	fputs("# Constructions\n\n"
	      "What a network can be: `construct NAME { OPTION = VALUE; }` in a `network` of "
	      "a\n"
	      "spec. Each builds the network of one theorem, and memc compares what was built\n"
	      "with what is promised below; a promise that does not hold fails the compile.\n"
	      "Sizes are predicted from the same formulas before anything is built: a network\n"
	      "of more than 1 GiB is refused with the figure, unless `--force` is given.\n\n"
	      "This text is that of `memc help constructions`; `memc help NAME` prints one.\n\n"
	      "| construct | source | what |\n| --- | --- | --- |\n",
		stream);
	for (size_t i = 0; constructs[i]; i++)
		fprintf(stream, "| [%s](#%s) | %s | %s |\n", constructs[i]->name,
			constructs[i]->name, constructs[i]->source, constructs[i]->help);
	fputs("\nThose that project first map the features to one integer,\n"
	      "z = relu(a . x + b), with random a: the settings of `project random`.\n",
		stream);
	print_options(project_options, PROJECT_OPTIONS, stream);
	for (size_t i = 0; constructs[i]; i++) {
		fputc('\n', stream);
		help_construction(constructs[i], stream);
	}
}
