/*
 * A self-check without a C library, for machines on which there is only the kernel, or for
 * WebAssembly: classifies the rows of every set, one by one and in batches, and compares with
 * the names of their classes. Says a line for each and ends with 0 if all are right.
 */
#include "sets.h"
#include "system.h"

#define MOST_ROWS 2000

struct set {
	const char *name;
	const void *rows;
	size_t row_bytes;
	const char *const *want;
	unsigned points, first_probe,
		probes; /* behind the points, of which not all may count */
	int classes;
	int (*classify)(const void *x);
	void (*classify_batch)(const void *x, size_t rows, int32_t *out);
	const char *(*class_name)(int c);
	int (*self_check)(void);
};

#define SET(net, NET, data, points, first_probe, probes) \
	static int net##_one(const void *x) \
	{ \
		return net##_classify(x); \
	} \
	static void net##_many(const void *x, size_t rows, int32_t *out) \
	{ \
		net##_classify_batch(x, rows, out); \
	}
SETS(SET)
#undef SET

static const struct set sets[] = {
#define SET(net, NET, data, points, first_probe, probes) \
	{ #net, data##_rows, sizeof *data##_rows, data##_want, points, first_probe, probes, \
		NET##_CLASSES, net##_one, net##_many, net##_class_name, net##_self_check },
	SETS(SET)
#undef SET
};

static void say_text(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	system_say(text, length);
}

static void say_number(unsigned n)
{
	char digits[10];
	size_t first = sizeof digits;

	do {
		digits[--first] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	system_say(digits + first, sizeof digits - first);
}

static int is_wanted(const struct set *set, unsigned row, int c)
{
	const char *got = set->class_name(c), *want = set->want[row];

	if (!got)
		got = c == -1 ? "unknown" : "no class";
	while (*got && *got == *want) {
		got++;
		want++;
	}
	return *got == *want;
}

static unsigned wrong_in_batch(const struct set *set, unsigned first, unsigned count)
{
	static int32_t out[MOST_ROWS + 1];
	unsigned wrong = 0;

	out[count] = -77;
	set->classify_batch((const char *)set->rows + first * set->row_bytes, count, out);
	for (unsigned i = 0; i < count; i++)
		wrong += !is_wanted(set, first + i, out[i]);
	return wrong + (out[count] != -77);
}

/* Each of the rows alone, all as one batch, and batches of each length up to two dozen. */
static unsigned wrong_in_rows(const struct set *set, unsigned first, unsigned count)
{
	unsigned wrong = wrong_in_batch(set, first, count);

	for (unsigned i = first; i < first + count; i++)
		wrong += !is_wanted(
			set, i, set->classify((const char *)set->rows + i * set->row_bytes));
	for (unsigned length = 0; length < 24 && length <= count; length++)
		wrong += wrong_in_batch(set, first + count - length, length);
	return wrong;
}

static unsigned check(const struct set *set)
{
	unsigned wrong = wrong_in_rows(set, 0, set->points);

	wrong += wrong_in_rows(set, set->first_probe, set->probes);
	wrong += set->class_name(-1) || set->class_name(set->classes);
	wrong += (unsigned)set->self_check();
	say_text(set->name);
	say_text(": ");
	say_number(set->points);
	say_text(" points, ");
	say_number(set->probes);
	say_text(" probes, ");
	say_number(wrong);
	say_text(" wrong\n");
	return wrong;
}

SYSTEM_ENTRY
{
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		wrong += check(&sets[i]);
	SYSTEM_END(wrong != 0);
}
