#include <math.h>

#include "backends/onnx/model.h"

/* m / 2^shift to the nearest integer, ties to even. */
static void shift_rounded(mpz_t result, const mpz_t m, mp_bitcnt_t shift)
{
	bool up = mpz_tstbit(m, shift - 1); /* of |m|, whose bits follow it to the half */
	bool tie = up && mpz_scan1(m, 0) == shift - 1;

	mpz_tdiv_q_2exp(result, m, shift);
	if (up && (!tie || mpz_odd_p(result)))
		mpz_add_ui(result, result, 1);
}

double onnx_round(
	const struct num_pool *pool, num n, const struct onnx_format *format, bool *exact)
{
	mpz_t view, magnitude, rounded;
	int64_t e = num_view(pool, n, view);
	int64_t length = (int64_t)mpz_sizeinbase(view, 2);
	int64_t last = e + length - format->bits; /* exponent of the last bit that is kept */
	double result;

	*exact = true;
	if (mpz_sgn(view) == 0)
		return 0;
	if (e + length > format->greatest)
		return mpz_sgn(view) * (double)INFINITY;
	if (last < format->least)
		last = format->least;
	if (e >= last)
		return ldexp(mpz_get_d(view), (int)e);
	*exact = false;
	if (e + length < format->least)
		return 0;
	mpz_inits(magnitude, rounded, NULL);
	mpz_abs(magnitude, view);
	shift_rounded(rounded, magnitude, (mp_bitcnt_t)(last - e));
	result = ldexp(mpz_get_d(rounded), (int)last);
	mpz_clears(magnitude, rounded, NULL);
	if (result >= ldexp(1, format->greatest - 1) * 2)
		result = (double)INFINITY;
	return mpz_sgn(view) * result;
}
