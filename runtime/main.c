/*
 * The main program of a standalone classifier: rows on standard input, one class a line on
 * standard output. It is compiled before any network is known, and linked with a classifier
 * and its constant memc_program.
 *
 * Rows that were read are classified and printed before the program waits for more, so it
 * can serve another program through two pipes.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/rows.h"

static const char help[] =
	" [--raw] [--index | --bench]\n"
	"Reads rows of features from standard input, prints the class or value of each on a "
	"line.\n"
	"A row that is not a stored point is 'unknown'.\n"
	"\n"
	"  --raw      rows of packed little-endian elements instead of CSV\n"
	"  --index    print class numbers from 0, and -1, instead of names or values\n"
	"  --bench    read all rows, then time them shuffled, one by one and as a batch\n"
	"  --help     print this\n"
	"  --version  print the version of the compiler\n";

static void print_texts(struct memc_reader *reader, const char *const *texts)
{
	for (; *texts; texts++)
		memc_print(reader, *texts, strlen(*texts));
}

static void print_help(struct memc_reader *reader)
{
	const char *const texts[] = { "usage: ", memc_program.name, help, NULL };

	print_texts(reader, texts);
}

static void print_version(struct memc_reader *reader)
{
	const char *const texts[] = { memc_program.name, " (", memc_program.version, ")\n",
		NULL };

	print_texts(reader, texts);
}

/* Returns 1 if there is nothing more to do. */
static int read_options(struct memc_reader *reader, int count, char **options)
{
	int i;

	for (i = 1; i < count; i++) {
		const char *option = options[i];

		if (!strcmp(option, "--raw"))
			reader->raw = 1;
		else if (!strcmp(option, "--index"))
			reader->index = 1;
		else if (!strcmp(option, "--bench"))
			reader->bench = 1;
		else if (!strcmp(option, "--help")) {
			print_help(reader);
			return 1;
		} else if (!strcmp(option, "--version")) {
			print_version(reader);
			return 1;
		} else {
			memc_fail(MEMC_BAD_USE, "unknown %s '%s'; --help lists the options",
				option[0] == '-' ? "option" : "operand", option);
		}
	}
	return 0;
}

static void answer(struct memc_reader *reader)
{
	reader->row_bytes = (size_t)memc_program.inputs * memc_program.element_bytes;
	reader->room = MEMC_READ_BYTES / reader->row_bytes + 1;
	if (reader->room > MEMC_BATCH)
		reader->room = MEMC_BATCH;
	reader->in = (unsigned char *)memc_allocate(MEMC_READ_BYTES, 1);
	reader->rows = (unsigned char *)memc_allocate(reader->room, reader->row_bytes);
	reader->classes = (int32_t *)memc_allocate(MEMC_BATCH, sizeof *reader->classes);
	if (reader->raw)
		memc_read_raw(reader);
	else
		memc_read_csv(reader);
	if (reader->bench)
		memc_bench(reader);
	else
		memc_finish_rows(reader, 0);
}

int main(int count, char **options)
{
	struct memc_reader reader;

	memset(&reader, 0, sizeof reader);
	reader.out = (char *)memc_allocate(MEMC_WRITE_BYTES, 1);
	if (!read_options(&reader, count, options))
		answer(&reader);
	memc_flush(&reader);
	free(reader.in);
	free(reader.rows);
	free(reader.classes);
	free(reader.out);
	return MEMC_DONE;
}
