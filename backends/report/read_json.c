/*
 * A network in JSON, as report_json() writes it: the file and its head.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/report/json.h"
#include "backends/report/reader.h"
#include "backends/report/report.h"
#include "ir/level.h"
#include "ir/lex.h"
#include "support/mem.h"

/* --- where it came from, and what it is ----------------------------------------------------
 */

static void check_schema(struct reader *reader, const struct cursor *file)
{
	struct cursor schema = reader_member(reader, file, "schema");
	struct cursor version = reader_member(reader, file, "version");
	int64_t number;

	if (strcmp(reader_text(reader, &schema, "\"" REPORT_SCHEMA "\""), REPORT_SCHEMA))
		reader_expected(reader, &schema,
			"\"" REPORT_SCHEMA "\", as memc compile --emit=json writes it");
	number = reader_integer(reader, &version, 1, INT64_MAX, "a version, 1 or greater");
	if (number > REPORT_VERSION)
		reader_fail(reader, &version,
			"version %lld is newer than this memc, which reads %d; a newer memc "
			"reads it",
			(long long)number, REPORT_VERSION);
}

static void read_name(struct reader *reader, const struct cursor *file)
{
	struct cursor member = reader_member(reader, file, "name");
	const char *name = reader_text(reader, &member, "the network's name");

	name = arena_printf(&reader->module->arena, "@%s", name);
	if (!ir_lex_is(name, IR_TOKEN_NAME))
		reader_expected(reader, &member, "a name of letters, digits, '_', '-' and '.'");
	reader->module->name = name + 1;
}

/* 64 hexadecimal digits, since it goes into comments of emitted code as it is; or null. */
static const char *read_digest(
	struct reader *reader, const struct cursor *file, const char *name)
{
	struct cursor member = reader_optional(file, name);
	const char *text;
	size_t length = 0;

	if (!member.value || json_is_null(member.value))
		return NULL;
	text = reader_text(reader, &member, "a digest or null");
	while (ir_hex_digit(text[length]) >= 0)
		length++;
	if (length != 64 || text[length])
		reader_expected(reader, &member, "a digest of 64 hexadecimal digits, or null");
	return arena_string(&reader->module->arena, text, length);
}

/* --- inputs ------------------------------------------------------------------------------ */

/* Ranges of inputs and of levels. */
static struct ir_feature read_range(struct reader *reader, const struct cursor *at)
{
	struct cursor lo = reader_member(reader, at, "lo"),
		      hi = reader_member(reader, at, "hi");
	struct cursor step = reader_optional(at, "step");
	struct cursor offset = reader_optional(at, "offset");
	struct ir_feature feature = IR_FEATURE(0, 0);

	feature.lo = reader_integer(reader, &lo, INT64_MIN, INT64_MAX, "an integer");
	feature.hi = reader_integer(reader, &hi, INT64_MIN, INT64_MAX, "an integer");
	if (step.value)
		feature.step = reader_ratio(
			reader, &step, true, "a positive ratio below 2^62, like \"1/10\"");
	if (offset.value)
		feature.offset = reader_ratio(
			reader, &offset, false, "a ratio below 2^62, like \"-1/2\"");
	return feature;
}

static enum ir_element read_element(struct reader *reader, const struct cursor *file)
{
	struct cursor member = reader_member(reader, file, "element");
	const char *name = reader_text(reader, &member, "a type, like \"uint8\"");
	enum ir_element element = IR_UINT8;

	if (!ir_element_find(name, strlen(name), &element))
		reader_expected(reader, &member, "the type of raw features, like \"uint8\"");
	return element;
}

static void read_run(struct reader *reader, const struct cursor *at,
	struct ir_feature **features, size_t *total, size_t *room)
{
	static const char *const members[] = { "count", "lo", "hi", "step", "offset", NULL };
	struct cursor count = reader_member(reader, at, "count");
	struct ir_feature feature;
	size_t end = *total;

	if (!reader_object(reader, at, members))
		return;
	feature = read_range(reader, at);
	end += (size_t)reader_integer(reader, &count, 1, IR_INPUTS_LIMIT - (int64_t)*total,
		"a number of inputs, of which there are at most 2^20");
	*features = mem_grow(*features, room, end, sizeof **features);
	while (*total < end)
		(*features)[(*total)++] = feature;
}

static void read_inputs(struct reader *reader, const struct cursor *file)
{
	struct cursor runs = reader_member(reader, file, "inputs");
	size_t count = reader_array(reader, &runs, "an array of runs of inputs");
	enum ir_element element = read_element(reader, file);
	struct ir_feature *features = NULL;
	size_t total = 0, room = 0;

	if (!count)
		reader_fail(reader, &runs, "a network has one input or more");
	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cursor run = reader_element(&runs, i);
		read_run(reader, &run, &features, &total, &room);
	}
	ir_set_inputs(reader->module, element, (uint32_t)total, features);
	free(features);
}

/* --- classes ----------------------------------------------------------------------------- */

static void read_class_names(struct reader *reader, const struct cursor *at)
{
	size_t count = reader_array(reader, at, "an array of the names of classes");
	const char **names = mem_alloc(count, sizeof *names);

	for (size_t i = 0; i < count; i++) {
		struct cursor name = reader_element(at, i);
		names[i] = reader_text(reader, &name, "the name of a class");
	}
	ir_set_classes(reader->module, (uint32_t)count, names);
	free(names);
}

