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
