/*
 * Values of a network in JSON by their names, and affine forms of them.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/report/reader.h"
#include "support/mem.h"

num reader_constant(struct reader *reader, const struct cursor *at)
{
	return reader_number(reader, at, &reader->module->nums,
		"an exact number as a string, like \"-0.5\" or \"0x1f3p-12\", or an integer");
}

/* --- values ------------------------------------------------------------------------------ */

/* x12: the input's number; false if the name is something else */
static bool input_number(const char *name, uint32_t *number)
{
	enum { DIGITS = 9 };
	size_t length = strlen(name + (*name == 'x'));

	if (*name != 'x' || !length || length > DIGITS ||
		strspn(name + 1, "0123456789") < length)
		return false;
	*number = (uint32_t)strtoul(name + 1, NULL, 10);
	return true;
}

ir_value reader_value(struct reader *reader, const struct cursor *at)
{
	const char *name = reader_text(reader, at, "a value, like \"x3\" or \"%7\"");
	uint32_t number = 0;
	json_t *handle;

	if (input_number(name, &number)) {
		if (number >= reader->module->input_count)
			reader_fail(reader, at, "there is no input '%s', since there are %u",
				name, reader->module->input_count);
		return ir_input(number);
	}
	handle = json_object_get(reader->values, name);
	if (!handle)
		reader_fail(reader, at, "no value '%.40s' is defined before it is read", name);
	return (ir_value){ (uint32_t)json_integer_value(handle) };
}

void reader_define(struct reader *reader, const struct cursor *at, ir_value value)
{
	struct cursor member = reader_member(reader, at, "value");
	const char *name = reader_text(reader, &member, "the name of the value, like \"%7\"");

	if (*name != '%' || !name[1])
		reader_expected(reader, &member, "a name that begins with %, like \"%7\"");
	else if (json_object_get(reader->values, name))
		reader_fail(reader, &member, "'%.40s' is defined above", name);
	else if (json_object_set_new(reader->values, name, json_integer(value.i)))
		reader_fail(reader, &member, "out of memory");
}

/* --- affine forms ------------------------------------------------------------------------ */

static void read_term(struct reader *reader, const struct cursor *at, const struct scope *scope)
{
	struct cursor value = reader_element(at, 0), weight = reader_element(at, 1);
	struct ir_term term;

	if (!json_is_array(at->value) || json_array_size(at->value) != 2)
		reader_expected(reader, at, "an array of a value and its weight");
	term.value = reader_value(reader, &value);
	term.weight = reader_constant(reader, &weight);
	if (term.value.i < scope->first || term.value.i >= scope->end)
		reader_fail(reader, &value, "'%.40s' is no value of the layer before",
			json_string_value(value.value));
	if (num_sign(&reader->module->nums, term.weight) == 0)
		reader_fail(reader, &weight, "a weight of zero; leave the term out");
	reader->terms = mem_grow(reader->terms, &reader->term_room, reader->term_count + 1,
		sizeof *reader->terms);
	reader->terms[reader->term_count++] = term;
}

static int compare_terms(const void *a, const void *b)
{
	uint32_t x = ((const struct ir_term *)a)->value.i,
		 y = ((const struct ir_term *)b)->value.i;

	return (x > y) - (x < y);
}

/* The second term of a value, if there is one. */
static void check_twice(struct reader *reader, const struct cursor *at)
{
	size_t twice = 1, seen = 0;

	while (twice < reader->term_count &&
		reader->terms[twice].value.i != reader->terms[twice - 1].value.i)
		twice++;
	for (size_t i = 0; i < reader->term_count && twice < reader->term_count; i++) {
		struct cursor term = reader_element(at, i), value = reader_element(&term, 0);
		if (reader_value(reader, &value).i != reader->terms[twice].value.i || !seen++)
			continue;
		reader_fail(reader, &term, "a second term of '%.40s'; add up their weights",
			json_string_value(value.value));
	}
}

const char *const reader_form_members[] = { "value", "op", "terms", "bias", NULL };

num reader_form(struct reader *reader, const struct cursor *at, struct scope scope)
{
	struct cursor terms = reader_member(reader, at, "terms");
	struct cursor bias = reader_member(reader, at, "bias");
	size_t count = reader_array(reader, &terms, "an array of terms");

	reader->term_count = 0;
	if (count >= 1 << 24)
		reader_fail(reader, &terms, "%zu terms; there may be fewer than 2^24", count);
	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cursor term = reader_element(&terms, i);
		read_term(reader, &term, &scope);
	}
	if (!reader->failed && count)
		qsort(reader->terms, count, sizeof *reader->terms, compare_terms);
	if (!reader->failed)
		check_twice(reader, &terms);
	return reader_constant(reader, &bias);
}
