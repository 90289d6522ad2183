/* The IDX reader. Settings: mapping. */
#include "tests/fuzz/data_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size)
		fuzz_load_pair("idx", NULL, data + 1, size - 1, data[0] >> 6);
	return 0;
}
