/*
 * Places of values in the frame of a fused module, in limbs. A place that is given back is
 * given to others; the work is constant per place.
 */
#ifndef BACKENDS_C_FRAME_H
#define BACKENDS_C_FRAME_H

#include <stddef.h>
#include <stdint.h>

struct c_block;

struct c_frame {
	uint64_t size; /* limbs so far */
	struct c_block *free;
	size_t free_count, free_room;
};

/* A frame of zeros is ready to use. */
void c_frame_fini(struct c_frame *frame);

uint64_t c_frame_take(struct c_frame *frame, uint64_t limbs);
void c_frame_give(struct c_frame *frame, uint64_t place, uint64_t limbs);

#endif
