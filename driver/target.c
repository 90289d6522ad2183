#include "driver/target.h"

#include <stdlib.h>
#include <string.h>

#include "driver/classify.h"
#include "driver/files.h"
#include "driver/optimize.h"
#include "ir/text.h"
#include "ir/verify.h"

/* A spec's options have nothing to choose in a network. */
static bool check_network_options(struct target *target)
{
	const struct options *options = target->options;
	const char *option = options->network ? "--network" : "-D";

	if (!options->network && !options->define_count)
		return true;
	diag_world(&target->session->sink, SPAN_NONE,
		"%s is for specs; '%s' is one network, with nothing to choose", option,
		options->file);
	return false;
}

/* What has to be imported first. */
static bool refuse_model(struct session *session, const char *path)
{
	const char *kind = file_has_suffix(path, ".onnx") ? "an ONNX model"
		: file_has_suffix(path, ".json")          ? "JSON"
							  : NULL;

	if (kind)
		diag_world(&session->sink, SPAN_NONE,
			"'%s' is %s; 'memc import' makes a network of it, a .mir file", path,
			kind);
	return kind != NULL;
}

/* Of the text that has been read. */
static bool open_module(struct target *target)
{
	struct diag_sink *sink = &target->session->sink;
	const char *path = target->options->file;

	if (!check_network_options(target))
		return false;
	target->source = diag_source(
		sink, strcmp(path, "-") ? path : "<stdin>", target->text, target->size);
	target->has_module =
		ir_parse(&target->module, target->source, target->text, target->size, sink);
	session_phase(target->session, "parse");
	if (!target->has_module || !ir_verify(&target->module, target_span(target), sink))
		return false;
	target->literal = ir_measure(&target->module);
	return true;
}

static bool read_text(struct target *target)
{
	target->text = file_read(target->options->file, &target->size, &target->session->sink);
	return target->text != NULL;
}

static bool open_spec(struct target *target, const struct spec_text *text)
{
	const struct options *options = target->options;

	target->has_spec = true;
	if (!spec_load_text(&target->spec, options->file, text, options->defines,
		    options->define_count, &target->session->sink))
		return false;
	session_phase(target->session, "spec");
	return true;
}

static size_t skip_blanks(const char *text, size_t size, size_t at)
{
	while (at < size && memchr(" \t\r\n", text[at], 4))
		at++;
	return at;
}

/* "network @name", behind comments of ';': so begins every network, and no spec. */
static bool is_network(const char *text, size_t size)
{
	static const char word[] = "network";
	size_t at = skip_blanks(text, size, 0);

	while (at < size && text[at] == ';') {
		const char *end = memchr(text + at, '\n', size - at);
		at = end ? skip_blanks(text, size, (size_t)(end - text)) : size;
	}
	if (size - at < sizeof word - 1 || memcmp(text + at, word, sizeof word - 1) != 0)
		return false;
	at = skip_blanks(text, size, at + sizeof word - 1);
	return at < size && text[at] == '@';
}

bool target_open(struct target *target, struct session *session, const struct options *options)
{
	*target = (struct target){ .session = session, .options = options };
	if (refuse_model(session, options->file))
		return false;
	if (file_has_suffix(options->file, ".mir"))
		return read_text(target) && open_module(target);
	if (strcmp(options->file, "-"))
		return open_spec(target, NULL);
	if (!read_text(target))
		return false;
	if (is_network(target->text, target->size))
		return open_module(target);
	return open_spec(target, &(struct spec_text){ target->text, target->size });
}

bool target_open_network(
	struct target *target, struct session *session, const struct options *options)
{
	*target = (struct target){ .session = session, .options = options };
	if (refuse_model(session, options->file))
		return false;
	if (!file_has_suffix(options->file, ".mem"))
		return read_text(target) && open_module(target);
	diag_world(&session->sink, SPAN_NONE,
		"'%s' is a spec; a .mir file is wanted, as 'memc compile --emit=ir' writes it",
		options->file);
	return false;
}

bool target_open_spec(
	struct target *target, struct session *session, const struct options *options)
{
	if (!target_open(target, session, options))
		return false;
	if (!target->has_spec)
		diag_world(&session->sink, SPAN_NONE,
			"'%s' is a network; a spec is wanted, a .mem file", options->file);
	return target->has_spec;
}

bool target_may_write(struct target *target, const char *path)
{
	const struct spec *spec = &target->spec;
	bool read = !target->has_spec && file_is_same(path, target->options->file);

	for (size_t i = 0; i < spec->file_count; i++)
		read = read || file_is_same(path, spec->files[i]);
	for (uint32_t i = 0; i < spec->dataset_count; i++) {
		const struct dataset_request *dataset = &spec->datasets[i];
		read = read || (dataset->inputs && file_is_same(path, dataset->inputs)) ||
			(dataset->labels && file_is_same(path, dataset->labels));
	}
	if (read)
		diag_world(&target->session->sink, SPAN_NONE,
			"'%s' is read for this %s and not overwritten; give another output",
			path, target->has_spec ? "spec" : "network");
	return !read;
}

static void end_network(struct target *target)
{
	if (target->has_module)
		ir_module_fini(&target->module);
	if (target->has_dataset)
		dataset_fini(&target->dataset);
	for (int level = 0; level < LEVELS; level++) {
		if (target->has_optimized[level])
			ir_module_fini(&target->optimized[level]);
		target->has_optimized[level] = false;
		free(target->passes[level].records);
		target->passes[level] = (struct pass_list){ 0 };
	}
	target->has_module = target->has_dataset = false;
}

void target_fini(struct target *target)
{
	session_report(target->session);
	end_network(target);
	if (target->has_spec)
		spec_fini(&target->spec);
	free(target->text);
}

