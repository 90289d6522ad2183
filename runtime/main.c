/*
 * The main program of a standalone classifier: rows on standard input, one class a line on
 * standard output. Compiled behind a few lines of settings: PROGRAM, PROGRAM_VERSION,
 * INPUTS, CLASSES, ELEMENT (the type), ELEMENT_BYTES, ELEMENT_REAL, ELEMENT_MIN and
 * ELEMENT_MAX (of an integer type), classify, classify_batch, class_name.
 *
 * Rows that were read are classified and printed before the program waits for more, so it
 * can serve another program through two pipes.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DONE, BAD_ROWS, BAD_USE };
enum { READ_BYTES = 1 << 18, WRITE_BYTES = 1 << 16, FIELD_BYTES = 512 };
enum { BATCH = 4096, PASSES = 9 };
#define ROW_BYTES (INPUTS * ELEMENT_BYTES)

struct program {
	int raw, index, bench;

	unsigned char *in; /* what was read: bytes in_at..in_end-1 are still to be looked at */
	size_t in_at, in_end;
	int in_ended;
	unsigned long long row; /* under way, from 1; a line of CSV */

	ELEMENT *rows; /* whole rows, then the elements of the one under way */
	size_t count, room;
	int32_t *classes;

	char *out;
	size_t out_count;
};

static const char help[] =
	"usage: " PROGRAM " [--raw] [--index | --bench]\n"
	"Reads rows of features from standard input, prints the class of each on a line.\n"
	"A row that is not a stored point is 'unknown'.\n"
	"\n"
	"  --raw      rows of packed little-endian elements instead of CSV\n"
	"  --index    print class numbers from 0, and -1, instead of names\n"
	"  --bench    read all rows, then time them shuffled, one by one and as a batch\n"
	"  --help     print this\n"
	"  --version  print the version of the compiler\n";

/* --- failing and writing ------------------------------------------------------------ */

static void fail(int status, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", PROGRAM);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = size && count > (size_t)-1 / size ? NULL : malloc(count * size);

	if (!memory)
		fail(BAD_USE, "out of memory");
	return memory;
}

static void flush(struct program *program)
{
	size_t done = 0;

	while (done < program->out_count) {
		const ssize_t wrote =
			write(STDOUT_FILENO, program->out + done, program->out_count - done);

		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote < 0 && errno != EINTR)
			fail(BAD_USE, "cannot write standard output: %s", strerror(errno));
	}
	program->out_count = 0;
}

static void print(struct program *program, const char *text, size_t length)
{
	while (length) {
		size_t part = WRITE_BYTES - program->out_count;

		if (part > length)
			part = length;
		memcpy(program->out + program->out_count, text, part);
		program->out_count += part;
		text += part;
		length -= part;
		if (program->out_count == WRITE_BYTES)
			flush(program);
	}
}

static void print_class(struct program *program, int32_t c)
{
	const char *name = class_name((int)c);
	char number[16];

	if (program->index) {
		sprintf(number, "%ld", (long)c);
		name = number;
	} else if (!name) {
		name = "unknown";
	}
	print(program, name, strlen(name));
	print(program, "\n", 1);
}

/* --- rows --------------------------------------------------------------------------- */

/* Prints the classes of the whole rows and lets go of them; `rest` bytes of one follow. */
static void finish_rows(struct program *program, size_t rest)
{
	size_t i;

	classify_batch(program->rows, program->count, program->classes);
	for (i = 0; i < program->count; i++)
		print_class(program, program->classes[i]);
	if (program->count)
		memmove(program->rows, program->rows + program->count * INPUTS, rest);
	program->count = 0;
}

static void grow_rows(struct program *program)
{
	ELEMENT *rows = (ELEMENT *)allocate(2 * program->room, ROW_BYTES);

	memcpy(rows, program->rows, program->room * ROW_BYTES);
	free(program->rows);
	program->rows = rows;
	program->room *= 2;
}

