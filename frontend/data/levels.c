/*
 * Real labels: each is rounded to the nearest multiple of the step, ties upward as features
 * are, in exact arithmetic; the multiples from the least to the greatest are the classes.
 */
#include <ctype.h>
#include <gmp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/decimal.h"
#include "frontend/data/source.h"
#include "frontend/data/stages.h"
#include "ir/level.h"
#include "support/mem.h"

/* Longer numbers, and greater powers of ten, are no labels. Doubles in full have 1,100 digits.
 */
enum { LENGTH_MAX = 4096, POWER_MAX = 4096 };

/* --- numbers ---------------------------------------------------------------------------- */

static const char *skip_digits(const char *at)
{
	while (isdigit((unsigned char)*at))
		at++;
	return at;
}

/* n * 10^power */
static void set_scaled(mpq_t value, const mpz_t n, long power)
{
	mpz_ui_pow_ui(mpq_denref(value), 10, (unsigned long)labs(power));
	if (power < 0) {
		mpz_set(mpq_numref(value), n);
	} else {
		mpz_mul(mpq_numref(value), mpq_denref(value), n);
		mpz_set_ui(mpq_denref(value), 1);
	}
}

/* e5, E-05; at is where it begins. */
static bool parse_exponent(const char *at, long *power)
{
	const char *digits = at + 1 + (at[1] == '-' || at[1] == '+');

	if ((*at != 'e' && *at != 'E') || !isdigit((unsigned char)*digits) ||
		*skip_digits(digits))
		return false;
	*power = strtol(at + 1, NULL, 10);
	return *power >= -POWER_MAX && *power <= POWER_MAX;
}

/* Sign, digits, point, exponent: of any length that is sensible. */
static bool parse_decimal(const char *text, mpq_t value)
{
	const char *first = text + (*text == '-' || *text == '+'), *point = skip_digits(first);
	const char *end = *point == '.' ? skip_digits(point + 1) : point;
	long places = *point == '.' ? end - point - 1 : 0, power = 0;
	size_t length = 0;
	char *digits;
	mpz_t n;

	if (end - first == (*point == '.') || end - text > LENGTH_MAX)
		return false;
	if (*end && !parse_exponent(end, &power))
		return false;
	digits = mem_alloc((size_t)(end - text) + 1, 1);
	for (const char *at = first; at < end; at++)
		if (*at != '.')
			digits[length++] = *at;
	digits[length] = '\0';
	mpz_init_set_str(n, digits, 10);
	free(digits);
	if (*text == '-')
		mpz_neg(n, n);
	set_scaled(value, n, power - places);
	mpz_clear(n);
	return true;
}

/* A point in line may have the label 1/3. */
static bool parse_label(const struct load *load, const char *text, mpq_t value)
{
	if (!load->request->point_count || !strchr(text, '/'))
		return parse_decimal(text, value);
	return mpq_set_str(value, text, 10) == 0 && mpz_sgn(mpq_denref(value)) > 0;
}

/* floor(value / 2^exponent + 1/2); the value need not be in lowest terms, and is changed. */
static void round_to_step(mpq_t value, int exponent, mpz_t level)
{
	mpz_ptr n = mpq_numref(value), d = mpq_denref(value);

	if (exponent > 0)
		mpz_mul_2exp(d, d, (mp_bitcnt_t)exponent);
	mpz_mul_2exp(n, n, 1 + (mp_bitcnt_t)(exponent < 0 ? -exponent : 0));
	mpz_add(n, n, d);
	mpz_mul_2exp(d, d, 1);
	mpz_fdiv_q(level, n, d);
}

/* --- labels ----------------------------------------------------------------------------- */

static bool report_label(struct load *load, uint32_t name, const char *what)
{
	const struct table *table = &load->table;
	const char *text = table->names[name];

	load_error(load, table->name_rows[name], LOAD_LABEL, "the label %s %s",
		load_quote(load, text, strlen(text)), what);
	return false;
}

/* The level of a label text, as a multiple of the step. */
static bool level_of_name(struct load *load, uint32_t name, int64_t *level)
{
	bool good;
	mpq_t value;
	mpz_t rounded;

	mpq_init(value);
	mpz_init(rounded);
	if (!parse_label(load, load->table.names[name], value)) {
		good = report_label(load, name, "is not a finite number, as real labels are");
	} else {
		round_to_step(value, load->request->real_exponent, rounded);
		good = mpz_sizeinbase(rounded, 2) <= 53 ||
			report_label(load, name,
				"is too great for its precision: an answer is a double, "
				"which holds 53 bits");
		if (good)
			*level = mpz_get_si(rounded);
	}
	mpz_clear(rounded);
	mpq_clear(value);
	return good;
}

static bool levels_of_names(struct load *load, int64_t *levels)
{
	uint64_t lines = load->table.name_count;
	bool good = true;

	for (uint32_t i = 0; i < load->table.name_count && !diag_full(load->sink); i++) {
		good &= level_of_name(load, i, &levels[i]);
		if (i % 16384 == 0)
			progress_report(load->progress, "rounding labels", i, lines);
	}
	return good;
}

/* Names without rows do not count. */
static void bounds(const struct table *table, const int64_t *levels, int64_t *lo, int64_t *hi)
{
	*lo = *hi = levels[table->labels[0]];
	for (uint64_t i = 1; i < table->count; i++) {
		int64_t level = levels[table->labels[i]];
		*lo = level < *lo ? level : *lo;
		*hi = level > *hi ? level : *hi;
	}
}

static bool report_many(struct load *load, int64_t lo, int64_t hi)
{
	int exponent = load->request->real_exponent;
	struct ir_feature all = ir_levels(lo, hi, exponent);
	uint64_t span = ir_feature_span(&all);
	int enough = exponent;

	while ((span >> (enough - exponent)) + 1 >= (uint64_t)IR_LEVELS_MAX) /* 1 by rounding */
		enough++;
	diag_error(load->sink, load->request->real_span,
		"the labels, from %.9g to %.9g, have %" PRIu64
		" multiples of 2^%d among them; at most %d can be told apart: a precision of "
		"2^%d is coarse enough",
		ir_feature_raw(&all, lo), ir_feature_raw(&all, hi), span + 1, exponent,
		(int)IR_LEVELS_MAX, enough);
	return false;
}

static bool set_levels(struct load *load, struct dataset *dataset, const int64_t *levels)
{
	struct table *table = &load->table;
	struct ir_feature *range = arena_alloc(&dataset->arena, 1, sizeof *range);
	int64_t lo, hi;

	bounds(table, levels, &lo, &hi);
	*range = ir_levels(lo, hi, load->request->real_exponent);
	if (ir_feature_span(range) >= (uint64_t)IR_LEVELS_MAX)
		return report_many(load, lo, hi);
	dataset->levels = range;
	dataset->classes = (uint32_t)ir_feature_span(range) + 1;
	for (uint64_t i = 0; i < table->count; i++)
		table->labels[i] = (uint32_t)(levels[table->labels[i]] - lo);
	return true;
}

bool levels_name(struct load *load, struct dataset *dataset, struct selection *selection)
{
	struct table *table = &load->table;
	int64_t *levels = mem_zero(table->name_count, sizeof *levels);
	bool good = levels_of_names(load, levels) && set_levels(load, dataset, levels);

	free(levels);
	if (!good)
		return false;
	selection->rows = mem_alloc((size_t)table->count, sizeof *selection->rows);
	selection->count = table->count;
	for (uint64_t i = 0; i < table->count; i++)
		selection->rows[i] = (uint32_t)i;
	return true;
}
