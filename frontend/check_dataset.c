#include <stdlib.h>
#include <string.h>

#include "frontend/check.h"
#include "frontend/check_rows.h"
#include "frontend/data/source.h"
#include "ir/level.h"

enum rule {
	RULE_FORMAT,
	RULE_GENERATE,
	RULE_POINTS,
	RULE_INPUTS,
	RULE_LABELS,
	RULE_CLASSES,
	RULE_LIMIT,
	RULE_SPLIT,
	RULE_SHUFFLE,
	RULE_RANGE,
	RULE_STEP,
	RULE_OFFSET,
	RULES,
};

static const struct clause_rule rules[RULES] = {
	[RULE_FORMAT] = { "format", "format csv;  or  format csv { header = yes; }" },
	[RULE_GENERATE] = { "generate",
		"generate moons;  or  generate moons { points = 100; }" },
	[RULE_POINTS] = { "points", "points { (0, 1) -> \"odd\"; ... }" },
	[RULE_INPUTS] = { "inputs", "inputs \"data.csv\";" },
	[RULE_LABELS] = { "labels", "labels \"labels.gz\";  or  labels real precision 2^-10;" },
	[RULE_CLASSES] = { "classes", "classes \"a\", \"b\";  or  classes only \"a\", 7;" },
	[RULE_LIMIT] = { "limit", "limit 1000;  or  limit per class 500;" },
	[RULE_SPLIT] = { "split",
		"split keep 4/5 { seed = 1; }  or  split drop 4/5 { seed = 1; }" },
	[RULE_SHUFFLE] = { "shuffle", "shuffle labels;  or  shuffle labels { seed = 1; }" },
	[RULE_RANGE] = { "range", "range 0 .. 255;" },
	[RULE_STEP] = { "step", "step 1/10;" },
	[RULE_OFFSET] = { "offset", "offset 0;" },
};

static const struct option_row seed_rows[] = {
	{ .name = "seed",
		.type = OPTION_COUNT,
		.fallback = "0",
		.max = INT64_MAX,
		.help = "of the random numbers" },
};

/* The first clause of each kind; labels, classes and limit come in two kinds. */
enum { SEEN_ONLY = RULES, SEEN_PER_CLASS, SEEN_REAL, SEEN };

struct dataset_check {
	struct scope scope;
	struct dataset_request *request;
	const char *folder;
	const struct tree_clause *seen[SEEN];
	bool guessing; /* a clause is misspelt: what is missing is not known */
};

static const char *check_path(struct dataset_check *check, const struct tree_clause *clause,
	enum rule rule, struct span *span)
{
	const struct tree_expr *expr =
		check_single(clause, &rules[rule], false, check->scope.sink);
	const char *path = expr ? eval_text(&check->scope, expr, "a path") : NULL;

	if (!path)
		return NULL;
	*span = expr->span;
	if (!*path) {
		diag_error(check->scope.sink, expr->span, "an empty path");
		return NULL;
	}
	return text_resolve(check->scope.arena, check->folder, path);
}

/* format NAME { settings } and generate NAME { settings } */
static void check_source(struct dataset_check *check, const struct tree_clause *clause,
	enum source_kind kind, enum rule rule)
{
	const struct tree_expr *expr =
		check_single(clause, &rules[rule], true, check->scope.sink);
	const char *what = kind == SOURCE_FORMAT ? "format" : "generator";
	const char *name = expr
		? eval_word(&check->scope, expr, arena_printf(check->scope.arena, "a %s", what))
		: NULL;
	const char *names[64];
	size_t count = 0;
	struct dataset_request *request = check->request;
	struct option_value *values;

	if (!name)
		return;
	request->source = source_find(kind, name);
	request->source_span = expr->span;
	if (!request->source) {
		for (size_t i = 0; sources[i] && count < 64; i++)
			if (sources[i]->kind == kind)
				names[count++] = sources[i]->name;
		eval_unknown(check->scope.sink, expr->span, what, name, names, count);
		return;
	}
	values = arena_alloc(check->scope.arena, request->source->option_count, sizeof *values);
	check_options(&check->scope, clause, request->source->options,
		request->source->option_count, values);
	request->options = values;
}

