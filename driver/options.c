#include "driver/options.h"

#include <stdio.h>
#include <string.h>

#include "support/mem.h"

enum {
	COMPILE = 1 << 0,
	VERIFY = 1 << 1,
	RUN = 1 << 2,
	DATA = 1 << 3,
	INSPECT = 1 << 4,
	CHECK = 1 << 5,
	FMT = 1 << 6,
	HELP = 1 << 7,
	OPT = 1 << 8,
	IMPORT = 1 << 9,
	SWEEP = 1 << 10,
	BUILDS = COMPILE | VERIFY | RUN | INSPECT,
};

const struct command commands[] = {
	{ "compile", "SPEC|FILE.mir", "compile a spec or a network into a classifier", COMPILE,
		compile_command },
	{ "verify", "SPEC|FILE.mir", "compare all levels, interpreted and compiled, exactly",
		VERIFY, verify_command },
	{ "run", "SPEC|FILE.mir", "classify rows in process, by code made for them", RUN,
		run_command },
	{ "opt", "FILE.mir", "run exactly the given passes on a network", OPT, opt_command },
	{ "import", "FILE.onnx|.json", "make a network of a trained one, or of JSON", IMPORT,
		import_command },
	{ "inspect", "SPEC|FILE.mir", "print sizes, weight bits and promises of a network",
		INSPECT, inspect_command },
	{ "sweep", "SPEC", "measure networks over values of params, a row for each", SWEEP,
		sweep_command },
	{ "data", "SPEC", "print a data set as the classifier reads it", DATA, data_command },
	{ "check", "SPEC", "check a spec without loading its data", CHECK, check_command },
	{ "fmt", "SPEC", "print a spec in its canonical layout", FMT, fmt_command },
	{ "help", "[TOPIC]", "print this text or that of a command, passes or constructions",
		HELP, help_command_line },
};
const size_t command_count = sizeof commands / sizeof *commands;

enum kind { SWITCH, VALUE, LEVEL, DEFINE, PASSES, PASS_NAMES, ENGINE };

struct row {
	const char *name;  /* "-o", "--emit" */
	const char *value; /* how help shows it, NULL for a switch */
	unsigned commands;
	enum kind kind;
	size_t place; /* in struct options */
	const char *help;
};

#define AT(field) offsetof(struct options, field)

