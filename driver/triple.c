#include "driver/triple.h"

#include <string.h>

/* What begins with the first word is served by compilers called by the second. */
static const char *const architectures[][2] = {
	{ "amd64", "x86_64" },
	{ "arm64", "aarch64" },
	{ "armv", "arm" },
	{ "thumbv", "arm" },
	{ "i386", "i686" },
	{ "i486", "i686" },
	{ "i586", "i686" },
	{ "ppc64le", "powerpc64le" },
	{ "ppc64", "powerpc64" },
	{ "ppc", "powerpc" },
};

static const char *usual_architecture(const char *name)
{
	for (size_t i = 0; i < sizeof architectures / sizeof *architectures; i++)
		if (!strncmp(name, architectures[i][0], strlen(architectures[i][0])))
			return architectures[i][1];
	return name;
}

static bool is_vendor(const char *word)
{
	return !strcmp(word, "unknown") || !strcmp(word, "pc");
}

const char *triple_usual(const char *triple, struct arena *arena)
{
	enum { MOST = 4 };
	char *text = arena_printf(arena, "%s", triple), *words[MOST] = { NULL };
	const char *environment;
	int count = 0, system;

	for (char *at = text; at && count < MOST; count++) {
		words[count] = at;
		at = strchr(at, '-');
		if (at)
			*at++ = 0;
	}
	system = count == MOST || (count > 2 && is_vendor(words[1])) ? 2 : 1;
	if (system >= count)
		return triple;
	environment = system + 1 < count          ? words[system + 1]
		: !strcmp(words[system], "linux") ? "gnu"
						  : NULL;
	return arena_printf(arena, "%s-%s%s%s", usual_architecture(words[0]), words[system],
		environment ? "-" : "", environment ? environment : "");
}

bool triple_has_system(const char *usual)
{
	return strstr(usual, "-linux") != NULL;
}
