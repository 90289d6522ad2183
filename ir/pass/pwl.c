/*
 * pwl: any other function of one integer with few pieces becomes a knot table.
 *
 *   %1 = relu %0 - 4                 table @0 2
 *   %2 = relu %0 - 9                   5..9: 2 -8
 *   %3 = relu 2*%1 - 3*%2       =>     10..18: -1 19         %0 in 0..99
 *   output %3 + x0                   %1 = knots %0, @0.0
 *                                    output %1 + x0
 *
 * A value is a function of the one value that all it reads are functions of. The pieces of
 * a form are those of its terms; a relu, within or step cuts a piece where it crosses its
 * threshold, on the integers. What a value outside reads of such functions becomes a table:
 * a lookup if all pieces are constants, else knots, if that is less than what it stands
 * for. All pieces together stay within a factor of the terms and constants of the module; a
 * value with more is left as it is. N log N.
 */
#include "ir/pass/functions.h"

static void pwl(struct pass_context *context)
{
	functions_to_tables(context, FUNCTIONS_ALL);
}

const struct pass pass_pwl = {
	.name = "pwl",
	.help = "other functions of one integer with few pieces become knot tables",
	.run = pwl,
};
