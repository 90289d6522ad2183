#include "backends/llvm/lookup.h"

#include <stdlib.h>

#include "support/bits.h"
#include "support/mem.h"

enum { BLOCK = 8 };       /* short rows whose keys are computed before the first is looked up */
enum { MOST_LINES = 16 }; /* of a long row, which are asked for before it is added up */
enum { AHEAD = 2 };       /* long rows from the first added up to the first that is fetched */

/*
 * What is built is in line and has its shape, so little is left to do. Nothing may reassociate
 * sums, whose order LLVM's instruction selection knows as pmaddwd, and nothing unroll loops.
 */
static const char passes[] = "function(sroa,early-cse<memssa>," INSTCOMBINE ",simplifycfg,"
			     "loop-mssa(licm),early-cse),globaldce";

static const struct lookup_store *const stores[] = {
	[PLAN_STORE_DIRECT] = &lookup_direct,
	[PLAN_STORE_SLOTS] = &lookup_slots,
	[PLAN_STORE_BOUNDS] = &lookup_bounds,
	[PLAN_STORE_MEMBERS] = &lookup_members,
};

/* --- instructions ---------------------------------------------------------------------- */

LLVMValueRef lookup_by(
	struct lookup *lookup, LLVMOpcode opcode, LLVMValueRef a, uint64_t b, const char *name)
{
	return LLVMBuildBinOp(lookup->gen->builder, opcode, a, gen_int(LLVMTypeOf(a), b), name);
}

LLVMValueRef lookup_select(struct lookup *lookup, LLVMValueRef condition, LLVMValueRef then,
	LLVMValueRef otherwise, const char *name)
{
	struct gen *gen = lookup->gen;
	LLVMValueRef value = gen_select(gen, condition, then, otherwise, name);
	static const char kind[] = "unpredictable";

	if (LLVMIsASelectInst(value))
		LLVMSetMetadata(value,
			LLVMGetMDKindIDInContext(gen->context, kind, sizeof kind - 1),
			LLVMMetadataAsValue(
				gen->context, LLVMMDNodeInContext2(gen->context, NULL, 0)));
	return value;
}

/* --- fields ---------------------------------------------------------------------------- */

LLVMValueRef lookup_fields(
	struct lookup *lookup, const char *name, const struct words *words, uint32_t width)
{
	uint32_t bytes = width < 8 ? 1 : width / 8;
	unsigned char *elements = mem_alloc(words->count, 8);
	LLVMValueRef table;

	for (size_t i = 0; i < 8 * words->count; i++)
		elements[i] = (unsigned char)(words->words[i / 8] >> 8 * (i % 8));
	table = gen_little_table(lookup->gen, name, elements, words->count * 8 / bytes, bytes);
	free(elements);
	return table;
}

/* Where a field of less than a byte lies: the byte, and its lowest bit there. */
static LLVMValueRef byte_of(struct lookup *lookup, LLVMValueRef index, uint32_t width)
{
	return lookup_by(lookup, LLVMLShr, index, bit_length(8 / width) - 1, "byte");
}

LLVMValueRef lookup_field(struct lookup *lookup, LLVMValueRef table, LLVMValueRef index,
	uint32_t width, const char *name)
{
	struct gen *gen = lookup->gen;
	LLVMTypeRef type = LLVMIntTypeInContext(gen->context, width < 8 ? 8 : width);
	LLVMValueRef field, at;

	if (width >= 8)
		return gen_to(gen, gen_load_at(gen, type, table, index, name),
			width <= 32 ? gen->i32 : gen->i64, false);
	field = gen_load_at(gen, type, table, byte_of(lookup, index, width), "field");
	at = lookup_by(
		lookup, LLVMAnd, gen_to(gen, index, gen->i32, false), 8 / width - 1, "within");
	at = lookup_by(lookup, LLVMShl, at, bit_length(width) - 1, "shift");
	field = LLVMBuildLShr(gen->builder, gen_to(gen, field, gen->i32, false), at, "field");
	return lookup_by(lookup, LLVMAnd, field, bit_mask(width), name);
}

