#include <fcntl.h>
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/options.h"
#include "frontend/construct/construct.h"
#include "support/mem.h"

/* A spec or a network instead of a command: the name of one. */
static bool is_file_name(const char *name)
{
	const char *suffix = strrchr(name, '.');

	return suffix && (!strcmp(suffix, ".mem") || !strcmp(suffix, ".mir"));
}

static int unknown_command(const char *name)
{
	const char *names[16], *nearest;

	for (size_t i = 0; i < command_count; i++)
		names[i] = commands[i].name;
	nearest = diag_nearest(name, names, command_count);
	fprintf(stderr, "memc: unknown command '%s'\n", name);
	if (nearest)
		fprintf(stderr, "did you mean '%s'?\n", nearest);
	else if (is_file_name(name))
		fprintf(stderr, "a command comes first, as 'memc compile %s'\n", name);
	fputs("try 'memc help'\n", stderr);
	return 2;
}

int help_command_line(struct session *session, const struct options *options)
{
	const char *topic = options->file;
	const struct command *command = topic ? command_find(topic) : NULL;
	const struct construct *construct = topic ? construct_find(topic) : NULL;

	(void)session;
	if (!topic)
		help_print(stdout);
	else if (!strcmp(topic, "passes"))
		help_passes(stdout);
	else if (!strcmp(topic, "constructions"))
		help_constructions(stdout);
	else if (construct)
		help_construction(construct, stdout);
	else if (command)
		help_command(command, stdout);
	else
		return unknown_command(topic);
	return 0;
}

static int run_session(const struct command *command, char **words)
{
	struct session session;
	struct options options;
	int code, faults;

	session_init(&session);
	if (!options_parse(&options, command, words, &session))
		code = 2;
	else
		code = command->run(&session, &options);
	if (code == 0 && options.print_after && !session.printed_after)
		diag_warn(&session.sink, SPAN_NONE,
			"--print-after=%s: no such pass was run; 'memc help passes' lists "
			"those of each level",
			options.print_after);
	if (options.time && code == 0) {
		session_clear_line(&session);
		session_print_phases(&session);
	}
	faults = session_fini(&session);
	return faults ? faults : code;
}

/* For what is printed outside a session. */
static int flush(void)
{
	if (fflush(stdout) == 0)
		return 0;
	perror("memc: cannot write to standard output");
	return 2;
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
	return !strcmp(word, a) || !strcmp(word, b);
}

/*
 * A stream that was closed becomes /dev/null: its number would else go to the next file
 * that is opened, and what is printed would end up in there.
 */
static bool open_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void *gmp_alloc(size_t size)
{
	return mem_alloc(size, 1);
}

static void *gmp_resize(void *pointer, size_t old, size_t size)
{
	(void)old;
	return mem_resize(pointer, size, 1);
}

static void gmp_free(void *pointer, size_t size)
{
	(void)size;
	free(pointer);
}

int main(int argc, char **argv)
{
	const struct command *command;
	static char *none[] = { NULL };

	if (!open_streams())
		return 2;
	mp_set_memory_functions(gmp_alloc, gmp_resize, gmp_free); /* GMP's own would abort */
	if (argc < 2) {
		help_print(stderr);
		return 2;
	}
	if (is_one_of(argv[1], "--version", "version")) {
		puts("memc " MEMC_VERSION);
		return flush();
	}
	if (is_one_of(argv[1], "--help", "-h"))
		return run_session(command_find("help"), none);
	command = command_find(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	for (int i = 2; i < argc; i++) {
		if (!is_one_of(argv[i], "--help", "-h"))
			continue;
		help_command(command, stdout);
		return flush();
	}
	return run_session(command, argv + 2);
}
