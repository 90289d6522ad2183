/* The CSV reader. Settings: header, label, delimiter, columns to ignore, mapping. */
#include "tests/fuzz/data_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		int64_t count;
		const char *text;
	} labels[] = { { -1, NULL }, { 1, NULL }, { 0, "class" }, { 3, NULL } };
	struct option_value options[5] = { 0 };
	struct fuzz_file file;
	unsigned settings;

	if (!size)
		return 0;
	settings = data[0];
	options[0] = (struct option_value){ .set = true, .count = settings % 3 };
	options[1].set = true;
	options[1].count = labels[settings >> 2 & 3].count;
	options[1].text = labels[settings >> 2 & 3].text;
	options[2] = (struct option_value){ .set = true, .text = settings & 16 ? ";" : "," };
	options[4].text = settings & 32 ? "1, id" : NULL;
	file = fuzz_file(data + 1, size - 1);
	fuzz_load("csv", file.path, NULL, options, settings >> 6);
	close(file.fd);
	return 0;
}
