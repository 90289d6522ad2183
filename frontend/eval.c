#include "frontend/eval.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

void value_init(struct value *value)
{
	*value = (struct value){ 0 };
	number_init(&value->number);
}

void value_fini(struct value *value)
{
	number_fini(&value->number);
}

const char *value_kind_name(enum value_kind kind)
{
	static const char *const names[] = { "a number", "a text", "a word" };

	return names[kind];
}

void params_fini(struct params *params)
{
	for (uint32_t i = 0; i < params->names.count; i++)
		value_fini(&params->list[i].value);
	free(params->list);
	names_fini(&params->names);
	*params = (struct params){ 0 };
}

const struct param *params_find(const struct params *params, const char *name)
{
	uint32_t i = names_find(&params->names, name);

	return i == NAMES_NONE ? NULL : &params->list[i];
}

void eval_unknown(struct diag_sink *sink, struct span span, const char *what, const char *name,
	const char *const *names, size_t count)
{
	enum { SHOWN = 16, SEARCHED = 4096 };
	const char *nearest;
	char list[512] = "";
	size_t length = 0;

	if (diag_full(sink)) {
		diag_error(sink, span, "unknown %s '%s'", what, name);
		return;
	}
	nearest = diag_nearest(name, names, count < SEARCHED ? count : SEARCHED);
	if (nearest)
		diag_error(
			sink, span, "unknown %s '%s'; did you mean '%s'?", what, name, nearest);
	else
		diag_error(sink, span, "unknown %s '%s'", what, name);
	for (size_t i = 0; i < count && i < SHOWN && length < sizeof list - 8; i++)
		length += (size_t)snprintf(
			list + length, sizeof list - length, "%s%s", i ? ", " : "", names[i]);
	if (count > SHOWN && length < sizeof list - 8)
		snprintf(list + length, sizeof list - length, ", ...");
	if (count)
		diag_note(sink, span, "known: %s", list);
}

/* All names in scope, for the nearest one; freed with free(). */
static const char **names_in_scope(const struct scope *scope, size_t *count)
{
	static const char *const data_names[] = { "N", "d", "C" };
	size_t room = 0;
	const char **names = NULL;

	*count = 0;
	for (size_t i = 0; scope->has_measures && spec_measure_names[i]; i++) {
		names = mem_grow(names, &room, *count + 1, sizeof *names);
		names[(*count)++] = spec_measure_names[i];
	}
	for (size_t i = 0; scope->has_data && i < 3; i++) {
		names = mem_grow(names, &room, *count + 1, sizeof *names);
		names[(*count)++] = data_names[i];
	}
	names = mem_grow(names, &room, *count + scope->params->names.count + 1, sizeof *names);
	for (uint32_t i = 0; i < scope->params->names.count; i++)
		names[(*count)++] = scope->params->names.list[i];
	return names;
}

static void unknown_name(const struct scope *scope, struct span span, const char *name)
{
	bool is_data = !strcmp(name, "N") || !strcmp(name, "d") || !strcmp(name, "C");
	const char **names;
	size_t count = 0;

	if (is_data && !scope->has_data) {
		diag_error(scope->sink, span,
			"'%s' is known only once the data set is loaded: in 'network' and "
			"'expect'",
			name);
		return;
	}
	names = diag_full(scope->sink) ? NULL : names_in_scope(scope, &count);
	eval_unknown(scope->sink, span, "name", name, names, count);
	free(names);
}

/* A measure of the network; false if the name is none. */
static bool eval_measure(const struct scope *scope, const char *name, struct value *value)
{
	value->kind = VALUE_NUMBER;
	for (size_t i = 0; i < scope->measure_count; i++) {
		if (strcmp(scope->measures[i].name, name) != 0)
			continue;
		number_from_u64(&value->number, scope->measures[i].value);
		return true;
	}
	for (size_t i = 0; spec_measure_names[i]; i++) {
		value->pending = !strcmp(spec_measure_names[i], name);
		if (value->pending)
			return true;
	}
	return false;
}

