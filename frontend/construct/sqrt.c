/*
 * Vardi, Yehudai, Shamir: On the Optimal Memorization Power of ReLU Neural Networks
 * (arXiv 2110.03187), Theorem 3.1.
 *
 *   project   z = relu(a . x + b), all points apart
 *   select    m buckets of at most n points: u, the positions of z's bucket, rho bits each,
 *             and w, their labels, c bits each
 *   extract   slot by slot rho bits of u and c bits of w
 *   match     the label of the slot whose position is z joins the output
 */
#include <stdlib.h>

#include "frontend/construct/construct.h"
#include "frontend/construct/extract.h"
#include "frontend/construct/match.h"
#include "frontend/construct/select.h"
#include "support/bits.h"
#include "support/mem.h"

enum sqrt_option { SQRT_EXTRACTOR, SQRT_BUCKET, SQRT_BUCKETS, SQRT_OPTIONS };

static const struct extractor *const extractors[] = { &extractor_tent, &extractor_peel };
static const char *const extractor_words[] = { "tent", "peel", NULL };

static const struct option_row rows[SQRT_OPTIONS] = {
	[SQRT_EXTRACTOR] = { .name = "extractor",
		.type = OPTION_WORD,
		.fallback = "tent",
		.words = extractor_words,
		.help = "how bits are extracted" },
	[SQRT_BUCKET] = { .name = "bucket",
		.type = OPTION_COUNT,
		.min = 1,
		.max = INT32_MAX,
		.help = "points of a bucket, n; without it, ceil(N / buckets)" },
	[SQRT_BUCKETS] = { .name = "buckets",
		.type = OPTION_COUNT,
		.fallback = "max(1, ceil(sqrt(N * log2(N))))",
		.min = 1,
		.max = INT32_MAX,
		.help = "number of buckets, m" },
};

struct plan {
	const struct extractor *extractor;
	uint64_t points;  /* N */
	uint64_t buckets; /* m */
	uint64_t slots;   /* n */
	uint32_t rho, c;  /* bits of a position, of a label */
};

static uint64_t divide_up(uint64_t a, uint64_t b)
{
	return a / b + (a % b != 0);
}

static bool plan_buckets(const struct construct_request *request, struct plan *plan)
{
	const struct option_value *bucket = &request->options[SQRT_BUCKET];
	const struct option_value *buckets = &request->options[SQRT_BUCKETS];

	if (bucket->set && buckets->span.source) {
		diag_error(request->sink, buckets->span,
			"'bucket' and 'buckets' are two ways to say one thing; give one of "
			"them");
		diag_note(request->sink, bucket->span, "'bucket' is here");
		return false;
	}
	if (bucket->set) {
		plan->slots = (uint64_t)bucket->count < plan->points ? (uint64_t)bucket->count
								     : plan->points;
		plan->buckets = divide_up(plan->points, plan->slots);
		return true;
	}
	plan->buckets = (uint64_t)buckets->count;
	if (plan->buckets > plan->points) {
		diag_error(request->sink, buckets->span,
			"%llu buckets for %llu points: each must hold a point",
			(unsigned long long)plan->buckets, (unsigned long long)plan->points);
		return false;
	}
	plan->slots = divide_up(plan->points, plan->buckets);
	return true;
}

/*
 * By peeling, each bit of a string has weights as long as what is left of it: memory grows
 * with the square of the string. The theorem's own choice stays below this for a hundred
 * million points.
 */
enum { STRING_BITS = 1 << 18 };

static bool check_strings(const struct construct_request *request, const struct plan *plan)
{
	const struct option_value *bucket = &request->options[SQRT_BUCKET];

	if (plan->slots * plan->rho <= STRING_BITS)
		return true;
	diag_error(request->sink,
		bucket->set ? bucket->span : request->options[SQRT_BUCKETS].span,
		"a bucket of %llu points with positions of %u bits is a weight of %llu bits; "
		"at most %d are possible, so make the buckets smaller",
		(unsigned long long)plan->slots, plan->rho,
		(unsigned long long)(plan->slots * plan->rho), STRING_BITS);
	return false;
}

/* bits low..low+width-1 of the limbs = value, width <= 128; they are zero before */
static void put_bits(mp_limb_t *limbs, uint64_t low, position value, uint32_t width)
{
	for (uint32_t done = 0; done < width;) {
		uint64_t at = low + done;
		uint32_t shift = at % 64;
		limbs[at / 64] |= (mp_limb_t)(uint64_t)(value >> done) << shift;
		done += 64 - shift;
	}
}

/*
 * One string of a bucket: field i of its points, most significant first. Slots that the
 * bucket does not fill are zero: position 0 with label 0, "no stored point".
 */
static num pack(struct num_pool *pool, const struct plan *plan, const struct projected *points,
	uint64_t count, bool labels, mp_limb_t *limbs, size_t room)
{
	uint32_t width = labels ? plan->c : plan->rho;
	mpz_t view;

	for (size_t i = 0; i < room; i++)
		limbs[i] = 0;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t low = (plan->slots - 1 - i) * width;
		position field = labels ? (position)points[i].label + 1 : points[i].z;
		put_bits(limbs, low, field, width);
	}
	return num_from_mpz(pool, mpz_roinit_n(view, limbs, (mp_size_t)room), 0);
}

/* Cuts the sorted points into m buckets whose sizes differ by one at most. */
static struct bucket *cut_buckets(
	struct ir_module *module, const struct plan *plan, const struct projected *points)
{
	struct bucket *buckets = mem_alloc(plan->buckets, sizeof *buckets);
	size_t room = (size_t)(plan->slots * plan->rho / 64 + 4);
	mp_limb_t *limbs = mem_alloc(room, sizeof *limbs);
	uint64_t least = plan->points / plan->buckets, more = plan->points % plan->buckets;

