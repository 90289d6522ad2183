#include <gmp.h>
#include <string.h>

#include "driver/sweep.h"

/* More runs than anybody waits for. */
enum { VALUES = 10000 };

#define fault(session, ...) (diag_world(&(session)->sink, SPAN_NONE, __VA_ARGS__), false)

static void add(struct sweep_axis *axis, const char *value, struct arena *arena)
{
	const char **grown;

	if (!(axis->count & (axis->count - 1))) { /* room for a power of two */
		grown = arena_alloc(arena, axis->count ? 2 * axis->count : 1, sizeof *grown);
		if (axis->count)
			memcpy(grown, axis->values, axis->count * sizeof *grown);
		axis->values = grown;
	}
	axis->values[axis->count++] = value;
}

/* "12", "-3", "1/10", "0.25" between blanks. */
static bool read_number(mpq_t number, const char *text, size_t length, struct arena *arena)
{
	char *copy, *point;

	while (length && *text == ' ')
		text++, length--;
	while (length && text[length - 1] == ' ')
		length--;
	copy = arena_string(arena, text, length);
	point = strchr(copy, '.');
	if (point) { /* 0.25 is 025/100 */
		size_t digits = strlen(point + 1);
		memmove(point, point + 1, digits + 1);
		copy = arena_printf(arena, "%s/1%0*d", copy, (int)digits, 0);
		if (!digits)
			return false;
	}
	if (!*copy || strspn(copy, "-0123456789/") != strlen(copy) ||
		mpq_set_str(number, copy, 10) != 0 || !mpz_sgn(mpq_denref(number)))
		return false;
	mpq_canonicalize(number);
	return true;
}

/* first .. last in steps that are added, or with '*' multiplied; all are 1 or more steps. */
static bool add_range(struct sweep_axis *axis, const struct spec_define *define, mpq_t at,
	mpq_t last, mpq_t step, bool times, struct session *session)
{
	if (times ? mpq_cmp_ui(step, 1, 1) <= 0 || mpq_sgn(at) <= 0 : mpq_sgn(step) <= 0)
		return fault(session, "-D %s: steps go up: 'by 2' or, from above 0, 'by *2'",
			define->name);
	for (; mpq_cmp(at, last) <= 0; (times ? mpq_mul : mpq_add)(at, at, step)) {
		char *text;
		if (axis->count == VALUES)
			return fault(
				session, "-D %s: more than %d values", define->name, VALUES);
		text = arena_alloc(&session->arena,
			mpz_sizeinbase(mpq_numref(at), 10) +
				mpz_sizeinbase(mpq_denref(at), 10) + 3,
			1);
		add(axis, mpq_get_str(text, 10, at), &session->arena);
	}
	return true;
}

/* "a..b", "a..b by k", "a..b by *k"; dots is where the dots are. */
static bool parse_range(struct sweep_axis *axis, const struct spec_define *define,
	const char *text, size_t length, const char *dots, struct session *session)
{
	struct arena *arena = &session->arena;
	const char *end = text + length, *by = NULL, *step_text;
	bool times = false, good;
	mpq_t at, last, step;

	for (const char *p = dots; p + 4 <= end && !by; p++)
		if (!memcmp(p, " by ", 4))
			by = p;
	mpq_inits(at, last, step, NULL);
	mpq_set_ui(step, 1, 1);
	good = read_number(at, text, (size_t)(dots - text), arena) &&
		read_number(last, dots + 2, (size_t)((by ? by : end) - dots - 2), arena);
	if (good && by) {
		step_text = by + 4 + strspn(by + 4, " ");
		times = step_text < end && *step_text == '*';
		step_text += times;
		good = read_number(step, step_text, (size_t)(end - step_text), arena);
	}
	if (!good)
		(void)fault(session,
			"-D %s: '%.*s' is no range of numbers; as '1..9 by 2' or "
			"'100..100000 by *10'",
			define->name, (int)length, text);
	else
		good = add_range(axis, define, at, last, step, times, session);
	mpq_clears(at, last, step, NULL);
	return good;
}

/* Up to a comma that is in no parentheses and no quotes. */
static size_t item_length(const char *text)
{
	size_t length = 0;
	int depth = 0;
	bool quoted = false;

	for (; text[length]; length++) {
		if (text[length] == '"')
			quoted = !quoted;
		else if (!quoted && text[length] == ',' && depth <= 0)
			break;
		else if (!quoted)
			depth += (text[length] == '(') - (text[length] == ')');
	}
	return length;
}

static const char *find_dots(const char *text, size_t length)
{
	for (size_t i = 0; i + 1 < length && text[0] != '"'; i++)
		if (text[i] == '.' && text[i + 1] == '.')
			return text + i;
	return NULL;
}

bool sweep_axis_parse(
	struct sweep_axis *axis, const struct spec_define *define, struct session *session)
{
	const char *text = define->value;

	*axis = (struct sweep_axis){ .name = define->name };
	for (;;) {
		size_t length = item_length(text);
		const char *dots = find_dots(text, length);
		if (!length)
			return fault(session, "-D %s: a value is missing in '%s'", define->name,
				define->value);
		if (!dots)
			add(axis, arena_string(&session->arena, text, length), &session->arena);
		else if (!parse_range(axis, define, text, length, dots, session))
			return false;
		if (!text[length])
			break;
		text += length + 1;
	}
	if (!axis->count)
		return fault(session, "-D %s: there is no value in '%s'", define->name,
			define->value);
	return true;
}
