/*
 * How rows and gates of a dense module are coded in 64-bit words. All arithmetic is modulo
 * 2^64; sums are two's complement.
 *
 * A row is bias, offset and limit: the value is min(max(0, bias + offset * (sum of the inputs)
 * + (matrix row times inputs)), limit).
 *
 * A gate is its bias, a word, and, if bit 62 is set, its first segment. Siblings stand one
 * behind the other.
 *
 *     63 value is [sum > 0], else max(0, sum) | 62 has a segment | 61..32 words of the gate |
 *     31..0 place of its further segments, 0 if there are none
 *
 * A segment is a head, a weight and what it adds, times the weight:
 *
 *     LEAVES  first | pivot << 32, w1, w2, base, then leaves in fields of `width` bits: the sum
 *             of max(0, base + w1 * v[pivot] + w2 * v[i] + (field >> bits)), where leaf k has
 *             i = first + (field mod 2^bits) + (k if RUN); or, if UNIT, of [... > 0]
 *     BITS    first, then words: the number of bits set in words and in bits[first...]
 *     ROWS    first: the sum of so many rows
 *     GATES   place: the sum of so many gates from there on
 *
 *     head    63..32 count | 17..12 bits | 10..8 log2 width | 5 RUN | 4 LAST | 3 EXIT | 2 UNIT
 * | 1..0 kind
 *
 * EXIT: as soon as the sum of the gate is not positive, the gate is 0. LAST: no further
 * segment follows (of those behind the first).
 */
#ifndef MEMC_RUNTIME_DENSE_CODE_H
#define MEMC_RUNTIME_DENSE_CODE_H

#define MEMC_ROW_WORDS 3

#define MEMC_GATE_UNIT(word) ((word) >> 63)
#define MEMC_GATE_SEGMENT(word) (1 & (word) >> 62)
#define MEMC_GATE_WORDS(word) (0x3fffffff & (word) >> 32)
#define MEMC_GATE_REST(word) (0xffffffff & (word))

#define MEMC_LEAVES 0
#define MEMC_BITS_SET 1
#define MEMC_ROWS 2
#define MEMC_GATES 3

#define MEMC_SEGMENT_KIND(head) (3 & (head))
#define MEMC_SEGMENT_UNIT(head) (1 & (head) >> 2)
#define MEMC_SEGMENT_EXIT(head) (1 & (head) >> 3)
#define MEMC_SEGMENT_LAST(head) (1 & (head) >> 4)
#define MEMC_SEGMENT_RUN(head) (1 & (head) >> 5)
#define MEMC_SEGMENT_LOG(head) (7 & (head) >> 8)
#define MEMC_SEGMENT_BITS(head) (63 & (head) >> 12)
#define MEMC_SEGMENT_COUNT(head) ((head) >> 32)

#endif
