/*
 * The canonical layout: formatting twice is formatting once, and what a spec says and its
 * comments stay the same. On the examples, on nasty texts and on random specs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/spec.h"
#include "frontend/syntax.h"
#include "frontend/text.h"
#include "support/output.h"
#include "support/rng.h"

static void dump_expr(struct output *out, const struct tree_expr *expr)
{
	output_printf(out, "(%d%c ", (int)expr->kind, expr->op ? expr->op : ' ');
	if (expr->kind == TREE_NUMBER || expr->kind == TREE_TEXT)
		output_bytes(out, expr->text, expr->length);
	else if (expr->kind == TREE_NAME || expr->kind == TREE_CALL)
		output_text(out, expr->text);
	for (const struct tree_expr *it = expr->first; it; it = it->next)
		dump_expr(out, it);
	output_text(out, ")");
}

static void dump_clause(struct output *out, const struct tree_clause *clause)
{
	output_printf(out, " [%s", clause->name);
	for (const struct tree_operand *it = clause->operands; it; it = it->next) {
		for (const struct tree_word *word = it->words; word; word = word->next)
			output_printf(out, " %s", word->name);
		dump_expr(out, it->low);
		if (it->high)
			dump_expr(out, it->high);
	}
	output_text(out, clause->has_block ? " {" : ";");
	for (const struct tree_entry *it = clause->entries; it; it = it->next) {
		output_printf(out, " %s", it->name ? it->name : "->");
		for (const struct tree_expr *at = it->coordinates; at; at = at->next)
			dump_expr(out, at);
		dump_expr(out, it->value);
	}
	output_text(out, "]");
}

/* All that a text says, without its spans; freed with free(). */
static char *dump(const char *text, size_t size)
{
	struct diag_sink sink;
	struct arena arena;
	struct output out;
	struct tree_item *items;

	diag_init(&sink);
	arena_init(&arena);
	output_open_memory(&out);
	assert_true(syntax_spec(
		&arena, diag_source(&sink, "test", text, size), text, size, &sink, &items));
	for (const struct tree_item *item = items; item; item = item->next) {
		output_printf(&out, "\n%d %s", (int)item->kind, item->name ? item->name : "");
		if (item->value)
			dump_expr(&out, item->value);
		for (const struct tree_clause *it = item->clauses; it; it = it->next)
			dump_clause(&out, it);
		for (const struct tree_relation *it = item->relations; it; it = it->next) {
			output_printf(&out, " %d", (int)it->op);
			dump_expr(&out, it->left);
			dump_expr(&out, it->right);
		}
	}
	arena_fini(&arena);
	diag_fini(&sink);
	return output_take(&out, &size);
}

/* The comments of a text, one a line, without the space behind them; freed with free(). */
static char *comments(const char *text)
{
	struct output out;
	size_t size;

	output_open_memory(&out);
	for (bool quoted = false; *text; text++) {
		if (quoted && *text == '\\')
			text++;
		else if (*text == '"')
			quoted = !quoted;
		else if (*text == '#' && !quoted) {
			size = strcspn(text, "\n");
			while (strchr(" \t\r", text[size - 1]))
				size--;
			output_bytes(&out, text, size);
			output_text(&out, "\n");
			text += strcspn(text, "\n") - 1;
		}
	}
	return output_take(&out, &size);
}

/* The layout of a text that must parse; freed with free(). */
static char *format(const char *text)
{
	struct diag_sink sink;
	char *result;

	diag_init(&sink);
	result = spec_format("test", text, strlen(text), &sink);
	if (!result) {
		diag_print(&sink, stderr);
		fail();
	}
	diag_fini(&sink);
	return result;
}

