#include "frontend/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frontend/syntax.h"
#include "support/mem.h"

/* Reads to the end of the file, but no more than a little over what a spec may have. */
static bool read_all(int fd, struct text *text)
{
	size_t room = 0;

	for (;;) {
		ssize_t count;
		text->bytes = mem_grow(text->bytes, &room, text->size + 4096, 1);
		count = read(fd, text->bytes + text->size, room - text->size - 1);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		text->size += (size_t)count;
		text->bytes[text->size] = 0;
		if (count == 0 || text->size > SYNTAX_SIZE)
			return true;
	}
}

static bool read_open(int fd, struct text *text)
{
	struct stat status;

	if (fstat(fd, &status))
		return false;
	if (S_ISDIR(status.st_mode)) {
		errno = EISDIR;
		return false;
	}
	text->device = status.st_dev;
	text->inode = status.st_ino;
	return read_all(fd, text);
}

bool text_read(struct text *text, const char *path, struct span span, struct diag_sink *sink)
{
	bool is_input = !strcmp(path, "-");
	int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	bool good;

	*text = (struct text){ 0 };
	good = fd >= 0 && read_open(fd, text);
	if (!good) {
		diag_world(sink, span, "cannot read '%s': %s", path, strerror(errno));
		free(text->bytes);
	}
	if (fd >= 0 && !is_input)
		close(fd);
	return good;
}

const char *text_resolve(struct arena *arena, const char *folder, const char *path)
{
	if (*path == '/' || !*folder)
		return arena_string(arena, path, strlen(path));
	return arena_printf(
		arena, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", path);
}

const char *text_folder(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return "";
	return arena_string(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

/* Bytes of the character of UTF-8 that starts here, 0 if none does. */
static size_t character_length(const unsigned char *at, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = *at < 0x80 ? 1
		: *at < 0xc2       ? 0
		: *at < 0xe0       ? 2
		: *at < 0xf0       ? 3
		: *at < 0xf5       ? 4
				   : 0;
	uint32_t code;

	if (length <= 1 || length > left)
		return length <= 1 ? length : 0;
	code = *at & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	return code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
		? 0
		: length;
}

bool syntax_text_is_valid(
	uint32_t source, const char *text, size_t size, struct diag_sink *sink)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (size > SYNTAX_SIZE) {
		diag_error(sink, (struct span){ source, 0, 0 }, "a spec is at most 1 GiB long");
		return false;
	}
	for (size_t i = 0, length; i < size; i += length) {
		struct span span = { source, (uint32_t)i, (uint32_t)i + 1 };
		length = character_length(bytes + i, size - i);
		if (!length) {
			diag_error(sink, span, "byte 0x%02x is not UTF-8", bytes[i]);
			return false;
		}
		if (bytes[i] == 0x7f || (bytes[i] < 32 && !strchr("\t\n\r", bytes[i])) ||
			!bytes[i]) {
			diag_error(sink, span, "control character 0x%02x in a spec", bytes[i]);
			return false;
		}
	}
	return true;
}
