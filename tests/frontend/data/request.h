/*
 * Requests made by hand, for tests that do without the language: a request begins with the
 * fallbacks of its source's options, and a test changes what it is about.
 */
#ifndef TESTS_FRONTEND_DATA_REQUEST_H
#define TESTS_FRONTEND_DATA_REQUEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "frontend/data/dataset.h"
#include "frontend/data/source.h"

enum { REQUEST_OPTIONS = 16, REQUEST_FILES = 4 };

struct request {
	struct dataset_request data;
	struct option_value options[REQUEST_OPTIONS];
	char texts[REQUEST_OPTIONS][32];
	char *files[REQUEST_FILES]; /* to be removed */
	struct diag_sink sink;
	struct dataset set;
	char message[65536]; /* what dataset_load() said */
};

static inline void request_set(struct request *request, const char *name, const char *text)
{
	const struct source *source = request->data.source;
	size_t i = 0, length = strlen(text);

	while (i < source->option_count && strcmp(source->options[i].name, name) != 0)
		i++;
	assert_true(i < source->option_count);
	struct option_value *value = &request->options[i];
	*value = (struct option_value){ .set = true };
	switch (source->options[i].type) {
	case OPTION_COUNT:
		value->count = strtoll(text, NULL, 10);
		break;
	case OPTION_NUMBER:
		value->number.num = strtoll(text, NULL, 10);
		value->number.den =
			strchr(text, '/') ? strtoll(strchr(text, '/') + 1, NULL, 10) : 1;
		break;
	case OPTION_WORD:
		while (strcmp(source->options[i].words[value->count], text) != 0)
			value->count++;
		break;
	case OPTION_COLUMN:
		if (*text != '"') {
			value->count = strtoll(text, NULL, 10);
			break;
		} /* fallthrough */
	case OPTION_STRING:
		snprintf(request->texts[i], sizeof request->texts[i], "%.*s", (int)length - 2,
			text + 1);
		value->text = request->texts[i];
		break;
	}
}

static inline void request_init(
	struct request *request, enum source_kind kind, const char *name)
{
	memset(request, 0, sizeof *request);
	diag_init(&request->sink);
	request->data.name = "test";
	request->data.options = request->options;
	request->data.source = source_find(kind, name);
	assert_non_null(request->data.source);
	for (size_t i = 0; i < request->data.source->option_count; i++) {
		const struct option_row *row = &request->data.source->options[i];
		if (row->fallback)
			request_set(request, row->name, row->fallback);
	}
}

/* A file of these bytes in the temporary folder; removed by request_fini(). */
static inline const char *request_file(
	struct request *request, const void *bytes, size_t size, int compress)
{
	const char *folder = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	char path[512];
	size_t i = 0;
	int fd;

	snprintf(path, sizeof path, "%s/memc-data-XXXXXX", folder);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	if (compress) {
		gzFile file = gzdopen(fd, "wb");
		assert_int_equal(gzwrite(file, bytes, (unsigned)size), (int)size);
		assert_int_equal(gzclose(file), Z_OK);
	} else {
		assert_int_equal(write(fd, bytes, size), (ssize_t)size);
		close(fd);
	}
	while (request->files[i])
		assert_true(++i < REQUEST_FILES);
	request->files[i] = strdup(path);
	return request->files[i];
}

static inline void request_inputs(struct request *request, const void *bytes, size_t size)
{
	request->data.inputs = request_file(request, bytes, size, 0);
}

static inline void request_text(struct request *request, const char *text)
{
	request_inputs(request, text, strlen(text));
}

static inline void request_labels(struct request *request, const void *bytes, size_t size)
{
	request->data.labels = request_file(request, bytes, size, 0);
}

/* Loads; what the sink has to say goes to `message`, without the folder of the files. */
static inline int request_load(struct request *request)
{
	int ok = dataset_load(&request->set, &request->data, &request->sink, NULL);
	FILE *stream = fmemopen(request->message, sizeof request->message, "w");

	diag_print(&request->sink, stream);
	fclose(stream);
	assert_int_equal(ok, diag_count(&request->sink) == 0);
	return ok;
}

static inline void request_succeeds(struct request *request)
{
	if (!request_load(request))
		fail_msg("%s", request->message);
}

/* Fails with the given exit code, and every message given (NULL ended) is printed. */
static inline void request_fails(struct request *request, int code, const char *text)
{
	assert_false(request_load(request));
	assert_int_equal(diag_exit_code(&request->sink), code);
	if (!strstr(request->message, text))
		fail_msg("no '%s' in:\n%s", text, request->message);
}

static inline void request_fini(struct request *request)
{
	dataset_fini(&request->set);
	diag_fini(&request->sink);
	for (size_t i = 0; i < REQUEST_FILES && request->files[i]; i++) {
		unlink(request->files[i]);
		free(request->files[i]);
	}
}

static inline int64_t request_cell(const struct request *request, uint64_t row, uint32_t column)
{
	int64_t point[64];

	assert_true(request->set.inputs <= 64 && row < request->set.count);
	dataset_point(&request->set, row, point);
	return point[column];
}

static inline const char *request_label(const struct request *request, uint64_t row)
{
	return request->set.class_names[request->set.labels[row]];
}

#endif
