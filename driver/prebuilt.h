/*
 * The main program of classifiers, compiled when memc was (runtime/prebuild.sh): bytes of
 * relocatable files that lack only the constant memc_program.
 */
#ifndef DRIVER_PREBUILT_H
#define DRIVER_PREBUILT_H

#include <stdint.h>

/* For a C compiler to link, which adds the C library. */
extern const unsigned char prebuilt_hosted[];
extern const uint32_t prebuilt_hosted_size;

/* With all that it needs of a static C library; empty if there was none. */
extern const unsigned char prebuilt_static[];
extern const uint32_t prebuilt_static_size;

/* The machine and system that they are for: "x86_64-linux-gnu". */
extern const char prebuilt_machine[];

#endif
