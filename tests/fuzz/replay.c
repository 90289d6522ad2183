/*
 * Runs a fuzzer's entry point on files: every file of the folders and files named, once.
 * The fuzz variant has libFuzzer's main in its place.
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

static void run_file(const char *path, size_t size)
{
	FILE *stream = fopen(path, "rb");
	uint8_t *data = malloc(size); /* exactly: what reads beyond is caught */

	if (!stream || (size && !data) || fread(data, 1, size, stream) != size)
		fail(path);
	fclose(stream);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static unsigned run(const char *path)
{
	struct stat status;
	unsigned count = 0;
	struct dirent *entry;
	DIR *folder;

	if (stat(path, &status) != 0)
		fail(path);
	if (!S_ISDIR(status.st_mode)) {
		run_file(path, (size_t)status.st_size);
		return 1;
	}
	folder = opendir(path);
	if (!folder)
		fail(path);
	while ((entry = readdir(folder))) {
		char child[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
		count += run(child);
	}
	closedir(folder);
	return count;
}

int main(int argc, char **argv)
{
	unsigned count = 0;

	for (int i = 1; i < argc; i++)
		count += run(argv[i]);
	printf("%u inputs\n", count);
	return count == 0; /* no corpus tests nothing */
}
