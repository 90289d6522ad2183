#include "backends/llvm/gen.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

static void on_diagnostic(LLVMDiagnosticInfoRef info, void *context)
{
	struct gen *gen = context;
	LLVMDiagnosticSeverity severity = LLVMGetDiagInfoSeverity(info);
	char *text;

	if (severity != LLVMDSError && severity != LLVMDSWarning)
		return;
	text = LLVMGetDiagInfoDescription(info);
	if (severity == LLVMDSError) {
		gen->failed = true;
		diag_world(gen->sink, gen->span, "LLVM: %s", text);
	} else {
		diag_warn(gen->sink, gen->span, "LLVM: %s", text);
	}
	LLVMDisposeMessage(text);
}

static void init_types(struct gen *gen)
{
	LLVMContextRef context = gen->context;

	gen->void_type = LLVMVoidTypeInContext(context);
	gen->i1 = LLVMInt1TypeInContext(context);
	gen->i8 = LLVMInt8TypeInContext(context);
	gen->i16 = LLVMInt16TypeInContext(context);
	gen->i32 = LLVMInt32TypeInContext(context);
	gen->i64 = LLVMInt64TypeInContext(context);
	gen->real = LLVMDoubleTypeInContext(context);
	gen->pointer = LLVMPointerTypeInContext(context, 0);
	gen->size_bits = 8 * LLVMPointerSize(gen->layout);
	gen->size = LLVMIntTypeInContext(context, gen->size_bits);
	gen->element =
		LLVMIntTypeInContext(context, 8 * ir_element_bytes(gen->module->element));
}

void gen_flag(struct gen *gen, const char *name, uint32_t value)
{
	LLVMAddModuleFlag(gen->code, LLVMModuleFlagBehaviorError, name, strlen(name),
		LLVMValueAsMetadata(gen_i32(gen, value)));
}

bool gen_init(struct gen *gen, const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink)
{
	*gen = (struct gen){ .module = module,
		.options = options,
		.span = span,
		.sink = sink,
		.passes = "default<O2>" };
	if (!llvm_target_init(&gen->target, options, sink))
		return false;
	gen->plan = plan_new(module,
		&(struct plan_options){ options->assume_members, .program = true }, span, sink);
	if (!gen->plan)
		return false;

	gen->context = LLVMContextCreate();
	LLVMContextSetDiagnosticHandler(gen->context, on_diagnostic, gen);
	gen->code = LLVMModuleCreateWithNameInContext(options->prefix, gen->context);
	gen->builder = LLVMCreateBuilderInContext(gen->context);
	gen->layout = LLVMCreateTargetDataLayout(gen->target.machine);
	LLVMSetModuleDataLayout(gen->code, gen->layout);
	LLVMSetTarget(gen->code, gen->target.triple);
	init_types(gen);
	if (gen->target.format != TARGET_WASM)
		gen_flag(gen, "PIC Level", 2);
	gen_debug_init(gen);
	return true;
}

void gen_fini(struct gen *gen)
{
	if (gen->debug)
		LLVMDisposeDIBuilder(gen->debug);
	if (gen->layout)
		LLVMDisposeTargetData(gen->layout);
	if (gen->builder)
		LLVMDisposeBuilder(gen->builder);
	if (gen->code)
		LLVMDisposeModule(gen->code);
	if (gen->context)
		LLVMContextDispose(gen->context);
	plan_free(gen->plan);
	llvm_target_fini(&gen->target);
}

/* --- P_classify and P_classify_batch --------------------------------------------------- */

/* A call of P_classify for every row. */
static void fill_batch(struct gen *gen)
{
	LLVMValueRef x = LLVMGetParam(gen->batch, 0), row;
	LLVMValueRef out = LLVMGetParam(gen->batch, 2), class;
	LLVMTypeRef row_type = LLVMArrayType2(gen->element, gen->module->input_count);
	struct gen_loop rows;

	gen_enter(gen, gen->batch, "entry");
	rows = gen_loop_begin(gen, LLVMGetParam(gen->batch, 1), "rows");
	row = gen_at(gen, row_type, x, rows.i, "row");
	class = gen_call(gen, gen->classify, &row, "class");
	LLVMBuildStore(gen->builder, class, gen_at(gen, gen->i32, out, rows.i, "to"));
	gen_loop_end(gen, &rows);
	LLVMBuildRetVoid(gen->builder);
}

