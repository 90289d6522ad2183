#include "backends/c/c.h"

#include <string.h>

/* Of C17, C23 and C++20, with the alternative tokens. */
static const char *const keywords[] = { "alignas", "alignof", "and", "and_eq", "asm", "auto",
	"bitand", "bitor", "bool", "break", "case", "catch", "char", "char16_t", "char32_t",
	"char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
	"const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default",
	"delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "export",
	"extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long",
	"mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or",
	"or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires",
	"restrict", "return", "short", "signed", "sizeof", "static", "static_assert",
	"static_cast", "struct", "switch", "template", "this", "thread_local", "throw", "true",
	"try", "typedef", "typeid", "typename", "typeof", "typeof_unqual", "union", "unsigned",
	"using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq" };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool c_prefix_is_valid(const char *prefix)
{
	if (!is_letter(prefix[0]))
		return false;
	for (const char *at = prefix; *at; at++)
		if (!is_letter(*at) && !(*at >= '0' && *at <= '9'))
			return false;
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (!strcmp(prefix, keywords[i]))
			return false;
	return true;
}
