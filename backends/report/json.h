/*
 * What the writers and the reader of JSON share.
 */
#ifndef BACKENDS_REPORT_JSON_H
#define BACKENDS_REPORT_JSON_H

#include <jansson.h>
#include <stdint.h>

/* What the members mean; a change that a reader may trip over takes the next number. */
#define REPORT_SCHEMA "memc network"
enum { REPORT_VERSION = 1 };

/*
 * A string, or null for NULL. Names may be any bytes, and JSON is UTF-8: what is none is taken
 * for Latin-1.
 */
json_t *report_text(const char *value);

/* A count: an integer below 2^63. */
json_t *report_integer(uint64_t value);

#endif