static void declare(struct gen *gen)
{
	LLVMTypeRef one[] = { gen->pointer };
	LLVMTypeRef many[] = { gen->pointer, gen->size, gen->pointer };

	gen->classify = gen_external(gen, "classify", gen->i32, one, 1);
	gen_parameter(gen->classify, 0, "x");
	gen->batch = gen_external(gen, "classify_batch", gen->void_type, many, 3);
	gen_parameter(gen->batch, 0, "x");
	gen_parameter(gen->batch, 1, "rows");
	gen_parameter(gen->batch, 2, "out");
}

bool gen_classify(struct gen *gen)
{
	declare(gen);
	if (!(gen->plan->lookup                ? llvm_lower_lookup(gen)
			    : gen->plan->dense ? llvm_lower_dense(gen)
					       : llvm_lower_program(gen)))
		return false;
	gen_no_line(gen);
	if (!LLVMGetFirstBasicBlock(gen->batch))
		fill_batch(gen);
	if (gen->module->levels)
		gen_values(gen);
	else
		gen_names(gen);
	gen_self_check(gen);
	if (gen->options->program)
		gen_standalone(gen);
	gen_debug_end(gen);
	return true;
}

/* --- constants and tables ------------------------------------------------------------- */

LLVMValueRef gen_int(LLVMTypeRef type, uint64_t value)
{
	return LLVMConstInt(type, value, false);
}

static bool host_is_big_endian(void)
{
	const uint16_t one = 1;

	return *(const unsigned char *)&one == 0;
}

/* Names of what is in the object: with the prefix, since other objects have their own. */
static char *full_name(const struct gen *gen, const char *before, const char *name)
{
	struct output out;

	output_open_memory(&out);
	output_printf(&out, "%s%s_%s", before, gen->options->prefix, name);
	return output_take(&out, NULL);
}

static void set_section(
	struct gen *gen, LLVMValueRef global, const char *section, const char *name)
{
	char *full;

	if (gen->target.format != TARGET_ELF)
		return;
	full = full_name(gen, section, name);
	LLVMSetSection(global, full);
	free(full);
}

/* A copy whose elements have their bytes the other way round; freed with free(). */
static void *swap(const unsigned char *elements, size_t total, size_t bytes)
{
	unsigned char *swapped = mem_alloc(total, 1);

	for (size_t i = 0; i < total; i++)
		swapped[i] = elements[i ^ (bytes - 1)];
	return swapped;
}

static LLVMValueRef add_table(
	struct gen *gen, const char *name, const void *bytes, size_t count)
{
	LLVMValueRef value = LLVMConstStringInContext2(gen->context, bytes, count, true);
	char *full = full_name(gen, "", name);
	LLVMValueRef global = LLVMAddGlobal(gen->code, LLVMTypeOf(value), full);

	LLVMSetInitializer(global, value);
	LLVMSetGlobalConstant(global, true);
	LLVMSetLinkage(global, LLVMInternalLinkage);
	LLVMSetUnnamedAddress(global, LLVMGlobalUnnamedAddr);
	LLVMSetAlignment(global, count < 64 ? 16 : 64);
	set_section(gen, global, ".rodata.", name);
	free(full);
	return global;
}

static LLVMValueRef add_elements(struct gen *gen, const char *name, const void *elements,
	size_t count, size_t bytes, bool is_big_endian)
{
	void *swapped = NULL;
	LLVMValueRef table;

	if (bytes > 1 && count && gen->target.big_endian != is_big_endian)
		swapped = swap(elements, count * bytes, bytes);
	table = add_table(gen, name, swapped ? swapped : elements, count * bytes);
	free(swapped);
	return table;
}

LLVMValueRef gen_table(
	struct gen *gen, const char *name, const void *elements, size_t count, size_t bytes)
{
	return add_elements(gen, name, elements, count, bytes, host_is_big_endian());
}

LLVMValueRef gen_little_table(
	struct gen *gen, const char *name, const void *elements, size_t count, size_t bytes)
{
	return add_elements(gen, name, elements, count, bytes, false);
}

LLVMValueRef gen_words(struct gen *gen, const char *name, const struct words *words)
{
	return gen_table(gen, name, words->words, words->count, sizeof *words->words);
}

