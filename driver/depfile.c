#include <string.h>

#include "driver/emit.h"

static void print_make_path(struct output *out, const char *path)
{
	for (; *path; path++) {
		if (*path == ' ' || *path == '#' || *path == '\\')
			output_text(out, "\\");
		if (*path == '$')
			output_text(out, "$");
		output_bytes(out, path, 1);
	}
}

static void print_make_path_list(struct output *out, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		output_text(out, i ? " \\\n  " : "");
		print_make_path(out, paths[i]);
	}
}

bool depfile_write(struct target *target, const struct emit_job *jobs, size_t count)
{
	struct session *session = target->session;
	const struct spec *spec = &target->spec;
	const char *path = target->options->depfile;
	size_t inputs = spec->file_count, outputs = 0;
	const char **names = arena_alloc(&session->arena,
		inputs + 2 * (size_t)spec->dataset_count + 2 * count, sizeof *names);
	struct output out;

	if (!path)
		path = arena_printf(&session->arena, "%s.d", jobs[0].path);
	if (!output_open(&out, path, 0666, session->outputs, &session->sink))
		return false;
	for (size_t i = 0; i < count; i++) {
		names[outputs++] = jobs[i].path;
		if (!strcmp(jobs[i].kind, "c"))
			names[outputs++] = emit_header_path(target, jobs[i].path);
	}
	print_make_path_list(&out, names, outputs);
	output_text(&out, ": \\\n  ");
	memcpy(names, spec->files, inputs * sizeof *names);
	for (uint32_t i = 0; i < spec->dataset_count; i++) {
		if (spec->datasets[i].inputs)
			names[inputs++] = spec->datasets[i].inputs;
		if (spec->datasets[i].labels)
			names[inputs++] = spec->datasets[i].labels;
	}
	print_make_path_list(&out, names, inputs);
	output_text(&out, "\n");
	for (size_t i = 1; i < inputs; i++) { /* a file that vanished does not stop make */
		output_text(&out, "\n");
		print_make_path(&out, names[i]);
		output_text(&out, ":\n");
	}
	return output_commit(&out, &session->sink);
}
