/*
 * Asks for the memory at an address that will soon be read. A batch does so for several
 * queries before it answers the first.
 */
#ifndef MEMC_RUNTIME_TOUCH_H
#define MEMC_RUNTIME_TOUCH_H

#if defined(__GNUC__) && !defined(__TINYC__)
#define MEMC_TOUCH(address) __builtin_prefetch(address)
#else
#define MEMC_TOUCH(address) ((void)(address))
#endif

#endif
