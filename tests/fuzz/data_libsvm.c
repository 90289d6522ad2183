/* The libsvm reader. Settings: the number of inputs, mapping. */
#include "tests/fuzz/data_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct option_value options[1] = { 0 };
	struct fuzz_file file;

	if (!size)
		return 0;
	options[0] = (struct option_value){ .set = data[0] & 1, .count = 7 };
	file = fuzz_file(data + 1, size - 1);
	fuzz_load("libsvm", file.path, NULL, options, data[0] >> 6);
	close(file.fd);
	return 0;
}
