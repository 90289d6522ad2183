/*
 * Values of JSON that its writers share.
 */
#ifndef BACKENDS_REPORT_JSON_H
#define BACKENDS_REPORT_JSON_H

#include <jansson.h>

/*
 * A string, or null for NULL. Names may be any bytes, and JSON is UTF-8: what is none is taken
 * for Latin-1.
 */
json_t *report_text(const char *value);

#endif
