#include <ctype.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/check.h"
#include "frontend/spec.h"
#include "frontend/syntax.h"
#include "support/mem.h"

#define INCLUDE_DEPTH 16

struct loader {
	struct spec *spec;
	struct diag_sink *sink;
	const struct spec_define *defines;
	size_t define_count;
	bool *used;                    /* parallel to defines */
	const struct spec_text *given; /* the spec's own text; NULL: read it */
	struct sha256_ctx hash;
	size_t open[INCLUDE_DEPTH]; /* texts being loaded, outermost first */
	size_t depth;
	bool broken; /* a file does not parse: names in it are not known */
};

struct scope check_scope(struct spec *spec, struct diag_sink *sink)
{
	return (struct scope){
		.params = &spec->private->params,
		.arena = &spec->arena,
		.sink = sink,
	};
}

/*
 * Hashes a text that is not the spec's own, with its length. A spec by itself has the digest
 * that sha256sum gives of its file.
 */
static void hash_text(struct sha256_ctx *hash, const char *bytes, size_t size)
{
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(size >> 8 * i);
	sha256_update(hash, sizeof length, length);
	sha256_update(hash, size, (const uint8_t *)bytes);
}

static void hash_digest(struct sha256_ctx *hash, char hex[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(hash, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++) {
		hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	hex[64] = 0;
}

static bool is_name(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	while (isalnum((unsigned char)*text) || *text == '_')
		text++;
	return !*text;
}

/* The value of -D for a param whose own value is `param->value`, which it replaces. */
static bool define(struct loader *loader, struct param *param, const char *text)
{
	struct scope scope = check_scope(loader->spec, loader->sink);
	const char *path = arena_printf(scope.arena, "-D %s", param->name);
	const char *copy = arena_string(scope.arena, text, strlen(text));
	uint32_t source = diag_source(loader->sink, path, copy, strlen(copy));
	struct span span = { source, 0, (uint32_t)strlen(copy) };
	const struct tree_expr *expr;

	if (!syntax_text_is_valid(source, copy, strlen(copy), loader->sink))
		return false;
	if (param->value.kind == VALUE_TEXT) {
		param->value.text = copy;
		return true;
	}
	if (param->value.kind == VALUE_WORD) {
		param->value.text = copy;
		if (!is_name(copy))
			diag_error(
				loader->sink, span, "param '%s' must be a word", param->name);
		return is_name(copy);
	}
	expr = syntax_expression(scope.arena, source, copy, strlen(copy), loader->sink);
	return expr &&
		eval_number(&scope, expr, arena_printf(scope.arena, "param '%s'", param->name),
			&param->value);
}

static void load_param(struct loader *loader, const struct tree_item *item)
{
	struct spec_private *private = loader->spec->private;
	struct scope scope = check_scope(loader->spec, loader->sink);
	struct param param = { .name = item->name, .span = item->span };
	const struct param *first = params_find(&private->params, item->name);

	if (first) {
		diag_error(loader->sink, item->span, "a second param '%s'", item->name);
		diag_note(loader->sink, first->span, "the first is here");
		return;
	}
	value_init(&param.value);
	param.failed = !eval(&scope, item->value, &param.value);
	param.value.param = NULL;
	for (size_t i = 0; i < loader->define_count; i++) {
		if (strcmp(loader->defines[i].name, item->name) != 0)
			continue;
		loader->used[i] = true;
		if (!param.failed)
			param.failed = !define(loader, &param, loader->defines[i].value);
		param.value.param = NULL;
	}
	names_add(&private->params.names, item->name);
	private->params.list = mem_grow(private->params.list, &private->params.room,
		private->params.names.count, sizeof *private->params.list);
	private->params.list[private->params.names.count - 1] = param;
}

static void load_file(struct loader *loader, const char *path, struct span span);

static void load_include(
	struct loader *loader, const struct tree_item *item, const char *folder)
{
	struct scope scope = check_scope(loader->spec, loader->sink);
	const char *path = eval_text(&scope, item->value, "the path of an include");

	if (path)
		load_file(loader, text_resolve(scope.arena, folder, path), item->span);
}

static void load_items(struct loader *loader, const struct tree_item *item, const char *folder)
{
	struct spec_private *private = loader->spec->private;

	for (; item && !diag_full(loader->sink); item = item->next) {
		if (item->kind == TREE_PARAM) {
			load_param(loader, item);
			continue;
		}
		if (item->kind == TREE_INCLUDE) {
			load_include(loader, item, folder);
			continue;
		}
		private->items = mem_grow(private->items, &private->item_room,
			private->item_count + 1, sizeof *private->items);
		private->items[private->item_count++] =
			(struct check_item){ .item = item, .folder = folder };
	}
}

/*
 * True if a file is among those read before: then its items are known, or it includes
 * itself, which is an error.
 */
static bool is_known(
	struct loader *loader, const struct text *text, const char *path, struct span span)
{
	const struct spec_private *private = loader->spec->private;
	size_t i;

	for (i = 0; i < private->text_count; i++)
		if (private->texts[i].device == text->device &&
			private->texts[i].inode == text->inode)
			break;
	if (i == private->text_count || !span.source)
		return false;
	for (size_t k = 0; k < loader->depth; k++)
		if (loader->open[k] == i)
			diag_error(loader->sink, span, "'%s' includes itself%s", path,
				k + 1 < loader->depth ? " through other files" : "");
	return true;
}

static bool add_text(struct loader *loader, const struct text *text, const char *path)
{
	struct spec *spec = loader->spec;
	struct spec_private *private = spec->private;
	const char **files;

	private->texts = mem_grow(private->texts, &private->text_room, private->text_count + 1,
		sizeof *private->texts);
	private->texts[private->text_count++] = *text;
	if (private->text_count == 1)
		sha256_update(&loader->hash, text->size, (const uint8_t *)text->bytes);
	else
		hash_text(&loader->hash, text->bytes, text->size);
	if (strcmp(path, "-") != 0) {
		files = arena_alloc(&spec->arena, spec->file_count + 1, sizeof *files);
		if (spec->file_count)
			memcpy(files, spec->files, spec->file_count * sizeof *files);
		files[spec->file_count++] = path;
		spec->files = files;
	}
	return true;
}

/* The spec's own text has no span that asks for it. */
static bool get_text(
	struct loader *loader, struct text *text, const char *path, struct span span)
{
	if (!loader->given || span.source)
		return text_read(text, path, span, loader->sink);
	*text = (struct text){ .bytes = mem_string(loader->given->bytes, loader->given->size),
		.size = loader->given->size };
	return true;
}

static void load_file(struct loader *loader, const char *path, struct span span)
{
	struct spec *spec = loader->spec;
	struct tree_item *items;
	struct text text;
	uint32_t source;

	if (loader->depth == INCLUDE_DEPTH) {
		diag_error(loader->sink, span, "includes are nested more than %d deep",
			INCLUDE_DEPTH);
		return;
	}
	if (!get_text(loader, &text, path, span))
		return;
	if (is_known(loader, &text, path, span)) {
		free(text.bytes);
		return;
	}
	add_text(loader, &text, path);
	source = diag_source(
		loader->sink, !strcmp(path, "-") ? "<stdin>" : path, text.bytes, text.size);
	if (!syntax_text_is_valid(source, text.bytes, text.size, loader->sink) ||
		!syntax_spec(
			&spec->arena, source, text.bytes, text.size, loader->sink, &items)) {
		loader->broken = true;
		return;
	}
	loader->open[loader->depth++] = spec->private->text_count - 1;
	load_items(loader, items, text_folder(&spec->arena, path));
	loader->depth--;
}

static void load_defines(struct loader *loader)
{
	const struct params *params = &loader->spec->private->params;

	for (size_t i = 0; i < loader->define_count; i++) {
		const struct spec_define *define = &loader->defines[i];
		hash_text(&loader->hash, define->name, strlen(define->name));
		hash_text(&loader->hash, define->value, strlen(define->value));
		if (!loader->used[i] && !loader->broken)
			eval_unknown(loader->sink, SPAN_NONE, "param in -D", define->name,
				params->names.list, params->names.count);
	}
}

/* Items by kind, so that a network may stand before its data set. */
static void check_kind(struct loader *loader, enum tree_item_kind kind,
	void (*check)(struct spec *, const struct check_item *, struct diag_sink *))
{
	const struct spec_private *private = loader->spec->private;

	for (size_t i = 0; i < private->item_count && !diag_full(loader->sink); i++)
		if (private->items[i].item->kind == kind)
			check(loader->spec, &private->items[i], loader->sink);
}

/* Room for all that the items may add. */
static void make_room(struct spec *spec)
{
	size_t datasets = 0, networks = 0, expects = 0, emits = 0;

	for (size_t i = 0; i < spec->private->item_count; i++) {
		const struct tree_item *item = spec->private->items[i].item;
		datasets += item->kind == TREE_DATASET;
		networks += item->kind == TREE_NETWORK;
		for (const struct tree_relation *it = item->relations; it; it = it->next)
			expects++;
		for (const struct tree_clause *it = item->clauses; it; it = it->next)
			emits += item->kind == TREE_EMIT;
	}
	spec->datasets = arena_alloc(&spec->arena, datasets, sizeof *spec->datasets);
	spec->networks = arena_alloc(&spec->arena, networks, sizeof *spec->networks);
	spec->expects = arena_alloc(&spec->arena, expects, sizeof *spec->expects);
	spec->emits = arena_alloc(&spec->arena, emits, sizeof *spec->emits);
}

static void check_items(struct loader *loader)
{
	make_room(loader->spec);
	check_kind(loader, TREE_DATASET, check_dataset);
	check_kind(loader, TREE_NETWORK, check_network);
	check_kind(loader, TREE_EXPECT, check_expect);
	check_kind(loader, TREE_EMIT, check_emit);
}

bool spec_load(struct spec *spec, const char *path, const struct spec_define *defines,
	size_t define_count, struct diag_sink *sink)
{
	return spec_load_text(spec, path, NULL, defines, define_count, sink);
}

bool spec_load_text(struct spec *spec, const char *path, const struct spec_text *text,
	const struct spec_define *defines, size_t define_count, struct diag_sink *sink)
{
	struct loader loader = {
		.spec = spec,
		.sink = sink,
		.given = text,
		.defines = defines,
		.define_count = define_count,
		.used = mem_zero(define_count + 1, sizeof *loader.used),
	};
	unsigned errors = diag_count(sink);

	*spec = (struct spec){ 0 };
	arena_init(&spec->arena);
	spec->private = mem_zero(1, sizeof *spec->private);
	spec->path = arena_string(&spec->arena, path, strlen(path));
	sha256_init(&loader.hash);
	load_file(&loader, spec->path, SPAN_NONE);
	load_defines(&loader);
	hash_digest(&loader.hash, spec->sha256);
	if (!loader.broken)
		check_items(&loader);
	free(loader.used);
	return diag_count(sink) == errors;
}

struct spec_text spec_source(const struct spec *spec)
{
	const struct text *text = &spec->private->texts[0];

	return (struct spec_text){ text->bytes, text->size };
}

void spec_fini(struct spec *spec)
{
	struct spec_private *private = spec->private;

	if (!private)
		return;
	for (size_t i = 0; i < private->text_count; i++)
		free(private->texts[i].bytes);
	free(private->texts);
	free(private->items);
	free(private->output_spans);
	names_fini(&private->datasets);
	names_fini(&private->networks);
	names_fini(&private->outputs);
	params_fini(&private->params);
	free(private);
	arena_fini(&spec->arena);
	number_end();
	*spec = (struct spec){ 0 };
}
