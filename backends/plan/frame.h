/*
 * Places of values in the frame of a fused module, in limbs. A place that is given back is
 * given to others; the work is constant per place.
 */
#ifndef BACKENDS_PLAN_FRAME_H
#define BACKENDS_PLAN_FRAME_H

#include <stddef.h>
#include <stdint.h>

struct plan_block;

struct plan_frame {
	uint64_t size; /* limbs so far */
	struct plan_block *free;
	size_t free_count, free_room;
};

/* A frame of zeros is ready to use. */
void plan_frame_fini(struct plan_frame *frame);

uint64_t plan_frame_take(struct plan_frame *frame, uint64_t limbs);
void plan_frame_give(struct plan_frame *frame, uint64_t place, uint64_t limbs);

#endif
