/*
 * Every setting of data sets and projections stands in docs/language.md as its table of options
 * says it. Those of constructions are printed from their tables
 * (tests/house/constructions.test).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/construct/construct.h"
#include "frontend/data/source.h"
#include "frontend/text.h"
#include "support/arena.h"

static const char *describe(struct arena *arena, const struct option_row *row)
{
	const char *text = "";

	switch (row->type) {
	case OPTION_COUNT:
		if (!row->min && !row->max)
			return "integer";
		if (row->max == INT64_MAX)
			return arena_printf(arena, "integer, from %" PRId64, row->min);
		return arena_printf(
			arena, "integer, %" PRId64 " to %" PRId64, row->min, row->max);
	case OPTION_NUMBER:
		return "number";
	case OPTION_STRING:
		return "text";
	case OPTION_COLUMN:
		return "column";
	case OPTION_WORD:
		for (size_t i = 0; row->words[i]; i++)
			text = arena_printf(
				arena, "%s%s`%s`", text, i ? ", " : "", row->words[i]);
		return text;
	}
	return text;
}

/* The settings stand below the heading of what takes them. */
static void assert_documented(const char *page, const char *heading, const char *name,
	const struct option_row *rows, size_t count)
{
	struct arena arena;
	const char *at;

	arena_init(&arena);
	at = strstr(page, arena_printf(&arena, "\n%s %s\n", heading, name));
	if (!at)
		fail_msg("no heading '%s %s'", heading, name);
	for (size_t i = 0; i < count; i++) {
		const char *tick = rows[i].fallback ? "`" : "";
		const char *line = arena_printf(&arena, "\n| `%s` | %s | %s%s%s | %s |\n",
			rows[i].name, describe(&arena, &rows[i]), tick,
			rows[i].fallback ? rows[i].fallback : "", tick, rows[i].help);
		if (!at || !strstr(at, line))
			fail_msg("docs/language.md lacks, at '%s %s':%s", heading, name, line);
	}
	arena_fini(&arena);
}

static void settings_are_documented(void **state)
{
	struct diag_sink sink;
	struct text page;

	(void)state;
	diag_init(&sink);
	assert_true(text_read(&page, "docs/language.md", SPAN_NONE, &sink));
	for (size_t i = 0; sources[i]; i++)
		assert_documented(page.bytes,
			sources[i]->kind == SOURCE_POINTS ? "###" : "####", sources[i]->name,
			sources[i]->options, sources[i]->option_count);
	assert_documented(
		page.bytes, "### project", "random", project_options, PROJECT_OPTIONS);
	free(page.bytes);
	diag_fini(&sink);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
