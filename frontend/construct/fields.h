/*
 * fields: strings of bit fields, the long constants that extraction takes apart.
 */
#ifndef FRONTEND_CONSTRUCT_FIELDS_H
#define FRONTEND_CONSTRUCT_FIELDS_H

#include "frontend/construct/project.h"

/* Bits low..low+width-1 of the limbs = value, width <= 128; they are zero before. */
void field_put(mp_limb_t *limbs, uint64_t low, position value, uint32_t width);

/* `count` fields of `width` bits as one integer, the first one most significant. */
num fields_num(struct num_pool *pool, const position *fields, uint64_t count, uint32_t width);

#endif