/* The row under way is whole. */
static void end_row(struct program *program)
{
	program->count++;
	if (program->count < program->room)
		return;
	if (program->bench)
		grow_rows(program);
	else
		finish_rows(program, 0);
}

static void fail_row(struct program *program, const char *what)
{
	if (!program->bench)
		finish_rows(program, 0);
	flush(program);
	fail(BAD_ROWS, "row %llu: %s", program->row, what);
}

/* Reads more; `rest` bytes of the row under way are in rows. 0 at the end. */
static int refill(struct program *program, size_t rest)
{
	ssize_t got;

	if (program->in_ended)
		return 0;
	if (!program->bench) {
		finish_rows(program, rest);
		flush(program);
	}
	do
		got = read(STDIN_FILENO, program->in, READ_BYTES);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		fail(BAD_USE, "cannot read standard input: %s", strerror(errno));
	program->in_at = 0;
	program->in_end = (size_t)got;
	program->in_ended = got == 0;
	return got > 0;
}

/* --- raw rows ----------------------------------------------------------------------- */

static void swap_row(unsigned char *bytes)
{
	const uint16_t one = 1;
	size_t i, low, high;

	if (*(const unsigned char *)&one == 1)
		return;
	for (i = 0; i < ROW_BYTES; i += ELEMENT_BYTES)
		for (low = i, high = i + ELEMENT_BYTES - 1; low < high; low++, high--) {
			const unsigned char byte = bytes[low];

			bytes[low] = bytes[high];
			bytes[high] = byte;
		}
}

static void read_raw(struct program *program)
{
	size_t have = 0; /* bytes of the row under way */
	char text[96];

	program->row = 1;
	while (program->in_at < program->in_end || refill(program, have)) {
		unsigned char *row = (unsigned char *)(program->rows + program->count * INPUTS);
		size_t part = program->in_end - program->in_at;

		if (part > ROW_BYTES - have)
			part = ROW_BYTES - have;
		memcpy(row + have, program->in + program->in_at, part);
		program->in_at += part;
		have += part;
		if (have < ROW_BYTES)
			continue;
		swap_row(row);
		end_row(program);
		program->row++;
		have = 0;
	}
	if (have) {
		sprintf(text, "the input ends after %lu of its %lu bytes", (unsigned long)have,
			(unsigned long)ROW_BYTES);
		fail_row(program, text);
	}
}

/* --- CSV ---------------------------------------------------------------------------- */

struct field {
	char text[FIELD_BYTES + 1];
	size_t length;
	int too_long;
	int end; /* ',', '\n' or EOF */
};

struct line {
	size_t columns;  /* so far */
	size_t words;    /* of them, neither numbers nor empty */
	int text;        /* not a blank line */
	char fault[768]; /* of the first field that is none */
};

static void trim(struct field *field)
{
	size_t begin = 0, end = field->length;

	field->text[end] = 0;
	if (end && field->text[0] > '"' && field->text[end - 1] > '"')
		return; /* neither blank nor quoted */
	while (begin < end && strchr(" \t\r", field->text[begin]))
		begin++;
	while (end > begin && strchr(" \t\r", field->text[end - 1]))
		end--;
	if (end - begin >= 2 && field->text[begin] == '"' && field->text[end - 1] == '"') {
		begin++;
		end--;
	}
	field->length = end - begin;
	memmove(field->text, field->text + begin, field->length);
	field->text[field->length] = 0;
}

/* The bytes up to the next comma or the end of the line, without the blanks around them. */
static void read_field(struct program *program, size_t rest, struct field *field)
{
	field->length = 0;
	field->too_long = 0;
	for (;;) {
		int c;

		if (program->in_at == program->in_end && !refill(program, rest)) {
			field->end = EOF;
			break;
		}
		c = program->in[program->in_at++];
		if (c == ',' || c == '\n') {
			field->end = c;
			break;
		}
		if (c == 0 || field->length == FIELD_BYTES)
			field->too_long = 1;
		else
			field->text[field->length++] = (char)c;
	}
	trim(field);
}