static const struct row rows[] = {
	{ "-o", "FILE", SWEEP, VALUE, AT(output),
		"write the rows here as CSV; what FILE holds already is not done again" },
	{ "-o", "FILE", COMPILE | FMT | DATA | OPT | IMPORT, VALUE, AT(output),
		"write here; - is standard output" },
	{ "--emit", "KIND", COMPILE, VALUE, AT(emit),
		"what to write: program, c, obj, asm, llvm-ir, llvm-bc, ir, json, dot or "
		"onnx;\n"
		"without -o and --emit, what the spec's emit clauses say" },
	{ "-O", "0|1|2", COMPILE, LEVEL, AT(level),
		"optimization; without it 2, and 0 for ir, json, dot and onnx" },
	{ "-O", "0|1|2", VERIFY, LEVEL, AT(level), "only this level and level 0" },
	{ "-O", "0|1|2", RUN, LEVEL, AT(level), "optimization; without it 2" },
	{ "-p", "PASS,...", OPT, PASSES, 0,
		"run these passes, in order; several -p and -O add up" },
	{ "-O", "0|1|2", OPT, LEVEL, AT(level), "run the passes of this level" },
	{ "--print-after", "PASS|all", COMPILE | VERIFY | OPT, PASS_NAMES, AT(print_after),
		"print the IR after these passes to standard error, with what is known of it" },
	{ "--assume-members", NULL, COMPILE | RUN, SWITCH, AT(assume_members),
		"smaller code for stored points only: other answers are arbitrary" },
	{ "--backend", "llvm|c", COMPILE, VALUE, AT(backend),
		"which back end makes a program: LLVM, or a C compiler out of emitted C" },
	{ "--target", "TRIPLE", COMPILE, VALUE, AT(target),
		"make machine code for this target; without it, for this machine" },
	{ "--cpu", "NAME|native", COMPILE, VALUE, AT(cpu),
		"for this processor; without it, for all that the target has" },
	{ "--cpu", "NAME|native", RUN, VALUE, AT(cpu),
		"for this processor; without it, for that of this machine" },
	{ "--features", "+F,-G,...", COMPILE, VALUE, AT(features),
		"with or without these features of the processor" },
	{ "-g", NULL, COMPILE, SWITCH, AT(debug),
		"debug information, whose source is the IR, written beside the code" },
	{ "--precision", "TYPE", COMPILE, VALUE, AT(precision),
		"the numbers of --emit=onnx: float32, or float64 as without it" },
	{ "--lossy", NULL, COMPILE, SWITCH, AT(lossy),
		"write a model whose precision takes the answers of stored points" },
	{ "--network", "NAME", SWEEP, VALUE, AT(network),
		"which network of the spec; without it, all" },
	{ "-D", "name=VALUE,...", SWEEP, DEFINE, AT(defines),
		"values of a param of the spec: 1,2,4 or '1..9 by 2' or '100..100000 by *10'" },
	{ "--svg", "FILE", SWEEP, VALUE, AT(svg),
		"draw parameters and bits against the first param, by gnuplot" },
	{ "--svg", "FILE", INSPECT, VALUE, AT(svg),
		"draw bits and widths by layer, and how many weights have how many bits,\n"
		"or with --engine how many points survive in bits:P, by gnuplot" },
	{ "--html", "FILE", SWEEP, VALUE, AT(html),
		"write charts and all rows as one page to read in a browser" },
	{ "--network", "NAME", BUILDS, VALUE, AT(network), "which network of the spec" },
	{ "--prefix", "NAME", COMPILE, VALUE, AT(prefix),
		"prefix of the emitted names; without it, the network's name" },
	{ "-D", "name=value", BUILDS | DATA | CHECK, DEFINE, AT(defines),
		"give a param of the spec another value" },
	{ "-MD", NULL, COMPILE, SWITCH, AT(depend), "write a Make dependency file, OUTPUT.d" },
	{ "-MF", "FILE", COMPILE, VALUE, AT(depfile), "with -MD: name the dependency file" },
	{ "--full", NULL, VERIFY, SWITCH, AT(full),
		"every point through every interpreter and code, no sample" },
	{ "--quick", NULL, VERIFY, SWITCH, AT(quick),
		"smaller samples, in a tenth of the time" },
	{ "--engine", "ARITHMETIC", RUN | VERIFY | INSPECT, ENGINE, 0,
		"evaluate the literal network in this arithmetic, every product and sum\n"
		"rounded: exact, float32, float64, bits:P or fixed:I.F" },
	{ "--full", NULL, INSPECT, SWITCH, AT(full),
		"every point with --engine and --html, -O2 of large networks" },
	{ "--data", "DATASET|-", RUN, VALUE, AT(data),
		"rows to classify: a data set of the spec, or - for standard input;\n"
		"without it, the data set that the network memorizes" },
	{ "--dataset", "NAME", DATA, VALUE, AT(dataset),
		"which data set of the spec; without it, what its networks memorize" },
	{ "--raw", NULL, DATA, SWITCH, AT(raw), "packed elements, little-endian" },
	{ "--raw", NULL, RUN, SWITCH, AT(raw),
		"with --data=-: packed elements, little-endian, instead of CSV" },
	{ "--csv", NULL, DATA | INSPECT | SWEEP, SWITCH, AT(csv), "comma-separated values" },
	{ "--csv", NULL, RUN, SWITCH, AT(csv),
		"the confusion table, or the errors of real labels, as comma-separated "
		"values" },
	{ "--json", NULL, INSPECT, SWITCH, AT(json), "all of it as JSON, layers too" },
	{ "--html", "FILE", INSPECT, VALUE, AT(html),
		"write all of it as one page to read in a browser, with the network itself" },
	{ "--layers", NULL, INSPECT, SWITCH, AT(layers),
		"a row for each layer instead of each stage" },
	{ "--labels", NULL, DATA, SWITCH, AT(labels), "class names or values, one a line" },
	{ "--inputs", "TYPE in LO..HI", IMPORT, VALUE, AT(inputs),
		"what the network reads, as a .mir file says it, with step and offset; of\n"
		"uint8, int8, uint16 and int16 the type alone will do" },
	{ "--scale", "RATIO", IMPORT, VALUE, AT(scale),
		"the model was trained on inputs times this, as 1/255" },
	{ "--force", NULL, BUILDS | SWEEP, SWITCH, AT(force),
		"build a network of more than 1 GiB, too" },
	{ "--time", NULL, BUILDS | OPT | IMPORT, SWITCH, AT(time),
		"print the time of each phase and pass, and the operations that are left" },
	{ "-v", NULL, BUILDS | OPT, SWITCH, AT(verbose), "say what is done, and with what" },
};
enum { ROWS = sizeof rows / sizeof *rows };

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

enum { HELP_COLUMN = 27 };