static void check_class_names(struct dataset_check *check, const struct tree_clause *clause)
{
	struct arena *arena = check->scope.arena;
	const char **names = arena_alloc(arena, clause->operand_count, sizeof *names);
	const struct tree_operand **first =
		arena_alloc(arena, clause->operand_count, sizeof *first);
	const struct tree_operand *last = clause->operands;
	struct names set = { 0 };
	size_t count = 0;

	for (const struct tree_operand *operand = clause->operands;
		operand && !diag_full(check->scope.sink); operand = operand->next) {
		const char *name = NULL;
		last = operand;
		if (check_words(operand, NULL, NULL))
			name = eval_label(&check->scope, operand->low, "the name of a class");
		else
			check_clause_shape(
				clause, &rules[RULE_CLASSES], operand->span, check->scope.sink);
		if (!name)
			continue;
		if (names_add(&set, name) == NAMES_NONE) {
			diag_error(
				check->scope.sink, operand->span, "a second class '%s'", name);
			diag_note(check->scope.sink, first[names_find(&set, name)]->span,
				"the first is here");
			continue;
		}
		first[count] = operand;
		names[count++] = name;
	}
	names_fini(&set);
	check->request->class_names = names;
	check->request->class_name_count = count;
	check->request->class_names_span = tree_join(clause->operands->span, last->span);
}

static void check_only(struct dataset_check *check, const struct tree_clause *clause)
{
	struct arena *arena = check->scope.arena;
	const char **names = arena_alloc(arena, clause->operand_count, sizeof *names);
	struct span *spans = arena_alloc(arena, clause->operand_count, sizeof *spans);
	size_t count = 0;

	for (const struct tree_operand *operand = clause->operands;
		operand && !diag_full(check->scope.sink); operand = operand->next) {
		if (!check_words(operand, operand == clause->operands ? "only" : NULL, NULL)) {
			check_clause_shape(
				clause, &rules[RULE_CLASSES], operand->span, check->scope.sink);
			continue;
		}
		names[count] = eval_label(&check->scope, operand->low, "a class");
		spans[count] = operand->low->span;
		count += names[count] != NULL;
	}
	check->request->only = names;
	check->request->only_spans = spans;
	check->request->only_count = count;
}

/* classes "a", "b"; names them, classes only "a", 7; keeps some: both may stand. */
static void check_classes(struct dataset_check *check, const struct tree_clause *clause)
{
	struct diag_sink *sink = check->scope.sink;
	bool only = clause->operands && clause->operands->words;

	if (!clause->operands || clause->has_block)
		check_clause_shape(clause, &rules[RULE_CLASSES],
			clause->has_block ? clause->block_span : clause->span, sink);
	else if (!check_once(&check->seen[only ? SEEN_ONLY : RULE_CLASSES], clause, sink))
		return;
	else if (only)
		check_only(check, clause);
	else
		check_class_names(check, clause);
}

static void check_limit(struct dataset_check *check, const struct tree_clause *clause)
{
	const struct tree_operand *operand = clause->operands;
	struct diag_sink *sink = check->scope.sink;
	bool per_class = operand && check_words(operand, "per", "class");
	int64_t count = 0;

	if (!operand || operand->next || clause->has_block ||
		!(per_class || check_words(operand, NULL, NULL))) {
		check_clause_shape(clause, &rules[RULE_LIMIT],
			operand ? operand->span : clause->span, sink);
		return;
	}
	if (!check_once(&check->seen[per_class ? SEEN_PER_CLASS : RULE_LIMIT], clause, sink))
		return;
	check_count(&check->scope, operand->low, "'limit'", 1, INT64_MAX, &count);
	if (per_class)
		check->request->limit_per_class = (uint64_t)count;
	else
		check->request->limit = (uint64_t)count;
}

