/*
 * Generators: the same bytes everywhere (golden digests), distinct points without
 * contradictions, the shapes that they promise, and their errors.
 */
#include "tests/frontend/data/request.h"

#include <math.h>

#include "frontend/data/generate.h"
#include "ir/level.h"

static void begin(struct request *request, const char *name)
{
	request_init(request, SOURCE_GENERATOR, name);
}

/* With real labels, in steps of 2^-10. */
static void begin_waves(struct request *request)
{
	begin(request, "waves");
	request->data.real = true;
	request->data.real_exponent = -10;
}

static void test_golden_waves(void **state)
{
	struct request r;

	(void)state;
	begin_waves(&r);
	request_succeeds(&r);
	assert_string_equal(r.set.sha256,
		"72dfe708c817fc6439df5b432940df3897c1623edc1dc6f9853c076df25e5b4d");
	request_fini(&r);
}

/* A label is off by a step at most, half of it from rounding. */
static void test_waves(void **state)
{
	struct request r;

	(void)state;
	begin_waves(&r);
	request_set(&r, "inputs", "3");
	request_set(&r, "turns", "5/2");
	request_set(&r, "scale", "1000");
	request_succeeds(&r);
	assert_int_equal(r.set.count, 1000);
	for (uint64_t i = 0; i < r.set.count; i++) {
		double mean = 0, value = ir_level_value(r.set.levels, (int32_t)r.set.labels[i]);
		for (uint32_t j = 0; j < 3; j++)
			mean += sin(M_PI * 2.5 * (double)request_cell(&r, i, j) / 1000) / 3;
		assert_true(fabs(value - mean) < 0x1p-11 + 1e-6);
	}
	request_fini(&r);
}