#if ELEMENT_REAL

/* NULL, or why the text is no element. */
static const char *parse(const char *text, ELEMENT *element)
{
	char *end;

#if ELEMENT_BYTES == 4
	*element = strtof(text, &end);
#else
	*element = strtod(text, &end);
#endif
	return end == text || *end ? "is not a number" : NULL;
}

#else

/* NULL, or why the text is no element. */
static const char *parse(const char *text, ELEMENT *element)
{
	const int negative = *text == '-';
	const uint64_t most =
		negative ? (uint64_t)0 - (uint64_t)(int64_t)ELEMENT_MIN : (uint64_t)ELEMENT_MAX;
	uint64_t value = 0;
	int beyond = 0;

	text += negative || *text == '+';
	if (!*text)
		return "is not an integer";
	for (; *text; text++) {
		const unsigned digit = (unsigned)(*text - '0');

		if (*text < '0' || *text > '9')
			return "is not an integer";
		beyond = beyond || value > (most - digit) / 10 || digit > most;
		value = value * 10 + digit;
	}
	if (beyond)
		return "does not fit the type of the features";
	*element = negative ? (ELEMENT)(value ? -(int64_t)(value - 1) - 1 : 0) : (ELEMENT)value;
	return NULL;
}

#endif

static int is_number(const char *text)
{
	char *end;

	strtod(text, &end);
	return end != text && !*end;
}

static void take_field(struct program *program, struct line *line, const struct field *field)
{
	ELEMENT *row = program->rows + program->count * INPUTS;
	ELEMENT element = 0;
	const char *fault = field->too_long ? "is not a number" : parse(field->text, &element);

	line->columns++;
	if (line->columns <= INPUTS)
		row[line->columns - 1] = element;
	if (!fault)
		return;
	if (field->length && !is_number(field->text))
		line->words++;
	if (line->fault[0])
		return;
	sprintf(line->fault, "column %lu: '%s%s' %s", (unsigned long)line->columns, field->text,
		field->too_long ? "..." : "", fault);
}

/* Reads a line; 0 if it was the last one. */
static int read_line(struct program *program, struct line *line)
{
	struct field field;

	line->columns = line->words = 0;
	line->fault[0] = 0;
	line->text = 1;
	for (;;) {
		const size_t have = line->columns < INPUTS ? line->columns : INPUTS;

		read_field(program, have * ELEMENT_BYTES, &field);
		if (program->row == 1 && !line->columns &&
			!strncmp(field.text, "\xef\xbb\xbf", 3)) {
			field.length -= 3;
			memmove(field.text, field.text + 3, field.length + 1);
			trim(&field);
		}
		if (!line->columns && !field.length && field.end != ',')
			line->text = 0;
		else
			take_field(program, line, &field);
		if (field.end != ',')
			return field.end != EOF;
	}
}

static void read_csv(struct program *program)
{
	unsigned long long blank = 0;
	struct line line;
	char text[96];
	int more = 1;

	while (more) {
		program->row++;
		more = read_line(program, &line);
		if (!line.text) {
			if (!blank)
				blank = program->row;
			continue;
		}
		if (blank) {
			program->row = blank;
			fail_row(program, "it is empty");
		}
		if (program->row == 1 && line.words == line.columns)
			continue; /* a header */
		if (line.columns != INPUTS) {
			sprintf(text, "%lu columns instead of %lu", (unsigned long)line.columns,
				(unsigned long)INPUTS);
			fail_row(program, text);
		}
		if (line.fault[0])
			fail_row(program, line.fault);
		end_row(program);
	}
}

/* --- timing ------------------------------------------------------------------------- */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void shuffle_rows(struct program *program)
{
	ELEMENT *held = (ELEMENT *)allocate(1, ROW_BYTES);
	uint64_t state = 1;
	size_t i;

	for (i = program->count; i > 1; i--) {
		ELEMENT *a = program->rows + (i - 1) * INPUTS;
		ELEMENT *b = program->rows + (size_t)(next_random(&state) % i) * INPUTS;

		memcpy(held, a, ROW_BYTES);
		memmove(a, b, ROW_BYTES);
		memcpy(b, held, ROW_BYTES);
	}
	free(held);
}

