#include "backends/llvm/probe.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <llvm-c/Core.h>
#include <llvm-c/ErrorHandling.h>

#include "support/mem.h"

/* --- the child ------------------------------------------------------------------------ */

/* Ends without flushing what the parent has not printed yet. */
static void on_fatal(const char *reason)
{
	ssize_t ignored = write(STDERR_FILENO, reason, strlen(reason));

	_exit(ignored < 0 ? 2 : 1);
}

/* *(i64 *)a * b */
static void build_product(LLVMContextRef context, LLVMValueRef function)
{
	LLVMBuilderRef builder = LLVMCreateBuilderInContext(context);
	LLVMTypeRef word = LLVMInt64TypeInContext(context);
	LLVMValueRef a;

	LLVMPositionBuilderAtEnd(
		builder, LLVMAppendBasicBlockInContext(context, function, "entry"));
	a = LLVMBuildLoad2(builder, word, LLVMGetParam(function, 0), "a");
	LLVMBuildRet(builder, LLVMBuildMul(builder, a, LLVMGetParam(function, 1), "product"));
	LLVMDisposeBuilder(builder);
}

/* Some combinations are refused, or crash LLVM, only when there is code to make. */
static void compile_little(LLVMTargetMachineRef machine)
{
	LLVMContextRef context = LLVMContextCreate();
	LLVMModuleRef module = LLVMModuleCreateWithNameInContext("probe", context);
	LLVMTypeRef word = LLVMInt64TypeInContext(context);
	LLVMTypeRef types[] = { LLVMPointerTypeInContext(context, 0), word };
	LLVMMemoryBufferRef object;
	char *message;

	build_product(context,
		LLVMAddFunction(module, "probe", LLVMFunctionType(word, types, 2, false)));
	if (LLVMTargetMachineEmitToMemoryBuffer(
		    machine, module, LLVMObjectFile, &message, &object))
		on_fatal(message);
}

/* A crash of LLVM is an answer here, which a sanitizer need not explain at length. */
static void crash_quietly(void)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		signal(crashes[i], SIG_DFL);
}

_Noreturn static void try(const struct target *target, int to)
{
	LLVMTargetMachineRef machine;

	crash_quietly();
	dup2(to, STDERR_FILENO);
	LLVMResetFatalErrorHandler();
	LLVMInstallFatalErrorHandler(on_fatal);
	machine = target_machine(target);
	if (machine)
		compile_little(machine);
	_exit(machine ? 0 : 1);
}

/* --- what it says --------------------------------------------------------------------- */

