#include <string.h>

#include "frontend/check.h"
#include "support/mem.h"

static const struct clause_rule rules[] = {
	{ "program", "program \"name\";" },
	{ "c", "c \"name.c\";" },
	{ "obj", "obj \"name.o\";" },
	{ "asm", "asm \"name.s\";" },
	{ "llvm_ir", "llvm_ir \"name.ll\";" },
	{ "llvm_bc", "llvm_bc \"name.bc\";" },
	{ "ir", "ir \"name.mir\";" },
	{ "json", "json \"name.json\";" },
	{ "dot", "dot \"name.dot\";" },
	{ "onnx", "onnx \"name.onnx\";" },
};
enum { RULES = sizeof rules / sizeof *rules };

/* True, with an error, if the path is that of an earlier emit. */
static bool is_taken(struct spec_private *private, const char *path, struct span span,
	struct diag_sink *sink)
{
	uint32_t index = names_add(&private->outputs, path);

	if (index == NAMES_NONE) {
		diag_error(sink, span, "a second output '%s'", path);
		diag_note(sink, private->output_spans[names_find(&private->outputs, path)],
			"the first is here");
		return true;
	}
	private->output_spans = mem_grow(private->output_spans, &private->output_room,
		(size_t)index + 1, sizeof *private->output_spans);
	private->output_spans[index] = span;
	return false;
}

static void check_clause(struct spec *spec, const struct tree_clause *clause, uint32_t network,
	struct diag_sink *sink)
{
	struct scope scope = check_scope(spec, sink);
	const struct tree_expr *expr;
	const char *path;
	size_t rule;

	rule = check_clause_name(clause, rules, RULES, "output", sink);
	if (rule == RULES)
		return;
	expr = check_single(clause, &rules[rule], false, sink);
	path = expr ? eval_text(&scope, expr, "a path") : NULL;
	if (!path)
		return;
	if (!*path || path[strlen(path) - 1] == '/')
		diag_error(sink, expr->span, "this path names no file");
	else if (!is_taken(spec->private, path, expr->span, sink))
		spec->emits[spec->emit_count++] = (struct spec_emit){
			.kind = rules[rule].name,
			.path = path,
			.network_index = network,
			.span = expr->span,
		};
}

void check_emit(struct spec *spec, const struct check_item *item, struct diag_sink *sink)
{
	const struct tree_item *tree = item->item;
	uint32_t network = check_network_name(spec, tree, sink);

	if (!tree->clauses)
		diag_error(sink, tree->span, "nothing is emitted of '%s'", tree->name);
	for (const struct tree_clause *clause = tree->clauses; clause && !diag_full(sink);
		clause = clause->next)
		check_clause(spec, clause, network, sink);
}