/* N, d or C; false if the name is none of them. */
static bool eval_data_name(const struct scope *scope, const char *name, struct value *value)
{
	uint64_t number = 0;

	if (strlen(name) != 1 || !strchr("NdC", *name))
		return false;
	value->kind = VALUE_NUMBER;
	value->pending = !scope->data;
	if (scope->data)
		number = *name == 'N'  ? scope->data->points
			: *name == 'd' ? scope->data->inputs
				       : scope->data->classes;
	number_from_u64(&value->number, number);
	return true;
}

/* A name that nothing in scope has is a word, which whoever asked may refuse. */
static bool eval_name(
	const struct scope *scope, const struct tree_expr *expr, struct value *value)
{
	const struct param *param;

	if (scope->has_measures && eval_measure(scope, expr->text, value))
		return true;
	if (scope->has_data && eval_data_name(scope, expr->text, value))
		return true;
	param = params_find(scope->params, expr->text);
	if (!param) {
		value->kind = VALUE_WORD;
		value->text = expr->text;
		return true;
	}
	if (param->failed)
		return false;
	value->kind = param->value.kind;
	value->text = param->value.text;
	value->param = param;
	number_set(&value->number, &param->value.number);
	return true;
}

static void wrong_kind(const struct scope *scope, const struct tree_expr *expr,
	const char *what, const char *wanted, const struct value *value)
{
	if (value->kind == VALUE_WORD && !value->param) {
		unknown_name(scope, expr->span, value->text);
		return;
	}
	if (value->kind == VALUE_NUMBER)
		diag_error(
			scope->sink, expr->span, "%s must be %s, not a number", what, wanted);
	else
		diag_error(scope->sink, expr->span, "%s must be %s, not %s '%s'", what, wanted,
			value_kind_name(value->kind), value->text);
	if (value->param && value->param->span.source)
		diag_note(scope->sink, value->param->span, "'%s' is defined here",
			value->param->name);
}

bool eval_number(const struct scope *scope, const struct tree_expr *expr, const char *what,
	struct value *value)
{
	if (!eval(scope, expr, value))
		return false;
	if (value->kind == VALUE_NUMBER)
		return true;
	wrong_kind(scope, expr, what, "a number", value);
	return false;
}

const char *eval_text(const struct scope *scope, const struct tree_expr *expr, const char *what)
{
	struct value value;
	const char *text = NULL;

	value_init(&value);
	if (eval(scope, expr, &value)) {
		if (value.kind == VALUE_TEXT)
			text = value.text;
		else if (value.kind == VALUE_WORD && !value.param)
			diag_error(scope->sink, expr->span,
				"%s must be a text; texts stand in quotes: \"%s\"", what,
				value.text);
		else
			wrong_kind(scope, expr, what, "a text", &value);
	}
	value_fini(&value);
	return text;
}

const char *eval_label(
	const struct scope *scope, const struct tree_expr *expr, const char *what)
{
	struct value value;
	const char *text = NULL;

	value_init(&value);
	if (eval(scope, expr, &value)) {
		if (value.kind == VALUE_TEXT || (value.kind == VALUE_WORD && value.param))
			text = value.text;
		else if (value.kind == VALUE_NUMBER && !value.number.inexact)
			text = number_text(&value.number, scope->arena);
		else if (value.kind == VALUE_NUMBER)
			diag_error(scope->sink, expr->span,
				"%s must be an exact number or a text", what);
		else
			diag_error(scope->sink, expr->span,
				"%s must be a number or a text; texts stand in quotes: \"%s\"",
				what, value.text);
	}
	value_fini(&value);
	return text;
}

/* Names that a hyphen joins, as papers write them: width-depth. NULL for what is none. */
static const char *hyphenated(const struct scope *scope, const struct tree_expr *expr)
{
	const char *text = NULL;

	if (expr->kind != TREE_CHAIN)
		return NULL;
	for (const struct tree_expr *part = expr->first; part; part = part->next) {
		if (part->kind != TREE_NAME || (text && part->op != '-'))
			return NULL;
		text = text ? arena_printf(scope->arena, "%s-%s", text, part->text)
			    : part->text;
	}
	return text;
}