static uint64_t check_seed(struct dataset_check *check, const struct tree_clause *clause)
{
	struct option_value value;

	check_options(&check->scope, clause, seed_rows, 1, &value);
	return (uint64_t)value.count;
}

static void check_split(struct dataset_check *check, const struct tree_clause *clause)
{
	const struct tree_operand *operand = clause->operands;
	struct dataset_request *request = check->request;
	struct ir_ratio part;

	request->split_drop = operand && check_words(operand, "drop", NULL);
	if (!operand || operand->next ||
		!(request->split_drop || check_words(operand, "keep", NULL))) {
		check_clause_shape(clause, &rules[RULE_SPLIT],
			operand ? operand->span : clause->span, check->scope.sink);
		return;
	}
	request->split = true;
	request->split_seed = check_seed(check, clause);
	if (!check_ratio(&check->scope, operand->low, "the part of 'split'", &part))
		return;
	if (part.num <= 0 || part.num >= part.den)
		diag_error(check->scope.sink, operand->low->span,
			"the part of 'split' must lie between 0 and 1, like 4/5");
	request->split_part = part;
}

static void check_shuffle(struct dataset_check *check, const struct tree_clause *clause)
{
	const struct tree_expr *expr =
		check_single(clause, &rules[RULE_SHUFFLE], true, check->scope.sink);

	if (!expr)
		return;
	if (expr->kind != TREE_NAME || strcmp(expr->text, "labels") != 0) {
		check_clause_shape(clause, &rules[RULE_SHUFFLE], expr->span, check->scope.sink);
		return;
	}
	check->request->shuffle_labels = true;
	check->request->shuffle_seed = check_seed(check, clause);
}

static int compare_ratios(struct ir_ratio a, struct ir_ratio b)
{
	__int128 difference = (__int128)a.num * b.den - (__int128)b.num * a.den;

	return (difference > 0) - (difference < 0);
}

static void check_range(struct dataset_check *check, const struct tree_clause *clause)
{
	const struct tree_operand *operand = clause->operands;
	struct dataset_request *request = check->request;
	struct diag_sink *sink = check->scope.sink;

	if (!operand || operand->next || operand->words || !operand->high ||
		clause->has_block) {
		check_clause_shape(clause, &rules[RULE_RANGE],
			operand ? operand->span : clause->span, sink);
		return;
	}
	request->has_range = true;
	request->range_span = operand->span;
	if (check_ratio(
		    &check->scope, operand->low, "a bound of 'range'", &request->range_lo) &&
		check_ratio(&check->scope, operand->high, "a bound of 'range'",
			&request->range_hi) &&
		compare_ratios(request->range_lo, request->range_hi) > 0)
		diag_error(
			sink, operand->span, "this range is empty: its first bound is greater");
}

static void check_unit(
	struct dataset_check *check, const struct tree_clause *clause, bool offset)
{
	const struct clause_rule *rule = &rules[offset ? RULE_OFFSET : RULE_STEP];
	const struct tree_expr *expr = check_single(clause, rule, false, check->scope.sink);
	struct dataset_request *request = check->request;
	struct ir_ratio *value = offset ? &request->offset : &request->step;

	if (!expr)
		return;
	if (!offset || !request->has_step)
		request->step_span = expr->span;
	if (offset)
		request->has_offset = true;
	else
		request->has_step = true;
	if (check_ratio(&check->scope, expr, offset ? "'offset'" : "'step'", value) &&
		!offset && value->num <= 0)
		diag_error(check->scope.sink, expr->span, "'step' must be greater than 0");
}

