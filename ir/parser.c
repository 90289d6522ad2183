#include "ir/parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

static struct span here(const struct ir_parser *parser)
{
	return (struct span){ parser->source, parser->lexer.begin, parser->lexer.end };
}

/* One error ends the parse: what follows it is rarely what was meant. */
void ir_parser_fail(struct ir_parser *parser, const char *expected)
{
	if (!parser->failed && parser->lexer.token == IR_TOKEN_END)
		diag_error(parser->sink, here(parser), "expected %s before the end", expected);
	else if (!parser->failed)
		diag_error(parser->sink, here(parser), "expected %s, found '%.*s'", expected,
			(int)(parser->lexer.end - parser->lexer.begin > 40
					? 40
					: parser->lexer.end - parser->lexer.begin),
			parser->lexer.text + parser->lexer.begin);
	parser->failed = true;
}

bool ir_parser_sees(const struct ir_parser *parser, const char *text)
{
	size_t length = strlen(text);

	return (parser->lexer.token == IR_TOKEN_WORD || parser->lexer.token == IR_TOKEN_MARK) &&
		parser->lexer.end - parser->lexer.begin == length &&
		!memcmp(parser->lexer.text + parser->lexer.begin, text, length);
}

bool ir_parser_accept(struct ir_parser *parser, const char *text)
{
	if (parser->failed || !ir_parser_sees(parser, text))
		return false;
	ir_lex(&parser->lexer);
	return true;
}

void ir_parser_expect(struct ir_parser *parser, const char *text, const char *what)
{
	if (!ir_parser_accept(parser, text))
		ir_parser_fail(parser, what);
}

/* --- small parts -------------------------------------------------------------------- */

int64_t ir_parser_integer(
	struct ir_parser *parser, int64_t least, int64_t most, const char *what)
{
	bool negative = least < 0 && ir_parser_accept(parser, "-");
	char digits[24];
	size_t length = parser->lexer.end - parser->lexer.begin;
	int64_t value;

	if (parser->failed || parser->lexer.token != IR_TOKEN_NUMBER || length > 19) {
		ir_parser_fail(parser, what);
		return 0;
	}
	digits[0] = '-';
	memcpy(digits + 1, parser->lexer.text + parser->lexer.begin, length);
	digits[length + 1] = '\0';
	errno = 0;
	char *end;
	value = strtoll(negative ? digits : digits + 1, &end, 10);
	if (*end || errno || value < least || value > most) {
		ir_parser_fail(parser, what);
		return 0;
	}
	ir_lex(&parser->lexer);
	return value;
}

struct ir_ratio ir_parser_ratio(struct ir_parser *parser, bool positive, const char *what)
{
	enum { LIMIT = 62 };
	int64_t most = (INT64_C(1) << LIMIT) - 1;
	struct ir_ratio ratio = { ir_parser_integer(parser, positive ? 1 : -most, most, what),
		1 };

	if (ir_parser_accept(parser, "/"))
		ratio.den = ir_parser_integer(parser, 1, most, what);
	return ratio;
}

const char *ir_parser_string(struct ir_parser *parser)
{
	const char *from = parser->lexer.text + parser->lexer.begin + 1;
	const char *end = parser->lexer.text + parser->lexer.end - 1;
	char *to, *start;

	if (parser->failed || parser->lexer.token != IR_TOKEN_STRING) {
		ir_parser_fail(parser, "a name in quotes");
		return "";
	}
	start = to = arena_alloc(&parser->module->arena, (size_t)(end - from) + 1, 1);
	while (from < end) {
		if (*from != '\\') {
			*to++ = *from++;
		} else if (from[1] == 'x' && end - from >= 4 && ir_hex_digit(from[2]) >= 0 &&
			ir_hex_digit(from[3]) >= 0 &&
			(ir_hex_digit(from[2]) || ir_hex_digit(from[3]))) {
			*to++ = (char)(ir_hex_digit(from[2]) * 16 + ir_hex_digit(from[3]));
			from += 4;
		} else if (from[1] == '"' || from[1] == '\\') {
			*to++ = from[1];
			from += 2;
		} else {
			ir_parser_fail(parser, "a name whose escapes are \\\", \\\\ or \\xHH");
			return "";
		}
	}
	ir_lex(&parser->lexer);
	return start;
}

