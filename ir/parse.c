#include "ir/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ir/lex.h"
#include "support/mem.h"

/* Where a neuron's name stands in the text, by hash; handle + 1, 0 is free. */
struct definition {
	uint32_t begin, length;
	uint32_t value_plus_1;
};

struct parser {
	struct ir_module *module;
	struct diag_sink *sink;
	uint32_t source;
	struct ir_lexer lexer;

	struct definition *definitions;
	size_t definition_room; /* a power of two */
	size_t definition_count;
	struct ir_term *terms;
	size_t term_count, term_room;
	struct ir_feature *features;
	size_t feature_count, feature_room;
	const char **classes;
	size_t class_count, class_room;
	enum ir_element element;
	bool started; /* the first layer or output has been seen */
	bool failed;
};

static struct span here(const struct parser *parser)
{
	return (struct span){ parser->source, parser->lexer.begin, parser->lexer.end };
}

/* One error ends the parse: what follows it is rarely what was meant. */
static void fail(struct parser *parser, const char *expected)
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

static bool is_text(const struct parser *parser, const char *text)
{
	size_t length = strlen(text);

	return (parser->lexer.token == IR_TOKEN_WORD || parser->lexer.token == IR_TOKEN_MARK) &&
		parser->lexer.end - parser->lexer.begin == length &&
		!memcmp(parser->lexer.text + parser->lexer.begin, text, length);
}

static bool accept(struct parser *parser, const char *text)
{
	if (parser->failed || !is_text(parser, text))
		return false;
	ir_lex(&parser->lexer);
	return true;
}

static void expect(struct parser *parser, const char *text, const char *what)
{
	if (!accept(parser, text))
		fail(parser, what);
}

/* --- small parts -------------------------------------------------------------------- */

static int64_t parse_integer(
	struct parser *parser, int64_t least, int64_t most, const char *what)
{
	bool negative = least < 0 && accept(parser, "-");
	char digits[24];
	size_t length = parser->lexer.end - parser->lexer.begin;
	int64_t value;

	if (parser->failed || parser->lexer.token != IR_TOKEN_NUMBER || length > 19) {
		fail(parser, what);
		return 0;
	}
	digits[0] = '-';
	memcpy(digits + 1, parser->lexer.text + parser->lexer.begin, length);
	digits[length + 1] = '\0';
	errno = 0;
	char *end;
	value = strtoll(negative ? digits : digits + 1, &end, 10);
	if (*end || errno || value < least || value > most) {
		fail(parser, what);
		return 0;
	}
	ir_lex(&parser->lexer);
	return value;
}

static struct ir_ratio parse_ratio(struct parser *parser, bool positive, const char *what)
{
	enum { LIMIT = 62 };
	int64_t most = (INT64_C(1) << LIMIT) - 1;
	struct ir_ratio ratio = { parse_integer(parser, positive ? 1 : -most, most, what), 1 };

	if (accept(parser, "/"))
		ratio.den = parse_integer(parser, 1, most, what);
	return ratio;
}