void lookup_touch_field(
	struct lookup *lookup, LLVMValueRef table, LLVMValueRef index, uint32_t width)
{
	struct gen *gen = lookup->gen;

	if (width < 8)
		gen_prefetch(gen,
			gen_at(gen, gen->i8, table, byte_of(lookup, index, width), "touch"));
	else
		gen_prefetch(gen,
			gen_at(gen, LLVMIntTypeInContext(gen->context, width), table, index,
				"touch"));
}

/* --- lines ----------------------------------------------------------------------------- */

/* The first value that a value reads, if it reads any. */
static ir_value read_by(const struct ir_module *module, ir_value value)
{
	return ir_term_count(module, value) ? ir_terms(module, value)[0].value : value;
}

/* The lookup that the output reads, and the key that it reads. */
static void init_lines(struct lookup *lookup)
{
	const struct ir_module *module = lookup->gen->module;

	lookup->found = read_by(module, ir_output(module));
	lookup->key = read_by(module, lookup->found);
}

/* --- the class ------------------------------------------------------------------------- */

static LLVMValueRef is_beyond(struct lookup *lookup, LLVMValueRef key)
{
	struct gen *gen = lookup->gen;

	return LLVMBuildICmp(
		gen->builder, LLVMIntUGT, key, gen_i64(gen, lookup->plan->span), "beyond");
}

static uint64_t row_bytes(const struct lookup *lookup)
{
	const struct ir_module *module = lookup->gen->module;

	return (uint64_t)module->input_count * ir_element_bytes(module->element);
}

/* A key that the store takes. */
static LLVMValueRef bound_key(struct lookup *lookup, LLVMValueRef key)
{
	bool leaves = lookup->plan->can_leave || lookup->load != PLAN_LOAD_WHOLE;

	if (!leaves || stores[lookup->plan->store]->any_key)
		return key;
	return lookup_select(
		lookup, is_beyond(lookup, key), gen_i64(lookup->gen, 0), key, "bounded");
}

/*
 * The class of a code is one less. Where keys in no row have a class, that class' code and
 * "none" stand for each other.
 */
static LLVMValueRef class_of_code(struct lookup *lookup, LLVMValueRef code)
{
	const struct plan_lookup *plan = lookup->plan;
	struct gen *gen = lookup->gen;
	LLVMValueRef is_none, is_other;

	if (plan->otherwise) {
		is_none = LLVMBuildICmp(
			gen->builder, LLVMIntEQ, code, gen_i32(gen, 0), "is_none");
		is_other = LLVMBuildICmp(gen->builder, LLVMIntEQ, code,
			gen_i32(gen, plan->otherwise), "is_other");
		code = lookup_select(lookup, is_other, gen_i32(gen, 0), code, "code");
		code = lookup_select(
			lookup, is_none, gen_i32(gen, plan->otherwise), code, "code");
	}
	return lookup_by(lookup, LLVMAdd, code, UINT64_MAX, "class");
}

static LLVMValueRef class_of(struct lookup *lookup, const struct lookup_key *key)
{
	struct gen *gen = lookup->gen;
	LLVMValueRef code, class;

	gen_line(gen, lookup->found);
	code = stores[lookup->plan->store]->find(lookup, bound_key(lookup, key->key));
	if (lookup->plan->can_leave)
		code = lookup_select(
			lookup, is_beyond(lookup, key->key), gen_i32(gen, 0), code, "code");
	class = class_of_code(lookup, code);
	if (!key->inside)
		return class;
	return lookup_select(lookup, key->inside, class, LLVMConstAllOnes(gen->i32), "class");
}

static void touch(struct lookup *lookup, LLVMValueRef key)
{
	gen_line(lookup->gen, lookup->found);
	stores[lookup->plan->store]->touch(lookup, bound_key(lookup, key));
}

static bool is_long(const struct lookup *lookup)
{
	return lookup->vectors.lanes > 1 && plan_is_long(lookup->plan, lookup->gen->module);
}