static void test_golden(void **state)
{
	static const struct {
		const char *name, *option, *value, *sha256;
	} cases[] = {
		{ "uniform", NULL, NULL,
			"e799252eb497d19b63dad8a2f14302e813a5ed3248d61fe55c9cfb1cd90c279d" },
		{ "uniform", "seed", "2",
			"8775eedffaea597a94b45c6d07cfe29084697adbb73ae4c120a0fc66c98c40df" },
		{ "blobs", NULL, NULL,
			"8a64f3b94c154ec6d3662d6551cc982a6de16f307bd8dc3aa126b98de57cbc9f" },
		{ "blobs", "inputs", "5",
			"cb7c16d1055a6cc2a0a1402b751aa33fa542cd038b9828f8c8da81c1dcf2f9e8" },
		{ "moons", NULL, NULL,
			"7833d3100cb9d5cf7bef888c061d1ec2026e9f3dfae3fa23fcb6063e5bd01cec" },
		{ "moons", "noise", "1/2",
			"53c52ef9b004dc506c7d51f3b2a6ae55e60c16656cc98af11df12c21b8e5d8c9" },
		{ "spirals", NULL, NULL,
			"b3ed81e7fd569dfc49aa18761999c06e2fb082158e7816914762ade6eb3934ae" },
		{ "spirals", "classes", "5",
			"7ddf1795ed843153d1347b6d7fe32f66e2999564cb029d70d8a9827abbb9345d" },
		{ "sphere", NULL, NULL,
			"81d2e162058a4f36660b30c805abeb4cf3bc58406c0d46a836a18528b2acc8aa" },
		{ "checkerboard", NULL, NULL,
			"3eed0c5e2f57c5b88b2ed6a96f144fa4a777fc4c743c561162681495a259c91a" },
		{ "parity", "inputs", "5",
			"b2ab73d8d987b0aa7a514fa7a8f774e2e85a6961cc069b9b13fdc0d6985d572a" },
		{ "parity", "n", "3",
			"057df306b55da65b89b69c73b306c4a605189d039d0b829e77348799f9bde87c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		begin(&r, cases[i].name);
		if (cases[i].option)
			request_set(&r, cases[i].option, cases[i].value);
		request_succeeds(&r);
		assert_int_equal(r.set.merged, 0);
		assert_string_equal(r.set.sha256, cases[i].sha256);
		request_fini(&r);
	}
}

static void test_uniform(void **state)
{
	struct request r;
	double sum = 0;
	unsigned counts[7] = { 0 };

	(void)state;
	begin(&r, "uniform");
	request_set(&r, "n", "7000");
	request_set(&r, "classes", "7");
	request_set(&r, "inputs", "3");
	request_set(&r, "lo", "-100000");
	request_set(&r, "hi", "99999");
	request_succeeds(&r);
	assert_int_equal(r.set.count, 7000);
	assert_int_equal(r.set.element, IR_INT32);
	for (uint64_t i = 0; i < 7000; i++) {
		counts[r.set.labels[i]]++;
		sum += (double)request_cell(&r, i, (uint32_t)i % 3);
	}
	assert_true(fabs(sum / 7000) < 4000); /* five deviations of the mean */
	for (unsigned i = 0; i < 7; i++)
		assert_in_range(counts[i], 850, 1150);
	assert_string_equal(r.set.class_names[6], "6");
	request_fini(&r);
}

/* Every point there is, by rejection. */
static void test_whole_space(void **state)
{
	static const struct {
		const char *name, *option, *value, *n;
	} cases[] = {
		{ "uniform", "hi", "-32737", "1024" },
		{ "sphere", "scale", "5", "1331" },
		{ "checkerboard", "scale", "10", "441" },
		{ "parity", "inputs", "9", "512" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		begin(&r, cases[i].name);
		request_set(&r, cases[i].option, cases[i].value);
		request_set(&r, "n", cases[i].n);
		request_succeeds(&r);
		assert_int_equal(r.set.count, atoi(cases[i].n));
		request_fini(&r);
	}
}

static void test_labels_follow_points(void **state)
{
	struct request r;
	unsigned outside = 0;

	(void)state;
	begin(&r, "sphere");
	request_set(&r, "inputs", "8");
	request_succeeds(&r);
	for (uint64_t i = 0; i < r.set.count; i++) {
		int64_t squares = 0, x;
		for (uint32_t j = 0; j < 8; j++) {
			x = request_cell(&r, i, j);
			assert_in_range(x + 10000, 0, 20000);
			squares += x * x;
		}
		assert_int_equal(r.set.labels[i], squares > 8 * 100000000ll / 3);
		outside += r.set.labels[i];
	}
	assert_in_range(outside, 400, 600);
	request_fini(&r);

	begin(&r, "checkerboard");
	request_set(&r, "squares", "3");
	request_succeeds(&r);
	for (uint64_t i = 0; i < r.set.count; i++) {
		int64_t x = (request_cell(&r, i, 0) + 10000) * 3 / 20001;
		int64_t y = (request_cell(&r, i, 1) + 10000) * 3 / 20001;
		assert_int_equal(r.set.labels[i], (x + y) % 2);
	}
	request_fini(&r);

	begin(&r, "parity");
	request_set(&r, "inputs", "63");
	request_set(&r, "n", "500");
	request_succeeds(&r);
	for (uint64_t i = 0; i < r.set.count; i++) {
		int64_t ones = 0;
		for (uint32_t j = 0; j < 63; j++)
			ones += request_cell(&r, i, j);
		assert_int_equal(r.set.labels[i], ones % 2);
	}
	request_fini(&r);
}

/* Without noise the points lie on the curves. */
static void test_curves(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "moons");
	request_set(&r, "noise", "0");
	request_succeeds(&r);
	for (uint64_t i = 0; i < r.set.count; i++) {
		double x = (double)request_cell(&r, i, 0) / 10000;
		double y = (double)request_cell(&r, i, 1) / 10000;
		if (r.set.labels[i]) {
			x = 1 - x;
			y = 0.5 - y;
		}
		assert_true(fabs(hypot(x, y) - 1) < 2e-4 && y > -1e-4);
		assert_int_equal(r.set.labels[i], i % 2);
	}
	request_fini(&r);

	begin(&r, "spirals");
	request_set(&r, "noise", "0");
	request_set(&r, "classes", "3");
	request_succeeds(&r);
	for (uint64_t i = 0; i < r.set.count; i++) {
		double x = (double)request_cell(&r, i, 0) / 10000;
		double y = (double)request_cell(&r, i, 1) / 10000;
		double turns = 1.5 * hypot(x, y) + r.set.labels[i] / 3.0 -
			atan2(y, x) / (2 * acos(-1.0));
		assert_true(fabs(turns - round(turns)) < 1e-3);
	}
	request_fini(&r);
}

/* Moments, and the tail beyond the ziggurat's last layer. */
static void test_normal(void **state)
{
	enum { COUNT = 2000000 };
	static struct normal normal;
	double sum = 0, squares = 0, fourths = 0;
	unsigned within = 0, tail = 0;
	struct rng rng;

	(void)state;
	normal_init(&normal);
	rng_init(&rng, 7);
	for (int i = 0; i < COUNT; i++) {
		double x = (double)normal_next(&normal, &rng) * 0x1p-40;
		sum += x;
		squares += x * x;
		fourths += x * x * x * x;
		within += fabs(x) < 1;
		tail += fabs(x) > 3.7;
	}
	assert_true(fabs(sum / COUNT) < 0.004);
	assert_true(fabs(squares / COUNT - 1) < 0.005);
	assert_true(fabs(fourths / COUNT - 3) < 0.04);
	assert_true(fabs((double)within / COUNT - 0.682689) < 0.002);
	assert_true(fabs((double)tail - COUNT * 2.156e-4) < 110); /* five deviations */
}

static void test_wave(void **state)
{
	static struct wave wave;

	(void)state;
	wave_init(&wave);
	for (uint64_t turn = 0; turn < (uint64_t)1 << 32; turn += 1234567) {
		double angle = (double)turn * 0x1p-31 * acos(-1.0);
		assert_true(fabs((double)wave_sine(&wave, (uint32_t)turn) * 0x1p-40 -
				    sin(angle)) < 4e-7);
		assert_true(fabs((double)wave_cosine(&wave, (uint32_t)turn) * 0x1p-40 -
				    cos(angle)) < 4e-7);
	}
	assert_true(wave_sine(&wave, 0x40000000) == (int64_t)1 << 40);
	assert_true(wave_cosine(&wave, 0x80000000) == -((int64_t)1 << 40));
	assert_true(wave_sine(&wave, 0) == 0 && wave_sine(&wave, 0x80000000) == 0);
}

/* Noise so great that classes overlap, on a grid so coarse that points collide. */
static void test_collisions(void **state)
{
	static const char *const names[] = { "blobs", "moons", "spirals" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct request r;
		begin(&r, names[i]);
		request_set(&r, "noise", "1");
		request_set(&r, "scale", "10");
		request_succeeds(&r);
		assert_int_equal(r.set.count, 1000);
		request_fini(&r);
	}
}

static void test_errors(void **state)
{
	static const struct {
		const char *name, *option, *value, *message;
	} cases[] = {
		{ "uniform", "hi", "-32769", "`hi` -32769 is below `lo` -32768" },
		{ "uniform", "hi", "-32760",
			"1000 different points are wanted; there are only 81" },
		{ "sphere", "scale", "2",
			"1000 different points are wanted; there are only 125" },
		{ "checkerboard", "scale", "2", "there are only 25" },
		{ "parity", "n", "5", "5 different points are wanted; there are only 4" },
		{ "parity", "inputs", "25", "all points of 25 bits are too many; give `n`" },
		{ "moons", "noise", "-1/10", "`noise` is a number from 0 to 10" },
		{ "moons", "noise", "101/10", "`noise` is a number from 0 to 10" },
		{ "spirals", "turns", "1001", "`turns` is a number from 0 to 1000" },
		{ "waves", "n", "7",
			"the labels of 'waves' are real: say `labels real precision 2^-10;`" },
		{ "moons", "scale", "1", "different points were found, 1000 are wanted" },
		{ "blobs", "scale", "1", "give a greater scale or more noise" },
		{ "spirals", "scale", "1", "give a greater scale or more noise" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		begin(&r, cases[i].name);
		request_set(&r, cases[i].option, cases[i].value);
		request_fails(&r, 1, cases[i].message);
		request_fini(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_golden_waves),
		cmocka_unit_test(test_waves),
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_whole_space),
		cmocka_unit_test(test_labels_follow_points),
		cmocka_unit_test(test_curves),
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_wave),
		cmocka_unit_test(test_collisions),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
