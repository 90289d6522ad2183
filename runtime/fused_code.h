/*
 * How a fused module of any shape is coded in 64-bit words.
 *
 * A value lies at a place of the frame that it shares with values that are no longer read.
 * A reference is a word like that of a constant (runtime/code.h): a place and limbs. The code
 * is a sequence of instructions, the first word of which is the operation and, above 8 bits,
 * the reference of the result; then, by operation:
 *
 *     FORM    a head and its terms, as of a neuron; terms name values by their number
 *     WITHIN  operand, least, greatest: 1 where least <= operand <= greatest, else 0
 *     BITS    operand, position, length: a field of the operand
 *     LOOKUP  operand, rows, limbs of a key, places of the first and the last keys, place of
 *             the results, reference of the result where no row holds the operand
 *     KNOTS   the same, with the places of slopes and of offsets for that of the results
 *     MATCH   a, b, operand, reference: the operand where a and b are the same limbs, else
 *             the constant that the reference names
 *     ASSOC   key, u, w, slots, bits of a key, bits of a result: the sum of w's fields where
 *             u's field is the key
 */
#ifndef MEMC_RUNTIME_FUSED_CODE_H
#define MEMC_RUNTIME_FUSED_CODE_H

#define MEMC_FORM 0
#define MEMC_WITHIN 1
#define MEMC_BITS 2
#define MEMC_LOOKUP 3
#define MEMC_KNOTS 4
#define MEMC_MATCH 5
#define MEMC_ASSOC 6

#endif
