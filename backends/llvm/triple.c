/*
 * The words of a triple. LLVM takes any: one that it does not know stands for no system at
 * all, which gives other code than what was meant.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/llvm/target.h"
#include "support/mem.h"

/* What systems and environments begin with, as LLVM 19 knows them; versions may follow. */
static const char *const systems[] = { "linux", "none", "unknown", "windows", "darwin", "macos",
	"ios", "tvos", "watchos", "xros", "visionos", "driverkit", "freebsd", "netbsd",
	"openbsd", "kfreebsd", "dragonfly", "solaris", "haiku", "hurd", "fuchsia", "rtems",
	"uefi", "aix", "hermit", "serenity", "liteos", "nacl", "wasi", "emscripten", NULL };
static const char *const environments[] = { "gnu", "musl", "eabi", "android", "ohos", "msvc",
	"itanium", "cygnus", "coreclr", "simulator", "macabi", "llvm", "unknown", "elf", "coff",
	"macho", NULL };

/* Those that stand where a triple has no system: else the word there was meant as one. */
static const char *const vendors[] = { "unknown", "pc", "apple", "ibm", "w64", "none", "scei",
	"sie", "fsl", "img", "mti", "suse", "oe", NULL };

static bool is_one_of(const char *word, size_t length, const char *const *names)
{
	for (; *names; names++)
		if (length >= strlen(*names) && !strncmp(word, *names, strlen(*names)))
			return true;
	return false;
}

/* Words 1, 2, ... behind the architecture; an empty one where there are fewer. */
static const char *word_of(const char *triple, int which, size_t *length)
{
	for (; which && *triple; which--) {
		triple += strcspn(triple, "-");
		triple += *triple == '-';
	}
	*length = strcspn(triple, "-");
	return triple;
}

/* The first word that is none of LLVM's where its place says that it should be, or NULL. */
static const char *odd_word(const char *triple, size_t *length)
{
	size_t of_system;
	const char *system = word_of(triple, 2, &of_system);
	const char *word = word_of(triple, 1, length);
	bool missing = !of_system || !strncmp(system, "unknown", of_system);

	if (missing && *length && !is_one_of(word, *length, vendors) &&
		!is_one_of(word, *length, systems))
		return word;
	*length = of_system;
	if (of_system && !is_one_of(system, of_system, systems) &&
		!is_one_of(system, of_system, environments))
		return system;
	word = word_of(triple, 3, length);
	return *length && !is_one_of(word, *length, environments) ? word : NULL;
}

void target_warn(const char *triple, struct diag_sink *sink)
{
	const char *names[sizeof systems / sizeof *systems +
		sizeof environments / sizeof *environments];
	const char *odd, *near;
	size_t length, count = 0;
	char *word;

	odd = odd_word(triple, &length);
	if (!odd)
		return;
	for (const char *const *name = systems; *name; name++)
		names[count++] = *name;
	for (const char *const *name = environments; *name; name++)
		names[count++] = *name;
	word = mem_string(odd, length);
	near = diag_nearest(word, names, count);
	diag_warn(sink, SPAN_NONE,
		"target %s: LLVM knows no system or environment '%s' and passes over it",
		triple, word);
	if (near)
		diag_note(sink, SPAN_NONE, "did you mean %s?", near);
	free(word);
}
