#include "support/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/mem.h"

enum { BUFFER = 1 << 16 };

void output_set_unlink(struct output_set *set)
{
	for (int i = 0; i < OUTPUT_SET_SLOTS; i++)
		if (set->temporary[i])
			unlink(set->temporary[i]);
}

static void enter(struct output *out, struct output_set *set)
{
	out->set = NULL;
	for (uint32_t i = 0; set && i < OUTPUT_SET_SLOTS; i++) {
		if (set->temporary[i])
			continue;
		set->temporary[i] = out->temporary;
		out->set = set;
		out->slot = i;
		return;
	}
}

static bool open_temporary(struct output *out, unsigned mode, struct output_set *set)
{
	mode_t mask = umask(0);

	umask(mask);
	out->temporary = mem_alloc(strlen(out->path) + 8, 1);
	sprintf(out->temporary, "%s.XXXXXX", out->path);
	out->fd = mkstemp(out->temporary);
	if (out->fd < 0)
		return false;
	enter(out, set);
	fchmod(out->fd, mode & ~mask);
	return true;
}

bool output_open(struct output *out, const char *path, unsigned mode, struct output_set *set,
	struct diag_sink *sink)
{
	struct stat status;

	*out = (struct output){ .fd = STDOUT_FILENO };
	out->path = mem_string(path, strlen(path));
	out->room = BUFFER;
	out->bytes = mem_alloc(out->room, 1);
	if (!strcmp(path, "-"))
		return true;
	if (!*path) {
		out->fd = -1;
		errno = ENOENT;
	} else if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
		/* a device or a pipe is written as it is: it cannot be renamed over */
		out->fd = S_ISDIR(status.st_mode) ? -1 : open(path, O_WRONLY | O_CLOEXEC);
		errno = S_ISDIR(status.st_mode) ? EISDIR : errno;
	} else if (!open_temporary(out, mode, set)) {
		free(out->temporary);
		out->temporary = NULL;
		out->fd = -1;
	}
	if (out->fd >= 0)
		return true;
	diag_world(sink, SPAN_NONE, "cannot write '%s': %s", path, strerror(errno));
	output_abandon(out);
	return false;
}

static char *scratch_path(const char *name)
{
	const char *folder = getenv("TMPDIR");
	char *path;

	if (!folder || !*folder)
		folder = "/tmp";
	path = mem_alloc(strlen(folder) + strlen(name) + 2, 1);
	sprintf(path, "%s/%s", folder, name);
	return path;
}

bool output_open_scratch(struct output *out, const char *name, unsigned mode,
	struct output_set *set, struct diag_sink *sink)
{
	*out = (struct output){ .path = scratch_path(name), .room = BUFFER };
	out->bytes = mem_alloc(out->room, 1);
	if (open_temporary(out, mode, set))
		return true;
	diag_world(sink, SPAN_NONE, "cannot write '%s': %s", out->path, strerror(errno));
	free(out->temporary);
	out->temporary = NULL;
	output_abandon(out);
	return false;
}

void output_open_memory(struct output *out)
{
	*out = (struct output){ .fd = -1 };
}

static void flush(struct output *out)
{
	size_t done = 0;

	while (done < out->count && !out->error) {
		ssize_t wrote = write(out->fd, out->bytes + done, out->count - done);
		if (wrote < 0 && errno != EINTR)
			out->error = errno;
		else if (wrote > 0)
			done += (size_t)wrote;
	}
	out->count = 0;
}

static void end(struct output *out)
{
	if (out->set)
		out->set->temporary[out->slot] = NULL;
	if (out->fd > STDERR_FILENO)
		close(out->fd);
	free(out->path);
	free(out->temporary);
	free(out->bytes);
	*out = (struct output){ .fd = -1 };
}

static bool report(const struct output *out, struct diag_sink *sink)
{
	bool is_stdout = !strcmp(out->path, "-");

	if (is_stdout && out->error == EPIPE)
		diag_reader_left(sink);
	else if (out->error)
		diag_world(sink, SPAN_NONE, "cannot write '%s': %s",
			is_stdout ? "standard output" : out->path, strerror(out->error));
	return out->error == 0;
}

bool output_finish(struct output *out, struct diag_sink *sink)
{
	flush(out);
	if (out->fd > STDERR_FILENO) {
		if (close(out->fd) != 0 && !out->error)
			out->error = errno;
		out->fd = -1;
	}
	return report(out, sink);
}

bool output_commit(struct output *out, struct diag_sink *sink)
{
	bool good = output_finish(out, sink);

	if (good && out->temporary && rename(out->temporary, out->path) != 0) {
		out->error = errno;
		good = report(out, sink);
	}
	if (!good && out->temporary)
		unlink(out->temporary);
	end(out);
	return good;
}

void output_abandon(struct output *out)
{
	if (out->temporary)
		unlink(out->temporary);
	end(out);
}

char *output_take(struct output *out, size_t *count)
{
	char *bytes;

	output_bytes(out, "", 1);
	bytes = out->bytes;
	if (count)
		*count = out->count - 1;
	out->bytes = NULL;
	end(out);
	return bytes;
}

const char *output_hand_over(struct output *out)
{
	if (out->fd > STDERR_FILENO)
		close(out->fd); /* a program open for writing could not be run */
	out->fd = -1;
	return out->temporary ? out->temporary : out->path;
}

/* Room for `count` more bytes at the returned place; the caller advances out->count. */
static char *reserve(struct output *out, size_t count)
{
	if (out->path && out->count + count > BUFFER)
		flush(out);
	out->bytes = mem_grow(out->bytes, &out->room, out->count + count, 1);
	return out->bytes + out->count;
}

void output_bytes(struct output *out, const void *bytes, size_t count)
{
	const char *from = bytes;

	while (out->path && count > BUFFER) {
		memcpy(reserve(out, BUFFER), from, BUFFER);
		out->count += BUFFER;
		from += BUFFER;
		count -= BUFFER;
	}
	if (count == 0)
		return;
	memcpy(reserve(out, count), from, count);
	out->count += count;
}

void output_text(struct output *out, const char *text)
{
	output_bytes(out, text, strlen(text));
}

void output_printf(struct output *out, const char *format, ...)
{
	char shortly[512], *text = shortly;
	va_list args, again;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(shortly, sizeof shortly, format, args);
	va_end(args);
	if (length < 0)
		panic("bad format '%s'", format);
	if ((size_t)length >= sizeof shortly) {
		text = mem_alloc((size_t)length + 1, 1);
		vsnprintf(text, (size_t)length + 1, format, again);
	}
	va_end(again);
	output_bytes(out, text, (size_t)length);
	if (text != shortly)
		free(text);
}

void output_u64(struct output *out, uint64_t value)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	output_bytes(out, digits + at, sizeof digits - at);
}

void output_hex(struct output *out, uint64_t value)
{
	char *text = reserve(out, 18);

	text[0] = '0';
	text[1] = 'x';
	for (int i = 17; i > 1; i--, value >>= 4)
		text[i] = "0123456789abcdef"[value & 15];
	out->count += 18;
}
