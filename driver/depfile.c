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

struct names {
	const char **of;
	size_t count;
};

/* A header that several jobs write is one file. */
static void add_once(struct names *names, const char *path)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->of[i], path))
			return;
	names->of[names->count++] = path;
}

static struct names outputs_of(struct target *target, const struct emit_job *jobs, size_t count)
{
	struct names names = { .of = arena_alloc(&target->session->arena, EMIT_FILES * count,
				       sizeof *names.of) };

	for (size_t i = 0; i < count; i++) {
		struct emit_files files = emit_files_of(target, &jobs[i]);
		for (size_t k = 0; k < files.count; k++)
			add_once(&names, files.all[k]);
	}
	return names;
}

static struct names inputs_of(struct target *target)
{
	const struct spec *spec = &target->spec;
	struct names names = { .of = arena_alloc(&target->session->arena,
				       spec->file_count + 2 * (size_t)spec->dataset_count + 1,
				       sizeof *names.of) };

	if (!target->has_spec && strcmp(target->options->file, "-"))
		names.of[names.count++] = target->options->file;
	for (size_t i = 0; i < spec->file_count; i++)
		names.of[names.count++] = spec->files[i];
	for (uint32_t i = 0; i < spec->dataset_count; i++) {
		if (spec->datasets[i].inputs)
			names.of[names.count++] = spec->datasets[i].inputs;
		if (spec->datasets[i].labels)
			names.of[names.count++] = spec->datasets[i].labels;
	}
	return names;
}

bool depfile_write(struct target *target, const struct emit_job *jobs, size_t count)
{
	struct session *session = target->session;
	struct names outputs = outputs_of(target, jobs, count), inputs = inputs_of(target);
	const char *path = target->options->depfile;
	struct output out;

	if (!path)
		path = arena_printf(&session->arena, "%s.d", jobs[0].path);
	if (!output_open(&out, path, 0666, session->outputs, &session->sink))
		return false;
	print_make_path_list(&out, outputs.of, outputs.count);
	output_text(&out, ": \\\n  ");
	print_make_path_list(&out, inputs.of, inputs.count);
	output_text(&out, "\n");
	for (size_t i = 1; i < inputs.count;
		i++) { /* a file that vanished does not stop make */
		output_text(&out, "\n");
		print_make_path(&out, inputs.of[i]);
		output_text(&out, ":\n");
	}
	return output_commit(&out, &session->sink);
}
