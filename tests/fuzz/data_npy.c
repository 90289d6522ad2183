/* The NPY reader. Settings: labels in a file of their own or in the last column, mapping. */
#include "tests/fuzz/data_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file;

	if (!size)
		return 0;
	if (data[0] & 1) {
		fuzz_load_pair("npy", NULL, data + 1, size - 1, data[0] >> 6);
		return 0;
	}
	file = fuzz_file(data + 1, size - 1);
	fuzz_load("npy", file.path, NULL, NULL, data[0] >> 6);
	close(file.fd);
	return 0;
}
