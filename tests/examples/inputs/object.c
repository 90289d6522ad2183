/*
 * A user of a classifier's header and object: raw rows from standard input, one by one and as
 * a batch, and the class of each to standard output; of real values (VALUES) the value.
 */
#include <stdio.h>
#include <stdlib.h>

#include HEADER

#define JOIN(a, b) a##_##b
#define NAME(prefix, name) JOIN(prefix, name)

#ifdef VALUES
static int print_answer(const ELEMENT *x)
{
	const double value = NAME(PREFIX, value)(x);

	return value == value ? printf("%.100g\n", value) : puts("unknown");
}
#else
static int print_answer(const ELEMENT *x)
{
	const int class = NAME(PREFIX, classify)(x);

	return puts(class < 0 ? "unknown" : NAME(PREFIX, class_name)(class));
}
#endif

int main(void)
{
	size_t room = 1 << 20, size = 0, got, rows;
	ELEMENT *x = malloc(room);
	int32_t *classes;

	while ((got = fread((char *)x + size, 1, room - size, stdin)) > 0) {
		size += got;
		if (size == room)
			x = realloc(x, room *= 2);
	}
	rows = size / sizeof *x / INPUTS;
	classes = malloc(rows * sizeof *classes);
	NAME(PREFIX, classify_batch)(x, rows, classes);
	for (size_t i = 0; i < rows; i++) {
		if (NAME(PREFIX, classify)(x + i * INPUTS) != classes[i])
			return 1;
		print_answer(x + i * INPUTS);
	}
	free(classes);
	free(x);
	return NAME(PREFIX, self_check)() != 0;
}
