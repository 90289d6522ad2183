/*
 * What the fast shape looks like in C: tables, projection, search, and the two functions that
 * answer one query and many.
 */
#include <inttypes.h>

#include "backends/c/print.h"

enum { BLOCK = 8, LONG_BLOCK = C_LONG_BLOCK };
enum { AHEAD = 4 }; /* long rows between those that are added up and those that are fetched */

static void print_store(const struct plan_lookup *lookup, const char *upper, const char *prefix,
	struct output *out)
{
	if (lookup->index.count)
		c_print_words(&lookup->index, upper, prefix, "index", out);
	if (lookup->positions.count)
		c_print_words(&lookup->positions, upper, prefix,
			lookup->store == PLAN_STORE_SLOTS ? "slots" : "positions", out);
	if (lookup->labels.count)
		c_print_words(&lookup->labels, upper, prefix, "labels", out);
	switch (lookup->store) {
	case PLAN_STORE_DIRECT:
		c_print_direct(lookup, prefix, out);
		break;
	case PLAN_STORE_SLOTS:
		c_print_slots(lookup, prefix, out);
		break;
	case PLAN_STORE_BOUNDS:
		c_print_bounds(lookup, prefix, out);
		break;
	case PLAN_STORE_MEMBERS:
		c_print_members(lookup, prefix, out);
		break;
	}
}

static void print_class(
	const struct plan_lookup *lookup, const char *prefix, struct output *out)
{
	/* a compiler that knew the class of every point would make a batch a call of memset */
	bool constant = lookup->span == 0 && !lookup->can_leave;

	output_printf(out,
		"static int %s_class(uint64_t key)\n"
		"{\n"
		"\tconst %suint32_t code = ",
		prefix, constant ? "volatile " : "");
	if (lookup->can_leave)
		output_printf(out, "key > 0x%" PRIx64 " ? 0 : ", lookup->span);
	output_printf(out, "%s_find(key);\n\n", prefix);
	if (lookup->otherwise)
		output_printf(out,
			"\tif (!code)\n"
			"\t\treturn %" PRIu32 ";\n"
			"\tif (code == %" PRIu32 ")\n"
			"\t\treturn -1;\n",
			lookup->otherwise - 1, lookup->otherwise);
	output_text(out, "\treturn (int)code - 1;\n}\n\n");
}

/* clf_touch() of the keys of a block, within the span where a store needs it. */
static void print_touches(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *prefix, int block, struct output *out)
{
	bool any_key = lookup->store == PLAN_STORE_SLOTS || lookup->store == PLAN_STORE_MEMBERS;
	bool beyond = lookup->can_leave || plan_load_of(module) != PLAN_LOAD_WHOLE;

	output_printf(out, "\t\tfor (i = 0; i < %d; i++)\n", block);
	if (beyond && !any_key)
		output_printf(out, "\t\t\t%s_touch(key[i] > 0x%" PRIx64 " ? 0 : key[i]);\n",
			prefix, lookup->span);
	else
		output_printf(out, "\t\t\t%s_touch(key[i]);\n", prefix);
}

static void print_block_batch(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out)
{
	output_printf(out,
		"\tuint64_t key[%d];\n"
		"\tuint32_t inside;\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (; rows >= %d; rows -= %d, x += %d * %s_INPUTS, out += %d) {\n"
		"\t\tinside = 0;\n"
		"\t\tfor (i = 0; i < %d; i++)\n"
		"\t\t\tinside |= (uint32_t)%s_key(x + i * %s_INPUTS, &key[i]) << i;\n",
		BLOCK, BLOCK, BLOCK, BLOCK, upper, BLOCK, BLOCK, prefix, upper);
	print_touches(lookup, module, prefix, BLOCK, out);
	output_printf(out,
		"\t\tfor (i = 0; i < %d; i++)\n"
		"\t\t\tout[i] = inside >> i & 1 ? %s_class(key[i]) : -1;\n"
		"\t}\n",
		BLOCK, prefix);
}

/* Some rows at once, which share the loads of weights, while rows further on are fetched. */
static void print_long_batch(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out)
{
	bool check = !lookup->members && plan_load_of(module) != PLAN_LOAD_WHOLE;
	uint64_t bytes = (uint64_t)module->input_count * ir_element_bytes(module->element);

	output_printf(out,
		"\tconst unsigned char *ahead;\n"
		"\tuint64_t key[%d];\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (; rows >= %d; rows -= %d, x += %d * %s_INPUTS, out += %d) {\n"
		"\t\t%s_keys(x, key);\n",
		LONG_BLOCK, AHEAD + LONG_BLOCK, LONG_BLOCK, LONG_BLOCK, upper, LONG_BLOCK,
		prefix);
	print_touches(lookup, module, prefix, LONG_BLOCK, out);
	output_printf(out,
		"\t\tahead = (const unsigned char *)(x + %d * %s_INPUTS);\n"
		"\t\tfor (i = 0; i < %" PRIu64 "; i += 64)\n"
		"\t\t\tMEMC_TOUCH(ahead + i);\n"
		"\t\tfor (i = 0; i < %d; i++)\n",
		AHEAD, upper, LONG_BLOCK * bytes, LONG_BLOCK);
	if (check)
		output_printf(out,
			"\t\t\tout[i] = %s_inside(x + i * %s_INPUTS) ? %s_class(key[i]) : "
			"-1;\n",
			prefix, upper, prefix);
	else
		output_printf(out, "\t\t\tout[i] = %s_class(key[i]);\n", prefix);
	output_text(out, "\t}\n");
}

static void print_batch(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out)
{
	output_printf(out,
		"void %s_classify_batch(const %s *x, size_t rows, int32_t *out)\n"
		"{\n",
		prefix, ir_element_ctype(module->element));
	if (plan_is_long(lookup, module))
		print_long_batch(lookup, module, upper, prefix, out);
	else
		print_block_batch(lookup, module, upper, prefix, out);
	output_printf(out,
		"\tfor (; rows; rows--, x += %s_INPUTS, out++)\n"
		"\t\t*out = %s_classify(x);\n"
		"}\n\n",
		upper, prefix);
}

void c_print_lookup(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out)
{
	c_print_project(lookup, module, upper, prefix, out);
	print_store(lookup, upper, prefix, out);
	print_class(lookup, prefix, out);
	output_printf(out,
		"int %s_classify(const %s x[%s_INPUTS])\n"
		"{\n"
		"\tuint64_t key;\n"
		"\n"
		"\treturn %s_key(x, &key) ? %s_class(key) : -1;\n"
		"}\n\n",
		prefix, ir_element_ctype(module->element), upper, prefix, prefix);
	print_batch(lookup, module, upper, prefix, out);
}
