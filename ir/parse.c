#include "ir/text.h"

#include <stdlib.h>

#include "ir/parser.h"
#include "support/mem.h"

/* "0..255 step 1/10" */
static void parse_range(struct ir_parser *parser, struct ir_feature *feature)
{
	feature->lo = ir_parser_integer(parser, INT64_MIN, INT64_MAX, "the least value");
	ir_parser_expect(parser, "..", "'..'");
	feature->hi = ir_parser_integer(parser, INT64_MIN, INT64_MAX, "the greatest value");
	if (ir_parser_accept(parser, "step"))
		feature->step = ir_parser_ratio(parser, true, "a positive step");
}

static void parse_inputs(struct ir_parser *parser)
{
	int64_t count = ir_parser_integer(
		parser, 1, IR_INPUTS_LIMIT, "a number of inputs, at most 2^20");
	struct ir_feature feature = IR_FEATURE(0, 0);
	size_t total = parser->feature_count + (size_t)count;

	ir_parser_expect(parser, "in", "'in' and a range");
	parse_range(parser, &feature);
	if (ir_parser_accept(parser, "offset"))
		feature.offset = ir_parser_ratio(parser, false, "an offset");
	if (parser->failed || total > IR_INPUTS_LIMIT) {
		ir_parser_fail(parser, "at most 2^20 inputs");
		return;
	}
	parser->features = mem_grow(
		parser->features, &parser->feature_room, total, sizeof *parser->features);
	while (parser->feature_count < total)
		parser->features[parser->feature_count++] = feature;
}

static void parse_class(struct ir_parser *parser)
{
	parser->classes = mem_grow(parser->classes, &parser->class_room,
		parser->class_count + 1, sizeof *parser->classes);
	parser->classes[parser->class_count++] = ir_parser_string(parser);
}

static void parse_real(struct ir_parser *parser)
{
	parser->levels = IR_FEATURE(0, 0);
	parse_range(parser, &parser->levels);
	parser->has_levels = true;
}

static void parse_element(struct ir_parser *parser)
{
	if (parser->lexer.token != IR_TOKEN_WORD ||
		!ir_element_find(parser->lexer.text + parser->lexer.begin,
			parser->lexer.end - parser->lexer.begin, &parser->element))
		ir_parser_fail(parser, "the type of the raw features, like uint8");
	else
		ir_lex(&parser->lexer);
}

/* Inputs and classes are complete when the first layer starts. */
static void start(struct ir_parser *parser)
{
	if (parser->started)
		return;
	parser->started = true;
	if (parser->has_levels)
		ir_declare_levels(parser->module, &parser->levels);
	else
		ir_set_classes(parser->module, (uint32_t)parser->class_count, parser->classes);
	ir_set_inputs(parser->module, parser->element, (uint32_t)parser->feature_count,
		parser->features);
}

static void parse_layer(struct ir_parser *parser)
{
	enum { STAGES = 1000 }; /* they are few, so that a list of them is quick to search */
	const char *stage;

	start(parser);
	ir_parser_integer(parser, parser->module->layer_count + 1,
		parser->module->layer_count + INT64_C(1), "the layer's number, counted from 1");
	stage = ir_parser_text(parser, IR_TOKEN_WORD, "the layer's stage, a word");
	if (!parser->failed)
		ir_layer_begin(parser->module, stage);
	if (parser->module->stage_count > STAGES)
		ir_parser_fail(parser, "layers of at most 1000 stages");
}

/* Behind "%name =": a neuron of the layer under way. */
static ir_value parse_neuron(struct ir_parser *parser)
{
	num bias;

	ir_parser_expect(parser, ir_op_name(IR_RELU), "'relu'");
	bias = ir_parser_form(parser);
	if (parser->failed)
		return ir_input(0);
	return ir_neuron(parser->module, parser->terms, (uint32_t)parser->term_count, bias);
}

static void parse_definition(struct ir_parser *parser)
{
	uint32_t begin = parser->lexer.begin, length = parser->lexer.end - begin;
	bool fused = parser->module->level == IR_LEVEL_FUSED;
	ir_value value;

	if (!fused && parser->module->layer_count == 0) {
		ir_parser_fail(parser, "a layer before its neurons");
		return;
	}
	if (ir_parser_defined(parser, begin, length)) {
		ir_parser_fail(parser, "a name not defined above");
		return;
	}
	ir_lex(&parser->lexer);
	ir_parser_expect(parser, "=", "'='");
	value = fused ? ir_parser_operation(parser) : parse_neuron(parser);
	if (!parser->failed)
		ir_parser_define(parser, begin, length, value);
}

