/*
 * Private to the reader of networks in JSON: values of the file, and the ways to them.
 *
 * The first fault ends a reading, as it does in the text form's parser: a part that meets one
 * says so by reader_fail() and returns anything; nothing after it reports any more.
 */
#ifndef BACKENDS_REPORT_READER_H
#define BACKENDS_REPORT_READER_H

#include <jansson.h>

#include "ir/ir.h"
#include "support/diag.h"

struct reader {
	const char *path;
	struct diag_sink *sink;
	struct ir_module *module;
	json_t *values;        /* handles of those that are defined, by name */
	struct ir_term *terms; /* of the newest form */
	size_t term_count, term_room;
	bool failed;
};

/* A value of the file, where the path to it ends: layers[3].neurons[7].bias */
struct cursor {
	const struct cursor *up; /* NULL: the whole file */
	const char *member;      /* of an object; NULL: an element of an array */
	size_t index;
	json_t *value; /* borrowed; NULL: there is none */
};

/* "net.json: error: layers[3].neurons[7]: ..." */
void reader_fail(struct reader *reader, const struct cursor *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, "expected ..., found ...". */
void reader_expected(struct reader *reader, const struct cursor *at, const char *what);

/* Whether the value is an object, none of whose members is unknown; NULL ends the names. */
bool reader_object(struct reader *reader, const struct cursor *at, const char *const *names);

/* A member that has to be there; one that need not, whose value is NULL then, as if null. */
struct cursor reader_member(struct reader *reader, const struct cursor *at, const char *name);
struct cursor reader_optional(const struct cursor *at, const char *name);

/* The elements of an array, `what` says of what; 0 if it is none. */
size_t reader_array(struct reader *reader, const struct cursor *at, const char *what);
struct cursor reader_element(const struct cursor *at, size_t index);

/* "" if it is no string. */
const char *reader_text(struct reader *reader, const struct cursor *at, const char *what);

int64_t reader_integer(struct reader *reader, const struct cursor *at, int64_t least,
	int64_t most, const char *what);

/* "1/10", and any integer but as JSON has it, too. */
struct ir_ratio reader_ratio(
	struct reader *reader, const struct cursor *at, bool positive, const char *what);

/* A dyadic number in `pool`, at most as long as the text form has them. */
num reader_number(struct reader *reader, const struct cursor *at, struct num_pool *pool,
	const char *what);

/* The same in the module's pool, a weight or another constant. */
num reader_constant(struct reader *reader, const struct cursor *at);

/* A value that is defined above; gives an operation's value its name. */
ir_value reader_value(struct reader *reader, const struct cursor *at);
void reader_define(struct reader *reader, const struct cursor *at, ir_value value);

/*
 * An affine form that reads values first..end-1: its terms in reader->terms, in order;
 * returns the bias. The members of an object that has one.
 */
struct scope {
	uint32_t first, end;
};
num reader_form(struct reader *reader, const struct cursor *at, struct scope scope);
extern const char *const reader_form_members[];

/* Behind the head: tables and operations of a fused module, layers of a network. */
void reader_fused(struct reader *reader, const struct cursor *file);
void reader_layers(struct reader *reader, const struct cursor *file);
void reader_output(struct reader *reader, const struct cursor *file);

#endif