/* The text of a word, name (without its mark) or number, in the module's arena. */
const char *ir_parser_text(struct ir_parser *parser, enum ir_token token, const char *what)
{
	uint32_t begin = parser->lexer.begin + (token == IR_TOKEN_NAME);
	const char *text;

	if (parser->failed || parser->lexer.token != token) {
		ir_parser_fail(parser, what);
		return "";
	}
	text = arena_string(
		&parser->module->arena, parser->lexer.text + begin, parser->lexer.end - begin);
	ir_lex(&parser->lexer);
	return text;
}

/* --- names of values ---------------------------------------------------------------- */

/* The place of a name: its definition, or a free one. There is room. */
static struct ir_definition *find_definition(
	const struct ir_parser *parser, uint32_t begin, uint32_t length)
{
	const char *text = parser->lexer.text;
	uint64_t hash = length;

	for (uint32_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[begin + i]) * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 32;
	for (;; hash++) {
		struct ir_definition *at =
			&parser->definitions[hash & (parser->definition_room - 1)];
		if (!at->value_plus_1 ||
			(at->length == length &&
				!memcmp(text + at->begin, text + begin, length)))
			return at;
	}
}

static void grow_definitions(struct ir_parser *parser)
{
	struct ir_definition *old = parser->definitions;
	size_t count = parser->definition_room;

	parser->definition_room = count ? count * 2 : 64;
	parser->definitions = mem_zero(parser->definition_room, sizeof *old);
	for (size_t i = 0; i < count; i++)
		if (old[i].value_plus_1)
			*find_definition(parser, old[i].begin, old[i].length) = old[i];
	free(old);
}

bool ir_parser_defined(const struct ir_parser *parser, uint32_t begin, uint32_t length)
{
	return parser->definition_count > 0 &&
		find_definition(parser, begin, length)->value_plus_1;
}

void ir_parser_define(struct ir_parser *parser, uint32_t begin, uint32_t length, ir_value value)
{
	if (parser->definition_count * 2 >= parser->definition_room)
		grow_definitions(parser);
	*find_definition(parser, begin, length) =
		(struct ir_definition){ begin, length, value.i + 1 };
	parser->definition_count++;
}

/* x12: the input's number; false if the word is something else */
static bool input_number(const struct ir_parser *parser, uint32_t *number)
{
	uint64_t value = 0;

	if (parser->lexer.text[parser->lexer.begin] != 'x' ||
		parser->lexer.end - parser->lexer.begin < 2 ||
		parser->lexer.end - parser->lexer.begin > 10)
		return false;
	for (uint32_t i = parser->lexer.begin + 1; i < parser->lexer.end; i++) {
		if (!ir_is_digit(parser->lexer.text[i]))
			return false;
		value = value * 10 + (uint64_t)(parser->lexer.text[i] - '0');
	}
	*number = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
	return true;
}

ir_value ir_parser_value(struct ir_parser *parser)
{
	uint32_t begin = parser->lexer.begin, length = parser->lexer.end - begin;
	uint32_t number = 0;

	if (!parser->failed && parser->lexer.token == IR_TOKEN_WORD &&
		input_number(parser, &number)) {
		if (number >= parser->module->input_count)
			ir_parser_fail(parser, "an input that was declared");
		else
			ir_lex(&parser->lexer);
		return ir_input(number);
	}
	if (parser->failed || parser->lexer.token != IR_TOKEN_NAME ||
		parser->lexer.text[parser->lexer.begin] != '%') {
		ir_parser_fail(parser, "a value");
		return ir_input(0);
	}
	if (!ir_parser_defined(parser, begin, length)) {
		ir_parser_fail(parser, "a value defined above");
		return ir_input(0);
	}
	ir_lex(&parser->lexer);
	return (ir_value){ find_definition(parser, begin, length)->value_plus_1 - 1 };
}

