/*
 * memc opt: exactly the passes that the command line names, on a network as text.
 */
#include "driver/optimize.h"
#include "driver/target.h"
#include "ir/text.h"
#include "support/output.h"

static bool run_passes(struct target *target)
{
	const struct options *options = target->options;
	struct session *session = target->session;
	const struct pass **list =
		arena_alloc(&session->arena, options->pass_count + 1, sizeof(struct pass *));
	struct output out;

	for (size_t i = 0; i < options->pass_count; i++)
		list[i] = options->passes[i];
	list[options->pass_count] = NULL;
	optimize(session, options, &target->module, list, "opt", NULL);
	if (!output_open(&out, options->output ? options->output : "-", 0666, session->outputs,
		    &session->sink))
		return false;
	ir_print(&target->module, &out);
	if (!output_commit(&out, &session->sink))
		return false;
	session_phase(session, "print");
	return true;
}

int opt_command(struct session *session, const struct options *options)
{
	struct target target;

	if (target_open_network(&target, session, options))
		run_passes(&target);
	target_fini(&target);
	return 0;
}
