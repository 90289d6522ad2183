/*
 * Runs a fuzzer's entry point on files: every file of the folders and files named, once; those
 * behind --cut also cut short behind each of their bytes. The fuzz variant has libFuzzer's main
 * in its place.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *path)
{
	perror(path);
	exit(1);
}

static void run_bytes(const uint8_t *bytes, size_t size)
{
	uint8_t *data = malloc(size); /* exactly: what reads beyond is caught */

	if (size && !data)
		fail("malloc");
	if (size)
		memcpy(data, bytes, size);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

/* Returns how many inputs it made of it. */
static unsigned run_file(const char *path, size_t size, int cut)
{
	FILE *stream = fopen(path, "rb");
	uint8_t *bytes = malloc(size + 1);

	if (!stream || !bytes || fread(bytes, 1, size, stream) != size)
		fail(path);
	fclose(stream);
	for (size_t end = cut ? 0 : size; end < size; end++)
		run_bytes(bytes, end);
	run_bytes(bytes, size);
	free(bytes);
	return cut ? (unsigned)size + 1 : 1;
}

static unsigned run(const char *path, int cut)
{
	struct stat status;
	unsigned count = 0;
	struct dirent *entry;
	DIR *folder;

	if (stat(path, &status) != 0)
		fail(path);
	if (!S_ISDIR(status.st_mode))
		return run_file(path, (size_t)status.st_size, cut);
	folder = opendir(path);
	if (!folder)
		fail(path);
	while ((entry = readdir(folder))) {
		char child[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
		count += run(child, cut);
	}
	closedir(folder);
	return count;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	int cut = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--cut"))
			count += run(argv[i], cut);
		else
			cut = 1;
	}
	printf("%u inputs\n", count);
	return count == 0; /* no corpus tests nothing */
}
