/*
 * Stores of spans of keys: the code of every key where there are few keys, else the bounds at
 * which the code changes, sorted.
 *
 * The high bits of a key choose a bucket of bounds, and only the low bits of a bound are
 * stored. The code of a key is that of the last bound that is not greater, perhaps in a
 * bucket before; the search takes as many steps as the fullest bucket needs.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "backends/c/lookup.h"
#include "support/bits.h"
#include "support/mem.h"

/* The least power of two that holds values of so many bits. */
static uint32_t field_width(uint32_t bits)
{
	uint32_t width = 1;

	while (width < bits)
		width *= 2;
	return width;
}

/* Sets field i, which is still zero. */
static void put_field(struct words *words, uint64_t i, uint32_t width, uint64_t value)
{
	uint32_t each = 64 / width;

	while (words->count <= i / each)
		words_add(words, 0);
	words->words[i / each] |= value << width * (i % each);
}

/* A field of a table: an expression. `index` is a name or stands in parentheses. */
static void print_field(const char *prefix, const char *table, const char *index,
	uint32_t width, struct output *out)
{
	uint32_t each = 64 / width;

	if (each == 1)
		output_printf(out, "%s_%s[%s]", prefix, table, index);
	else
		output_printf(out,
			"(%s_%s[%s / %" PRIu32 "] >> (unsigned)(%s %% %" PRIu32 ") * %" PRIu32
			" & 0x%" PRIx64 ")",
			prefix, table, index, each, index, each, width,
			(UINT64_C(1) << width) - 1);
}

/* --- the code of every key ---------------------------------------------------------- */

bool c_direct_plan(struct c_lookup *lookup)
{
	enum { ROW_BYTES = 5, FEW_BYTES = 512 };
	uint32_t width = field_width(bit_length(lookup->classes));
	uint64_t bytes = lookup->span / 8 * width + (lookup->span % 8 + 1) * width / 8;

	if (lookup->span >> 40 ||
		(bytes > FEW_BYTES && bytes > ROW_BYTES * (uint64_t)lookup->row_count))
		return false;
	lookup->store = C_STORE_DIRECT;
	lookup->code_width = width;
	for (size_t i = 0; i < lookup->row_count; i++)
		for (uint64_t key = lookup->rows[i].first; key <= lookup->rows[i].last; key++)
			put_field(&lookup->labels, key, width, lookup->rows[i].code);
	return true;
}

void c_print_direct(const struct c_lookup *lookup, const char *prefix, struct output *out)
{
	output_printf(out,
		"/* The code of a key: a table has them all. */\n"
		"static uint32_t %s_find(uint64_t key)\n"
		"{\n"
		"\treturn (uint32_t)",
		prefix);
	print_field(prefix, "labels", "key", lookup->code_width, out);
	output_printf(out,
		";\n"
		"}\n\n"
		"static void %s_touch(uint64_t key)\n"
		"{\n"
		"\tMEMC_TOUCH(%s_labels + key / %" PRIu32 ");\n"
		"}\n\n",
		prefix, prefix, 64 / lookup->code_width);
}

/* --- bounds ------------------------------------------------------------------------- */

struct bound {
	uint64_t key;
	uint32_t code;
};

/* Where the code changes; for members, what lies between rows joins the row before. */
static struct bound *make_bounds(const struct c_lookup *lookup, uint64_t *count)
{
	struct bound *bounds = mem_alloc(2 * lookup->row_count, sizeof *bounds);
	uint64_t n = 0;

	for (size_t i = 0; i < lookup->row_count; i++) {
		const struct c_row *row = &lookup->rows[i];
		bool gap = i + 1 == lookup->row_count ? row->last < lookup->span
						      : row[1].first > row->last + 1;
		if (!n || bounds[n - 1].code != row->code)
			bounds[n++] = (struct bound){ row->first, row->code };
		if (gap && !lookup->members)
			bounds[n++] = (struct bound){ row->last + 1, 0 };
	}
	*count = n;
	return bounds;
}

static uint64_t bytes_at(uint64_t span, uint64_t count, uint32_t shift)
{
	uint64_t buckets = shift >= 64 ? 1 : (span >> shift) + 1;

	return (buckets + 1) * (count >> 16 ? 4 : 2) + count * field_width(shift) / 8;
}

