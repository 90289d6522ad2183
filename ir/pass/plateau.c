/*
 * plateau: sums of lines of one integer that are constant between some keys become look-ups.
 *
 *   table @0 2                       table @0 1
 *     5..9: -46 -48                    3..4: 5
 *   %1 = lookup %0, @0.0               6..9: 7              %0 in 0..9
 *   %2 = lookup %0, @0.1       =>    %1 = lookup %0, @0.0
 *   %3 = relu 16*%0 + %1 - 35        output %1
 *   %4 = relu 16*%0 + %2 - 40
 *   output %3 - %4
 *
 * The pieces are found as pwl does it, but only of what reads something else than
 * constants: a string that neurons choose has its true range then, and bits can see what is
 * extracted from it. N log N.
 */
#include "ir/pass/functions.h"

static void plateau(struct pass_context *context)
{
	functions_to_tables(context, FUNCTIONS_FLAT);
}

const struct pass pass_plateau = {
	.name = "plateau",
	.help = "sums of lines of one integer that are constants in between become a table",
	.run = plateau,
};
