/*
 * memc import: a trained network in ONNX, or one in JSON, becomes a network as text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backends/onnx/onnx.h"
#include "backends/report/report.h"
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

/* So that a file whose name says JSON is not called a bad model. */
static bool is_json(const char *path, const char *bytes, size_t size)
{
	return file_has_suffix(path, ".json") || report_is_json(bytes, size);
}

/* JSON says all of a network. */
static bool read_json(struct session *session, const struct options *options, const char *bytes,
	size_t size, struct ir_module *module)
{
	if (!options->inputs && !options->scale)
		return report_read_json(module, options->file, bytes, size, &session->sink);
	diag_world(&session->sink, SPAN_NONE,
		"'%s' is JSON, which says itself what its inputs are; leave out %s",
		options->file, options->inputs ? "--inputs" : "--scale");
	return false;
}

static bool read_onnx(struct session *session, const struct options *options, const char *bytes,
	size_t size, struct ir_module *module)
{
	struct onnx_file file = {
		.path = options->file, .bytes = bytes, .size = size, .inputs = options->inputs
	};

	return parse_scale(session, options->scale, &file.scale) &&
		onnx_import(module, &file, &session->sink);
}

int import_command(struct session *session, const struct options *options)
{
	struct ir_module module;
	size_t size;
	char *bytes = file_read(options->file, &size, &session->sink);
	struct span span = { diag_source(&session->sink, options->file, NULL, 0), 0, 0 };

	session_phase(session, "read");
	if (bytes &&
		(is_json(options->file, bytes, size) ? read_json : read_onnx)(
			session, options, bytes, size, &module)) {
		session_phase(session, "import");
		if (ir_verify(&module, span, &session->sink))
			write_network(session, options, &module);
		session_phase(session, "print");
		ir_module_fini(&module);
	}
	free(bytes);
	return 0;
}
