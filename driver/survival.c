#include "driver/survival.h"

#include <stdlib.h>

#include "support/mem.h"

/* In all, of one core. */
static const double survival_seconds = 2;

/* Parts of the way to the least P. */
enum { PARTS = 16 };

/*
 * Runs with few bits are quick, which leaves time to find the least P. With --engine, which
 * takes its time anyway, at least one point.
 */
static struct spread sample(const struct target *target)
{
	double points = survival_seconds / (SURVIVAL_MOST * precision_point_seconds(target));
	uint64_t count = target->dataset.count;

	if (points < 1 && target->options->engine.arithmetic)
		points = 1;
	if (!target->options->full && points < (double)count)
		count = (uint64_t)points;
	return (struct spread){ &target->dataset, count };
}

static uint64_t survivors(struct target *target, const struct spread *tried,
	const struct ir_format *format, int32_t *answers)
{
	uint64_t count = 0;

	precision_try(target, tried, format, answers);
	for (uint64_t i = 0; i < tried->count; i++)
		count += answers[i] == (int32_t)tried->dataset->labels[spread_index(tried, i)];
	return count;
}

static void add(struct survival *survival, uint64_t bits)
{
	if (bits < 1 || bits > IR_FORMAT_BITS ||
		(survival->count && bits <= survival->at[survival->count - 1].bits))
		return;
	survival->at[survival->count++].bits = (uint32_t)bits;
}

/* Even steps to the least P, the two on either side of where it is decided, and beyond. */
static void choose_bits(struct survival *survival)
{
	uint64_t least = survival->least.bits ? survival->least.bits : IR_FORMAT_BITS;

	add(survival, 1);
	for (uint64_t i = 1; i < PARTS; i++)
		add(survival, least * i / PARTS);
	add(survival, least - 1);
	for (uint64_t i = 0; i <= 3; i++)
		add(survival, least + (least * i + PARTS - 1) / PARTS);
}

bool survival_measure(struct survival *survival, struct target *target)
{
	bool engine = target->options->engine.arithmetic;
	const struct ir_format float32 = { .arithmetic = &arithmetic_float32 },
			       float64 = { .arithmetic = &arithmetic_float64 };
	int32_t *answers;

	*survival = (struct survival){ .tried = sample(target) };
	if (!survival->tried.count)
		return false;
	survival->least =
		precision_least(target, engine ? precision_sample(target) : survival->tried);
	choose_bits(survival);
	answers = mem_alloc((size_t)survival->tried.count, sizeof *answers);
	for (uint32_t i = 0; i < survival->count; i++) {
		const struct ir_format format = { &arithmetic_bits, survival->at[i].bits, 0 };
		survival->at[i].survive = survivors(target, &survival->tried, &format, answers);
	}
	survival->float32 = survivors(target, &survival->tried, &float32, answers);
	survival->float64 = survivors(target, &survival->tried, &float64, answers);
	free(answers);
	session_phase(target->session, "survival");
	return true;
}
