#include "runtime/rows.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- failing and writing ------------------------------------------------------------ */

void memc_fail(int status, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", memc_program.name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

void *memc_allocate(size_t count, size_t size)
{
	void *memory = size && count > (size_t)-1 / size ? NULL : malloc(count * size);

	if (!memory)
		memc_fail(MEMC_BAD_USE, "out of memory");
	return memory;
}

void memc_flush(struct memc_reader *reader)
{
	size_t done = 0;

	while (done < reader->out_count) {
		const ssize_t wrote =
			write(STDOUT_FILENO, reader->out + done, reader->out_count - done);

		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote < 0 && errno != EINTR)
			memc_fail(MEMC_BAD_USE, "cannot write standard output: %s",
				strerror(errno));
	}
	reader->out_count = 0;
}

void memc_print(struct memc_reader *reader, const char *text, size_t length)
{
	while (length) {
		size_t part = MEMC_WRITE_BYTES - reader->out_count;

		if (part > length)
			part = length;
		memcpy(reader->out + reader->out_count, text, part);
		reader->out_count += part;
		text += part;
		length -= part;
		if (reader->out_count == MEMC_WRITE_BYTES)
			memc_flush(reader);
	}
}

static void print_class(struct memc_reader *reader, int32_t c)
{
	const char *name = "unknown";
	char number[128];

	if (reader->index) {
		sprintf(number, "%ld", (long)c);
		name = number;
	} else if (c >= 0 && memc_program.level_value) {
		sprintf(number, "%.100g", memc_program.level_value((int)c)); /* exactly */
		name = number;
	} else if (c >= 0) {
		name = memc_program.class_name((int)c);
	}
	memc_print(reader, name, strlen(name));
	memc_print(reader, "\n", 1);
}

/* --- rows --------------------------------------------------------------------------- */

void memc_finish_rows(struct memc_reader *reader, size_t rest)
{
	size_t i;

	memc_program.classify_batch(reader->rows, reader->count, reader->classes);
	for (i = 0; i < reader->count; i++)
		print_class(reader, reader->classes[i]);
	if (reader->count)
		memmove(reader->rows, memc_row(reader), rest);
	reader->count = 0;
}

static void grow_rows(struct memc_reader *reader)
{
	unsigned char *rows =
		(unsigned char *)memc_allocate(2 * reader->room, reader->row_bytes);

	memcpy(rows, reader->rows, reader->room * reader->row_bytes);
	free(reader->rows);
	reader->rows = rows;
	reader->room *= 2;
}

void memc_end_row(struct memc_reader *reader)
{
	reader->count++;
	if (reader->count < reader->room)
		return;
	if (reader->bench)
		grow_rows(reader);
	else
		memc_finish_rows(reader, 0);
}

void memc_fail_row(struct memc_reader *reader, const char *what)
{
	if (!reader->bench)
		memc_finish_rows(reader, 0);
	memc_flush(reader);
	memc_fail(MEMC_BAD_ROWS, "row %llu: %s", reader->row, what);
}

int memc_refill(struct memc_reader *reader, size_t rest)
{
	ssize_t got;

	if (reader->in_ended)
		return 0;
	if (!reader->bench) {
		memc_finish_rows(reader, rest);
		memc_flush(reader);
	}
	do
		got = read(STDIN_FILENO, reader->in, MEMC_READ_BYTES);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		memc_fail(MEMC_BAD_USE, "cannot read standard input: %s", strerror(errno));
	reader->in_at = 0;
	reader->in_end = (size_t)got;
	reader->in_ended = got == 0;
	return got > 0;
}

/* --- raw rows ----------------------------------------------------------------------- */

static void swap_row(unsigned char *bytes, size_t row_bytes)
{
	const uint16_t one = 1;
	const size_t size = memc_program.element_bytes;
	size_t i, low, high;

	if (*(const unsigned char *)&one == 1)
		return;
	for (i = 0; i < row_bytes; i += size)
		for (low = i, high = i + size - 1; low < high; low++, high--) {
			const unsigned char byte = bytes[low];

			bytes[low] = bytes[high];
			bytes[high] = byte;
		}
}

void memc_read_raw(struct memc_reader *reader)
{
	const size_t row_bytes = reader->row_bytes;
	size_t have = 0; /* bytes of the row under way */
	char text[96];

	reader->row = 1;
	while (reader->in_at < reader->in_end || memc_refill(reader, have)) {
		unsigned char *row = memc_row(reader);
		size_t part = reader->in_end - reader->in_at;

		if (part > row_bytes - have)
			part = row_bytes - have;
		memcpy(row + have, reader->in + reader->in_at, part);
		reader->in_at += part;
		have += part;
		if (have < row_bytes)
			continue;
		swap_row(row, row_bytes);
		memc_end_row(reader);
		reader->row++;
		have = 0;
	}
	if (have) {
		sprintf(text, "the input ends after %lu of its %lu bytes", (unsigned long)have,
			(unsigned long)row_bytes);
		memc_fail_row(reader, text);
	}
}