const char *eval_word(const struct scope *scope, const struct tree_expr *expr, const char *what)
{
	const char *joined = hyphenated(scope, expr);
	const struct param *param;

	if (joined)
		return joined;
	if (expr->kind != TREE_NAME) {
		diag_error(scope->sink, expr->span, "expected the name of %s", what);
		return NULL;
	}
	param = params_find(scope->params, expr->text);
	if (!param)
		return expr->text;
	if (param->failed)
		return NULL;
	if (param->value.kind != VALUE_NUMBER)
		return param->value.text;
	wrong_kind(scope, expr, what, "a name",
		&(struct value){ .kind = VALUE_NUMBER, .param = param });
	return NULL;
}

/* What ${name} stands for. */
static bool interpolate(
	const struct scope *scope, const char *name, struct span span, const char **text)
{
	const struct param *param = params_find(scope->params, name);

	if (!param) {
		eval_unknown(scope->sink, span, "param", name, scope->params->names.list,
			scope->params->names.count);
		return false;
	}
	if (param->failed)
		return false;
	if (param->value.kind == VALUE_NUMBER && param->value.number.inexact) {
		diag_error(scope->sink, span,
			"'%s' has no exact digits to write into a text; round it", name);
		return false;
	}
	*text = param->value.kind == VALUE_NUMBER
		? number_text(&param->value.number, scope->arena)
		: param->value.text;
	return true;
}

/* What a letter behind a backslash stands for. */
static char unescape(char letter)
{
	return letter == 'n' ? '\n' : letter == 't' ? '\t' : letter;
}

struct buffer {
	char *bytes;
	size_t count, room;
};

static void put(struct buffer *buffer, const char *bytes, size_t count)
{
	buffer->bytes = mem_grow(buffer->bytes, &buffer->room, buffer->count + count, 1);
	if (count)
		memcpy(buffer->bytes + buffer->count, bytes, count);
	buffer->count += count;
}

/* Longer texts come only from params that repeat each other. */
#define TEXT_SIZE ((size_t)1 << 20)

/* One piece of a text: an escape, a param, or plain bytes. Returns its length, 0 on failure. */
static uint32_t put_piece(const struct scope *scope, const struct tree_expr *expr, uint32_t at,
	struct buffer *buffer)
{
	const char *text = expr->text + at;
	uint32_t left = expr->length - at, length = 1;

	if (text[0] == '\\' && left > 1) {
		put(buffer, (char[]){ unescape(text[1]) }, 1);
		return 2;
	}
	if (text[0] == '$' && left > 1 && text[1] == '{') {
		const char *close = memchr(text, '}', left), *value, *name;
		struct span span = { expr->span.source, expr->span.begin + 1 + at,
			expr->span.begin + 1 + at };
		if (!close)
			return 0;
		length = (uint32_t)(close - text) + 1;
		span.end += length;
		name = arena_string(scope->arena, text + 2, length - 3);
		if (!interpolate(scope, name, span, &value))
			return 0;
		put(buffer, value, strlen(value));
		return length;
	}
	while (length < left && text[length] != '\\' && text[length] != '$')
		length++;
	put(buffer, text, length);
	return length;
}

static bool eval_string(
	const struct scope *scope, const struct tree_expr *expr, struct value *value)
{
	struct buffer buffer = { 0 };
	bool good = true;

	for (uint32_t at = 0, length; good && at < expr->length; at += length) {
		length = put_piece(scope, expr, at, &buffer);
		good = length != 0;
		if (buffer.count > TEXT_SIZE) {
			diag_error(scope->sink, expr->span, "this text is longer than 1 MiB");
			good = false;
		}
	}
	value->kind = VALUE_TEXT;
	value->text = arena_string(scope->arena, buffer.bytes, buffer.count);
	free(buffer.bytes);
	return good;
}

/* Reports an error of arithmetic, if there is one. */
static bool arithmetic(const struct scope *scope, struct span span, const char *error)
{
	if (error)
		diag_error(scope->sink, span, "%s", error);
	return !error;
}

static const char *operand_of(char op)
{
	switch (op) {
	case '+':
		return "an operand of '+'";
	case '-':
		return "an operand of '-'";
	case '*':
		return "an operand of '*'";
	case '/':
		return "an operand of '/'";
	default:
		return "an operand of '^'";
	}
}

static bool eval_negate(
	const struct scope *scope, const struct tree_expr *expr, struct value *value)
{
	if (!eval_number(scope, expr->first, operand_of('-'), value))
		return false;
	mpq_neg(value->number.q, value->number.q);
	value->param = NULL;
	return true;
}

