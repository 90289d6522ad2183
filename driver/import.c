/*
 * memc import: a trained network in ONNX becomes a network as text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backends/onnx/onnx.h"
#include "driver/files.h"
#include "driver/options.h"
#include "ir/text.h"
#include "ir/verify.h"

/* "1/255": a fraction above 0 of integers. False with a diagnostic if it is none. */
static bool parse_scale(struct session *session, const char *text, struct ir_ratio *scale)
{
	char *end;

	*scale = (struct ir_ratio){ 1, 1 };
	if (!text)
		return true;
	errno = 0;
	scale->num = strtoll(text, &end, 10);
	if (*end == '/')
		scale->den = strtoll(end + 1, &end, 10);
	if (!errno && end != text && !*end && scale->num > 0 && scale->den > 0)
		return true;
	diag_world(&session->sink, SPAN_NONE,
		"--scale=%s: a positive fraction is wanted, like 1/255", text);
	return false;
}

static bool write_network(
	struct session *session, const struct options *options, const struct ir_module *module)
{
	const char *path = options->output ? options->output : "-";
	struct output out;

	if (file_is_same(path, options->file)) {
		diag_world(&session->sink, SPAN_NONE,
			"'%s' is read and not overwritten; give another output", path);
		return false;
	}
	if (!output_open(&out, path, 0666, session->outputs, &session->sink))
		return false;
	ir_print(module, &out);
	return output_commit(&out, &session->sink);
}

int import_command(struct session *session, const struct options *options)
{
	struct onnx_file file = { .path = options->file, .inputs = options->inputs };
	struct ir_module module;
	char *bytes;

	if (!parse_scale(session, options->scale, &file.scale))
		return 0;
	file.bytes = bytes = file_read(options->file, &file.size, &session->sink);
	session_phase(session, "read");
	if (bytes && onnx_import(&module, &file, &session->sink)) {
		session_phase(session, "import");
		if (ir_verify(&module, SPAN_NONE, &session->sink))
			write_network(session, options, &module);
		session_phase(session, "print");
		ir_module_fini(&module);
	}
	free(bytes);
	return 0;
}
