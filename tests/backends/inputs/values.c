/*
 * Values of a classifier of real values with one input of 16 bits: for each x from FIRST to
 * LAST a line, all digits of the value or "unknown". Fails where a batch, or level by level,
 * says something else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clf.h"

enum { MOST = 32768 };

static void expect(int good, const char *what, int x)
{
	if (good)
		return;
	fprintf(stderr, "%s at %d\n", what, x);
	exit(1);
}

int main(void)
{
	static int16_t rows[MOST];
	static double values[MOST];
	const double first = clf_level_value(0);
	size_t count = LAST - (FIRST) + 1, i;
	int c;

	for (i = 0; i < count; i++)
		rows[i] = (int16_t)((FIRST) + (int)i);
	values[0] = 0.5;
	clf_value_batch(rows, 0, values);
	expect(values[0] == 0.5, "no rows", 0);
	clf_value_batch(rows, count, values);
	for (i = 0; i < count; i++) {
		const double value = clf_value(&rows[i]);
		const double by_level = clf_level_value(clf_classify(&rows[i]));

		expect(!memcmp(&value, &values[i], sizeof value), "batch", rows[i]);
		expect(!memcmp(&value, &by_level, sizeof value), "level", rows[i]);
		if (value != value)
			puts("unknown");
		else
			printf("%.100g\n", value);
	}
	for (c = 0; c < CLF_CLASSES; c++)
		expect(clf_level_value(c) == first + c * CLF_PRECISION, "precision", c);
	expect(clf_level_value(-1) != clf_level_value(-1), "no level", -1);
	expect(clf_level_value(CLF_CLASSES) != clf_level_value(CLF_CLASSES), "no level", c);
	return 0;
}
