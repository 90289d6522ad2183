/*
 * The pages of memc inspect --html and memc sweep --html: templates, page/page.html and
 * page/sweep.html, whose lines "@@NAME@@" stand for scripts, styles and data.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/report/embed.h"
#include "backends/report/json.h"
#include "backends/report/report.h"
#include "ir/text.h"

/* The text of a page's script of data ends at "</script" and nowhere else: no '<' in strings.
 */
static void put_data(const char *json, struct output *out)
{
	for (size_t length; *json; json += length) {
		length = strcspn(json, "<");
		output_bytes(out, json, length);
		if (json[length]) {
			output_text(out, "\\u003c");
			length++;
		}
	}
}

static void put_json(json_t *value, struct output *out)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY);

	put_data(text, out);
	free(text);
	json_decref(value);
}

/* The text form as a string, or null where it is too long for a page. */
static void put_network(const struct ir_module *module, struct output *out)
{
	struct output text;
	size_t size;
	char *bytes;

	output_open_memory(&text);
	ir_print(module, &text);
	bytes = output_take(&text, &size);
	put_json(size <= REPORT_HTML_TEXT ? report_text(bytes) : json_null(), out);
	free(bytes);
}

/* What a page holds beside its scripts; NULL is what it does not. */
struct blocks {
	const char *data, *points; /* JSON */
	const char *csv;
	const struct ir_module *network;
};

static const struct part {
	const char *name, *text;
} parts[] = {
	{ "page.css", embed_page_css },
	{ "uPlot.css", embed_uPlot_min_css },
	{ "uPlot.LICENSE", embed_uPlot_LICENSE },
	{ "uPlot.js", embed_uPlot_iife_min_js },
	{ "common.js", embed_common_js },
	{ "page.js", embed_page_js },
	{ "ir.js", embed_ir_js },
	{ "trace.js", embed_trace_js },
	{ "precision.js", embed_precision_js },
	{ "sweep.js", embed_sweep_js },
};

static void put_part(
	const struct blocks *blocks, const char *name, size_t length, struct output *out)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strlen(parts[i].name) == length && !memcmp(parts[i].name, name, length))
			output_text(out, parts[i].text);
	if (length == 4 && !memcmp(name, "data", length))
		put_data(blocks->data, out);
	if (length == 6 && !memcmp(name, "points", length))
		put_data(blocks->points, out);
	if (length == 3 && !memcmp(name, "csv", length))
		put_json(report_text(blocks->csv), out);
	if (length == 7 && !memcmp(name, "network", length))
		put_network(blocks->network, out);
}

static void fill(const char *template, const struct blocks *blocks, struct output *out)
{
	const char *at = template, *mark, *end;

	while ((mark = strstr(at, "@@")) && (end = strstr(mark + 2, "@@"))) {
		output_bytes(out, at, (size_t)(mark - at));
		put_part(blocks, mark + 2, (size_t)(end - mark - 2), out);
		at = end + 2;
	}
	output_text(out, at);
}

void report_html(const struct report_page *page, struct output *out)
{
	fill(embed_page_html,
		&(struct blocks){
			.data = page->data, .points = page->points, .network = page->module },
		out);
}

void report_sweep(const char *data, const char *csv, struct output *out)
{
	fill(embed_sweep_html, &(struct blocks){ .data = data, .csv = csv }, out);
}
