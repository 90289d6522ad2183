/*
 * The generator: one module of LLVM's for one module of ours, and what all that is put into
 * it is made with.
 *
 * gen_init() makes context, module, builder and target machine, and declares P_classify and
 * P_classify_batch; gen_classify() has one of three lowerings fill them:
 *
 *   llvm_lower_lookup   the fast shape        (plan->lookup)
 *   llvm_lower_dense    rows and gates        (plan->dense)
 *   llvm_lower_program  any module, as limbs  (the plan's program)
 *
 * Each fills gen->classify, whose only parameter is the features; gen->batch may stay empty
 * and then becomes a loop around gen->classify. All other functions and tables are internal,
 * made by gen_function() and gen_table(); names of functions, blocks and values are given
 * without the prefix. Nothing may call what is not in the module: of LLVM's intrinsics only
 * those that become instructions on every target.
 *
 * Values that are shared between functions are globals; instructions go to the block where
 * gen->builder stands.
 */
#ifndef BACKENDS_LLVM_GEN_H
#define BACKENDS_LLVM_GEN_H

#include <llvm-c/Core.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/TargetMachine.h>

#include "backends/llvm/llvm.h"
#include "backends/plan/plan.h"
#include "backends/llvm/target.h"

/* In a list of passes; alone it would end the process where a second run finds more to do. */
#define INSTCOMBINE "instcombine<no-verify-fixpoint>"

struct gen {
	const struct ir_module *module;
	const struct llvm_options *options;
	struct span span;
	struct diag_sink *sink;
	struct plan *plan;

	struct target target;
	LLVMContextRef context;
	LLVMModuleRef code;
	LLVMBuilderRef builder;
	LLVMTargetDataRef layout;

	LLVMDIBuilderRef debug; /* NULL without -g */
	LLVMMetadataRef debug_file, debug_unit;
	uint32_t line; /* of the .mir; 0: of no value */

	LLVMTypeRef void_type, i1, i8, i16, i32, i64, real, pointer;
	LLVMTypeRef size;    /* size_t */
	LLVMTypeRef element; /* of the features, as an integer of as many bits */
	uint32_t size_bits;

	LLVMValueRef classify;    /* i32 (pointer x) */
	LLVMValueRef batch;       /* void (pointer x, size rows, pointer out) */
	LLVMValueRef class_name;  /* or, of a network of real values, ... */
	LLVMValueRef level_value; /* double (i32 level) */
	const char *passes; /* LLVM's, in its words: "default<O2>", or what a lowering knows */
	bool failed;        /* LLVM's diagnostic handler got an error */
};

/* False with a diagnostic; gen_fini() is due in any case. The generator must not move. */
bool gen_init(struct gen *gen, const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink);
void gen_fini(struct gen *gen);

/*
 * Fills P_classify and P_classify_batch, P_class_name or what gives values, P_self_check and
 * memc_program.
 */
bool gen_classify(struct gen *gen);
void gen_names(struct gen *gen);
void gen_values(struct gen *gen);
void gen_self_check(struct gen *gen);
void gen_standalone(struct gen *gen);

/* The lowerings (backends/llvm/lookup.c, dense.c, program.c). */
bool llvm_lower_lookup(struct gen *gen);
bool llvm_lower_dense(struct gen *gen);
bool llvm_lower_program(struct gen *gen);

/* A flag of the module, which no other value may meet. */
void gen_flag(struct gen *gen, const char *name, uint32_t value);

/* --- constants and tables ------------------------------------------------------------- */

LLVMValueRef gen_int(LLVMTypeRef type, uint64_t value);
static inline LLVMValueRef gen_i32(const struct gen *gen, uint64_t value)
{
	return gen_int(gen->i32, value);
}
static inline LLVMValueRef gen_i64(const struct gen *gen, uint64_t value)
{
	return gen_int(gen->i64, value);
}
static inline LLVMValueRef gen_size(const struct gen *gen, uint64_t value)
{
	return gen_int(gen->size, value);
}

/*
 * A constant table of `count` elements of 1, 2, 4 or 8 bytes, which are in this machine's byte
 * order here and in the target's there; aligned for vectors. To LLVM it is an array of bytes,
 * the only big constant that its C API makes at once: load elements through gen_at().
 */
LLVMValueRef gen_table(
	struct gen *gen, const char *name, const void *elements, size_t count, size_t bytes);

/* The same of elements whose bytes are little-endian, whatever this machine is. */
LLVMValueRef gen_little_table(
	struct gen *gen, const char *name, const void *elements, size_t count, size_t bytes);

LLVMValueRef gen_words(struct gen *gen, const char *name, const struct words *words);

/* --- functions and blocks ------------------------------------------------------------- */

/*
 * A new internal function, or an external one of the name P_name, with the attributes that
 * all have. The builder stays where it is.
 */
LLVMValueRef gen_function(struct gen *gen, const char *name, LLVMTypeRef result,
	const LLVMTypeRef *parameters, unsigned count);