/* --- functions ------------------------------------------------------------------------ */

void gen_attribute(struct gen *gen, LLVMValueRef function, const char *name)
{
	unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

	if (!kind)
		panic("no attribute '%s'", name);
	LLVMAddAttributeAtIndex(function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
		LLVMCreateEnumAttribute(gen->context, kind, 0));
}

static void add_string(
	struct gen *gen, LLVMValueRef function, const char *name, const char *value)
{
	LLVMAddAttributeAtIndex(function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
		LLVMCreateStringAttribute(gen->context, name, (unsigned)strlen(name), value,
			(unsigned)strlen(value)));
}

/* "no-builtins": loops must not become calls of memcpy or memset, which nobody links. */
static void add_attributes(struct gen *gen, LLVMValueRef function)
{
	gen_attribute(gen, function, "nounwind");
	gen_attribute(gen, function, "norecurse");
	gen_attribute(gen, function, "willreturn");
	add_string(gen, function, "no-builtins", "");
	if (*gen->target.cpu)
		add_string(gen, function, "target-cpu", gen->target.cpu);
	if (*gen->target.features)
		add_string(gen, function, "target-features", gen->target.features);
}

/* Where C extends an int to a register, callers and callees rely on it. */
static void extend(
	struct gen *gen, LLVMValueRef function, LLVMAttributeIndex at, LLVMTypeRef type)
{
	unsigned kind = LLVMGetEnumAttributeKindForName("signext", 7);

	if (gen->target.extends && type == gen->i32)
		LLVMAddAttributeAtIndex(
			function, at, LLVMCreateEnumAttribute(gen->context, kind, 0));
}

static LLVMValueRef add_function(struct gen *gen, const char *name, LLVMTypeRef result,
	const LLVMTypeRef *parameters, unsigned count, bool is_external)
{
	LLVMTypeRef type = LLVMFunctionType(result, (LLVMTypeRef *)parameters, count, false);
	char *full = full_name(gen, "", name);
	LLVMValueRef function = LLVMAddFunction(gen->code, full, type);

	add_attributes(gen, function);
	set_section(gen, function, ".text.", name);
	gen_debug_function(gen, function, full, is_external);
	free(full);
	return function;
}

LLVMValueRef gen_function(struct gen *gen, const char *name, LLVMTypeRef result,
	const LLVMTypeRef *parameters, unsigned count)
{
	LLVMValueRef function = add_function(gen, name, result, parameters, count, false);

	LLVMSetLinkage(function, LLVMInternalLinkage);
	LLVMSetUnnamedAddress(function, LLVMGlobalUnnamedAddr);
	return function;
}

LLVMValueRef gen_external(struct gen *gen, const char *name, LLVMTypeRef result,
	const LLVMTypeRef *parameters, unsigned count)
{
	LLVMValueRef function = add_function(gen, name, result, parameters, count, true);

	extend(gen, function, LLVMAttributeReturnIndex, result);
	for (unsigned i = 0; i < count; i++)
		extend(gen, function, i + 1, parameters[i]);
	return function;
}

LLVMValueRef gen_helper(struct gen *gen, const char *name, LLVMTypeRef result,
	const LLVMTypeRef *parameters, unsigned count)
{
	LLVMTypeRef type = LLVMFunctionType(result, (LLVMTypeRef *)parameters, count, false);
	LLVMValueRef function = LLVMAddFunction(gen->code, name, type);

	add_attributes(gen, function);
	gen_attribute(gen, function, "noinline");
	set_section(gen, function, ".text.", name);
	LLVMSetLinkage(function, LLVMInternalLinkage);
	return function;
}

void gen_beside(struct gen *gen, LLVMValueRef function, LLVMValueRef user)
{
	if (gen->target.format == TARGET_ELF)
		LLVMSetSection(function, LLVMGetSection(user));
}

LLVMValueRef gen_find(struct gen *gen, const char *name)
{
	char *full = full_name(gen, "", name);
	LLVMValueRef function = LLVMGetNamedFunction(gen->code, full);

	free(full);
	return function;
}

LLVMValueRef gen_parameter(LLVMValueRef function, unsigned i, const char *name)
{
	LLVMValueRef parameter = LLVMGetParam(function, i);

	LLVMSetValueName2(parameter, name, strlen(name));
	return parameter;
}