static int hex_digit(char c)
{
	if (ir_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *parse_string(struct parser *parser)
{
	const char *from = parser->lexer.text + parser->lexer.begin + 1;
	const char *end = parser->lexer.text + parser->lexer.end - 1;
	char *to, *start;

	if (parser->failed || parser->lexer.token != IR_TOKEN_STRING) {
		fail(parser, "a name in quotes");
		return "";
	}
	start = to = arena_alloc(&parser->module->arena, (size_t)(end - from) + 1, 1);
	while (from < end) {
		if (*from != '\\') {
			*to++ = *from++;
		} else if (from[1] == 'x' && end - from >= 4 && hex_digit(from[2]) >= 0 &&
			hex_digit(from[3]) >= 0 && (hex_digit(from[2]) || hex_digit(from[3]))) {
			*to++ = (char)(hex_digit(from[2]) * 16 + hex_digit(from[3]));
			from += 4;
		} else if (from[1] == '"' || from[1] == '\\') {
			*to++ = from[1];
			from += 2;
		} else {
			fail(parser, "a name whose escapes are \\\", \\\\ or \\xHH");
			return "";
		}
	}
	ir_lex(&parser->lexer);
	return start;
}

/* The text of a word, name (without its mark) or number, in the module's arena. */
static const char *parse_text(struct parser *parser, enum ir_token token, const char *what)
{
	uint32_t begin = parser->lexer.begin + (token == IR_TOKEN_NAME);
	const char *text;

	if (parser->failed || parser->lexer.token != token) {
		fail(parser, what);
		return "";
	}
	text = arena_string(
		&parser->module->arena, parser->lexer.text + begin, parser->lexer.end - begin);
	ir_lex(&parser->lexer);
	return text;
}

/* --- names of neurons --------------------------------------------------------------- */

static struct definition *find_definition(
	struct parser *parser, uint32_t begin, uint32_t length)
{
	uint64_t hash = length;

	for (uint32_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)parser->lexer.text[begin + i]) *
			UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 32;
	for (;; hash++) {
		struct definition *at =
			&parser->definitions[hash & (parser->definition_room - 1)];
		if (!at->value_plus_1 ||
			(at->length == length &&
				!memcmp(parser->lexer.text + at->begin,
					parser->lexer.text + begin, length)))
			return at;
	}
}

static void grow_definitions(struct parser *parser)
{
	struct definition *old = parser->definitions;
	size_t count = parser->definition_room;

	parser->definition_room = count ? count * 2 : 64;
	parser->definitions = mem_zero(parser->definition_room, sizeof *old);
	for (size_t i = 0; i < count; i++)
		if (old[i].value_plus_1)
			*find_definition(parser, old[i].begin, old[i].length) = old[i];
	free(old);
}

/* x12: the input's number; false if the word is something else */
static bool input_number(const struct parser *parser, uint32_t *number)
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

static ir_value parse_value(struct parser *parser)
{
	const struct definition *definition;
	uint32_t number = 0;

	if (!parser->failed && parser->lexer.token == IR_TOKEN_WORD &&
		input_number(parser, &number)) {
		if (number >= parser->module->input_count)
			fail(parser, "an input that was declared");
		else
			ir_lex(&parser->lexer);
		return ir_input(number);
	}
	if (parser->failed || parser->lexer.token != IR_TOKEN_NAME ||
		parser->lexer.text[parser->lexer.begin] != '%') {
		fail(parser, "a value");
		return ir_input(0);
	}
	definition = find_definition(
		parser, parser->lexer.begin, parser->lexer.end - parser->lexer.begin);
	if (!definition->value_plus_1) {
		fail(parser, "a value defined above");
		return ir_input(0);
	}
	ir_lex(&parser->lexer);
	return (ir_value){ definition->value_plus_1 - 1 };
}

/* --- affine forms ------------------------------------------------------------------- */

static int compare_terms(const void *a, const void *b)
{
	uint32_t x = ((const struct ir_term *)a)->value.i,
		 y = ((const struct ir_term *)b)->value.i;

	return (x > y) - (x < y);
}

static num parse_number(struct parser *parser)
{
	struct num_pool *nums = &parser->module->nums;
	num result = NUM_ONE;

	if (!num_parse(nums, parser->lexer.text + parser->lexer.begin,
		    parser->lexer.end - parser->lexer.begin, &result))
		fail(parser, "a dyadic number");
	else if (num_fixed_bits(nums, result) > IR_BITS_LIMIT)
		fail(parser, "a number of at most 2^24 bits");
	else
		ir_lex(&parser->lexer);
	return result;
}

/* One summand: value, number * value, or number. */
static void parse_summand(struct parser *parser, bool negative, num *bias)
{
	struct num_pool *nums = &parser->module->nums;
	num weight = NUM_ONE;

	if (parser->lexer.token == IR_TOKEN_NUMBER) {
		weight = parse_number(parser);
		if (!accept(parser, "*")) {
			*bias = num_add(nums, *bias, negative ? num_neg(nums, weight) : weight);
			return;
		}
	}
	parser->terms = mem_grow(parser->terms, &parser->term_room, parser->term_count + 1,
		sizeof *parser->terms);
	parser->terms[parser->term_count++] = (struct ir_term){ parse_value(parser),
		negative ? num_neg(nums, weight) : weight };
}

static num parse_affine(struct parser *parser)
{
	bool negative = accept(parser, "-");
	bool sorted = true;
	num bias = NUM_ZERO;

	parser->term_count = 0;
	for (;;) {
		parse_summand(parser, negative, &bias);
		if (accept(parser, "+"))
			negative = false;
		else if (accept(parser, "-"))
			negative = true;
		else
			break;
	}
	for (size_t i = 1; i < parser->term_count; i++)
		sorted = sorted && parser->terms[i - 1].value.i < parser->terms[i].value.i;
	if (!sorted)
		qsort(parser->terms, parser->term_count, sizeof *parser->terms, compare_terms);
	if (parser->term_count >= 1 << 24)
		fail(parser, "fewer than 2^24 terms");
	return bias;
}

/* --- statements --------------------------------------------------------------------- */

static void parse_inputs(struct parser *parser)
{
	enum { LIMIT = 1 << 24 };
	int64_t count = parse_integer(parser, 1, LIMIT, "a number of inputs below 2^24");
	struct ir_feature feature = IR_FEATURE(0, 0);
	size_t total = parser->feature_count + (size_t)count;

	expect(parser, "in", "'in' and a range");
	feature.lo = parse_integer(parser, INT64_MIN, INT64_MAX, "the least value");
	expect(parser, "..", "'..'");
	feature.hi = parse_integer(parser, INT64_MIN, INT64_MAX, "the greatest value");
	if (accept(parser, "step"))
		feature.step = parse_ratio(parser, true, "a positive step");
	if (accept(parser, "offset"))
		feature.offset = parse_ratio(parser, false, "an offset");
	if (parser->failed || total > LIMIT) {
		fail(parser, "at most 2^24 inputs");
		return;
	}
	parser->features = mem_grow(
		parser->features, &parser->feature_room, total, sizeof *parser->features);
	while (parser->feature_count < total)
		parser->features[parser->feature_count++] = feature;
}

static void parse_class(struct parser *parser)
{
	parser->classes = mem_grow(parser->classes, &parser->class_room,
		parser->class_count + 1, sizeof *parser->classes);
	parser->classes[parser->class_count++] = parse_string(parser);
}

static void parse_element(struct parser *parser)
{
	if (parser->lexer.token != IR_TOKEN_WORD ||
		!ir_element_find(parser->lexer.text + parser->lexer.begin,
			parser->lexer.end - parser->lexer.begin, &parser->element))
		fail(parser, "the type of the raw features, like uint8");
	else
		ir_lex(&parser->lexer);
}

/* Inputs and classes are complete when the first layer starts. */
static void start(struct parser *parser)
{
	if (parser->started)
		return;
	parser->started = true;
	ir_set_classes(parser->module, (uint32_t)parser->class_count, parser->classes);
	ir_set_inputs(parser->module, parser->element, (uint32_t)parser->feature_count,
		parser->features);
}

static void parse_layer(struct parser *parser)
{
	enum { STAGES = 1000 }; /* they are few, so that a list of them is quick to search */
	const char *stage;

	start(parser);
	parse_integer(parser, parser->module->layer_count + 1,
		parser->module->layer_count + INT64_C(1), "the layer's number, counted from 1");
	stage = parse_text(parser, IR_TOKEN_WORD, "the layer's stage, a word");
	if (!parser->failed)
		ir_layer_begin(parser->module, stage);
	if (parser->module->stage_count > STAGES)
		fail(parser, "layers of at most 1000 stages");
}

static void parse_neuron(struct parser *parser)
{
	uint32_t begin = parser->lexer.begin, length = parser->lexer.end - parser->lexer.begin;
	struct definition *definition;
	num bias;

	if (parser->module->layer_count == 0) {
		fail(parser, "a layer before its neurons");
		return;
	}
	if (parser->definition_count * 2 >= parser->definition_room)
		grow_definitions(parser);
	if (find_definition(parser, begin, length)->value_plus_1) {
		fail(parser, "a name not defined above");
		return;
	}
	ir_lex(&parser->lexer);
	expect(parser, "=", "'='");
	expect(parser, ir_op_name(IR_RELU), "'relu'");
	bias = parse_affine(parser);
	if (parser->failed)
		return;
	definition = find_definition(parser, begin, length);
	*definition = (struct definition){ begin, length,
		ir_neuron(parser->module, parser->terms, (uint32_t)parser->term_count, bias).i +
			1 };
	parser->definition_count++;
}

static void parse_output(struct parser *parser)
{
	num bias;

	start(parser);
	bias = parse_affine(parser);
	if (parser->failed)
		return;
	ir_set_output(parser->module, parser->terms, (uint32_t)parser->term_count, bias);
	if (parser->lexer.token != IR_TOKEN_END)
		fail(parser, "the end after the output");
}

/* 64 hexadecimal digits: the digest goes into comments of emitted code as it is. */
static const char *parse_digest(struct parser *parser)
{
	const char *text = parser->lexer.text + parser->lexer.begin;
	bool good = parser->lexer.end - parser->lexer.begin == 64 &&
		(parser->lexer.token == IR_TOKEN_WORD ||
			parser->lexer.token == IR_TOKEN_NUMBER);

	for (size_t i = 0; good && i < 64; i++)
		good = hex_digit(text[i]) >= 0;
	if (!good) {
		fail(parser, "a digest of 64 hexadecimal digits");
		return "";
	}
	return parse_text(parser, parser->lexer.token, "a digest");
}

static void parse_head_statement(struct parser *parser)
{
	if (parser->started)
		fail(parser, "'layer', a neuron or 'output'");
	else if (accept(parser, "class"))
		parse_class(parser);
	else if (accept(parser, "element"))
		parse_element(parser);
	else if (accept(parser, "inputs"))
		parse_inputs(parser);
	else if (accept(parser, "spec"))
		parser->module->spec_sha256 = parse_digest(parser);
	else if (accept(parser, "points"))
		parser->module->points_sha256 = parse_digest(parser);
	else
		fail(parser, "'class', 'element', 'inputs', 'layer' or 'output'");
}

static void parse_module(struct parser *parser)
{
	ir_lex(&parser->lexer);
	expect(parser, "network", "'network @name'");
	if (!parser->failed && parser->lexer.token == IR_TOKEN_NAME &&
		parser->lexer.text[parser->lexer.begin] == '@')
		parser->module->name = parse_text(parser, IR_TOKEN_NAME, "a name");
	else
		fail(parser, "the network's name, like @clf");
	grow_definitions(parser);
	while (!parser->failed && parser->lexer.token != IR_TOKEN_END) {
		if (parser->lexer.token == IR_TOKEN_NAME &&
			parser->lexer.text[parser->lexer.begin] == '%')
			parse_neuron(parser);
		else if (accept(parser, "layer"))
			parse_layer(parser);
		else if (accept(parser, "output"))
			parse_output(parser);
		else
			parse_head_statement(parser);
	}
	if (!parser->failed && !parser->module->has_output)
		fail(parser, "'output'");
}

bool ir_parse(struct ir_module *module, uint32_t source, const char *text, size_t size,
	struct diag_sink *sink)
{
	struct parser parser = {
		.module = module,
		.sink = sink,
		.source = source,
		.lexer = { .text = text, .size = size },
	};

	ir_module_init(module, "");
	if (size >= UINT32_MAX) {
		diag_error(sink, (struct span){ source, 0, 0 }, "the text is over 4 GiB long");
		parser.failed = true;
	} else {
		parse_module(&parser);
	}
	free(parser.definitions);
	free(parser.terms);
	free(parser.features);
	free(parser.classes);
	if (parser.failed)
		ir_module_fini(module);
	return !parser.failed;
}
