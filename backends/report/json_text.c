#include <stdlib.h>
#include <string.h>

#include "backends/report/json.h"
#include "support/mem.h"

json_t *report_text(const char *value)
{
	json_t *string = value ? json_string(value) : json_null();
	unsigned char *wide, *end;

	if (string)
		return string;
	wide = end = mem_alloc(2 * strlen(value) + 1, 1);
	for (; *value; value++) {
		unsigned char byte = (unsigned char)*value;
		if (byte < 128) {
			*end++ = byte;
			continue;
		}
		*end++ = (unsigned char)(0xc0 | byte >> 6);
		*end++ = (unsigned char)(0x80 | (byte & 0x3f));
	}
	*end = 0;
	string = json_string((char *)wide);
	free(wide);
	return string;
}

json_t *report_integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}