/* What a child wrote to standard error, freed with free(); NULL: it could not be asked. */
static char *ask(const struct target *target, bool *fine)
{
	struct output said;
	char bytes[4096];
	int ends[2], status = 0;
	ssize_t count;
	pid_t child;

	if (pipe(ends) != 0)
		return NULL;
	child = fork();
	if (child == 0)
		try(target, ends[1]);
	close(ends[1]);
	output_open_memory(&said);
	while (child > 0 &&
		((count = read(ends[0], bytes, sizeof bytes)) > 0 ||
			(count < 0 && errno == EINTR)))
		if (count > 0)
			output_bytes(&said, bytes, (size_t)count);
	close(ends[0]);
	if (child < 0) {
		output_abandon(&said);
		return NULL;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	*fine = status == 0 && said.count == 0;
	return output_take(&said, NULL);
}

/* A line "  name   - what it is" of LLVM's help; moves on to the next line. */
static bool read_help(char **at, char **name)
{
	char *line = *at, *end = strchr(line, '\n');
	size_t length;

	if (!end)
		return false;
	*end = 0;
	*at = end + 1;
	*name = NULL;
	if (strncmp(line, "  ", 2) != 0 || !strstr(line, " - "))
		return true;
	length = strcspn(line + 2, " ");
	line[2 + length] = 0;
	*name = line + 2;
	return true;
}

/* The cpus and then the features of a target, from the help that LLVM prints. */
struct help {
	char *text;
	const char **names;
	size_t count, room, cpus;
};

static void help_init(struct help *help, const struct target *target)
{
	struct target asked = *target;
	bool fine, features = false;
	char *at, *name;

	*help = (struct help){ 0 };
	asked.cpu = (char *)"help";
	asked.features = (char *)"";
	help->text = ask(&asked, &fine);
	at = help->text;
	while (at && read_help(&at, &name)) {
		features = features || (!name && strstr(at, "Available features") == at);
		if (!name)
			continue;
		help->names = mem_grow(
			help->names, &help->room, help->count + 1, sizeof *help->names);
		help->names[help->count++] = name;
		help->cpus += !features;
	}
}

static void help_fini(struct help *help)
{
	free(help->names);
	free(help->text);
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static void unknown(const char *what, const char *name, const char *triple,
	const char *const *names, size_t count, struct diag_sink *sink)
{
	const char *near = diag_nearest(name, names, count);

	diag_world(sink, SPAN_NONE, "unknown %s '%s' of the target %s", what, name, triple);
	if (near)
		diag_note(sink, SPAN_NONE, "did you mean %s?", near);
}

/* The next of "+a,-b", freed with free(); NULL behind the last. */
static char *next_feature(const char **features)
{
	size_t length = strcspn(*features, ",");
	char *name;

	if (!**features)
		return NULL;
	name = mem_string(*features, length);
	*features += length;
	*features += **features == ',';
	return name;
}

/* LLVM takes a feature without a sign, and a cpu without a name, for something. */
static bool check_syntax(
	const struct target *target, const struct llvm_options *options, struct diag_sink *sink)
{
	const char *features = options->features ? options->features : "";
	unsigned before = diag_count(sink);
	char *name;

	if (options->cpu && !*options->cpu)
		unknown("cpu", "", target->triple, NULL, 0, sink);
	while ((name = next_feature(&features))) {
		if (*name != '+' && *name != '-')
			diag_world(sink, SPAN_NONE,
				"feature '%s': + or - comes first, as in +%s", name,
				*name ? name : "avx2");
		free(name);
	}
	return diag_count(sink) == before;
}

/* Names what LLVM does not know of "+a,-b"; false if there is any. */
static bool check_features(const struct target *target, const char *features,
	const struct help *help, struct diag_sink *sink)
{
	const char *const *names = help->names + help->cpus;
	size_t count = help->count - help->cpus;
	bool good = true;
	char *name;

	while ((name = next_feature(&features))) {
		if (!is_among(name + 1, names, count)) {
			unknown("feature", name + 1, target->triple, names, count, sink);
			good = false;
		}
		free(name);
	}
	return good;
}

/* What is wrong with a target of which LLVM said `text`. */
static void explain(const struct target *target, const struct llvm_options *options,
	const char *text, struct diag_sink *sink)
{
	const char *features = options->features ? options->features : "";
	const char *cpu = options->cpu ? options->cpu : target->cpu;
	struct help help;
	bool known = true;

	help_init(&help, target);
	if (strcmp(cpu, "native") != 0 && help.cpus && !is_among(cpu, help.names, help.cpus)) {
		unknown("cpu", cpu, target->triple, help.names, help.cpus, sink);
		known = false;
	}
	if (help.count > help.cpus && !check_features(target, features, &help, sink))
		known = false;
	if (known)
		diag_world(sink, SPAN_NONE,
			"no code for the target %s with cpu '%s' and features '%s': LLVM: %.*s",
			target->triple, cpu, features, (int)strcspn(text, "\n"),
			*text ? text : "it failed");
	help_fini(&help);
}

bool probe_target(
	const struct target *target, const struct llvm_options *options, struct diag_sink *sink)
{
	bool fine = false;
	char *text;

	if (!check_syntax(target, options, sink))
		return false;
	text = ask(target, &fine);
	if (!text) {
		diag_world(sink, SPAN_NONE, "cannot start a process: %s", strerror(errno));
		return false;
	}
	if (!fine)
		explain(target, options, text, sink);
	free(text);
	return fine;
}
