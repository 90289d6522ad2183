#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "frontend/syntax.h"

struct fixture {
	struct arena arena;
	struct diag_sink sink;
	uint32_t source;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	arena_init(&fixture.arena);
	diag_init(&fixture.sink);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_fini(&fixture->arena);
	diag_fini(&fixture->sink);
	return 0;
}

static struct tree_item *parse(struct fixture *fixture, const char *text)
{
	struct tree_item *items;

	fixture->source = diag_source(&fixture->sink, "test", text, strlen(text));
	assert_true(syntax_spec(
		&fixture->arena, fixture->source, text, strlen(text), &fixture->sink, &items));
	return items;
}

static struct tree_expr *expression(struct fixture *fixture, const char *text)
{
	fixture->source = diag_source(&fixture->sink, "test", text, strlen(text));
	return syntax_expression(
		&fixture->arena, fixture->source, text, strlen(text), &fixture->sink);
}

static void assert_span(struct span span, uint32_t begin, uint32_t end)
{
	assert_int_equal(span.begin, begin);
	assert_int_equal(span.end, end);
}

static void nothing_is_a_spec(void **state)
{
	assert_null(parse(*state, ""));
	assert_null(parse(*state, "\n\t\r # only a comment"));
	assert_null(parse(*state, "\xef\xbb\xbf"));
}

static void spans_are_bytes(void **state)
{
	struct tree_item *item = parse(*state, "# \xc3\xb6\nparam ab = 1 + xyz;\n");

	assert_int_equal(item->kind, TREE_PARAM);
	assert_string_equal(item->name, "ab");
	assert_span(item->span, 11, 13);
	assert_span(item->value->span, 16, 23);
	assert_span(item->value->first->next->span, 20, 23);
}

static void sums_are_one_chain(void **state)
{
	struct tree_expr *sum = expression(*state, "1 - 2 + 3 * 4 / 5 - (6 + 7)");

	assert_int_equal(sum->kind, TREE_CHAIN);
	assert_int_equal(sum->first->kind, TREE_NUMBER);
	assert_int_equal(sum->first->next->op, '-');
	assert_int_equal(sum->first->next->next->op, '+');
	assert_int_equal(sum->first->next->next->kind, TREE_CHAIN);
	assert_int_equal(sum->last->op, '-');
	assert_int_equal(sum->last->kind, TREE_CHAIN); /* what stands in parentheses */
	assert_null(sum->last->next);
}

static void powers_group_from_the_right(void **state)
{
	struct tree_expr *power = expression(*state, "2^3^4");

	assert_int_equal(power->first->kind, TREE_NUMBER);
	assert_int_equal(power->last->kind, TREE_CHAIN);
	power = expression(*state, "(2^3)^4");
	assert_int_equal(power->first->kind, TREE_CHAIN);
	assert_int_equal(power->last->kind, TREE_NUMBER);
	power = expression(*state, "-2^-3");
	assert_int_equal(power->kind, TREE_NEGATE);
	assert_int_equal(power->first->last->kind, TREE_NEGATE);
}

static void a_call_has_its_parenthesis_beside_it(void **state)
{
	struct fixture *fixture = *state;
	struct tree_expr *call = expression(fixture, "max(1, (2), abs(3))");

	assert_int_equal(call->kind, TREE_CALL);
	assert_string_equal(call->text, "max");
	assert_int_equal(call->first->next->next->kind, TREE_CALL);
	assert_null(expression(fixture, "max (1)"));
	assert_int_equal(diag_count(&fixture->sink), 1);
}

static void dots_are_no_decimal(void **state)
{
	struct tree_item *item = parse(*state, "dataset a { range 0..25.5 ; }");
	struct tree_operand *range = item->clauses->operands;

	assert_memory_equal(range->low->text, "0", range->low->length);
	assert_int_equal(range->high->length, 4);
	assert_memory_equal(range->high->text, "25.5", 4);
}

static void words_stand_before_operands(void **state)
{
	struct tree_item *item =
		parse(*state, "dataset a { limit per class 5; classes only -1, 1; }");
	struct tree_operand *limit = item->clauses->operands;
	struct tree_operand *classes = item->clauses->next->operands;

	assert_string_equal(limit->words->name, "per");
	assert_string_equal(limit->words->next->name, "class");
	assert_null(limit->words->next->next);
	assert_string_equal(classes->words->name, "only");
	assert_int_equal(classes->low->kind, TREE_NEGATE);
	assert_null(classes->next->words);
}

static void texts_keep_their_escapes(void **state)
{
	struct tree_expr *text = expression(*state, "\"a\\\"b\\\\\"");

	assert_int_equal(text->kind, TREE_TEXT);
	assert_int_equal(text->length, 6);
	assert_memory_equal(text->text, "a\\\"b\\\\", 6);
	text = expression(*state, "\"\"");
	assert_int_equal(text->length, 0);
	text = expression(*state, "\"# no comment ${a} \\${b $\"");
	assert_non_null(text);
}

static void points_and_settings_are_entries(void **state)
{
	struct tree_item *item = parse(*state, "dataset a { x { (1, -2) -> \"c\"; n = 3; } }");
	struct tree_entry *entry = item->clauses->entries;

	assert_int_equal(item->clauses->entry_count, 2);
	assert_null(entry->name);
	assert_int_equal(entry->coordinate_count, 2);
	assert_span(entry->span, 16, 23);
	assert_string_equal(entry->next->name, "n");
}

static void errors_do_not_end_a_run(void **state)
{
	static const char text[] =
		"param = 1; param b = ; dataset c { format ; inputs , ; }\n"
		"param d = 1 2; network e { construct sqrt { a 3; b = ; } }\n";
	struct fixture *fixture = *state;
	struct tree_item *items;

	fixture->source = diag_source(&fixture->sink, "test", text, sizeof text - 1);
	assert_false(syntax_spec(&fixture->arena, fixture->source, text, sizeof text - 1,
		&fixture->sink, &items));
	assert_int_equal(diag_count(&fixture->sink), 6);
}

static void errors_end_at_the_limit(void **state)
{
	struct fixture *fixture = *state;
	struct tree_item *items;
	char text[2 * 1000 + 1] = "";

	for (size_t i = 0; i < sizeof text - 1; i += 2)
		memcpy(text + i, "3;", 2);
	fixture->source = diag_source(&fixture->sink, "test", text, strlen(text));
	assert_false(syntax_spec(
		&fixture->arena, fixture->source, text, strlen(text), &fixture->sink, &items));
	assert_int_equal(diag_count(&fixture->sink), DIAG_LIMIT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(nothing_is_a_spec),
		CASE(spans_are_bytes),
		CASE(sums_are_one_chain),
		CASE(powers_group_from_the_right),
		CASE(a_call_has_its_parenthesis_beside_it),
		CASE(dots_are_no_decimal),
		CASE(words_stand_before_operands),
		CASE(texts_keep_their_escapes),
		CASE(points_and_settings_are_entries),
		CASE(errors_do_not_end_a_run),
		CASE(errors_end_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
