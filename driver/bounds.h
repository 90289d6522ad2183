/*
 * What theory says of the size of a network and of its sample, for people.
 */
#ifndef DRIVER_BOUNDS_H
#define DRIVER_BOUNDS_H

#include "driver/target.h"

/*
 * Prints how many samples make a memorizing network generalize (frontend/construct/
 * sample_size.h), and whether the stored points are so many; nothing where labels are real
 * numbers, of which the theorems do not speak. For a target with a data set.
 */
void bounds_print_samples(const struct target *target);

/* Prints parameters times bits beside the bits of all labellings. */
void bounds_print_counting(const struct target *target);

#endif