/* Classifies `queries` rows from *at on, round and round. */
static void run_queries(struct program *program, int batch, size_t queries, size_t *at)
{
	static volatile int32_t sink; /* keeps the calls */
	int32_t sum = 0;

	while (queries) {
		size_t part = program->count - *at;

		if (part > queries)
			part = queries;
		if (part > BATCH)
			part = BATCH;
		if (batch) {
			classify_batch(program->rows + *at * INPUTS, part, program->classes);
			sum ^= program->classes[0];
		} else {
			size_t i;

			for (i = 0; i < part; i++)
				sum ^= classify(program->rows + (*at + i) * INPUTS);
		}
		*at = (*at + part) % program->count;
		queries -= part;
	}
	sink = sink ^ sum;
}

static int compare_times(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Seconds a row: the median of passes over all rows, or over parts if those take long. */
static double time_rows(struct program *program, int batch)
{
	const double least = 0.05, most = 0.5;
	double times[PASSES], start = now(), took;
	size_t queries = 0, at = 0;
	int i;

	do {
		const size_t part = program->count - at < 16 ? program->count - at : 16;

		run_queries(program, batch, part, &at);
		queries += part;
		took = now() - start;
	} while (took < most && (took < least || queries < program->count));
	if (queries > program->count)
		queries -= queries % program->count;
	for (i = 0; i < PASSES; i++) {
		start = now();
		run_queries(program, batch, queries, &at);
		times[i] = (now() - start) / (double)queries;
	}
	qsort(times, PASSES, sizeof *times, compare_times);
	return times[PASSES / 2];
}

static void bench(struct program *program)
{
	char text[128];

	if (!program->count)
		fail(BAD_ROWS, "no rows to time");
	shuffle_rows(program);
	sprintf(text, "single %.1f ns\n", 1e9 * time_rows(program, 0));
	print(program, text, strlen(text));
	sprintf(text, "batch %.1f ns\n", 1e9 * time_rows(program, 1));
	print(program, text, strlen(text));
}

/* --- main --------------------------------------------------------------------------- */

/* Returns 1 if there is nothing more to do. */
static int read_options(struct program *program, int count, char **options)
{
	int i;

	for (i = 1; i < count; i++) {
		const char *option = options[i];

		if (!strcmp(option, "--raw"))
			program->raw = 1;
		else if (!strcmp(option, "--index"))
			program->index = 1;
		else if (!strcmp(option, "--bench"))
			program->bench = 1;
		else if (!strcmp(option, "--help") || !strcmp(option, "--version")) {
			const char *text =
				option[2] == 'h' ? help : PROGRAM " (" PROGRAM_VERSION ")\n";

			print(program, text, strlen(text));
			return 1;
		} else {
			fail(BAD_USE, "unknown %s '%s'; --help lists the options",
				option[0] == '-' ? "option" : "operand", option);
		}
	}
	return 0;
}

int main(int count, char **options)
{
	struct program program;

	memset(&program, 0, sizeof program);
	program.out = (char *)allocate(WRITE_BYTES, 1);
	if (!read_options(&program, count, options)) {
		program.room = READ_BYTES / ROW_BYTES + 1;
		if (program.room > BATCH)
			program.room = BATCH;
		program.in = (unsigned char *)allocate(READ_BYTES, 1);
		program.rows = (ELEMENT *)allocate(program.room, ROW_BYTES);
		program.classes = (int32_t *)allocate(BATCH, sizeof *program.classes);
		if (program.raw)
			read_raw(&program);
		else
			read_csv(&program);
		if (program.bench)
			bench(&program);
		else
			finish_rows(&program, 0);
	}
	flush(&program);
	free(program.in);
	free(program.rows);
	free(program.classes);
	free(program.out);
	return DONE;
}
