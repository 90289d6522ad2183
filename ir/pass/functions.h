/*
 * Functions: tables in place of what is a function of one integer.
 *
 * A value is a function of the one value that all it reads are functions of. Its pieces
 * (ir/pass/compose.h) are found in order; those that no one will ask for again are freed.
 * All pieces together stay within a factor of the terms and constants of the module: a value
 * that would take more is left as it is.
 */
#ifndef IR_PASS_FUNCTIONS_H
#define IR_PASS_FUNCTIONS_H

#include "ir/pass.h"

enum functions_mode {
	/* Whatever something else reads becomes a table, if that is worth it. */
	FUNCTIONS_ALL,
	/*
	 * Only sums and neurons that are constants between some keys, but read what is not:
	 * what is made of constants alone is left to others.
	 */
	FUNCTIONS_FLAT,
};

void functions_to_tables(struct pass_context *context, enum functions_mode mode);

#endif
