#include <stdio.h>
#include <string.h>

#include "driver/options.h"

static int unknown_command(const char *name)
{
	const char *names[16], *nearest;

	for (size_t i = 0; i < command_count; i++)
		names[i] = commands[i].name;
	nearest = diag_nearest(name, names, command_count);
	fprintf(stderr, "memc: unknown command '%s'\n", name);
	if (nearest)
		fprintf(stderr, "did you mean '%s'?\n", nearest);
	fputs("try 'memc help'\n", stderr);
	return 2;
}

int help_command_line(struct session *session, const struct options *options)
{
	const struct command *command;

	(void)session;
	if (!options->file) {
		help_print(stdout);
		return 0;
	}
	command = command_find(options->file);
	if (!command)
		return unknown_command(options->file);
	help_command(command, stdout);
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

int main(int argc, char **argv)
{
	const struct command *command;
	static char *none[] = { NULL };

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
