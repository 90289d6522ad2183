/*
 * The rows of a standalone program: read from standard input, classified, answered on
 * standard output. Whatever fails ends the program with a message.
 */
#ifndef MEMC_ROWS_H
#define MEMC_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/program.h"

enum { MEMC_DONE, MEMC_BAD_ROWS, MEMC_BAD_USE }; /* exit codes */
enum { MEMC_READ_BYTES = 1 << 18, MEMC_WRITE_BYTES = 1 << 16 };
enum { MEMC_BATCH = 4096 };

struct memc_reader {
	int raw, index, bench;

	unsigned char *in; /* what was read: bytes in_at..in_end-1 are still to be looked at */
	size_t in_at, in_end;
	int in_ended;
	unsigned long long row; /* under way, from 1; a line of CSV */

	unsigned char *rows; /* whole rows, then the elements of the one under way */
	size_t row_bytes;
	size_t count, room;
	int32_t *classes; /* of MEMC_BATCH rows */

	char *out;
	size_t out_count;
};

void memc_fail(int status, const char *format, ...);
void *memc_allocate(size_t count, size_t size);

void memc_print(struct memc_reader *reader, const char *text, size_t length);
void memc_flush(struct memc_reader *reader);

/* Where the elements of the row under way belong. */
static inline unsigned char *memc_row(const struct memc_reader *reader)
{
	return reader->rows + reader->count * reader->row_bytes;
}

/* The row under way is whole. */
void memc_end_row(struct memc_reader *reader);
void memc_fail_row(struct memc_reader *reader, const char *what);

/* Prints the classes of the whole rows and lets go of them; `rest` bytes of one follow. */
void memc_finish_rows(struct memc_reader *reader, size_t rest);

/* Reads more; `rest` bytes of the row under way are in rows. 0 at the end. */
int memc_refill(struct memc_reader *reader, size_t rest);

/* Read all of standard input; but for a bench, rows that were read are answered first. */
void memc_read_raw(struct memc_reader *reader);
void memc_read_csv(struct memc_reader *reader);

/* Times the rows that were read and prints how long one takes. */
void memc_bench(struct memc_reader *reader);

#endif