static void check_points(struct dataset_check *check, const struct tree_clause *clause)
{
	struct dataset_request *request = check->request;

	if (clause->operands || !clause->has_block) {
		check_clause_shape(clause, &rules[RULE_POINTS],
			clause->operands ? clause->operands->span : clause->span,
			check->scope.sink);
		return;
	}
	request->source = source_find(SOURCE_POINTS, "points");
	request->source_span = clause->span;
	request->points = check_inline_points(&check->scope, clause, &request->point_count);
}

static void check_format(struct dataset_check *check, const struct tree_clause *clause)
{
	check_source(check, clause, SOURCE_FORMAT, RULE_FORMAT);
}

static void check_generate(struct dataset_check *check, const struct tree_clause *clause)
{
	check_source(check, clause, SOURCE_GENERATOR, RULE_GENERATE);
}

static void check_inputs(struct dataset_check *check, const struct tree_clause *clause)
{
	check->request->inputs =
		check_path(check, clause, RULE_INPUTS, &check->request->inputs_span);
}

/* The greatest k with 2^k <= precision. */
static int floor_log2(struct ir_ratio precision)
{
	int k = 0;

	while (k <= IR_LEVEL_EXPONENT && precision.num / precision.den >= INT64_C(2) << k)
		k++;
	while (k > -IR_LEVEL_EXPONENT - 2 &&
		((__int128)precision.num << (k < 0 ? -k : 0)) < precision.den)
		k--;
	return k;
}

/* labels real precision 2^-10; */
static void check_real(struct dataset_check *check, const struct tree_clause *clause)
{
	const struct tree_operand *operand = clause->operands;
	struct dataset_request *request = check->request;
	struct diag_sink *sink = check->scope.sink;
	struct ir_ratio precision;

	if (operand->next || clause->has_block || !check_words(operand, "real", "precision")) {
		check_clause_shape(clause, &rules[RULE_LABELS],
			operand->next ? operand->next->span : operand->span, sink);
		return;
	}
	request->real = true;
	request->real_span = operand->span;
	if (!check_ratio(&check->scope, operand->low, "'precision'", &precision))
		return;
	request->real_exponent = precision.num > 0 ? floor_log2(precision) : 0;
	if (precision.num <= 0 || abs(request->real_exponent) > IR_LEVEL_EXPONENT)
		diag_error(sink, operand->low->span,
			"'precision' must lie between 2^-%d and 2^%d, like 2^-10",
			IR_LEVEL_EXPONENT, IR_LEVEL_EXPONENT);
}

/* labels "path"; names their file, labels real ... says what they are: both may stand. */
static void check_labels(struct dataset_check *check, const struct tree_clause *clause)
{
	bool real = clause->operands && clause->operands->words;

	if (!check_once(
		    &check->seen[real ? SEEN_REAL : RULE_LABELS], clause, check->scope.sink))
		return;
	if (real)
		check_real(check, clause);
	else
		check->request->labels =
			check_path(check, clause, RULE_LABELS, &check->request->labels_span);
}

static void check_step(struct dataset_check *check, const struct tree_clause *clause)
{
	check_unit(check, clause, false);
}

static void check_offset(struct dataset_check *check, const struct tree_clause *clause)
{
	check_unit(check, clause, true);
}

static void (*const checks[RULES])(struct dataset_check *, const struct tree_clause *) = {
	[RULE_FORMAT] = check_format,
	[RULE_GENERATE] = check_generate,
	[RULE_POINTS] = check_points,
	[RULE_INPUTS] = check_inputs,
	[RULE_LABELS] = check_labels,
	[RULE_CLASSES] = check_classes,
	[RULE_LIMIT] = check_limit,
	[RULE_SPLIT] = check_split,
	[RULE_SHUFFLE] = check_shuffle,
	[RULE_RANGE] = check_range,
	[RULE_STEP] = check_step,
	[RULE_OFFSET] = check_offset,
};

static void check_clause(struct dataset_check *check, const struct tree_clause *clause)
{
	size_t rule = check_clause_name(clause, rules, RULES, "clause", check->scope.sink);

	if (rule == RULES) {
		check->guessing = true;
		return;
	}
	if (rule != RULE_LABELS && rule != RULE_CLASSES && rule != RULE_LIMIT &&
		!check_once(&check->seen[rule], clause, check->scope.sink))
		return;
	checks[rule](check, clause);
}