static void read_levels(struct reader *reader, const struct cursor *at)
{
	static const char *const members[] = { "lo", "hi", "step", "offset", NULL };
	struct cursor offset = reader_optional(at, "offset");
	struct ir_feature levels;
	const char *fault;

	if (!reader_object(reader, at, members))
		return;
	levels = read_range(reader, at);
	fault = ir_levels_fault(&levels);
	if (levels.offset.num != 0)
		reader_expected(reader, &offset, "no offset of levels, or 0");
	if (fault)
		reader_fail(reader, at, "%s", fault);
	ir_declare_levels(reader->module, &levels);
}

/* Levels or named classes; there are as many as `classes` says. */
static void read_classes(struct reader *reader, const struct cursor *file)
{
	struct cursor levels = reader_optional(file, "levels");
	struct cursor names = reader_optional(file, "class_names");
	struct cursor classes = reader_member(reader, file, "classes");
	bool real = levels.value && !json_is_null(levels.value);
	int64_t count = reader_integer(reader, &classes, 1, UINT32_MAX, "a number of classes");

	if (real)
		read_levels(reader, &levels);
	else
		read_class_names(reader, &names);
	if (real && json_array_size(names.value))
		reader_fail(reader, &names, "levels have no names");
	if (count != reader->module->class_count)
		reader_fail(reader, &classes, "expected %u, the number of %s, found %lld",
			reader->module->class_count, real ? "levels" : "names of classes",
			(long long)count);
}

/* --- the file ---------------------------------------------------------------------------- */

/* The members that only one level has are no secret to the other, so that it can say so. */
static void read_body(struct reader *reader, const struct cursor *file)
{
	static const char *const others[][4] = { { "columns", "tables", "operations", NULL },
		{ "layers", NULL } };
	struct cursor level = reader_member(reader, file, "level");
	const char *name = reader_text(reader, &level, "\"network\" or \"fused\"");
	bool fused = !strcmp(name, "fused");

	if (!fused && strcmp(name, "network"))
		reader_expected(reader, &level, "\"network\" or \"fused\"");
	for (const char *const *other = others[fused]; *other; other++)
		if (reader_optional(file, *other).value)
			reader_fail(reader, file, "a network of the level '%s' has no '%s'",
				name, *other);
	if (reader->failed)
		return;
	if (fused)
		reader_fused(reader, file);
	else
		reader_layers(reader, file);
	reader_output(reader, file);
}

static void read_file(struct reader *reader, json_t *root)
{
	static const char *const members[] = { "schema", "version", "memc", "name", "level",
		"spec_sha256", "points_sha256", "element", "inputs", "classes", "class_names",
		"levels", "layers", "columns", "tables", "operations", "output", NULL };
	struct cursor file = { .value = root };

	if (!json_is_object(root))
		reader_expected(
			reader, &file, "an object, as memc compile --emit=json writes it");
	check_schema(reader, &file);
	reader_object(reader, &file, members);
	read_name(reader, &file);
	reader->module->spec_sha256 = read_digest(reader, &file, "spec_sha256");
	reader->module->points_sha256 = read_digest(reader, &file, "points_sha256");
	read_classes(reader, &file);
	read_inputs(reader, &file);
	if (!reader->failed)
		read_body(reader, &file);
}

/* What jansson says in its own terms, in those of a user. */
static const char *syntax_fault(const json_error_t *error)
{
	static const struct {
		enum json_error_code code;
		const char *text;
	} faults[] = {
		{ json_error_null_character, "the character \\u0000 is not allowed" },
		{ json_error_null_byte_in_key, "the character \\u0000 is not allowed" },
		{ json_error_numeric_overflow,
			"a number that is too long; write it as a string, like \"0x1f3p-12\"" },
		{ json_error_stack_overflow, "arrays or objects nested too deeply" },
	};

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (json_error_code(error) == faults[i].code)
			return faults[i].text;
	return *error->text ? error->text : "out of memory";
}

static json_t *parse(const struct reader *reader, const char *bytes, size_t size)
{
	json_error_t error;
	json_t *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
	struct place place = { reader->path, 0, 0 };

	if (root)
		return root;
	place.line = error.line > 0 ? (uint64_t)error.line : 0;
	place.column = error.column > 0 ? (uint32_t)error.column : 0;
	diag_error_at(reader->sink, place, "%s", syntax_fault(&error));
	return NULL;
}

bool report_is_json(const char *bytes, size_t size)
{
	size_t at = 0;

	while (at < size && memchr(" \t\r\n", bytes[at], 4))
		at++;
	return at < size && bytes[at] == '{';
}

bool report_read_json(struct ir_module *module, const char *path, const char *bytes,
	size_t size, struct diag_sink *sink)
{
	struct reader reader = { .path = path, .sink = sink, .module = module };
	json_t *root = parse(&reader, bytes, size);

	if (!root)
		return false;
	reader.values = json_object();
	ir_module_init(module, "");
	read_file(&reader, root);
	if (reader.failed)
		ir_module_fini(module);
	free(reader.terms);
	json_decref(reader.values);
	json_decref(root);
	return !reader.failed;
}
