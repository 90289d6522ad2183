/*
 * Arithmetics: the ways to compute the values of a literal network.
 *
 * An arithmetic has a format, whose numbers are all that it knows: weights and biases are
 * rounded to it first, then every input, every product and every sum, to the nearest number
 * and in a tie to the even one. The exact one rounds nothing. A form is evaluated in the
 * order of its text: the products from left to right, then the bias unless it is 0, so that
 * the line of a .mir file, read as an expression of C, says what is computed. relu(s) is s
 * where s > 0, else 0.
 *
 *   float32, float64  those of IEEE 754, as C has them: no product is fused with a sum,
 *                     what overflows is infinite, relu of what is no number is 0
 *   bits:P            significands of P bits and any exponent (MPFR)
 *   fixed:I.F         two's complement, I bits before the point, the sign among them, and F
 *                     bits behind it: multiples of 2^-F from -2^(I-1) to 2^(I-1) - 2^-F;
 *                     what lies beyond becomes the nearest of these two
 *
 * An arithmetic is a row. Its state holds the rounded constants of one module, which is
 * borrowed and does not change, and the values of slots; one state serves one thread.
 */
#ifndef IR_ARITHMETIC_H
#define IR_ARITHMETIC_H

#include "ir/ir.h"
#include "support/dyadic.h"

struct ir_arithmetic;

struct ir_format {
	const struct ir_arithmetic *arithmetic;
	uint32_t bits;     /* P, or I */
	uint32_t fraction; /* F */
};

/* What of a network is computed next: a neuron or the output. */
struct ir_form {
	ir_value value;
	uint32_t first, from; /* what it reads: value `first` lies in slot `from`, and so on */
	uint32_t to;          /* the slot of the result, none of those that are read */
};

struct ir_arithmetic {
	const char *name;
	const char *pattern; /* "bits:P" */
	const char *wanted;  /* what P is, or that there is none */
	uint32_t parameters; /* how many there are */

	void *(*new)(
		const struct ir_module *module, const struct ir_format *format, uint32_t slots);
	void (*free)(void *state);
	void (*set)(void *state, uint32_t slot, int64_t x);
	void (*evaluate)(void *state, const struct ir_form *form);

	/* The number in a slot, normalized; false if it is infinite or none. */
	bool (*get)(const void *state, uint32_t slot, struct dyadic *value);
};

/* Ends with NULL. */
extern const struct ir_arithmetic *const ir_arithmetics[];
extern const struct ir_arithmetic arithmetic_exact, arithmetic_float32, arithmetic_float64,
	arithmetic_bits, arithmetic_fixed;

/* Sets a slot of a state of the exact arithmetic. */
void arithmetic_exact_set(void *state, uint32_t slot, const struct dyadic *value);

/* No P, I or F is greater: a hundred times what a million points take. */
enum { IR_FORMAT_BITS = 1 << 20 };

/*
 * "bits:100": true and the format; else false, with the arithmetic that is meant, or NULL if
 * there is none of that name.
 */
bool ir_format_parse(const char *text, struct ir_format *format);

/* The other way; `text` has room for IR_FORMAT_TEXT bytes. */
enum { IR_FORMAT_TEXT = 40 };
const char *ir_format_text(const struct ir_format *format, char *text);

#endif
