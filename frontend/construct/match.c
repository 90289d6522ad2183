#include "frontend/construct/match.h"

static void carry_all(struct ir_module *module, struct form *z, struct form *const *carried,
	uint32_t count, struct lane *lanes, uint32_t lane_count)
{
	ir_layer_begin(module, "match");
	form_carry(module, &z, 1);
	form_carry(module, carried, count);
	for (uint32_t i = 0; i < lane_count; i++)
		lane_carry(module, &lanes[i]);
}

void match(struct ir_module *module, struct form *z, struct form *const *carried,
	uint32_t count, struct lane *lanes, uint32_t lane_count, struct form *h, struct form *y,
	uint32_t c, struct form *g)
{
	struct form below = *z, above = *h;

	form_sub(module, &below, h);
	form_sub(module, &above, z);

	carry_all(module, z, carried, count, lanes, lane_count);
	*g = form_relu(module, y);
	below = form_relu(module, &below);
	above = form_relu(module, &above);

	carry_all(module, z, carried, count, lanes, lane_count);
	form_shift(module, &below, c);
	form_shift(module, &above, c);
	form_sub(module, g, &below);
	form_sub(module, g, &above);
	*g = form_relu(module, g);
	*h = *y = FORM_ZERO;
}