static void parse_output(struct ir_parser *parser)
{
	num bias;

	start(parser);
	bias = ir_parser_form(parser);
	if (parser->failed)
		return;
	ir_set_output(parser->module, parser->terms, (uint32_t)parser->term_count, bias);
	if (parser->lexer.token != IR_TOKEN_END)
		ir_parser_fail(parser, "the end after the output");
}

/* 64 hexadecimal digits: the digest goes into comments of emitted code as it is. */
static const char *parse_digest(struct ir_parser *parser)
{
	const char *text = parser->lexer.text + parser->lexer.begin;
	bool good = parser->lexer.end - parser->lexer.begin == 64 &&
		(parser->lexer.token == IR_TOKEN_WORD ||
			parser->lexer.token == IR_TOKEN_NUMBER);

	for (size_t i = 0; good && i < 64; i++)
		good = ir_hex_digit(text[i]) >= 0;
	if (!good) {
		ir_parser_fail(parser, "a digest of 64 hexadecimal digits");
		return "";
	}
	return ir_parser_text(parser, parser->lexer.token, "a digest");
}

/* What may stand where a statement begins. */
static const char *statements(const struct ir_parser *parser)
{
	const struct ir_module *module = parser->module;

	if (!parser->started)
		return "'class', 'real', 'element', 'inputs', 'layer', 'fused' or 'output'";
	if (module->level == IR_LEVEL_NETWORK)
		return "'layer', a neuron or 'output'";
	if (module->node_count == module->input_count)
		return "'table', a value or 'output'";
	return "a value or 'output'";
}

static void parse_head_statement(struct ir_parser *parser)
{
	if (parser->started)
		ir_parser_fail(parser, statements(parser));
	else if (!parser->has_levels && ir_parser_accept(parser, "class"))
		parse_class(parser);
	else if (!parser->has_levels && !parser->class_count &&
		ir_parser_accept(parser, "real"))
		parse_real(parser);
	else if (ir_parser_accept(parser, "element"))
		parse_element(parser);
	else if (ir_parser_accept(parser, "inputs"))
		parse_inputs(parser);
	else if (ir_parser_accept(parser, "spec"))
		parser->module->spec_sha256 = parse_digest(parser);
	else if (ir_parser_accept(parser, "points"))
		parser->module->points_sha256 = parse_digest(parser);
	else
		ir_parser_fail(parser, statements(parser));
}

static void parse_statement(struct ir_parser *parser)
{
	struct ir_module *module = parser->module;
	bool network = module->level == IR_LEVEL_NETWORK;
	bool no_values = module->node_count == module->input_count;

	if (parser->lexer.token == IR_TOKEN_NAME &&
		parser->lexer.text[parser->lexer.begin] == '%') {
		parse_definition(parser);
	} else if (network && ir_parser_accept(parser, "layer")) {
		parse_layer(parser);
	} else if (!parser->started && ir_parser_accept(parser, "fused")) {
		start(parser);
		ir_set_fused(module);
	} else if (!network && no_values && ir_parser_accept(parser, "table")) {
		ir_parser_table(parser);
	} else if (ir_parser_accept(parser, "output")) {
		parse_output(parser);
	} else {
		parse_head_statement(parser);
	}
}

static void parse_module(struct ir_parser *parser)
{
	ir_lex(&parser->lexer);
	ir_parser_expect(parser, "network", "'network @name'");
	if (!parser->failed && parser->lexer.token == IR_TOKEN_NAME &&
		parser->lexer.text[parser->lexer.begin] == '@')
		parser->module->name = ir_parser_text(parser, IR_TOKEN_NAME, "a name");
	else
		ir_parser_fail(parser, "the network's name, like @clf");
	while (!parser->failed && parser->lexer.token != IR_TOKEN_END)
		parse_statement(parser);
	if (!parser->failed && !parser->module->has_output)
		ir_parser_fail(parser, "'output'");
}

bool ir_parse(struct ir_module *module, uint32_t source, const char *text, size_t size,
	struct diag_sink *sink)
{
	struct ir_parser parser = {
		.module = module,
		.sink = sink,
		.source = source,
		.lexer = { .text = text, .size = size },
	};

	ir_module_init(module, "");
	dyadic_init(&parser.sum);
	dyadic_init(&parser.summand);
	dyadic_scratch_init(&parser.scratch);
	if (size >= UINT32_MAX) {
		diag_error(sink, (struct span){ source, 0, 0 }, "the text is over 4 GiB long");
		parser.failed = true;
	} else {
		parse_module(&parser);
	}
	dyadic_clear(&parser.sum);
	dyadic_clear(&parser.summand);
	dyadic_scratch_clear(&parser.scratch);
	free(parser.definitions);
	free(parser.terms);
	free(parser.features);
	free(parser.classes);
	free(parser.cells);
	if (parser.failed)
		ir_module_fini(module);
	return !parser.failed;
}
