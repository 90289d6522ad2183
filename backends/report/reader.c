#include "backends/report/reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 160 }; /* ours are shorter: what a path names is known */

static size_t put_path(const struct cursor *at, char *path)
{
	size_t used = at->up ? put_path(at->up, path) : 0;
	size_t room = PATH_ROOM - used;
	int length = 0;

	if (at->member)
		length = snprintf(path + used, room, "%s%s", used ? "." : "", at->member);
	else if (at->up)
		length = snprintf(path + used, room, "[%zu]", at->index);
	return (size_t)length < room ? used + (size_t)length : PATH_ROOM - 1;
}

void reader_fail(struct reader *reader, const struct cursor *at, const char *format, ...)
{
	char path[PATH_ROOM] = "", text[512];
	va_list list;

	if (reader->failed)
		return;
	reader->failed = true;
	put_path(at, path);
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	diag_error_at(reader->sink, (struct place){ .path = reader->path }, "%s%s%s", path,
		*path ? ": " : "", text);
}

/* What a value is, for people. */
static const char *describe(const json_t *value, char *text, size_t room)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		snprintf(text, room, "an array of %zu", json_array_size(value));
		return text;
	case JSON_STRING:
		snprintf(text, room, "\"%.40s%s\"", json_string_value(value),
			json_string_length(value) > 40 ? "..." : "");
		return text;
	case JSON_INTEGER:
		snprintf(text, room, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return text;
	case JSON_REAL:
		snprintf(text, room, "the floating point number %g", json_real_value(value));
		return text;
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	case JSON_NULL:
		break;
	}
	return "null";
}

void reader_expected(struct reader *reader, const struct cursor *at, const char *what)
{
	char text[80];

	reader_fail(reader, at, "expected %s, found %s", what,
		describe(at->value, text, sizeof text));
}

/* --- objects and arrays ------------------------------------------------------------------ */

static void fail_unknown(struct reader *reader, const struct cursor *at, const char *name,
	const char *const *names)
{
	size_t count = 0;
	const char *nearest;

	while (names[count])
		count++;
	nearest = diag_nearest(name, names, count);
	reader_fail(reader, at, "a member '%.40s' is not known%s%s%s", name,
		nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

bool reader_object(struct reader *reader, const struct cursor *at, const char *const *names)
{
	const char *name;
	json_t *value;

	if (!json_is_object(at->value))
		reader_expected(reader, at, "an object");
	json_object_foreach(at->value, name, value)
	{
		size_t i = 0;
		while (names[i] && strcmp(name, names[i]))
			i++;
		if (!names[i])
			fail_unknown(reader, at, name, names);
	}
	return !reader->failed;
}

struct cursor reader_optional(const struct cursor *at, const char *name)
{
	return (struct cursor){ at, name, 0, json_object_get(at->value, name) };
}

struct cursor reader_member(struct reader *reader, const struct cursor *at, const char *name)
{
	struct cursor member = reader_optional(at, name);

	if (!member.value)
		reader_fail(reader, at, "it has no member '%s'", name);
	return member;
}

size_t reader_array(struct reader *reader, const struct cursor *at, const char *what)
{
	if (!json_is_array(at->value))
		reader_expected(reader, at, what);
	return reader->failed ? 0 : json_array_size(at->value);
}

struct cursor reader_element(const struct cursor *at, size_t index)
{
	return (struct cursor){ at, NULL, index, json_array_get(at->value, index) };
}

/* --- texts and numbers ------------------------------------------------------------------- */

const char *reader_text(struct reader *reader, const struct cursor *at, const char *what)
{
	if (json_is_string(at->value))
		return json_string_value(at->value);
	reader_expected(reader, at, what);
	return "";
}

int64_t reader_integer(struct reader *reader, const struct cursor *at, int64_t least,
	int64_t most, const char *what)
{
	int64_t value = json_integer_value(at->value);

	if (json_is_integer(at->value) && value >= least && value <= most)
		return value;
	reader_expected(reader, at, what);
	return 0;
}

/* "1/10" or "3"; numbers that are too great become the greatest. */
static bool scan_ratio(const char *text, struct ir_ratio *ratio)
{
	char *end;

	if (strspn(text, "-0123456789/") < strlen(text))
		return false;
	ratio->num = strtoll(text, &end, 10);
	if (end != text && *end == '/')
		ratio->den = strtoll(end + 1, &end, 10);
	return end != text && !*end;
}

struct ir_ratio reader_ratio(
	struct reader *reader, const struct cursor *at, bool positive, const char *what)
{
	const int64_t most = (INT64_C(1) << 62) - 1; /* as in the text form */
	struct ir_ratio ratio = { json_integer_value(at->value), 1 };
	bool good = json_is_integer(at->value) ||
		(json_is_string(at->value) && scan_ratio(json_string_value(at->value), &ratio));

	if (good && ratio.num >= (positive ? 1 : -most) && ratio.num <= most &&
		ratio.den >= 1 && ratio.den <= most)
		return ratio;
	reader_expected(reader, at, what);
	return (struct ir_ratio){ 1, 1 };
}

num reader_number(
	struct reader *reader, const struct cursor *at, struct num_pool *pool, const char *what)
{
	num number = NUM_ZERO;

	if (json_is_integer(at->value))
		return num_from_int(pool, json_integer_value(at->value));
	if (!json_is_string(at->value) ||
		!num_parse(pool, json_string_value(at->value), json_string_length(at->value),
			&number))
		reader_expected(reader, at, what);
	else if (num_fixed_bits(pool, number) > IR_BITS_LIMIT)
		reader_fail(reader, at, "a number of more than 2^24 bits");
	return number;
}
