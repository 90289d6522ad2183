/*
 * The greatest common divisor of dyadic numbers: the greatest d such that all are integers
 * times d.
 */
#ifndef IR_DIVISOR_H
#define IR_DIVISOR_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "support/num.h"

struct divisor {
	mpz_t odd;        /* 0 while there was no number but 0 */
	int64_t exponent; /* d = odd * 2^exponent */
};

void divisor_init(struct divisor *divisor);
void divisor_fini(struct divisor *divisor);
void divisor_add(struct divisor *divisor, const struct num_pool *nums, num n);
bool divisor_is_one(const struct divisor *divisor);

/* n / d, for a number that was added. */
num divisor_divide(const struct divisor *divisor, struct num_pool *nums, num n);
num divisor_num(const struct divisor *divisor, struct num_pool *nums);

#endif
