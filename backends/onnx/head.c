/*
 * What an imported network reads, and what its classes are called: from the note that memc
 * leaves in its own files, or from the command line. Both are texts of a network, as a .mir
 * file begins.
 */
#include <string.h>

#include "backends/onnx/importer.h"
#include "ir/text.h"

static const char *note(const struct importer *importer, const char *key)
{
	const Onnx__ModelProto *model = importer->model;

	for (size_t i = 0; i < model->n_metadata_props; i++) {
		const Onnx__StringStringEntryProto *entry = model->metadata_props[i];
		if (entry->key && entry->value && !strcmp(entry->key, key))
			return entry->value;
	}
	return NULL;
}

/* "uint8" is all of them; wider types need a range. */
static const char *range_of(struct importer *importer, const char *inputs)
{
	enum ir_element element;

	if (strchr(inputs, ' ') || !ir_element_find(inputs, strlen(inputs), &element) ||
		ir_element_bytes(element) > 2)
		return "";
	return arena_printf(&importer->arena, " in %lld..%lld",
		(long long)ir_element_min(element), (long long)ir_element_max(element));
}

/* The text of an empty network with these inputs. */
static const char *text_of_inputs(struct importer *importer, const char *inputs, uint32_t width)
{
	const char *range = range_of(importer, inputs);
	int type = (int)strcspn(inputs, " ");

	return arena_printf(&importer->arena,
		"network @model class \"0\" element %.*s inputs %u%s%s output 0", type, inputs,
		width, inputs + type, range);
}

/* A text that is not ours: it is to be the head of a network, and nothing else. */
static bool parse_head(
	struct importer *importer, struct ir_module *head, const char *where, const char *text)
{
	struct diag_sink *sink = importer->sink;
	const char *path = arena_printf(&sink->arena, "%s: %s", importer->file->path, where);
	const char *kept = arena_string(&sink->arena, text, strlen(text));
	uint32_t source = diag_source(sink, path, kept, strlen(kept));

	if (!ir_parse(head, source, kept, strlen(kept), sink))
		return false;
	if (head->level == IR_LEVEL_NETWORK && !head->layer_count && head->input_count &&
		(head->levels || head->class_count))
		return true;
	diag_error(sink, (struct span){ source, 0, 0 },
		"expected inputs and classes of a network, and no more");
	ir_module_fini(head);
	return false;
}

/* Letters, digits and "_" of the graph's name: what a prefix in C may be. */
static const char *name_of(struct importer *importer)
{
	const char *name = importer->graph->name ? importer->graph->name : "";
	char *copy = arena_string(&importer->arena, name, strlen(name));
	bool letter = false;

	for (char *at = copy; *at; at++) {
		bool digit = *at >= '0' && *at <= '9';
		if (!digit && (*at < 'a' || *at > 'z') && (*at < 'A' || *at > 'Z'))
			*at = '_';
		letter = letter || (*at != '_' && !digit);
	}
	if (!letter)
		return "model";
	return *copy >= '0' && *copy <= '9' ? arena_printf(&importer->arena, "model_%s", copy)
					    : copy;
}

static const char *copy(struct ir_module *module, const char *text)
{
	return text ? arena_string(&module->arena, text, strlen(text)) : NULL;
}

static void begin_module(struct importer *importer, const struct ir_module *head, bool own)
{
	struct ir_module *module = importer->module;

	ir_module_init(module, own ? head->name : name_of(importer));
	if (own && head->levels)
		ir_declare_levels(module, head->levels);
	else if (own)
		ir_set_classes(module, head->class_count, head->class_names);
	module->spec_sha256 = copy(module, head->spec_sha256);
	module->points_sha256 = copy(module, head->points_sha256);
	ir_set_inputs(module, head->element, head->input_count, head->features);
}

/*
 * The model reads scale * (offset + step * x) for the grid value x, all that it computes
 * multiplied by the odd part of the denominator; one that memc wrote reads x itself.
 */
static void begin_rows(struct importer *importer, bool own)
{
	struct num_pool *pool = &importer->module->nums;
	struct ir_ratio step = importer->module->features[0].step;
	struct ir_ratio offset = importer->module->features[0].offset;
	struct ir_ratio scale = importer->file->scale;
	num unit, weight, bias;
	int64_t e;

#define N(x) num_from_int(pool, x)
	if (own) {
		rows_init(&importer->rows, importer->module, importer->file->size, NUM_ONE,
			NUM_ZERO, NUM_ONE);
		return;
	}
	unit = num_mul(pool, N(scale.den), num_mul(pool, N(step.den), N(offset.den)));
	weight = num_mul(pool, N(scale.num), num_mul(pool, N(step.num), N(offset.den)));
	bias = num_mul(pool, N(scale.num), num_mul(pool, N(offset.num), N(step.den)));
#undef N
	e = num_exponent(pool, unit);
	rows_init(&importer->rows, importer->module, importer->file->size,
		num_shift(pool, weight, -e), num_shift(pool, bias, -e),
		num_shift(pool, unit, -e));
}

/* The command line says what the file does not, and nothing else. */
static bool check_options(struct importer *importer, bool own, uint32_t width)
{
	const struct onnx_file *file = importer->file;

	if (own && (file->inputs || file->scale.num != file->scale.den))
		diag_world(importer->sink, SPAN_NONE,
			"memc wrote '%s', which says itself what its inputs are; leave out "
			"--inputs and --scale",
			file->path);
	else if (!own && !file->inputs)
		diag_world(importer->sink, SPAN_NONE,
			"'%s' does not say what values its %u inputs take; give "
			"--inputs='uint8 in 0..255', or what they are",
			file->path, width);
	else
		return true;
	return false;
}

bool importer_begin(struct importer *importer, uint32_t width, bool *own)
{
	const char *text = note(importer, "memc.network");
	struct ir_module head;
	bool good;

	*own = text != NULL;
	if (!check_options(importer, *own, width))
		return false;
	if (!*own)
		text = text_of_inputs(importer, importer->file->inputs, width);
	if (!parse_head(importer, &head, *own ? "memc.network" : "--inputs", text))
		return false;
	good = head.input_count == width ||
		importer_fail(importer, "the graph has %u inputs, and memc.network %u", width,
			head.input_count);
	if (good) {
		begin_module(importer, &head, *own);
		begin_rows(importer, *own);
	}
	ir_module_fini(&head);
	return good;
}
