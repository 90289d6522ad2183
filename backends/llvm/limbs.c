#include "backends/llvm/limbs.h"

#include <string.h>

#include "backends/llvm/limbs_body.h"
#include "support/mem.h"

enum { ARGUMENTS = 11 };

/*
 * What a routine takes and gives: p a pointer, z a size, w 64 bits, i 32 bits; the result
 * first, v if there is none. A pointer that is written to is P.
 */
static const struct {
	const char *name, *types;
	limbs_body *body;
	unsigned flags;
} routines[LIMBS_ROUTINES] = {
	[LIMBS_ZERO] = { "limbs_zero", "vPz", limbs_body_zero, 0 },
	[LIMBS_SET] = { "limbs_set", "vPzpz", limbs_body_set, 0 },
	[LIMBS_SET_SHIFTED] = { "limbs_set_shifted", "vPzpzw", limbs_body_set, LIMBS_SHIFTED },
	[LIMBS_ADD] = { "limbs_add", "vPzpz", limbs_body_add, 0 },
	[LIMBS_ADD_SHIFTED] = { "limbs_add_shifted", "vPzpzw", limbs_body_add, LIMBS_SHIFTED },
	[LIMBS_SUBTRACT] = { "limbs_subtract", "vPzpz", limbs_body_add, LIMBS_NEGATIVE },
	[LIMBS_SUBTRACT_SHIFTED] = { "limbs_subtract_shifted", "vPzpzw", limbs_body_add,
		LIMBS_SHIFTED | LIMBS_NEGATIVE },
	[LIMBS_MULTIPLY] = { "limbs_multiply", "vPzpzpz", limbs_body_multiply, 0 },
	[LIMBS_MULTIPLY_SUBTRACT] = { "limbs_multiply_subtract", "vPzpzpz", limbs_body_multiply,
		LIMBS_NEGATIVE },
	[LIMBS_CARRY] = { "limbs_carry", "vPzw", limbs_body_carry, 0 },
	[LIMBS_BORROW] = { "limbs_borrow", "vPzw", limbs_body_carry, LIMBS_NEGATIVE },
	[LIMBS_RELU] = { "limbs_relu", "vPzz", limbs_body_relu, 0 },
	[LIMBS_COMPARE] = { "limbs_compare", "ipzpz", limbs_body_compare, 0 },
	[LIMBS_ANY] = { "limbs_any", "wpz", limbs_body_any, 0 },
	[LIMBS_FIELD] = { "limbs_field", "wpzww", limbs_body_field, 0 },
	[LIMBS_FIELDS] = { "limbs_fields", "vPzpzww", limbs_body_fields, 0 },
	[LIMBS_ROW_OF_WORD] = { "limbs_row_of_word", "zppzw", limbs_body_row_of_word, 0 },
	[LIMBS_ROW] = { "limbs_row", "zppzzpz", limbs_body_row, 0 },
	[LIMBS_ASSOC] = { "limbs_assoc", "vPzpzpzpzwww", limbs_body_assoc, 0 },
};

static LLVMTypeRef type_of(struct gen *gen, char letter)
{
	switch (letter) {
	case 'P':
	case 'p':
		return gen->pointer;
	case 'z':
		return gen->size;
	case 'w':
		return gen->i64;
	case 'i':
		return gen->i32;
	default:
		return gen->void_type;
	}
}

static void set_noalias(struct gen *gen, LLVMValueRef function, unsigned parameter)
{
	unsigned kind = LLVMGetEnumAttributeKindForName("noalias", 7);

	LLVMAddAttributeAtIndex(
		function, parameter + 1, LLVMCreateEnumAttribute(gen->context, kind, 0));
}

static void write_body(struct gen *gen, enum limbs_routine routine, LLVMValueRef function)
{
	LLVMValueRef arguments[ARGUMENTS];

	gen_enter(gen, function, "entry");
	LLVMGetParams(function, arguments);
	routines[routine].body(gen, arguments, routines[routine].flags);
}

/* The builder comes back to where it was. */
static LLVMValueRef new_routine(struct gen *gen, enum limbs_routine routine)
{
	LLVMBasicBlockRef block = LLVMGetInsertBlock(gen->builder);
	const char *types = routines[routine].types;
	unsigned count = (unsigned)strlen(types) - 1;
	LLVMTypeRef parameters[ARGUMENTS];
	uint32_t line = gen->line;
	LLVMValueRef function;

	gen_no_line(gen);
	for (unsigned i = 0; i < count; i++)
		parameters[i] = type_of(gen, types[1 + i]);
	function = gen_function(
		gen, routines[routine].name, type_of(gen, types[0]), parameters, count);
	for (unsigned i = 0; i < count; i++)
		if (types[1 + i] == 'P')
			set_noalias(gen, function, i);
	gen_attribute(gen, function, "noinline");
	gen_beside(gen, function, gen->classify);
	write_body(gen, routine, function);
	LLVMPositionBuilderAtEnd(gen->builder, block);
	gen->line = line;
	gen_debug_here(gen);
	return function;
}

LLVMValueRef limbs_call(
	struct gen *gen, enum limbs_routine routine, const LLVMValueRef *arguments)
{
	LLVMValueRef function = gen_find(gen, routines[routine].name);
	LLVMValueRef copies[ARGUMENTS];
	bool gives = routines[routine].types[0] != 'v';

	if (!function)
		function = new_routine(gen, routine);
	memcpy(copies, arguments, LLVMCountParams(function) * sizeof *copies);
	return gen_call(gen, function, copies, gives ? routines[routine].name + 6 : "");
}