LLVMValueRef gen_external(struct gen *gen, const char *name, LLVMTypeRef result,
	const LLVMTypeRef *parameters, unsigned count);

/* An internal function of exactly this name, which only code that LLVM makes calls. */
LLVMValueRef gen_helper(struct gen *gen, const char *name, LLVMTypeRef result,
	const LLVMTypeRef *parameters, unsigned count);

/* The function or NULL if there is none yet, by the name that gen_function() had. */
LLVMValueRef gen_find(struct gen *gen, const char *name);

/*
 * Puts an internal function into the section of another, which is its only user: calls are
 * then no business of the linker's.
 */
void gen_beside(struct gen *gen, LLVMValueRef function, LLVMValueRef user);

/* An attribute without a value, as "noinline", "alwaysinline", "readonly". */
void gen_attribute(struct gen *gen, LLVMValueRef function, const char *name);

/* A parameter, which gets the name. */
LLVMValueRef gen_parameter(LLVMValueRef function, unsigned i, const char *name);

LLVMBasicBlockRef gen_block(struct gen *gen, LLVMValueRef function, const char *name);

/* A new block of the function that is being built, where the builder goes on. */
LLVMBasicBlockRef gen_enter(struct gen *gen, LLVMValueRef function, const char *name);

/* The function and block where the builder stands. */
LLVMValueRef gen_here(const struct gen *gen);

LLVMValueRef gen_call(
	struct gen *gen, LLVMValueRef function, LLVMValueRef *arguments, const char *name);

/*
 * A loop of `i` from 0 to count - 1 (of count's type), whose body does not run if count is 0:
 * begin, then its values, then the body with loop.i, then end, behind which the builder goes
 * on. The body may add blocks.
 */
enum { GEN_LOOP_VALUES = 16 };
struct gen_loop {
	LLVMValueRef i;
	LLVMValueRef count, function;
	LLVMBasicBlockRef before, head, done;
	uint32_t value_count;
	struct {
		LLVMValueRef first, now, next, last;
	} values[GEN_LOOP_VALUES];
};
struct gen_loop gen_loop_begin(struct gen *gen, LLVMValueRef count, const char *name);
void gen_loop_end(struct gen *gen, struct gen_loop *loop);

/*
 * A value that the loop changes: what it is in this turn, at first `first`. Before the end
 * gen_loop_carry() says what it is in the next turn; behind it gen_loop_result() is what it
 * became.
 */
LLVMValueRef gen_loop_value(
	struct gen *gen, struct gen_loop *loop, LLVMValueRef first, const char *name);
void gen_loop_carry(struct gen_loop *loop, LLVMValueRef now, LLVMValueRef next);
LLVMValueRef gen_loop_result(const struct gen_loop *loop, LLVMValueRef now);

/* --- instructions --------------------------------------------------------------------- */

/* base + index * size of type */
LLVMValueRef gen_at(struct gen *gen, LLVMTypeRef type, LLVMValueRef base, LLVMValueRef index,
	const char *name);

/* The element of a table, or of features; aligned as its type is, but for features' sake. */
LLVMValueRef gen_load_at(struct gen *gen, LLVMTypeRef type, LLVMValueRef base,
	LLVMValueRef index, const char *name);

/* To another width, unsigned or signed; truncates if it is less. */
LLVMValueRef gen_to(struct gen *gen, LLVMValueRef value, LLVMTypeRef type, bool is_signed);

LLVMValueRef gen_min(struct gen *gen, LLVMValueRef a, LLVMValueRef b, bool is_signed);
LLVMValueRef gen_max(struct gen *gen, LLVMValueRef a, LLVMValueRef b, bool is_signed);
LLVMValueRef gen_select(struct gen *gen, LLVMValueRef condition, LLVMValueRef then,
	LLVMValueRef otherwise, const char *name);

/* Asks for the memory at an address. */
void gen_prefetch(struct gen *gen, LLVMValueRef address);

/*
 * A call of an intrinsic, overloaded on the types. Arguments are as many as its type takes.
 */
LLVMValueRef gen_intrinsic(struct gen *gen, const char *name, LLVMTypeRef *types,
	size_t type_count, LLVMValueRef *arguments, unsigned count, const char *result);

/* --- debug information: nothing without -g -------------------------------------------- */

void gen_debug_init(struct gen *gen);

/* Describes a new function by its full name; its line is the one under way. */
void gen_debug_function(
	struct gen *gen, LLVMValueRef function, const char *name, bool is_external);

/* Instructions from here on have the line under way, in the function where the builder is. */
void gen_debug_here(struct gen *gen);

/* Every instruction gets a line of its own function's, and the information is complete. */
void gen_debug_end(struct gen *gen);

/*
 * Functions, blocks and instructions made from here on belong to the value's line of the
 * .mir. A function that stands for a layer is made behind gen_line() of its first neuron.
 */
void gen_line(struct gen *gen, ir_value value);

/* Functions made from here on belong to no value, but to the network. */
void gen_no_line(struct gen *gen);

#endif
