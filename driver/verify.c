/*
 * memc verify: the exact interpreter and the compiled C on stored points and probes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "driver/classify.h"
#include "driver/native.h"
#include "driver/probe.h"
#include "driver/spread.h"
#include "driver/target.h"
#include "ir/measure.h"
#include "support/mem.h"

enum { PROBES = 10000 };

/* About how long each part of a verification without --full may take, in seconds. */
static const double interpreter_seconds = 20, native_seconds = 600;

struct check {
	struct target *target;
	struct native *native;
	struct dataset shape; /* inputs, features and element of the module, for raw rows */
	const struct probes *probes;
	struct spread spread;
	int64_t *point; /* scratch */
	uint64_t points, differences;
};

enum { SHOWN = 10 };

static void report_difference(
	struct check *check, const char *what, uint64_t row, int32_t expected, int32_t found)
{
	if (check->differences++ < SHOWN)
		diag_error(&check->target->session->sink, SPAN_NONE,
			"%s %llu: expected class %d, found %d", what, (unsigned long long)row,
			expected, found);
}

static void classify_probe(const void *context, uint64_t i, int64_t *point)
{
	probe_point(context, i, point);
}

static void probe_row(const void *context, uint64_t i, unsigned char *bytes)
{
	const struct check *check = context;

	probe_point(check->probes, i, check->point);
	dataset_raw(&check->shape, check->point, bytes);
}

static void spread_row(const void *context, uint64_t i, unsigned char *bytes)
{
	const struct check *check = context;

	dataset_point(check->spread.dataset, spread_index(&check->spread, i), check->point);
	dataset_raw(&check->shape, check->point, bytes);
}

static size_t row_bytes(const struct check *check)
{
	return (size_t)check->shape.inputs * ir_element_bytes(check->shape.element);
}

static void check_probes(struct check *check)
{
	const struct target *target = check->target;
	uint64_t count = check->probes->count, known = 0;
	int32_t *exact = mem_alloc(count, sizeof *exact),
		*found = mem_alloc(count, sizeof *found);

	classify_points(&target->module, classify_probe, check->probes, count, exact,
		&target->session->progress);
	if (native_classify(check->native, probe_row, check, row_bytes(check), count, found)) {
		for (uint64_t i = 0; i < count; i++) {
			known += exact[i] >= 0;
			if (exact[i] != found[i])
				report_difference(check, "the compiled C on probe", i, exact[i],
					found[i]);
		}
		session_clear_line(target->session);
		printf("probes: %llu, interpreter and compiled C; %llu project to a stored "
		       "point\n",
			(unsigned long long)count, (unsigned long long)known);
	}
	free(exact);
	free(found);
}

static const char *sample_text(struct check *check, uint64_t count)
{
	const struct dataset *dataset = &check->target->dataset;

	if (count == dataset->count)
		return arena_printf(&check->target->session->arena, "all %llu stored points",
			(unsigned long long)count);
	return arena_printf(&check->target->session->arena,
		"%llu of %llu stored points (every %.4gth; --full takes all)",
		(unsigned long long)count, (unsigned long long)dataset->count,
		(double)dataset->count / (double)count);
}

static void check_interpreter(struct check *check)
{
	struct target *target = check->target;
	const struct dataset *dataset = &target->dataset;
	struct spread spread = { dataset,
		target->options->full ? dataset->count
				      : target_sample(target, interpreter_seconds) };
	uint64_t wrong = spread_wrong(&spread, &target->module, &target->session->progress);

	session_clear_line(target->session);
	printf("interpreter: %s, %llu wrong\n", sample_text(check, spread.count),
		(unsigned long long)wrong);
	check->differences += wrong;
	if (wrong)
		diag_error(&target->session->sink, target->network->span,
			"the network gives %llu of %llu points another class",
			(unsigned long long)wrong, (unsigned long long)spread.count);
}

static void check_native(struct check *check)
{
	struct target *target = check->target;
	const struct dataset *dataset = &target->dataset;
	int32_t *found;
	uint64_t wrong = 0;

	check->spread = (struct spread){ dataset,
		target->options->full ? dataset->count
				      : target_sample(target, native_seconds) };
	found = mem_alloc(check->spread.count, sizeof *found);
	if (native_classify(check->native, spread_row, check, row_bytes(check),
		    check->spread.count, found)) {
		for (uint64_t i = 0; i < check->spread.count; i++) {
			uint64_t point = spread_index(&check->spread, i);
			if (found[i] == (int32_t)dataset->labels[point])
				continue;
			wrong++;
			report_difference(check, "the compiled C on the point of row",
				dataset->rows[point], (int32_t)dataset->labels[point],
				found[i]);
		}
		session_clear_line(target->session);
		printf("compiled C: %s, %llu wrong\n", sample_text(check, check->spread.count),
			(unsigned long long)wrong);
		target_expect(target, dataset->count - wrong);
	}
	check->points = check->spread.count;
	free(found);
}

static void verify_target(struct target *target)
{
	struct session *session = target->session;
	struct probes probes = { &target->module, target->has_dataset ? &target->dataset : NULL,
		PROBES };
	struct check check = {
		.target = target,
		.shape = { .inputs = target->module.input_count,
			.features = target->module.features,
			.element = target->module.element },
		.probes = &probes,
		.point = mem_alloc(target->module.input_count, sizeof *check.point),
	};

	check.native = native_new(session, &target->module);
	session_phase(session, "compile C");
	if (check.native) {
		if (target->has_dataset) {
			check_interpreter(&check);
			session_phase(session, "interpreter");
			check_native(&check);
			session_phase(session, "compiled C");
		}
		check_probes(&check);
		session_phase(session, "probes");
	}
	if (diag_count(&session->sink) == 0)
		printf("verified: %llu points, %llu probes, %llu differences\n",
			(unsigned long long)check.points, (unsigned long long)probes.count,
			(unsigned long long)check.differences);
	native_free(check.native);
	free(check.point);
}

/* All networks of a spec, unless --network chooses one; a .mir file holds one. */
int verify_command(struct session *session, const struct options *options)
{
	struct target target;
	uint32_t only;
	bool good = target_open(&target, session, options);

	if (good && !target.has_spec) {
		verify_target(&target);
	} else if (good && (options->network || target.spec.network_count <= 1)) {
		if (target_pick(&target, &only) && target_build(&target, only))
			verify_target(&target);
	} else if (good) {
		for (uint32_t i = 0; i < target.spec.network_count; i++) {
			if (!target_build(&target, i))
				break;
			printf("network %s\n", target.network->name);
			verify_target(&target);
		}
	}
	target_fini(&target);
	return 0;
}