/* How many low bits of a bound are stored: what gives the smallest tables. */
static uint32_t choose_shift(uint64_t span, uint64_t count)
{
	uint32_t bits = bit_length(span), best = bits;

	for (uint32_t shift = 1; shift < bits; shift++)
		if (span >> shift <= 2 * count + 1 &&
			(bytes_at(span, count, shift) < bytes_at(span, count, best)))
			best = shift;
	return best;
}

static uint64_t bucket_of(uint64_t key, uint32_t shift)
{
	return shift >= 64 ? 0 : key >> shift;
}

bool c_bounds_plan(struct c_lookup *lookup)
{
	struct c_bounds *plan = &lookup->bounds;
	struct bound *bounds = make_bounds(lookup, &plan->count);
	uint64_t at = 0;

	if (plan->count >> 32)
		panic("too many rows: %zu", lookup->row_count);
	lookup->store = C_STORE_BOUNDS;
	lookup->code_width = field_width(bit_length(lookup->classes));
	plan->shift = choose_shift(lookup->span, plan->count);
	plan->width = field_width(plan->shift);
	plan->index_width = plan->count >> 16 ? 32 : 16;
	plan->buckets = bucket_of(lookup->span, plan->shift) + 1;
	plan->most = 0;
	for (uint64_t bucket = 0; bucket < plan->buckets; bucket++) {
		uint64_t start = at;
		put_field(&lookup->index, bucket, plan->index_width, start);
		while (at < plan->count && bucket_of(bounds[at].key, plan->shift) == bucket)
			at++;
		plan->most = at - start > plan->most ? at - start : plan->most;
	}
	put_field(&lookup->index, plan->buckets, plan->index_width, at);
	for (uint64_t i = 0; i < plan->count; i++) {
		uint64_t low = plan->shift >= 64
			? bounds[i].key
			: bounds[i].key & ((UINT64_C(1) << plan->shift) - 1);
		put_field(&lookup->positions, i, plan->width, low);
		put_field(&lookup->labels, i, lookup->code_width, bounds[i].code);
	}
	free(bounds);
	return true;
}

static void print_bucket(const struct c_bounds *plan, struct output *out)
{
	if (plan->buckets == 1)
		output_text(out, "\tconst size_t bucket = 0;\n");
	else
		output_printf(out, "\tconst size_t bucket = (size_t)(key >> %" PRIu32 ");\n",
			plan->shift);
}

void c_print_bounds(const struct c_lookup *lookup, const char *prefix, struct output *out)
{
	const struct c_bounds *plan = &lookup->bounds;
	uint64_t step = 1;

	while (step * 2 <= plan->most)
		step *= 2;
	output_printf(out,
		"/* The code of a key: that of the last bound that is not greater. */\n"
		"static uint32_t %s_find(uint64_t key)\n"
		"{\n",
		prefix);
	print_bucket(plan, out);
	output_text(out, "\tsize_t at = (size_t)");
	print_field(prefix, "index", "bucket", plan->index_width, out);
	output_text(out, ";\n\tconst size_t end = (size_t)");
	print_field(prefix, "index", "(bucket + 1)", plan->index_width, out);
	output_printf(out, ";\n\tsize_t step;\n\n");
	if (plan->shift < 64)
		output_printf(
			out, "\tkey &= 0x%" PRIx64 ";\n", (UINT64_C(1) << plan->shift) - 1);
	output_printf(out,
		"\tfor (step = %" PRIu64 "; step; step /= 2) {\n"
		"\t\tconst size_t next = at + step <= end ? at + step : at;\n"
		"\t\tconst size_t last = next ? next - 1 : 0;\n"
		"\n"
		"\t\tat = ",
		step);
	print_field(prefix, "positions", "last", plan->width, out);
	output_text(out,
		" <= key ? next : at;\n"
		"\t}\n"
		"\tif (!at)\n"
		"\t\treturn 0;\n"
		"\treturn (uint32_t)");
	print_field(prefix, "labels", "(at - 1)", lookup->code_width, out);
	output_printf(out,
		";\n"
		"}\n\n"
		"static void %s_touch(uint64_t key)\n"
		"{\n",
		prefix);
	print_bucket(plan, out);
	output_printf(out,
		"\n\t(void)key;\n\tMEMC_TOUCH(%s_index + bucket / %" PRIu32 ");\n}\n\n", prefix,
		64 / plan->index_width);
}
