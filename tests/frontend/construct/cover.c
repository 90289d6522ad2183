/*
 * cover: on the whole domain the answer is the last class of which a box of the greedy net
 * holds the point, and the network has one neuron for each bound, box and class.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/interp.h"
#include "ir/verify.h"
#include "tests/frontend/construct/fixture.h"

/* The net as the theorem has it, by all pairs. */
struct net {
	uint64_t points[BOX * BOX];
	uint32_t count;
	int64_t radius;
};

static int64_t distance(const struct dataset *dataset, uint64_t i, const int64_t *from)
{
	int64_t point[2], most = 0;

	dataset_point(dataset, i, point);
	for (int k = 0; k < 2; k++) {
		int64_t apart = point[k] > from[k] ? point[k] - from[k] : from[k] - point[k];
		most = apart > most ? apart : most;
	}
	return most;
}

static int64_t separation(const struct dataset *dataset)
{
	int64_t point[2], least = INT64_MAX;

	for (uint64_t i = 0; i < dataset->count; i++)
		for (uint64_t j = 0; j < i; j++) {
			dataset_point(dataset, i, point);
			if (dataset->labels[i] != dataset->labels[j] &&
				distance(dataset, j, point) < least)
				least = distance(dataset, j, point);
		}
	return least;
}

/* The last class of which a box holds the point, or `first`. */
static uint32_t answer(
	const struct fixture *f, const struct net *net, const int64_t *point, uint32_t first)
{
	uint32_t best = first;

	for (uint32_t i = 0; i < net->count; i++)
		if (distance(&f->dataset, net->points[i], point) <= net->radius &&
			f->labels[net->points[i]] > best)
			best = f->labels[net->points[i]];
	return best;
}

static uint32_t first_class(const struct dataset *dataset)
{
	uint32_t first = UINT32_MAX;

	for (uint64_t i = 0; i < dataset->count; i++)
		first = dataset->labels[i] < first ? dataset->labels[i] : first;
	return first;
}

static void find_net(const struct fixture *f, struct net *net)
{
	uint32_t first = first_class(&f->dataset);
	int64_t point[2];

	*net = (struct net){ .radius = separation(&f->dataset) - 1 };
	for (uint64_t i = 0; i < f->dataset.count; i++) {
		dataset_point(&f->dataset, i, point);
		if (f->labels[i] != first && answer(f, net, point, first) != f->labels[i])
			net->points[net->count++] = i;
	}
}

static void assert_right(const struct fixture *f)
{
	struct ir_interp *interp = ir_interp_new(&f->module);
	uint32_t first = first_class(&f->dataset);
	int64_t point[2], lo = f->features[0].lo, hi = f->features[0].hi;
	struct net net;

	find_net(f, &net);
	assert_int_equal(parameter(f, "K"), net.count);
	assert_int_equal(parameter(f, "h"), net.radius);
	for (uint64_t i = 0; i < f->dataset.count; i++) {
		dataset_point(&f->dataset, i, point);
		assert_int_equal(ir_interp_classify(interp, point), f->labels[i]);
	}
	for (point[0] = lo; point[0] <= hi; point[0]++)
		for (point[1] = lo; point[1] <= hi; point[1]++)
			assert_int_equal(ir_interp_classify(interp, point),
				answer(f, &net, point, first));
	ir_interp_free(interp);
}

/* The domain moves below zero. */
static void shift(struct fixture *f)
{
	for (uint64_t i = 0; i < 2 * f->dataset.count; i++)
		f->cells[i] = (uint8_t)(f->cells[i] - BOX / 2);
	f->dataset.cell = CELL_I8;
	f->dataset.element = IR_INT8;
	f->features[0] = f->features[1] = (struct ir_feature)IR_FEATURE(-BOX / 2, BOX / 2 - 1);
}

/* Each quarter of the box has one class and leaves `gap` columns and rows free. */
static void separate(struct fixture *f, int gap)
{
	const int half = BOX / 2;

	for (uint64_t i = 0; i < f->dataset.count; i++) {
		uint8_t *cells = f->cells + 2 * i;
		uint32_t quarter = 0;
		for (int k = 0; k < 2; k++) {
			int at = cells[k] / half;
			quarter = 2 * quarter + (uint32_t)at;
			cells[k] = (uint8_t)(at * half + cells[k] % half * (half - gap) / half);
		}
		f->labels[i] = quarter % f->dataset.classes;
	}
}

static void separated_classes(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 24; seed++) {
		uint32_t classes = 2 + (uint32_t)seed % 3;
		struct fixture f;
		prepare(&f, "cover", seed, 30 + 12 * seed, classes);
		separate(&f, (int)seed % 12 + 1);
		if (seed % 2)
			shift(&f);
		assert_true(construct(&f));
		assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
		assert_int_equal(f.report.values[4], classes);
		assert_right(&f);
		end(&f);
	}
}

/* Boxes of one point each, which a warning says. */
static void touching_classes(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct fixture f;
		prepare(&f, "cover", seed, 40 * seed, 2 + (uint32_t)seed % 5);
		if (seed % 2)
			shift(&f);
		assert_true(construct(&f));
		assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
		assert_int_equal(f.sink.first != NULL, parameter(&f, "h") == 0);
		assert_int_equal(diag_count(&f.sink), 0);
		assert_right(&f);
		end(&f);
	}
}

/* More points of the same quarters: the net only shrinks to what the radius forces. */
static void size_does_not_follow_the_points(void **state)
{
	uint64_t least = UINT64_MAX, most = 0;

	(void)state;
	for (uint64_t count = 400; count <= 1600; count += 400) {
		struct fixture f;
		uint64_t parameters;
		prepare(&f, "cover", 7, count, 4);
		separate(&f, 10);
		assert_true(construct(&f));
		parameters = ir_measure(&f.module).parameters;
		least = parameters < least ? parameters : least;
		most = parameters > most ? parameters : most;
		end(&f);
	}
	assert_true(most < 2 * least);
}

/* Class 1 of three has no point: it is never the answer. */
static void a_class_may_have_no_points(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "cover", 3, 60, 3);
	separate(&f, 4);
	for (uint64_t i = 0; i < f.dataset.count; i++)
		if (f.labels[i] == 1)
			f.labels[i] = 2;
	assert_true(construct(&f));
	assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
	assert_int_equal(parameter(&f, "G"), 2);
	assert_right(&f);
	end(&f);
}

static void one_class_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "cover", 1, 20, 1);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
	prepare(&f, "cover", 1, 20, 2);
	for (uint64_t i = 0; i < f.dataset.count; i++)
		f.labels[i] = 1;
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(separated_classes),
		cmocka_unit_test(touching_classes),
		cmocka_unit_test(size_does_not_follow_the_points),
		cmocka_unit_test(a_class_may_have_no_points),
		cmocka_unit_test(one_class_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