static void assert_same_free(char *a, char *b)
{
	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void assert_kept(const char *text)
{
	char *once = format(text), *twice = format(once);

	assert_same_free(dump(text, strlen(text)), dump(once, strlen(once)));
	assert_same_free(comments(text), comments(once));
	assert_same_free(once, twice);
}

static void examples_are_kept(void **state)
{
	static const char *const patterns[] = { "examples/*.mem", "tests/frontend/*/*.mem",
		"tests/fuzz/corpus/spec/*" };
	unsigned kept = 0;

	(void)state;
	for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
		glob_t files = { 0 };
		glob(patterns[p], 0, NULL, &files);
		for (size_t i = 0; i < files.gl_pathc; i++) {
			struct diag_sink sink;
			struct text text;
			char *layout;
			diag_init(&sink);
			assert_true(text_read(&text, files.gl_pathv[i], SPAN_NONE, &sink));
			layout = spec_format("test", text.bytes, text.size, &sink);
			if (layout)
				assert_kept(text.bytes);
			kept += layout != NULL;
			free(layout);
			free(text.bytes);
			diag_fini(&sink);
		}
		globfree(&files);
	}
	assert_true(kept > 50); /* many of the wrong specs parse */
}

static void nasty_texts_are_kept(void **state)
{
	static const char *const texts[] = {
		"",
		"\n\n\n",
		"#",
		"# a\n\n\n\n# b\r\n#c   \n",
		"param a=1;param b=2;#x\n#y\nparam c=3;",
		"param a # one\n = # two\n # three\n 3 # four\n ; # five",
		"dataset a{}",
		"dataset a{ # open\n}",
		"dataset a{\n\n\n# only\n\n\n}",
		"dataset a { generate moons { # why\n n = 3; } }",
		"dataset a { generate moons { n = 3; # why\n } # closed\n } # end",
		"dataset a { generate moons { n = 3; }\n\n\n\n limit 3; }\n\n\n\nparam b=1;",
		"expect a { width - 3 <= -4; -width<=--3; a-b-c == -(-d); }",
		"dataset a { offset -5; range -1 .. -2^-3; classes only -1, 1; offset (-5); }",
		"dataset only { class; keep -1; per class 1; drop (1), (2); }",
		"param a = max(1,(2),abs(-3))*(4)^(5)^-6/7-8;",
		"param a = 1/2/3*4/n/5;",
		"param a = \"# ${a} \\\" ; { }\" ;",
		"dataset a { points { (0,0)->\"x\"; # first\n# second\n(0,1)->\"y\"; } }",
		"dataset a { points {(0,0)->\"x\";(0,1)->\"y\";(0,2)->\"zzzzzzzzzzzzzzzzzzzzzz"
		"zzzzzzzzzzzzzzzzzzz\";(0,3)->\"zzzzzzzzzzzzzzzzzzzzzzzzzzz\";} }",
		"dataset a { classes \"aaaaaaaaaaaaaaaaaaaaaaaa\", "
		"\"bbbbbbbbbbbbbbbbbbbbbbbbb\", "
		"\"cccccccccccccccccccc\", # why\n \"ddddddddddddddddddddd\", \"eeeeeeeeeee\"; "
		"}",
		"param a = min(1111111111111111111111111, 222222222222222222222222222222, "
		"33333333333333333333, 44444444444444444444444444, 5555555555555);",
		"emit a { c \"a.c\"; program \"a\"; }emit b { c "
		"\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.c\"; program \"b\"; }",
		"\xef\xbb\xbfparam a = 1;",
		"include \"a.mem\";include # b\n\"c.mem\";",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_kept(texts[i]);
}

/* Random specs: the grammar, read backward, with any space between tokens. */
struct writer {
	struct output out;
	struct rng rng;
};

static uint64_t roll(struct writer *writer, uint64_t sides)
{
	return rng_below(&writer->rng, sides);
}

static void put(struct writer *writer, const char *token)
{
	static const char *const spaces[] = { " ", " ", " ", "  ", "\t", "\n", "\r\n", "\n\n\n",
		" # c\n", "\n# own line\n", "\n\n# a\n# b \n\n" };

	output_text(&writer->out, token);
	output_text(&writer->out, spaces[roll(writer, sizeof spaces / sizeof *spaces)]);
}

static void put_expr(struct writer *writer, unsigned depth)
{
	static const char *const leaves[] = { "1", "23.5", "n", "long_name",
		"\"a text # with\"" };
	static const char *const operators[] = { "+", "-", "*", "/", "^" };

	switch (depth ? roll(writer, 6) : 0) {
	case 0:
	case 1:
		put(writer, leaves[roll(writer, 5)]);
		break;
	case 2:
		put(writer, "(");
		put_expr(writer, depth - 1);
		put(writer, ")");
		break;
	case 3:
		put(writer, "-");
		put_expr(writer, depth - 1);
		break;
	case 4:
		output_text(&writer->out, "max");
		put(writer, "(");
		put_expr(writer, depth - 1);
		put(writer, ",");
		put_expr(writer, depth - 1);
		put(writer, ")");
		break;
	default:
		put_expr(writer, depth - 1);
		put(writer, operators[roll(writer, 5)]);
		put_expr(writer, depth - 1);
	}
}

static void put_operand(struct writer *writer)
{
	static const char *const words[] = { "only", "keep", "drop", "per", "class" };

	while (!roll(writer, 4))
		put(writer, words[roll(writer, 5)]);
	put_expr(writer, 2);
	if (!roll(writer, 4)) {
		put(writer, "..");
		put_expr(writer, 2);
	}
}

static void put_entries(struct writer *writer)
{
	put(writer, "{");
	for (uint64_t i = roll(writer, 6); i > 0; i--) {
		if (roll(writer, 2)) {
			put(writer, "(");
			put_expr(writer, 1);
			put(writer, ")");
			put(writer, "->");
		} else {
			put(writer, "setting");
			put(writer, "=");
		}
		put_expr(writer, 2);
		put(writer, ";");
	}
	put(writer, "}");
}

static void put_clauses(struct writer *writer)
{
	for (uint64_t i = roll(writer, 5); i > 0; i--) {
		put(writer, "clause");
		for (uint64_t k = roll(writer, 12); k > 0; k--) {
			put_operand(writer);
			if (k > 1)
				put(writer, ",");
		}
		if (roll(writer, 2))
			put(writer, ";");
		else
			put_entries(writer);
	}
}

static void put_item(struct writer *writer)
{
	static const char *const keywords[] = { "param", "dataset", "network", "emit",
		"expect" };
	const char *keyword = keywords[roll(writer, 5)];

	put(writer, keyword);
	put(writer, "name");
	if (!strcmp(keyword, "param")) {
		put(writer, "=");
		put_expr(writer, 4);
		put(writer, ";");
		return;
	}
	put(writer, "{");
	if (strcmp(keyword, "expect") != 0)
		put_clauses(writer);
	for (uint64_t i = roll(writer, 4); i > 0 && !strcmp(keyword, "expect"); i--) {
		put_expr(writer, 3);
		put(writer, "<=");
		put_expr(writer, 3);
		put(writer, ";");
	}
	put(writer, "}");
}

static void random_specs_are_kept(void **state)
{
	struct writer writer;
	size_t size;

	(void)state;
	rng_init(&writer.rng, 1);
	for (int i = 0; i < 3000; i++) {
		char *text;
		output_open_memory(&writer.out);
		for (uint64_t k = roll(&writer, 4); k > 0; k--)
			put_item(&writer);
		text = output_take(&writer.out, &size);
		assert_kept(text);
		free(text);
	}
}

static void layout_is_canonical(void **state)
{
	static const char text[] =
		"param a=1/2*n ; # trailing\n\n\n# own\ndataset  x{format csv "
		"{header=yes;}\ninputs \"a.csv\";\n\n\n  range -1..(2-a) ;}\n"
		"expect n {memorized==N;\nwidth<=12;}emit n{c \"n.c\";}";
	static const char layout[] = "param a = 1/2 * n; # trailing\n"
				     "\n"
				     "# own\n"
				     "dataset x {\n"
				     "    format csv { header = yes; }\n"
				     "    inputs \"a.csv\";\n"
				     "\n"
				     "    range -1 .. (2 - a);\n"
				     "}\n"
				     "expect n { memorized == N; width <= 12; }\n"
				     "emit n { c \"n.c\"; }\n";
	char *result = format(text);

	(void)state;
	assert_string_equal(result, layout);
	free(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_are_kept),
		cmocka_unit_test(nasty_texts_are_kept),
		cmocka_unit_test(random_specs_are_kept),
		cmocka_unit_test(layout_is_canonical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
