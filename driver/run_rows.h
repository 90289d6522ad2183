/*
 * Rows on standard input through a classifier, as a stream.
 */
#ifndef DRIVER_RUN_ROWS_H
#define DRIVER_RUN_ROWS_H

#include "driver/classifier.h"

/*
 * Reads CSV, or packed elements if `raw`, and prints a class name a line. Rows that were read
 * are classified and printed before more input is waited for. Diagnostics for a bad row,
 * behind the answers to those before it.
 */
void run_rows(struct session *session, const struct ir_module *module,
	struct classifier *classifier, bool raw);

#endif
