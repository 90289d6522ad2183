#include "backends/plan/frame.h"

#include <stdlib.h>

#include "support/mem.h"

struct plan_block {
	uint64_t place, limbs;
};

void plan_frame_fini(struct plan_frame *frame)
{
	free(frame->free);
	*frame = (struct plan_frame){ 0 };
}

/* The smallest block that is large enough among those given back last. */
static struct plan_block *find_block(struct plan_frame *frame, uint64_t limbs)
{
	enum { LOOKED_AT = 64 };
	struct plan_block *best = NULL;
	size_t end = frame->free_count > LOOKED_AT ? frame->free_count - LOOKED_AT : 0;

	for (size_t i = frame->free_count; i-- > end;) {
		struct plan_block *block = &frame->free[i];
		if (block->limbs >= limbs && (!best || block->limbs < best->limbs))
			best = block;
	}
	return best;
}

uint64_t plan_frame_take(struct plan_frame *frame, uint64_t limbs)
{
	struct plan_block *block = limbs ? find_block(frame, limbs) : NULL;
	uint64_t place = frame->size;

	if (!block) {
		frame->size += limbs;
		return place;
	}
	place = block->place;
	block->place += limbs;
	block->limbs -= limbs;
	if (!block->limbs)
		*block = frame->free[--frame->free_count];
	return place;
}

void plan_frame_give(struct plan_frame *frame, uint64_t place, uint64_t limbs)
{
	if (!limbs)
		return;
	frame->free = mem_grow(
		frame->free, &frame->free_room, frame->free_count + 1, sizeof *frame->free);
	frame->free[frame->free_count++] = (struct plan_block){ place, limbs };
}
