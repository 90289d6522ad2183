/* Weights round as the machine rounds, and a model that is proved exact answers as the network.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "backends/onnx/onnx.h"
#include "ir/interp.h"
#include "ir/rounded.h"
#include "ir/text.h"
#include "tests/ir/random_network.h"

/* Whether a network of the text is exact in float32. */
static bool is_exact(const char *body)
{
	static const char head[] = "network @n class \"a\" element int64\n";
	char text[512];
	struct diag_sink sink;
	struct ir_module module;
	struct onnx_model *model;
	bool exact;

	diag_init(&sink);
	snprintf(text, sizeof text, "%s%s", head, body);
	assert_true(ir_parse(&module, diag_source(&sink, "t.mir", text, strlen(text)), text,
		strlen(text), &sink));
	model = onnx_model_new(&module, ONNX_FLOAT32, false, SPAN_NONE, &sink);
	assert_non_null(model);
	exact = onnx_model_is_exact(model);
	onnx_model_free(model);
	ir_module_fini(&module);
	diag_fini(&sink);
	return exact;
}

static void sums_are_exact_to_the_last_bit(void **state)
{
	(void)state;
	assert_true(is_exact("inputs 1 in 0..16777215 output x0 + 1"));
	assert_false(is_exact("inputs 1 in 0..16777215 output x0 + 2"));
	assert_false(is_exact("inputs 1 in -16777217..0 output 0"));
	assert_true(is_exact("inputs 1 in -16777216..0 output 0.25*x0"));
	assert_false(is_exact("inputs 1 in -16777216..0 output 0.25*x0 - 0.25"));
	/* a partial sum is greater than the sum */
	assert_false(is_exact("inputs 2 in 0..16777215 output x0 - x1 + 1"));
	assert_false(is_exact("inputs 1 in 0..1 output 16777217*x0"));
	/* ranges know what a neuron takes: the second is 0 or 1 */
	assert_true(is_exact("inputs 1 in 0..1000 layer 1 a %0 = relu x0 - 5 %1 = relu x0 - 6 "
			     "layer 2 a %2 = relu %0 - %1 output 16777216*%2"));
	assert_false(is_exact("inputs 1 in 0..1000 layer 1 a %0 = relu x0 - 5 "
			      "output 16777215*%0"));
	/* the value 0 takes nothing, and what is small is still in the format */
	assert_true(is_exact("inputs 1 in 0..0 output 0x3p60*x0 + 1"));
	assert_true(is_exact("inputs 1 in 0..1 output 0x1p-149*x0"));
	assert_false(is_exact("inputs 1 in 0..1 layer 1 a %0 = relu 0x1p-140*x0 "
			      "output 0x1p-20*%0"));
}

static void exact_models_answer_as_their_networks(void **state)
{
	const struct ir_format formats[] = { { .arithmetic = &arithmetic_float64 },
		{ .arithmetic = &arithmetic_float32 } };
	uint64_t exact = 0, inexact = 0, known = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct ir_module module;
		struct ir_interp *interp;
		struct ir_rounded *rounded;
		struct onnx_model *model;
		struct rng rng;

		random_network(&module, seed, seed % 5 ? 0 : 40);
		interp = ir_interp_new(&module);
		model = onnx_model_new(&module, seed % 2 ? ONNX_FLOAT32 : ONNX_FLOAT64, false,
			SPAN_NONE, NULL);
		rounded = ir_rounded_new(&module, &formats[seed % 2]);
		rng_init(&rng, seed);
		inexact += !onnx_model_is_exact(model);
		for (int i = 0; i < 20 && onnx_model_is_exact(model); i++) {
			int64_t point[3];
			int32_t expected;
			random_input(&module, &rng, point);
			expected = ir_interp_classify(interp, point);
			exact++;
			known += expected >= 0;
			assert_int_equal(ir_rounded_classify(rounded, point), expected);
		}
		ir_rounded_free(rounded);
		onnx_model_free(model);
		ir_interp_free(interp);
		ir_module_fini(&module);
	}
	assert_true(exact > 1000 && inexact > 20 && known > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_exact_to_the_last_bit),
		cmocka_unit_test(exact_models_answer_as_their_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