/* "-o FILE", "--emit=KIND", "-O0|1|2", "-D name=value", "--full" */
static void print_row(const struct row *row, FILE *stream)
{
	const char *between = !row->value || row->kind == LEVEL ? ""
		: row->name[1] == '-'                           ? "="
								: " ";
	char left[64];

	snprintf(left, sizeof left, "%s%s%s", row->name, between, row->value ? row->value : "");
	fprintf(stream, "  %-24s ", left);
	for (const char *at = row->help; *at; at++) {
		fputc(*at, stream);
		if (*at == '\n')
			fprintf(stream, "%*s", HELP_COLUMN, "");
	}
	fputc('\n', stream);
}

void help_command(const struct command *command, FILE *stream)
{
	bool any = false;

	fprintf(stream, "usage: memc %s", command->name);
	for (size_t i = 0; i < ROWS; i++)
		any = any || (rows[i].commands & command->bit);
	fprintf(stream, " %s%s\n%s\n", command->operand, any ? " [OPTION]..." : "",
		command->help);
	if (any)
		fputc('\n', stream);
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].commands & command->bit)
			print_row(&rows[i], stream);
}

void help_passes(FILE *stream)
{
	for (int level = 1; level <= 2; level++) {
		const struct pass *const *list = passes_of_level(level);
		fprintf(stream, "-O%d runs", level);
		for (; *list; list++)
			fprintf(stream, " %s", (*list)->name);
		fputc('\n', stream);
	}
	fputs("\nThe passes:\n", stream);
	for (const struct pass *const *pass = passes; *pass; pass++)
		fprintf(stream, "  %-12s %s\n", (*pass)->name, (*pass)->help);
}

void help_print(FILE *stream)
{
	fputs("memc: the compiler for memorization networks\n\n"
	      "usage: memc COMMAND ...\n\n",
		stream);
	for (size_t i = 0; i < command_count; i++) {
		char left[40];
		snprintf(left, sizeof left, "%s %s", commands[i].name, commands[i].operand);
		fprintf(stream, "  %-24s %s\n", left, commands[i].help);
	}
	fputs("  --version                print the version\n\n"
	      "'memc help COMMAND' lists the options of a command, 'memc help passes' what "
	      "the\n"
	      "levels run, 'memc help constructions' what a network can be, 'memc help sqrt' "
	      "one.\n"
	      "Exit code: 0 done; 1 the spec, data or an expectation is at fault; 2 usage, or "
	      "a\n"
	      "file that cannot be read or written.\n",
		stream);
}

static bool usage(const struct command *command, const char *what, const char *word)
{
	fprintf(stderr, "memc %s: %s '%s'\n", command->name, what, word);
	fprintf(stderr, "try 'memc help %s'\n", command->name);
	return false;
}

static bool unknown_option(const struct command *command, const char *word)
{
	const char *names[ROWS], *nearest;
	char name[64];
	size_t count = 0;

	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].commands & command->bit)
			names[count++] = rows[i].name;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
	nearest = diag_nearest(name, names, count);
	usage(command, "unknown option", word);
	if (nearest)
		fprintf(stderr, "did you mean '%s'?\n", nearest);
	return false;
}

static bool add_define(struct options *options, const struct command *command, const char *text,
	struct session *session)
{
	const char *equals = strchr(text, '=');
	struct spec_define *grown;

	if (!equals || equals == text)
		return usage(command, "-D takes name=value, not", text);
	grown = arena_alloc(&session->arena, options->define_count + 1, sizeof *grown);
	if (options->define_count)
		memcpy(grown, options->defines, options->define_count * sizeof *grown);
	grown[options->define_count++] = (struct spec_define){
		arena_string(&session->arena, text, (size_t)(equals - text)), equals + 1
	};
	options->defines = grown;
	return true;
}

static bool unknown_pass(const struct command *command, const char *name)
{
	enum { MOST = 64 };
	const char *names[MOST], *nearest;
	size_t count = 0;

	fprintf(stderr, "memc %s: unknown pass '%s'\ntry 'memc help passes'\nknown are",
		command->name, name);
	for (; passes[count] && count < MOST; count++) {
		names[count] = passes[count]->name;
		fprintf(stderr, "%s %s", count ? "," : "", names[count]);
	}
	fputc('\n', stderr);
	nearest = diag_nearest(name, names, count);
	if (nearest)
		fprintf(stderr, "did you mean '%s'?\n", nearest);
	return false;
}

static void add_pass(struct options *options, const struct pass *pass, struct session *session)
{
	const struct pass **grown =
		arena_alloc(&session->arena, options->pass_count + 1, sizeof(struct pass *));

	if (options->pass_count)
		memcpy(grown, options->passes, options->pass_count * sizeof *grown);
	grown[options->pass_count++] = pass;
	options->passes = grown;
}

