/*
 * float32 and float64 are the floats and doubles of C: random networks are written as programs
 * of C, each form as its text has it, and every value that the program prints is the value
 * that is computed here, through infinities, subnormals and what is no number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ir/rounded.h"
#include "tests/ir/random_network.h"

enum { NETS = 49, POINTS = 10, BITS = 150 };

/* A type of C; `scale`: how much wider its exponents are than those of float. */
struct type {
	const char *format, *name, *suffix;
	double least; /* that is not subnormal */
	int64_t scale;
};

/* What the values were, so that the test covers them. */
struct seen {
	uint64_t values, infinite, subnormal, fractions;
};

/* As if all values of a layer were 2^shift times as large as those of the layer before it. */
static void grow(struct ir_module *module, int64_t shift)
{
	uint32_t next = module->input_count;

	for (size_t i = 0; i < module->term_count; i++)
		module->terms[i].weight =
			num_shift(&module->nums, module->terms[i].weight, shift);
	for (uint32_t k = 0; k <= module->layer_count; k++) {
		uint32_t count = k < module->layer_count ? module->layers[k].count : 1;
		for (; count--; next++)
			module->nodes[next].bias = num_shift(
				&module->nums, module->nodes[next].bias, shift * (k + 1));
	}
}

/* Most networks grow or shrink, up to values that the type does not have. */
static void make(struct ir_module *module, uint64_t seed, const struct type *type)
{
	static const int64_t shifts[] = { 0, -22, 0, 40, -26, -30, -35 };

	random_network(module, seed, seed % 3 ? 0 : BITS * (uint32_t)type->scale);
	grow(module, shifts[seed % (sizeof shifts / sizeof *shifts)] * type->scale);
}

/* --- the program --------------------------------------------------------------------- */

/* Without a suffix a constant is a double, with "f" a float, rounded by the compiler. */
static void write_num(const struct ir_module *module, num n, const char *suffix, FILE *file)
{
	mpz_t view, size;
	int32_t e = num_view(&module->nums, n, view);

	mpz_roinit_n(size, mpz_limbs_read(view), (mp_size_t)mpz_size(view));
	gmp_fprintf(file, " %c 0x%Zxp%d%s", mpz_sgn(view) < 0 ? '-' : '+', size, e, suffix);
}

/* "relu(+ 0x3p0 * v[0] - 0x1p-2 * v[2] + 0x5p0)" */
static void write_form(
	const struct ir_module *module, ir_value value, const char *suffix, FILE *file)
{
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	num bias = module->nodes[value.i].bias;

	fprintf(file, "%s(", ir_op_of(module, value) == IR_RELU ? "relu" : "");
	for (uint32_t i = 0; i < count; i++) {
		write_num(module, terms[i].weight, suffix, file);
		fprintf(file, " * v[%u]", terms[i].value.i);
	}
	if (!count || !num_equal(bias, NUM_ZERO))
		write_num(module, bias, suffix, file);
	fprintf(file, ")");
}

static void write_net(const struct ir_module *module, int seed, const char *suffix, FILE *file)
{
	int64_t point[3] = { 0, 0, 0 };
	struct rng rng;

	fprintf(file, "static void net%d(int a, int b, int c)\n{\n", seed);
	fprintf(file, "\treal v[%u] = { (real)a, (real)b, (real)c };\n",
		module->node_count + 3);
	for (uint32_t i = module->input_count; i < module->node_count; i++) {
		fprintf(file, "\tv[%u] = ", i);
		write_form(module, (ir_value){ i }, suffix, file);
		fprintf(file, ";\n\tprintf(\"%%a\\n\", (double)v[%u]);\n", i);
	}
	fprintf(file, "}\nstatic void all%d(void)\n{\n", seed);
	rng_init(&rng, (uint64_t)seed);
	for (int i = 0; i < POINTS; i++) {
		random_input(module, &rng, point);
		fprintf(file, "\tnet%d(%d, %d, %d);\n", seed, (int)point[0], (int)point[1],
			(int)point[2]);
	}
	fprintf(file, "}\n");
}

static void write_program(const char *path, const struct type *type)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file,
		"#include <stdio.h>\ntypedef %s real;\n"
		"static real relu(real s) { return s > 0 ? s : 0; }\n",
		type->name);
	for (int seed = 0; seed < NETS; seed++) {
		struct ir_module module;
		make(&module, (uint64_t)seed, type);
		write_net(&module, seed, type->suffix, file);
		ir_module_fini(&module);
	}
	fprintf(file, "int main(void)\n{\n");
	for (int seed = 0; seed < NETS; seed++)
		fprintf(file, "\tall%d();\n", seed);
	fprintf(file, "\treturn 0;\n}\n");
	assert_int_equal(fclose(file), 0);
}