/* A file clause that must, or must not, stand beside the source. */
static void check_file(struct dataset_check *check, enum rule rule, enum source_file file)
{
	const struct tree_clause *clause = check->seen[rule];
	const struct source *source = check->request->source;
	const char *kind = source->kind == SOURCE_FORMAT ? "format"
		: source->kind == SOURCE_GENERATOR       ? "generator"
							 : "the clause";

	if (file == SOURCE_MUST && !clause && !check->guessing) {
		diag_error(check->scope.sink, check->request->span, "dataset '%s' has no '%s'",
			check->request->name, rules[rule].name);
		diag_note(check->scope.sink, check->request->source_span,
			"%s '%s' reads a file that it names", kind, source->name);
	} else if (file == SOURCE_NEVER && clause) {
		diag_error(check->scope.sink, clause->span, "%s '%s' takes no '%s'", kind,
			source->name, rules[rule].name);
		diag_note(check->scope.sink, check->request->source_span, "it is chosen here");
	}
}

/* Exactly one of format, generate and points, and the files that it takes. */
static void check_whole(struct dataset_check *check)
{
	const struct tree_clause *first = NULL;
	struct diag_sink *sink = check->scope.sink;

	for (enum rule rule = RULE_FORMAT; rule <= RULE_POINTS; rule++) {
		if (!check->seen[rule])
			continue;
		if (!first) {
			first = check->seen[rule];
			continue;
		}
		diag_error(sink, check->seen[rule]->span,
			"'%s' and '%s' in one dataset: its rows come from one place",
			first->name, check->seen[rule]->name);
		diag_note(sink, first->span, "the other is here");
		return;
	}
	if (!first && check->guessing)
		return;
	if (!first) {
		diag_error(sink, check->request->span,
			"dataset '%s' has no 'format', 'generate' or 'points'",
			check->request->name);
		return;
	}
	if (!check->request->source)
		return;
	check_file(check, RULE_INPUTS, check->request->source->inputs);
	check_file(check, RULE_LABELS, check->request->source->labels);
}

/* What is about classes cannot stand beside real labels. */
static void check_levels(struct dataset_check *check)
{
	static const struct {
		size_t seen;
		const char *what;
	} others[] = {
		{ RULE_CLASSES, "classes" },
		{ SEEN_ONLY, "classes only" },
		{ SEEN_PER_CLASS, "limit per class" },
	};
	struct diag_sink *sink = check->scope.sink;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		const struct tree_clause *clause = check->seen[others[i].seen];
		if (!clause)
			continue;
		diag_error(sink, clause->span,
			"'%s' beside real labels, which are values and have no classes",
			others[i].what);
		diag_note(sink, check->seen[SEEN_REAL]->span, "they are real by this");
	}
}

void check_dataset(struct spec *spec, const struct check_item *item, struct diag_sink *sink)
{
	const struct tree_item *tree = item->item;
	struct dataset_check check = { .scope = check_scope(spec, sink),
		.folder = item->folder };
	uint32_t index = names_add(&spec->private->datasets, tree->name);

	if (index == NAMES_NONE) {
		index = names_find(&spec->private->datasets, tree->name);
		diag_error(sink, tree->span, "a second dataset '%s'", tree->name);
		diag_note(sink, spec->datasets[index].span, "the first is here");
		return;
	}
	spec->dataset_count = index + 1;
	check.request = &spec->datasets[index];
	check.request->name = tree->name;
	check.request->span = tree->span;
	for (const struct tree_clause *clause = tree->clauses; clause && !diag_full(sink);
		clause = clause->next)
		check_clause(&check, clause);
	check_whole(&check);
	if (check.seen[SEEN_REAL])
		check_levels(&check);
}
