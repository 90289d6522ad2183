/*
 * How a literal network is coded in 64-bit words; all counts of limbs are below 2^19.
 *
 * layers     for each layer: its number of neurons, then their places in `neurons`, two to
 *            a word, the first in the low half
 * neurons    a head, then the terms, the first of which sets the accumulator
 * constants  limbs, least significant first
 *
 *     head      63 signed | 62..38 terms | 37..19 limbs to keep | 18..0 limbs to sum in
 *     term      63 negative | 62 times | 61 constant | 56..51 bits | 50..32 limbs | 31..0 value
 *     constant  63..20 its place in `constants` | 19..0 its limbs
 *
 * A term is a value of the layer before, or (bit 61) the constant whose word follows; it is
 * shifted left by limbs and bits, and (bit 62, bits 0) multiplied by the constant whose word
 * follows. A neuron without "signed" is never negative before its relu. One that keeps no
 * limbs is always 0.
 */
#ifndef MEMC_RUNTIME_CODE_H
#define MEMC_RUNTIME_CODE_H

#include <stdint.h>

#define MEMC_LIMBS_LIMIT 0x80000

#define MEMC_HEAD_SUM(head) (0x7ffff & (head))
#define MEMC_HEAD_KEEP(head) (0x7ffff & (head) >> 19)
#define MEMC_HEAD_TERMS(head) (0x1ffffff & (head) >> 38)
#define MEMC_HEAD_SIGNED(head) ((head) >> 63)

#define MEMC_TERM_VALUE(term) (0xffffffff & (term))
#define MEMC_TERM_LIMBS(term) (0x7ffff & (term) >> 32)
#define MEMC_TERM_BITS(term) (63 & (term) >> 51)
#define MEMC_TERM_CONSTANT(term) (1 & (term) >> 61)
#define MEMC_TERM_TIMES(term) (1 & (term) >> 62)
#define MEMC_TERM_NEGATIVE(term) ((term) >> 63)

#define MEMC_CONSTANT_PLACE(word) ((word) >> 20)
#define MEMC_CONSTANT_LIMBS(word) (0xfffff & (word))

#endif