	for (uint64_t j = 0; j < plan->buckets; j++) {
		uint64_t count = least + (j < more);
		buckets[j] = (struct bucket){
			.first = points[0].z,
			.last = points[count - 1].z,
			.constants = {
				pack(&module->nums, plan, points, count, false, limbs, room),
				pack(&module->nums, plan, points, count, true, limbs, room),
			},
		};
		points += count;
	}
	free(limbs);
	return buckets;
}

/* field = 2 field + bit */
static void append_bit(struct ir_module *module, struct form *field, const struct lane *lane)
{
	form_shift(module, field, 1);
	form_add(module, field, &lane->bit);
}

static void add_slot(struct ir_module *module, const struct plan *plan, struct form *z,
	struct form *out, struct lane *lanes)
{
	struct form h = FORM_ZERO, y = FORM_ZERO, g;
	struct form *const carried[] = { z, out, &h, &y };

	for (uint32_t bit = 0; bit < plan->rho; bit++) {
		uint32_t active = bit < plan->c ? 2 : 1;
		plan->extractor->next(module, carried, 4, lanes, 2, active);
		append_bit(module, &h, &lanes[0]);
		if (active == 2)
			append_bit(module, &y, &lanes[1]);
	}
	match(module, z, &carried[1], 1, lanes, 2, &h, &y, plan->c, &g);
	form_add(module, out, &g);
}

static void add_layers(struct ir_module *module, const struct plan *plan, struct form *z,
	const struct projected *points, const struct progress *progress)
{
	struct bucket *buckets = cut_buckets(module, plan, points);
	struct form *const carried[] = { z };
	struct form out = FORM_ZERO, strings[SELECT_ACCUMULATORS];
	struct lane lanes[2] = { { .length = plan->slots * plan->rho },
		{ .length = plan->slots * plan->c } };

	ladder_select(module, z, buckets, plan->buckets, strings, 2);
	free(buckets);
	for (int i = 0; i < 2; i++)
		lanes[i].t[0] = strings[i];
	plan->extractor->start(module, carried, 1, lanes, 2);
	for (uint64_t slot = 0; slot < plan->slots; slot++) {
		progress_report(progress, "constructing", slot, plan->slots);
		add_slot(module, plan, z, &out, lanes);
	}
	ir_set_output(module, out.terms, out.count, out.bias);
}

static void report_parameters(const struct plan *plan, const struct projection *projection,
	struct construct_report *report)
{
	report->parameter_count = 0;
#define PARAMETER(id, text, number) \
	report->parameters[report->parameter_count].name = id; \
	report->parameters[report->parameter_count].what = text; \
	report->parameters[report->parameter_count++].value = number
	PARAMETER("m", "buckets", plan->buckets);
	PARAMETER("n", "points of a bucket", plan->slots);
	PARAMETER("rho", "bits of a position", plan->rho);
	PARAMETER("c", "bits of a label", plan->c);
	PARAMETER("B", "bits of a projection weight", projection->bits);
#undef PARAMETER
}

/* Theorem 3.1's promises; the projection's own weights are O(log R) bits and not in them. */
static void report_promises(const struct ir_module *module, const struct plan *plan,
	struct construct_report *report)
{
	bool tent = plan->extractor == &extractor_tent;
	struct ir_measures all = ir_measure(module);
	struct ir_measures behind = ir_measure_layers(module, 1, module->layer_count);
	uint64_t bits = plan->slots * plan->rho;
	uint64_t slot_layers = plan->extractor->bit_layers * (uint64_t)plan->rho + 2;

	report->promises[0] = (struct promise){
		.measure = "depth",
		.formula = tent ? "1 + 2m + 1 + n(2 rho + 2) + 1" : "1 + 2m + n(rho + 2) + 1",
		.promised = 2 + 2 * plan->buckets + plan->extractor->start_layers +
			plan->slots * slot_layers,
		.built = all.depth,
		.exact = true,
	};
	report->promises[1] = (struct promise){ "width", tent ? "12" : "10", tent ? 12 : 10,
		all.width, false };
	report->promises[2] = (struct promise){ "significand bits behind the projection",
		"n max(rho, c)", bits, behind.greatest_significand, false };
	report->promises[3] = (struct promise){ "fixed-point bits behind the projection",
		"n max(rho, c) + 2", bits + 2, behind.greatest_fixed, false };
	report->promise_count = 4;
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	struct plan plan = {
		.extractor = extractors[request->options[SQRT_EXTRACTOR].count],
		.points = request->dataset->count,
		.c = bit_length(request->dataset->classes),
	};
	struct projection projection;
	struct form z;
	bool good;

	if (!plan_buckets(request, &plan) || !project(request, module, &projection, &z))
		return false;
	plan.rho = projection.range_bits > plan.c ? projection.range_bits : plan.c;
	good = check_strings(request, &plan);
	if (good) {
		add_layers(module, &plan, &z, projection.points, request->progress);
		report_parameters(&plan, &projection, report);
		report_promises(module, &plan, report);
	}
	projection_fini(&projection);
	return good;
}

const struct construct construct_sqrt = {
	.name = "sqrt",
	.source = "Vardi, Yehudai, Shamir 2022, Theorem 3.1",
	.help = "O(sqrt(N log N)) parameters at constant width",
	.options = rows,
	.option_count = SQRT_OPTIONS,
	.build = build,
};