/* --- affine forms ------------------------------------------------------------------- */

static int compare_terms(const void *a, const void *b)
{
	uint32_t x = ((const struct ir_term *)a)->value.i,
		 y = ((const struct ir_term *)b)->value.i;

	return (x > y) - (x < y);
}

num ir_parser_number(struct ir_parser *parser)
{
	struct num_pool *nums = &parser->module->nums;
	num result = NUM_ONE;

	if (parser->failed || parser->lexer.token != IR_TOKEN_NUMBER ||
		!num_parse(nums, parser->lexer.text + parser->lexer.begin,
			parser->lexer.end - parser->lexer.begin, &result))
		ir_parser_fail(parser, "a dyadic number");
	else if (num_fixed_bits(nums, result) > IR_BITS_LIMIT)
		ir_parser_fail(parser, "a number of at most 2^24 bits");
	else
		ir_lex(&parser->lexer);
	return result;
}

num ir_parser_signed(struct ir_parser *parser)
{
	bool negative = ir_parser_accept(parser, "-");
	num n = ir_parser_number(parser);

	return negative ? num_neg(&parser->module->nums, n) : n;
}

/* A form has one constant as a rule; partial sums of several are no numbers of the module. */
static void add_constant(struct ir_parser *parser, num constant)
{
	const struct num_pool *nums = &parser->module->nums;

	if (parser->constant_count++ == 0) {
		parser->bias = constant;
		return;
	}
	if (parser->constant_count == 2)
		dyadic_set_num(&parser->sum, nums, parser->bias);
	dyadic_set_num(&parser->summand, nums, constant);
	dyadic_add(&parser->sum, &parser->summand, &parser->scratch);
}

static num bias_of_constants(struct ir_parser *parser)
{
	struct num_pool *nums = &parser->module->nums;
	num bias = NUM_ZERO;

	if (parser->constant_count < 2)
		return parser->constant_count ? parser->bias : NUM_ZERO;
	dyadic_normalize(&parser->sum);
	bias = dyadic_num(&parser->sum, nums);
	if (num_fixed_bits(nums, bias) > IR_BITS_LIMIT)
		ir_parser_fail(parser, "constants whose sum has at most 2^24 bits before this");
	return bias;
}

/* One summand: value, number * value, or number. */
static void parse_summand(struct ir_parser *parser, bool negative)
{
	struct num_pool *nums = &parser->module->nums;
	num weight = NUM_ONE;

	if (parser->lexer.token == IR_TOKEN_NUMBER) {
		weight = ir_parser_number(parser);
		if (!ir_parser_accept(parser, "*")) {
			add_constant(parser, negative ? num_neg(nums, weight) : weight);
			return;
		}
	}
	parser->terms = mem_grow(parser->terms, &parser->term_room, parser->term_count + 1,
		sizeof *parser->terms);
	parser->terms[parser->term_count++] = (struct ir_term){ ir_parser_value(parser),
		negative ? num_neg(nums, weight) : weight };
}

num ir_parser_form(struct ir_parser *parser)
{
	bool negative = ir_parser_accept(parser, "-");
	bool sorted = true;

	parser->term_count = 0;
	parser->constant_count = 0;
	for (;;) {
		parse_summand(parser, negative);
		if (ir_parser_accept(parser, "+"))
			negative = false;
		else if (ir_parser_accept(parser, "-"))
			negative = true;
		else
			break;
	}
	for (size_t i = 1; i < parser->term_count; i++)
		sorted = sorted && parser->terms[i - 1].value.i < parser->terms[i].value.i;
	if (!sorted)
		qsort(parser->terms, parser->term_count, sizeof *parser->terms, compare_terms);
	if (parser->term_count >= 1 << 24)
		ir_parser_fail(parser, "fewer than 2^24 terms");
	return bias_of_constants(parser);
}
