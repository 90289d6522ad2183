#include "driver/precision_stages.h"

#include "support/mem.h"

static uint32_t stage_of(const struct ir_module *module, uint32_t layer)
{
	return layer < module->layer_count ? module->layers[layer].stage : module->stage_count;
}

static const char *stage_name(const struct ir_module *module, uint32_t stage)
{
	return stage < module->stage_count ? module->stages[stage] : "output";
}

const char *precision_stage_of(const struct ir_module *module, uint32_t layer)
{
	return stage_name(module, stage_of(module, layer));
}

static void count_failure(const struct ir_module *module, const struct failure *failure,
	struct precision_stage *stages)
{
	for (int i = 0; i < DEPARTURES; i++)
		if (failure->departures[i].found)
			stages[stage_of(module, failure->departures[i].layer)].departures[i]++;
	stages[stage_of(module, failure->decisive)].decisive++;
}

struct precision_stage *precision_stages(const struct precision *precision)
{
	const struct ir_module *module = precision->module;
	struct precision_stage *stages = mem_zero(module->stage_count + 1, sizeof *stages);

	for (uint32_t i = 0; i <= module->stage_count; i++)
		stages[i].name = stage_name(module, i);
	for (uint32_t i = 0; i <= module->layer_count; i++)
		stages[stage_of(module, i)].layers++;
	for (uint64_t i = 0; i < precision->failure_count; i++)
		if (precision->failures[i].traced)
			count_failure(module, &precision->failures[i], stages);
	return stages;
}

bool precision_is_promised(const struct promise *promise)
{
	enum construct_measure measure = promise->row->measure;

	return measure == MEASURE_SIGNIFICAND || measure == MEASURE_FIXED ||
		measure == MEASURE_SIGNIFICAND_BEHIND || measure == MEASURE_FIXED_BEHIND;
}
