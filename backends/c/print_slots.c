/*
 * The search in places of slots in C (backends/plan/slots.c).
 */
#include <inttypes.h>

#include "backends/c/print.h"
#include "support/bits.h"

/* --- the search --------------------------------------------------------------------- */

static void print_place(const struct plan_lookup *lookup, const char *prefix, uint32_t which,
	struct output *out)
{
	const struct plan_slots *slots = &lookup->slots;

	output_printf(out, "\tconst uint64_t %c = (key ^ key >> %" PRIu32 ") * 0x%" PRIx64,
		"ab"[which], slots -> fold, slots -> factor[which]);
	if (slots->key_bits < 64)
		output_printf(out, " & 0x%" PRIx64, bit_mask(slots->key_bits));
	output_text(out, ";\n");
	output_printf(out, "\tconst uint64_t *%c = %s_slots + ", "pq"[which], prefix);
	if (slots->words > 1)
		output_printf(out, "%" PRIu32 " * ", slots->words);
	output_text(out, "(size_t)(");
	if (slots->key_bits > slots->top_bits)
		output_printf(out, "(%c >> %" PRIu32 ")", "ab"[which],
			slots -> key_bits - slots -> top_bits);
	else
		output_printf(out, "%c", "ab"[which]);
	output_printf(
		out, " * 0x%" PRIx64 " >> %" PRIu32 ");\n", slots->places, slots->top_bits);
}

/* The expression of slot i of a place. */
static void print_slot(const struct plan_slots *slots, char place, uint32_t i, const char *type,
	struct output *out)
{
	uint32_t at = i * slots->width;
	bool whole = slots->width == 32 || slots->width == 64;
	bool last = at + slots->width >= 64 && slots->words == 1;

	if (slots->width < 64)
		output_printf(out, "(%s)", type);
	if (!whole && !last)
		output_text(out, "(");
	if (at == 0)
		output_printf(out, "%c[0]", place);
	else if (at % 64 == 0)
		output_printf(out, "%c[%" PRIu32 "]", place, at / 64);
	else if (at < 64 && at + slots->width > 64)
		output_printf(out, "(%c[0] >> %" PRIu32 " | %c[1] << %" PRIu32 ")", place, at,
			place, 64 - at);
	else
		output_printf(out, "(%c[%" PRIu32 "] >> %" PRIu32 ")", place, at / 64, at % 64);
	if (!whole && !last)
		output_printf(out, " & 0x%" PRIx64 ")", bit_mask(slots->width));
}

static void print_picks(const struct plan_lookup *lookup, const char *prefix, const char *type,
	struct output *out)
{
	const struct plan_slots *slots = &lookup->slots;

	for (uint32_t which = 0; which < 2; which++)
		for (uint32_t i = 0; i < slots->slots; i++) {
			output_printf(out, "%s%s_pick(", which + i ? " |\n\t\t" : "\treturn ",
				prefix);
			print_slot(slots, "pq"[which], i, type, out);
			output_printf(out, " ^ %c)", "vw"[which]);
		}
	output_text(out, ";\n}\n\n");
}

void c_print_slots(const struct plan_lookup *lookup, const char *prefix, struct output *out)
{
	const struct plan_slots *slots = &lookup->slots;
	const char *type = slots->width <= 32 ? "uint32_t" : "uint64_t";

	output_printf(out,
		"static uint32_t %s_pick(%s slot)\n"
		"{\n"
		"\treturn slot < %" PRIu64 " ? (uint32_t)slot : 0;\n"
		"}\n\n"
		"/* The code of a key: which of the slots of its two places holds it. */\n"
		"static uint32_t %s_find(uint64_t key)\n"
		"{\n",
		prefix, type, bit_mask(lookup->code_width) + 1, prefix);
	print_place(lookup, prefix, 0, out);
	print_place(lookup, prefix, 1, out);
	for (uint32_t which = 0; which < 2; which++) {
		output_printf(out, "\tconst %s %c = (%s)(%c & 0x%" PRIx64 ") << %" PRIu32, type,
			"vw"[which], type, "ab"[which], bit_mask(slots->rest_bits),
			lookup -> code_width + 1);
		if (which)
			output_printf(out, " | 0x%" PRIx64, bit_mask(lookup->code_width) + 1);
		output_text(out, ";\n");
	}
	output_text(out, "\n");
	print_picks(lookup, prefix, type, out);
	output_printf(out, "static void %s_touch(uint64_t key)\n{\n", prefix);
	print_place(lookup, prefix, 0, out);
	print_place(lookup, prefix, 1, out);
	output_text(out, "\n\tMEMC_TOUCH(p);\n\tMEMC_TOUCH(q);\n}\n\n");
}