/* total = total op right */
static bool apply(const struct scope *scope, struct value *total, const struct tree_expr *right)
{
	struct value value;
	bool good;

	value_init(&value);
	good = eval_number(scope, right, operand_of(right->op), &value);
	total->pending |= value.pending;
	if (good && !total->pending)
		good = arithmetic(scope, right->span,
			number_apply(&total->number, &total->number, right->op, &value.number));
	value_fini(&value);
	return good;
}

static bool eval_chain(
	const struct scope *scope, const struct tree_expr *expr, struct value *value)
{
	const struct tree_expr *member = expr->first;

	if (!eval_number(scope, member, operand_of(member->next->op), value))
		return false;
	value->param = NULL;
	while ((member = member->next))
		if (!apply(scope, value, member))
			return false;
	return true;
}

static const struct function {
	const char *name;
	const char *(*apply)(struct number *result, const struct number *a);
	int fold; /* -1: min, 1: max, of any number of arguments */
} functions[] = {
	{ "ceil", number_ceil, 0 },
	{ "floor", number_floor, 0 },
	{ "round", number_round, 0 },
	{ "sqrt", number_sqrt, 0 },
	{ "log2", number_log2, 0 },
	{ "abs", number_abs, 0 },
	{ "min", NULL, -1 },
	{ "max", NULL, 1 },
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static const struct function *find_function(
	const struct scope *scope, const struct tree_expr *call)
{
	const char *names[FUNCTIONS];

	for (size_t i = 0; i < FUNCTIONS; i++) {
		names[i] = functions[i].name;
		if (!strcmp(names[i], call->text))
			return &functions[i];
	}
	eval_unknown(scope->sink,
		(struct span){ call->span.source, call->span.begin,
			call->span.begin + (uint32_t)strlen(call->text) },
		"function", call->text, names, FUNCTIONS);
	return NULL;
}

/* The least or greatest argument. */
static bool eval_fold(const struct scope *scope, const struct tree_expr *call, int sign,
	const char *what, struct value *value)
{
	const struct tree_expr *argument = call->first;
	struct value next;
	bool good = eval_number(scope, argument, what, value);

	value_init(&next);
	while (good && (argument = argument->next)) {
		next.pending = false;
		good = eval_number(scope, argument, what, &next);
		value->pending |= next.pending;
		if (good && number_compare(&next.number, &value->number) == sign)
			number_set(&value->number, &next.number);
	}
	value_fini(&next);
	return good;
}

static bool eval_call(
	const struct scope *scope, const struct tree_expr *expr, struct value *value)
{
	const struct function *function = find_function(scope, expr);
	const char *what;
	bool good;

	if (!function)
		return false;
	if (!expr->first || (!function->fold && expr->first->next)) {
		diag_error(scope->sink, expr->span, "'%s' takes %s", function->name,
			function->fold ? "one argument or more" : "one argument");
		return false;
	}
	what = arena_printf(scope->arena, "the argument of '%s'", function->name);
	if (function->fold)
		good = eval_fold(scope, expr, function->fold, what, value);
	else
		good = eval_number(scope, expr->first, what, value);
	value->param = NULL;
	if (!good || !function->apply || value->pending)
		return good;
	return arithmetic(scope, expr->span, function->apply(&value->number, &value->number));
}

bool eval(const struct scope *scope, const struct tree_expr *expr, struct value *value)
{
	value->pending = false;
	value->param = NULL;
	value->text = NULL;
	switch (expr->kind) {
	case TREE_NUMBER:
		value->kind = VALUE_NUMBER;
		return arithmetic(scope, expr->span,
			number_parse(&value->number, expr->text, expr->length));
	case TREE_TEXT:
		return eval_string(scope, expr, value);
	case TREE_NAME:
		return eval_name(scope, expr, value);
	case TREE_CALL:
		return eval_call(scope, expr, value);
	case TREE_NEGATE:
		return eval_negate(scope, expr, value);
	case TREE_CHAIN:
		return eval_chain(scope, expr, value);
	}
	panic("an expression of kind %d", (int)expr->kind);
}