/* "fold,table": each a pass; adds them to those of opt, or only checks the names. */
static bool pass_names(struct options *options, const struct command *command, const char *text,
	bool add, struct session *session)
{
	for (;;) {
		size_t length = strcspn(text, ",");
		const char *name = arena_string(&session->arena, text, length);
		const struct pass *pass = pass_find(name);
		if (!pass && (add || strcmp(name, "all")))
			return unknown_pass(command, name);
		if (add)
			add_pass(options, pass, session);
		if (!text[length])
			return true;
		text += length + 1;
	}
}

static bool set_engine(struct options *options, const struct command *command, const char *text)
{
	enum { MOST = 16 };
	const char *names[MOST], *nearest;
	size_t count = 0;

	if (ir_format_parse(text, &options->engine))
		return true;
	if (options->engine.arithmetic) {
		usage(command, "bad engine", text);
		fprintf(stderr, "in %s, %s\n", options->engine.arithmetic->pattern,
			options->engine.arithmetic->wanted);
		return false;
	}
	usage(command, "unknown engine", text);
	fputs("known are", stderr);
	for (; ir_arithmetics[count] && count < MOST; count++) {
		names[count] = ir_arithmetics[count]->name;
		fprintf(stderr, "%s %s", count ? "," : "", ir_arithmetics[count]->pattern);
	}
	fputc('\n', stderr);
	nearest = diag_nearest(text, names, count);
	if (nearest)
		fprintf(stderr, "did you mean '%s'?\n", nearest);
	return false;
}

static bool set_level(struct options *options, const struct command *command, const char *value,
	struct session *session)
{
	if (strlen(value) != 1 || *value < '0' || *value > '2')
		return usage(command, "-O takes 0, 1 or 2, not", value);
	options->level = *value - '0';
	if (command->bit == OPT)
		for (const struct pass *const *list = passes_of_level(options->level); *list;
			list++)
			add_pass(options, *list, session);
	return true;
}

/*
 * The row that `word` is an option of: *value points behind its '=' or letter, or is NULL
 * when the value is the next word or there is none.
 */
static const struct row *match_row(
	const struct command *command, const char *word, const char **value)
{
	for (size_t i = 0; i < ROWS; i++) {
		size_t length = strlen(rows[i].name);
		bool is_long = rows[i].name[1] == '-';
		if (!(rows[i].commands & command->bit) || strncmp(word, rows[i].name, length))
			continue;
		*value = NULL;
		if (word[length] == '\0')
			return &rows[i];
		*value = word + length + is_long;
		if (is_long ? word[length] == '=' && rows[i].value
			    : rows[i].kind == DEFINE || rows[i].kind == LEVEL)
			return &rows[i];
	}
	return NULL;
}

static bool set_option(struct options *options, const struct command *command,
	const struct row *row, const char *value, struct session *session)
{
	char *place = (char *)options + row->place;

	switch (row->kind) {
	case SWITCH:
		*(bool *)place = true;
		return true;
	case VALUE:
		*(const char **)place = value;
		return true;
	case LEVEL:
		return set_level(options, command, value, session);
	case DEFINE:
		return add_define(options, command, value, session);
	case PASSES:
		return pass_names(options, command, value, true, session);
	case PASS_NAMES:
		*(const char **)place = value;
		return pass_names(options, command, value, false, session);
	case ENGINE:
		return set_engine(options, command, value);
	}
	panic("option %s has no kind", row->name);
}

bool options_parse(struct options *options, const struct command *command, char **words,
	struct session *session)
{
	bool only_operands = false;

	*options = (struct options){ .level = LEVEL_DEFAULT };
	for (; *words; words++) {
		const struct row *row;
		const char *value;

		if (only_operands || **words != '-' || !(*words)[1]) {
			if (options->file)
				return usage(command, "one file at a time; what is", *words);
			options->file = *words;
			continue;
		}
		if (!strcmp(*words, "--")) {
			only_operands = true;
			continue;
		}
		row = match_row(command, *words, &value);
		if (!row)
			return unknown_option(command, *words);
		if (row->value && !value) {
			if (row->name[1] == '-' || row->kind == LEVEL || !words[1])
				return usage(command, "a value is missing behind", *words);
			value = *++words;
		}
		if (!set_option(options, command, row, value, session))
			return false;
	}
	if (!options->file && command->bit != HELP) {
		fprintf(stderr, "memc %s: %s is missing\ntry 'memc help %s'\n", command->name,
			command->operand, command->name);
		return false;
	}
	return true;
}
