/*
 * The command line: every command and option of memc, each one row.
 *
 * Parsing, `memc help` and the usage errors all read the same tables.
 */
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "driver/session.h"
#include "frontend/spec.h"
#include "ir/arithmetic.h"
#include "ir/pass.h"

struct options {
	const char *file; /* SPEC or FILE.mir; "-" is standard input */
	const char *output, *emit, *backend, *network, *prefix;
	const char *target, *cpu, *features;
	const char *data, *dataset, *depfile, *svg, *html;
	const char *precision;
	const char *inputs, *scale;
	int level; /* of -O; LEVEL_DEFAULT without it */
	bool depend, time, verbose, full, quick, raw, csv, labels, assume_members, debug;
	bool force, lossy, json, layers;
	struct ir_format engine; /* without an arithmetic: the usual engines */
	struct spec_define *defines;
	size_t define_count;
	const char *print_after;    /* NAME,... or "all"; checked: every name is a pass */
	const struct pass **passes; /* of opt: those of -p and -O, in the order given */
	size_t pass_count;
};

enum { LEVEL_DEFAULT = -1 };

struct command {
	const char *name;
	const char *operand; /* "SPEC", or "" */
	const char *help;
	unsigned bit; /* in the `commands` of option rows */
	int (*run)(struct session *session, const struct options *options);
};

extern const struct command commands[];
extern const size_t command_count;

/* NULL if there is none. */
const struct command *command_find(const char *name);

/* What follows the command's name. False after a usage message on standard error. */
bool options_parse(struct options *options, const struct command *command, char **words,
	struct session *session);

void help_print(FILE *stream);
void help_command(const struct command *command, FILE *stream);
void help_passes(FILE *stream);

/* Every construction, from its row, as Markdown; and one of them (driver/constructions.c). */
struct construct;
void help_constructions(FILE *stream);
void help_construction(const struct construct *construct, FILE *stream);

int compile_command(struct session *session, const struct options *options);
int verify_command(struct session *session, const struct options *options);
int run_command(struct session *session, const struct options *options);
int data_command(struct session *session, const struct options *options);
int opt_command(struct session *session, const struct options *options);
int import_command(struct session *session, const struct options *options);
int sweep_command(struct session *session, const struct options *options);
int inspect_command(struct session *session, const struct options *options);
int check_command(struct session *session, const struct options *options);
int fmt_command(struct session *session, const struct options *options);
int help_command_line(struct session *session, const struct options *options);

#endif