/* Asks for a long row at once: a loop that adds it up would come to its end much later. */
static void fetch_row(struct lookup *lookup, LLVMValueRef x)
{
	struct gen *gen = lookup->gen;
	uint64_t bytes = row_bytes(lookup), most = (uint64_t)MOST_LINES * LOOKUP_LINE;

	for (uint64_t at = 0; at < bytes && at < most; at += LOOKUP_LINE)
		gen_prefetch(gen, gen_at(gen, gen->i8, x, gen_size(gen, at), "line"));
}

static LLVMValueRef classify(struct lookup *lookup, LLVMValueRef x)
{
	struct lookup_key key;

	gen_line(lookup->gen, lookup->key);
	if (is_long(lookup))
		fetch_row(lookup, x);
	lookup_project(lookup, &x, 1, &key);
	return class_of(lookup, &key);
}

/* --- many rows ------------------------------------------------------------------------- */

/* Row i of those at x. */
static LLVMValueRef row_at(struct lookup *lookup, LLVMValueRef x, LLVMValueRef i)
{
	struct gen *gen = lookup->gen;

	return gen_at(gen, LLVMArrayType2(gen->element, gen->module->input_count), x, i, "row");
}

static void put_class(struct lookup *lookup, LLVMValueRef out, LLVMValueRef i, LLVMValueRef c)
{
	struct gen *gen = lookup->gen;

	LLVMBuildStore(gen->builder, c, gen_at(gen, gen->i32, out, i, "to"));
}

/* An array in the frame, of a block's keys or whether they count. */
static LLVMValueRef block_array(struct lookup *lookup, LLVMTypeRef type, const char *name)
{
	struct gen *gen = lookup->gen;

	return LLVMBuildArrayAlloca(gen->builder, type, gen_i32(gen, BLOCK), name);
}

struct block {
	LLVMValueRef keys, inside; /* arrays; inside may be NULL */
};

/*
 * The keys of a block, each of which asks for memory; then their classes. Loops, since the
 * machine looks far enough ahead and has too few registers for all at once.
 */
static void put_block(struct lookup *lookup, const struct block *block, LLVMValueRef x,
	LLVMValueRef out, LLVMValueRef first)
{
	struct gen *gen = lookup->gen;
	struct gen_loop loop = gen_loop_begin(gen, gen_size(gen, BLOCK), "keys");
	LLVMValueRef i = LLVMBuildAdd(gen->builder, first, loop.i, "i");
	LLVMValueRef row = row_at(lookup, x, i);
	struct lookup_key key;

	gen_line(gen, lookup->key);
	lookup_project(lookup, &row, 1, &key);
	LLVMBuildStore(gen->builder, key.key, gen_at(gen, gen->i64, block->keys, loop.i, "to"));
	if (key.inside)
		LLVMBuildStore(gen->builder, gen_to(gen, key.inside, gen->i8, false),
			gen_at(gen, gen->i8, block->inside, loop.i, "to"));
	touch(lookup, key.key);
	gen_loop_end(gen, &loop);

	loop = gen_loop_begin(gen, gen_size(gen, BLOCK), "classes");
	if (key.inside)
		key.inside =
			gen_to(gen, gen_load_at(gen, gen->i8, block->inside, loop.i, "inside"),
				gen->i1, false);
	key.key = gen_load_at(gen, gen->i64, block->keys, loop.i, "key");
	put_class(lookup, out, LLVMBuildAdd(gen->builder, first, loop.i, "i"),
		class_of(lookup, &key));
	gen_loop_end(gen, &loop);
}

/*
 * Asks for as many rows as are added up at once. All of their lines in a row: between other
 * instructions they take twice as long to come.
 */
static void fetch_ahead(struct lookup *lookup, LLVMValueRef row)
{
	struct gen *gen = lookup->gen;
	uint64_t bytes = row_bytes(lookup);
	LLVMValueRef from = gen_at(gen, gen->i8, row, gen_size(gen, AHEAD * bytes), "ahead");
	struct gen_loop lines = gen_loop_begin(gen,
		gen_size(gen, (LOOKUP_ROWS * bytes + LOOKUP_LINE - 1) / LOOKUP_LINE), "lines");

	gen_prefetch(
		gen, gen_at(gen, LLVMArrayType2(gen->i8, LOOKUP_LINE), from, lines.i, "line"));
	gen_loop_end(gen, &lines);
}

