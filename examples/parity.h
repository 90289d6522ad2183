/*
 * A memorization network with exact weights, by memc 0.1.0.
 *
 * spec     sha256 27a3db4b9e68130c424f0b413fa53b63bfe97acd8565fafe27c603e2f4bb04bd
 * points   sha256 19f256a06ef911e668225e19099f4acf0519ab379e2787757af045ba6cb627e6
 * network  depth 33, width 12, 209 neurons, 343 parameters
 * weights  362 bits in all, at most 5 (significand), 12 (fixed point)
 */
#ifndef PARITY_CLASSIFIER_H
#define PARITY_CLASSIFIER_H

#include <stddef.h>
#include <stdint.h>

#define PARITY_ABI_VERSION 1
#define PARITY_INPUTS 2
#define PARITY_CLASSES 2

#ifdef __cplusplus
extern "C" {
#endif

/* The class of x, 0..PARITY_CLASSES-1, or -1: not a stored point. */
int parity_classify(const uint8_t x[PARITY_INPUTS]);

/* The classes of `rows` points, one behind the other in x. */
void parity_classify_batch(const uint8_t *x, size_t rows, int32_t *out);

/* NULL outside 0..PARITY_CLASSES-1. */
const char *parity_class_name(int c);

#ifdef PARITY_SELF_CHECK
/* How many of 4 points stored with the code get a wrong class. */
int parity_self_check(void);
#endif

#ifdef __cplusplus
}
#endif

#endif