/* Starts the program; it prints values. */
static FILE *start(const struct type *type)
{
	const char *tmp = getenv("TMPDIR"), *compiler = getenv("CC");
	char path[300], command[1000];

	snprintf(path, sizeof path, "%s/rounded-%s", tmp ? tmp : "/tmp", type->name);
	snprintf(command, sizeof command, "%s.c", path);
	write_program(command, type);
	snprintf(command, sizeof command,
		"%s -w -O1 -ffp-contract=off -o '%s' '%s.c' && exec '%s'",
		compiler ? compiler : "cc", path, path, path);
	return popen(command, "r");
}

/* --- its values ---------------------------------------------------------------------- */

static void assert_value(const struct ir_rounded *rounded, ir_value value, FILE *program,
	const struct type *type, struct seen *seen)
{
	struct dyadic found;
	char line[100];
	mpq_t ours, theirs;
	double x;

	assert_non_null(fgets(line, sizeof line, program));
	x = strtod(line, NULL);
	dyadic_init(&found);
	mpq_inits(ours, theirs, NULL);
	assert_int_equal(ir_rounded_value(rounded, value, &found), isfinite(x) != 0);
	if (isfinite(x)) {
		mpq_set_d(theirs, x);
		mpq_set_z(ours, found.m);
		if (found.e < 0)
			mpq_div_2exp(ours, ours, (mp_bitcnt_t)-found.e);
		else
			mpq_mul_2exp(ours, ours, (mp_bitcnt_t)found.e);
		assert_true(mpq_equal(ours, theirs));
	}
	seen->values++;
	seen->infinite += isfinite(x) ? 0 : 1;
	seen->subnormal += isfinite(x) && x != 0 && fabs(x) < type->least;
	seen->fractions += isfinite(x) && mpq_sgn(theirs) && mpz_cmp_ui(mpq_denref(theirs), 1);
	mpq_clears(ours, theirs, NULL);
	dyadic_clear(&found);
}

static void assert_net(const struct ir_format *format, int seed, FILE *program,
	const struct type *type, struct seen *seen)
{
	struct ir_rounded *rounded;
	struct ir_module module;
	int64_t point[3];
	struct rng rng;

	make(&module, (uint64_t)seed, type);
	rounded = ir_rounded_new(&module, format);
	rng_init(&rng, (uint64_t)seed);
	for (int i = 0; i < POINTS; i++) {
		ir_value value = { module.input_count };
		random_input(&module, &rng, point);
		ir_rounded_begin(rounded, point);
		for (uint32_t layer = 0; ir_rounded_next(rounded); layer++) {
			uint32_t count =
				layer < module.layer_count ? module.layers[layer].count : 1;
			for (; count--; value.i++)
				assert_value(rounded, value, program, type, seen);
		}
	}
	ir_rounded_free(rounded);
	ir_module_fini(&module);
}

static void assert_type(const struct type *type)
{
	FILE *program = start(type);
	struct seen seen = { 0 };
	struct ir_format format;

	assert_non_null(program);
	assert_true(ir_format_parse(type->format, &format));
	for (int seed = 0; seed < NETS; seed++)
		assert_net(&format, seed, program, type, &seen);
	assert_int_equal(fgetc(program), EOF);
	assert_int_equal(pclose(program), 0);
	print_message("%s: %d values, %d not finite, %d fractions, %d subnormal\n", type->name,
		(int)seen.values, (int)seen.infinite, (int)seen.fractions, (int)seen.subnormal);
	assert_true(seen.values > 3000 && seen.fractions > 500);
	assert_true(seen.infinite > 50 && seen.subnormal > 20);
}

static void float64_is_the_double_of_c(void **state)
{
	const struct type type = { "float64", "double", "", DBL_MIN, 8 };

	(void)state;
	assert_type(&type);
}

static void float32_is_the_float_of_c(void **state)
{
	const struct type type = { "float32", "float", "f", FLT_MIN, 1 };

	(void)state;
	assert_type(&type);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(float64_is_the_double_of_c),
		cmocka_unit_test(float32_is_the_float_of_c),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
