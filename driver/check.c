/*
 * memc check and memc fmt: a spec without its data.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/files.h"
#include "driver/target.h"

int check_command(struct session *session, const struct options *options)
{
	struct target target;

	target_open_spec(&target, session, options);
	target_fini(&target);
	return 0;
}

int fmt_command(struct session *session, const struct options *options)
{
	const char *path = options->output ? options->output : "-";
	struct output out;
	size_t size;
	char *text = file_read(options->file, &size, &session->sink), *formatted;

	if (!text)
		return 0;
	formatted = spec_format(options->file, text, size, &session->sink);
	if (formatted && output_open(&out, path, 0666, session->outputs, &session->sink)) {
		output_text(&out, formatted);
		output_commit(&out, &session->sink);
	}
	session_report(session);
	free(formatted);
	free(text);
	return 0;
}
