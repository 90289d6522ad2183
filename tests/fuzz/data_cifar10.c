/* The CIFAR-10 reader. Settings: mapping. */
#include "tests/fuzz/data_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file;

	if (!size)
		return 0;
	file = fuzz_file(data + 1, size - 1);
	fuzz_load("cifar10", file.path, NULL, NULL, data[0] >> 6);
	close(file.fd);
	return 0;
}