/* Rows from `first` on whose keys share the loads of weights. */
static void put_long_rows(
	struct lookup *lookup, LLVMValueRef x, LLVMValueRef out, LLVMValueRef first)
{
	LLVMValueRef rows[LOOKUP_ROWS];
	struct lookup_key keys[LOOKUP_ROWS];

	gen_line(lookup->gen, lookup->key);
	for (uint32_t i = 0; i < LOOKUP_ROWS; i++)
		rows[i] = row_at(lookup, x, lookup_by(lookup, LLVMAdd, first, i, "i"));
	lookup_project(lookup, rows, LOOKUP_ROWS, keys);
	for (uint32_t i = 0; i < LOOKUP_ROWS; i++)
		touch(lookup, keys[i].key);
	fetch_ahead(lookup, rows[0]);
	for (uint32_t i = 0; i < LOOKUP_ROWS; i++)
		put_class(lookup, out, lookup_by(lookup, LLVMAdd, first, i, "i"),
			class_of(lookup, &keys[i]));
}

/* How many rows go in blocks: the others lie behind them. */
static LLVMValueRef count_blocks(
	struct lookup *lookup, LLVMValueRef rows, uint64_t each, uint64_t behind)
{
	struct gen *gen = lookup->gen;
	LLVMValueRef left =
		vectors_two(gen, "llvm.usub.sat", rows, gen_size(gen, behind), "left");

	return lookup_by(lookup, LLVMLShr, left, bit_length(each) - 1, "blocks");
}

/* A machine without far memory does the rows one by one, as gen_classify() has it. */
static bool is_small(const struct lookup *lookup)
{
	return lookup->gen->size_bits < 64 && lookup->vectors.lanes <= 1;
}

static void lower_batch(struct lookup *lookup)
{
	struct gen *gen = lookup->gen;
	bool by_few = is_long(lookup);
	uint64_t each = by_few ? LOOKUP_ROWS : BLOCK;
	LLVMValueRef x = LLVMGetParam(gen->batch, 0), rows = LLVMGetParam(gen->batch, 1);
	LLVMValueRef out = LLVMGetParam(gen->batch, 2), done, row, i;
	struct block block = { 0 };
	struct gen_loop loop;

	gen_enter(gen, gen->batch, "entry");
	if (!by_few) {
		block.keys = block_array(lookup, gen->i64, "keys");
		block.inside = block_array(lookup, gen->i8, "inside");
	}
	loop = gen_loop_begin(
		gen, count_blocks(lookup, rows, each, by_few ? AHEAD : 0), "block");
	i = lookup_by(lookup, LLVMShl, loop.i, bit_length(each) - 1, "first");
	if (by_few)
		put_long_rows(lookup, x, out, i);
	else
		put_block(lookup, &block, x, out, i);
	gen_loop_end(gen, &loop);

	done = lookup_by(lookup, LLVMShl, loop.count, bit_length(each) - 1, "done");
	loop = gen_loop_begin(gen, LLVMBuildSub(gen->builder, rows, done, "left"), "rest");
	i = LLVMBuildAdd(gen->builder, done, loop.i, "i");
	row = row_at(lookup, x, i);
	put_class(lookup, out, i, gen_call(gen, gen->classify, &row, "class"));
	gen_loop_end(gen, &loop);
	LLVMBuildRetVoid(gen->builder);
}

bool llvm_lower_lookup(struct gen *gen)
{
	struct lookup lookup = {
		.gen = gen, .plan = gen->plan->lookup, .load = plan_load_of(gen->module)
	};

	gen->passes = passes;
	init_lines(&lookup);
	lookup_project_init(&lookup);
	stores[lookup.plan->store]->init(&lookup);
	gen_enter(gen, gen->classify, "entry");
	LLVMBuildRet(gen->builder, classify(&lookup, LLVMGetParam(gen->classify, 0)));
	if (!is_small(&lookup))
		lower_batch(&lookup);
	return true;
}
