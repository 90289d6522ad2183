#include "frontend/construct/fields.h"

#include <stdlib.h>

#include "support/mem.h"

void field_put(mp_limb_t *limbs, uint64_t low, position value, uint32_t width)
{
	for (uint32_t done = 0; done < width;) {
		uint64_t at = low + done;
		uint32_t shift = at % 64;
		limbs[at / 64] |= (mp_limb_t)(uint64_t)(value >> done) << shift;
		done += 64 - shift;
	}
}

num fields_num(struct num_pool *pool, const position *fields, uint64_t count, uint32_t width)
{
	size_t room = (size_t)(count * width / 64 + 4);
	mp_limb_t *limbs = mem_zero(room, sizeof *limbs);
	mpz_t view;
	num result;

	for (uint64_t i = 0; i < count; i++)
		field_put(limbs, (count - 1 - i) * width, fields[i], width);
	result = num_from_mpz(pool, mpz_roinit_n(view, limbs, (mp_size_t)room), 0);
	free(limbs);
	return result;
}
