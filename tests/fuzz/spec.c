/* Any bytes as a spec: checked or refused with a message, and if they parse, laid out. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frontend/construct/construct.h"
#include "frontend/spec.h"
#include "support/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Formatting what was formatted changes nothing. */
static void format(const char *text, size_t size, struct diag_sink *sink)
{
	char *once = spec_format("fuzz", text, size, sink), *twice;

	if (!once)
		return;
	twice = spec_format("fuzz", once, strlen(once), sink);
	if (!twice || strcmp(once, twice) != 0)
		panic("formatted twice: '%s'", once);
	free(twice);
	free(once);
}

/* What the driver evaluates once the data is there. */
static void evaluate(struct spec *spec, struct diag_sink *sink)
{
	const struct spec_scope scope = { 1000, 16, 10 };
	const struct spec_measure measures[] = { { "width", 12 }, { "memorized", 1000 } };
	struct option_value values[64];

	for (uint32_t i = 0; i < spec->network_count; i++) {
		const struct spec_network *network = &spec->networks[i];
		if (network->construct && network->construct->option_count <= 64)
			spec_options(spec, network->construct_clause,
				network->construct->options, network->construct->option_count,
				&scope, values, sink);
	}
	for (uint32_t i = 0; i < spec->expect_count; i++)
		spec_expectation(spec, &spec->expects[i], &scope, measures, 2, sink);
}

/* The bytes as a file that can be read, which spec_load() wants. */
static void write_file(const char *path, const uint8_t *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct spec_define define = { "n", "2^3" };
	struct diag_sink sink;
	struct spec spec;
	char path[64];
	char *message = NULL;
	size_t length;
	FILE *stream = open_memstream(&message, &length);

	snprintf(path, sizeof path, "/tmp/memc-fuzz-%ld.mem", (long)getpid());
	write_file(path, bytes, size);
	diag_init(&sink);
	if (spec_load(&spec, path, &define, 1, &sink))
		evaluate(&spec, &sink);
	format((const char *)bytes, size, &sink);
	diag_print(&sink, stream);
	spec_fini(&spec);
	diag_fini(&sink);
	fclose(stream);
	free(message);
	unlink(path);
	return 0;
}
