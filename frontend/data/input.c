#include "frontend/data/input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "support/mem.h"

enum { BUFFER = 256 * 1024, PIECE = 1024 * 1024 };

bool input_open(struct input *in, struct load *load, const char *path, struct span span)
{
	const char *base = strrchr(path, '/');
	struct stat status;

	*in = (struct input){ .path = path, .load = load };
	if (stat(path, &status) != 0) {
		diag_world(load->sink, span, "cannot read '%s': %s", path, strerror(errno));
		return false;
	}
	if (S_ISDIR(status.st_mode)) {
		diag_world(load->sink, span, "cannot read '%s': it is a folder", path);
		return false;
	}
	in->size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
	errno = 0;
	in->file = gzopen(path, "rb");
	if (!in->file) {
		diag_world(load->sink, span, "cannot read '%s': %s", path,
			strerror(errno ? errno : ENOMEM));
		return false;
	}
	gzbuffer(in->file, BUFFER);
	in->what = arena_printf(&load->arena, "reading %s", base ? base + 1 : path);
	return true;
}

void input_close(struct input *in)
{
	if (in->file)
		gzclose_r(in->file);
	in->file = NULL;
}

void input_error(struct input *in, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	diag_error_at(in->load->sink, (struct place){ .path = in->path }, "%s", text);
	in->failed = true;
}

/* zlib tells a stream that ends early apart from one whose bits or checksum are wrong. */
static void report_failure(struct input *in)
{
	int code;
	const char *text = gzerror(in->file, &code);

	if (code == Z_ERRNO) {
		diag_world(in->load->sink, SPAN_NONE, "cannot read '%s': %s", in->path,
			strerror(errno));
		in->failed = true;
	} else if (code == Z_BUF_ERROR) {
		input_error(in, "the gzip file is cut short; fetch it again");
	} else {
		const char *colon = strstr(text, ": "); /* "path: incorrect data check" */
		input_error(in, "the gzip file is damaged (%s); fetch it again",
			colon ? colon + 2 : text);
	}
}

static void tell(struct input *in)
{
	z_off_t at = gzoffset(in->file);

	in->told = in->read;
	progress_report(in->load->progress, in->what, at > 0 ? (uint64_t)at : 0, in->size);
}

size_t input_read(struct input *in, void *bytes, size_t size)
{
	size_t done = 0;

	while (done < size && !in->failed) {
		unsigned piece = size - done < PIECE ? (unsigned)(size - done) : PIECE;
		int got = gzread(in->file, (char *)bytes + done, piece);
		int code = Z_OK;

		if (got > 0) {
			done += (size_t)got;
			in->read += (uint64_t)got;
		}
		if (got < (int)piece) {
			gzerror(in->file, &code);
			if (got < 0 || code == Z_BUF_ERROR)
				report_failure(in);
			break;
		}
		if (in->read - in->told >= 2 * (uint64_t)PIECE)
			tell(in);
	}
	return in->failed ? 0 : done;
}

size_t input_append(
	struct input *in, unsigned char **bytes, size_t *room, size_t count, size_t size)
{
	size_t done = 0;

	while (done < size) {
		size_t piece = size - done < PIECE ? size - done : PIECE, got;
		*bytes = mem_grow(*bytes, room, count + done + piece, 1);
		got = input_read(in, *bytes + count + done, piece);
		done += got;
		if (got < piece)
			break;
	}
	return done;
}

bool input_ended(struct input *in)
{
	char byte;

	return input_read(in, &byte, 1) == 0 && !in->failed;
}
