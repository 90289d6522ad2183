/*
 * nearest TRAIN.csv TRAIN.labels TEST.csv: the label of the nearest training point of each
 * test point, a line each. Distances are exact integers; of equally near points the first
 * one counts. The files are those of `memc data --csv` and `memc data --labels`.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rows {
	int32_t *values;
	size_t count, inputs;
};

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "nearest: %s: %s\n", what, path);
	exit(2);
}

static void *grown(void *old, size_t bytes)
{
	void *new = realloc(old, bytes);

	if (!new)
		fail("out of memory", "");
	return new;
}

static FILE *opened(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		fail("cannot open", path);
	return file;
}

/* Squares of differences, and their sums, must fit 64 bits. */
static int32_t integer(const char *text, char **end, const char *path)
{
	long long value = strtoll(text, end, 10);

	if (*end == text || (**end != ',' && **end != '\n') || value < -(1 << 24) ||
		value > 1 << 24)
		fail("not an integer of -2^24 .. 2^24", path);
	return (int32_t)value;
}

static struct rows read_rows(const char *path)
{
	struct rows rows = { 0 };
	FILE *file = opened(path);
	size_t room = 0, size = 0, count = 0;
	char *line = NULL;

	while (getline(&line, &size, file) > 0) {
		size_t inputs = 0;
		for (char *at = line; *at && *at != '\n'; at += *at == ',') {
			if (count == room)
				rows.values = grown(rows.values,
					(room = 2 * room + 1024) * sizeof *rows.values);
			rows.values[count++] = integer(at, &at, path);
			inputs++;
		}
		if (rows.count++ && inputs != rows.inputs)
			fail("rows of different length", path);
		rows.inputs = inputs;
	}
	if (!rows.count)
		fail("no rows", path);
	free(line);
	fclose(file);
	return rows;
}

static char **read_labels(const char *path, size_t count)
{
	char **labels = grown(NULL, count * sizeof *labels);
	FILE *file = opened(path);
	size_t size = 0;
	char *line = NULL;

	for (size_t i = 0; i < count; i++) {
		if (getline(&line, &size, file) <= 0)
			fail("not as many labels as rows", path);
		labels[i] = strdup(line);
	}
	free(line);
	fclose(file);
	return labels;
}

static int64_t square(const int32_t *x, const int32_t *y, size_t inputs)
{
	int64_t sum = 0;

	for (size_t k = 0; k < inputs; k++) {
		int64_t difference = (int64_t)x[k] - y[k];
		sum += difference * difference;
	}
	return sum;
}

static size_t nearest(const struct rows *train, const int32_t *x)
{
	int64_t least = INT64_MAX;
	size_t found = 0;

	for (size_t i = 0; i < train->count; i++) {
		int64_t distance = square(x, train->values + i * train->inputs, train->inputs);
		if (distance < least) {
			least = distance;
			found = i;
		}
	}
	return found;
}

int main(int argc, char **argv)
{
	struct rows train, test;
	char **labels;

	if (argc != 4)
		fail("usage", "nearest TRAIN.csv TRAIN.labels TEST.csv");
	train = read_rows(argv[1]);
	labels = read_labels(argv[2], train.count);
	test = read_rows(argv[3]);
	if (train.inputs != test.inputs)
		fail("rows of another length", argv[3]);
	for (size_t i = 0; i < test.count; i++)
		fputs(labels[nearest(&train, test.values + i * test.inputs)], stdout);
	return 0;
}