static bool build_module(struct target *target)
{
	const struct spec_network *network = target->network;
	const struct construct *construct = network->construct;
	struct spec_scope scope = { target->dataset.count, target->dataset.inputs,
		target->dataset.classes };
	struct option_value *values =
		arena_alloc(&target->session->arena, construct->option_count, sizeof *values);
	struct option_value project[PROJECT_OPTIONS];
	struct diag_sink *sink = &target->session->sink;
	struct construct_request request = {
		.construct = construct,
		.dataset = &target->dataset,
		.span = network->construct_span,
		.project_span = network->span,
		.options = values,
		.project = project,
		.force = target->options->force,
		.sink = sink,
		.progress = &target->session->progress,
	};

	if (!spec_options(&target->spec, network->construct_clause, construct->options,
		    construct->option_count, &scope, values, sink) ||
		!spec_options(&target->spec, network->project_clause, project_options,
			PROJECT_OPTIONS, &scope, project, sink))
		return false;
	target->has_module = construct_network(
		construct, network->name, &request, &target->module, &target->report);
	return target->has_module;
}

bool target_build(struct target *target, uint32_t network)
{
	struct session *session = target->session;
	struct arena *arena;

	end_network(target);
	target->network = &target->spec.networks[network];
	target->has_dataset = dataset_load(&target->dataset,
		&target->spec.datasets[target->network->dataset_index], &session->sink,
		&session->progress);
	session_phase(session, "data");
	if (!target->has_dataset || !build_module(target))
		return false;
	arena = &target->module.arena;
	target->module.spec_sha256 = arena_string(arena, target->spec.sha256, 64);
	target->literal = ir_measure(&target->module);
	if (!ir_verify(&target->module, target->network->span, &session->sink))
		return false;
	session_phase(session, "construct");
	return true;
}

bool target_pick(struct target *target, uint32_t *network)
{
	const char *name = target->options->network;
	struct diag_sink *sink = &target->session->sink;
	const struct spec *spec = &target->spec;

	for (uint32_t i = 0; name && i < spec->network_count; i++) {
		if (strcmp(spec->networks[i].name, name))
			continue;
		*network = i;
		return true;
	}
	if (name) {
		diag_world(sink, SPAN_NONE, "'%s' has no network '%s'", spec->path, name);
	} else if (spec->network_count == 1) {
		*network = 0;
		return true;
	} else if (spec->network_count == 0) {
		diag_error(sink, SPAN_NONE, "'%s' describes no network", spec->path);
		return false;
	} else {
		diag_world(sink, SPAN_NONE,
			"'%s' has %u networks; choose one with --network=NAME", spec->path,
			spec->network_count);
	}
	for (uint32_t i = 0; i < spec->network_count; i++)
		diag_note(sink, spec->networks[i].span, "network '%s'", spec->networks[i].name);
	return false;
}

const char *target_network_name(const struct target *target, uint32_t network)
{
	return target->has_spec ? target->spec.networks[network].name : target->module.name;
}

struct span target_span(const struct target *target)
{
	return target->network ? target->network->span : (struct span){ target->source, 0, 0 };
}

bool target_open_and_build(
	struct target *target, struct session *session, const struct options *options)
{
	uint32_t network;

	if (!target_open(target, session, options))
		return false;
	return !target->has_spec ||
		(target_pick(target, &network) && target_build(target, network));
}

bool target_expect(struct target *target, uint64_t memorized)
{
	const struct ir_measures measures = target->literal;
	struct spec_scope scope = { target->dataset.count, target->dataset.inputs,
		target->dataset.classes };
	const struct spec_measure named[] = {
		{ "memorized", memorized },
		{ "depth", measures.depth },
		{ "width", measures.width },
		{ "neurons", measures.neurons },
		{ "parameters", measures.parameters },
		{ "dense_parameters", measures.dense_parameters },
		{ "bits", measures.greatest_significand },
		{ "fixed_bits", measures.greatest_fixed },
		{ "total_bits", measures.total_significand },
		{ "total_fixed_bits", measures.total_fixed },
	};
	uint32_t network = (uint32_t)(target->network - target->spec.networks);
	bool good = true;

	for (uint32_t i = 0; i < target->spec.expect_count; i++)
		if (target->spec.expects[i].network_index == network)
			good &= spec_expectation(&target->spec, &target->spec.expects[i],
				&scope, named, sizeof named / sizeof *named,
				&target->session->sink);
	return good;
}

int target_level(const struct target *target, int otherwise)
{
	int level = target->options->level;

	return level == LEVEL_DEFAULT ? otherwise : level;
}

static const struct ir_module *optimized(struct target *target, int level)
{
	const char *phase = arena_printf(&target->session->arena, "-O%d", level);

	target->has_optimized[level] = true;
	optimize(target->session, target->options, &target->optimized[level],
		passes_of_level(level), phase, &target->passes[level]);
	return &target->optimized[level];
}

const struct ir_module *target_module(struct target *target, int level)
{
	if (level == 0)
		return &target->module;
	if (target->has_optimized[level])
		return &target->optimized[level];
	ir_module_copy(&target->optimized[level], &target->module);
	return optimized(target, level);
}

const struct ir_module *target_last_module(struct target *target, int level)
{
	if (level == 0 || target->has_optimized[level])
		return target_module(target, level);
	target->optimized[level] = target->module;
	target->has_module = false;
	return optimized(target, level);
}

uint64_t target_sample(
	const struct ir_module *module, double seconds, double least, uint64_t count)
{
	double points = seconds / classify_seconds(module);

	if (points < least)
		points = points < 0.1 ? 1 : 10 * points < least ? 10 * points : least;
	return points < (double)count ? (uint64_t)points : count;
}
