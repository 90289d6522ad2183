#include "backends/plan/plan.h"

#include "support/mem.h"

static bool type_cannot_leave(enum ir_element element, const struct ir_feature *feature)
{
	return feature->lo <= ir_element_min(element) && feature->hi >= ir_element_max(element);
}

enum plan_load plan_load_of(const struct ir_module *module)
{
	const struct ir_feature *features = module->features;
	bool same = true;

	if (ir_element_is_float(module->element))
		return PLAN_LOAD_MAPS;
	for (uint32_t i = 0; i < module->input_count; i++) {
		if (!ir_feature_is_plain(&features[i]))
			return PLAN_LOAD_MAPS;
		same = same && ir_feature_equal(&features[i], &features[0]);
	}
	if (!same)
		return PLAN_LOAD_RANGES;
	return type_cannot_leave(module->element, &features[0]) ? PLAN_LOAD_WHOLE
								: PLAN_LOAD_RANGE;
}

/* The words of runtime/map.h. */
static void add_map(struct words *words, const struct ir_feature *feature)
{
	struct ir_affine_map map;
	mpz_t q, r, word;

	if (!ir_feature_map(feature, &map) || map.p <= 0 || map.r <= 0)
		panic("a feature without a map");
	words_add(words, ir_feature_span(feature));
	words_add(words, (uint64_t)map.p);
	words_add(words, (uint64_t)map.r);
	mpz_init_set_si(q, map.q);
	mpz_init_set_si(r, map.r);
	mpz_init(word);
	mpz_mul_si(r, r, feature->lo);
	mpz_sub(q, q, r);
	for (unsigned i = 0; i < 2; i++) {
		mpz_fdiv_r_2exp(word, q, 64);
		words_add(words, mpz_sgn(word) ? mpz_getlimbn(word, 0) : 0);
		mpz_fdiv_q_2exp(q, q, 64);
	}
	mpz_clears(q, r, word, NULL);
}

void plan_features(struct plan *plan)
{
	const struct ir_module *module = plan->module;
	const struct ir_feature *features = module->features;
	enum plan_load load = plan_load_of(module);
	uint32_t end;

	if (load == PLAN_LOAD_WHOLE || load == PLAN_LOAD_RANGE)
		return;
	for (uint32_t i = 0; i < module->input_count; i = end) {
		for (end = i + 1; end < module->input_count &&
			ir_feature_equal(&features[end], &features[i]);)
			end++;
		words_add(&plan->features, end - i);
		if (load == PLAN_LOAD_MAPS) {
			add_map(&plan->features, &features[i]);
		} else {
			words_add(&plan->features, (uint64_t)features[i].lo);
			words_add(&plan->features, ir_feature_span(&features[i]));
		}
	}
}
