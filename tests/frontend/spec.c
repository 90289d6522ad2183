/* What a spec says once it is checked: values, scopes, -D, includes, expectations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/construct/construct.h"
#include "frontend/data/source.h"
#include "frontend/spec.h"

struct fixture {
	struct spec spec;
	struct diag_sink sink;
};

/* Tests run in a folder of their own. */
static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void load(struct fixture *fixture, const char *text, const struct spec_define *defines,
	size_t define_count)
{
	write_file("test.mem", text);
	diag_init(&fixture->sink);
	if (!spec_load(&fixture->spec, "test.mem", defines, define_count, &fixture->sink)) {
		diag_print(&fixture->sink, stderr);
		fail();
	}
}

static void end(struct fixture *fixture)
{
	spec_fini(&fixture->spec);
	diag_fini(&fixture->sink);
}

static const struct option_value *option(
	const struct dataset_request *request, const char *name)
{
	for (size_t i = 0; i < request->source->option_count; i++)
		if (!strcmp(request->source->options[i].name, name))
			return &request->options[i];
	fail();
	return NULL;
}

static void datasets_say_all(void **state)
{
	struct fixture f;
	const struct dataset_request *request;

	(void)state;
	load(&f,
		"dataset a { format csv { label = -1; delimiter = \";\"; } inputs "
		"\"x/a.csv\";\n"
		"classes \"p\", \"q\"; classes only \"q\", 7; limit 10; limit per class 5;\n"
		"split drop 4/5 { seed = 3; } shuffle labels { seed = 4; } range -1/2 .. 10;\n"
		"step 1/10; offset 0.5; }",
		NULL, 0);
	assert_int_equal(f.spec.dataset_count, 1);
	request = &f.spec.datasets[0];
	assert_string_equal(request->source->name, "csv");
	assert_string_equal(request->inputs, "x/a.csv");
	assert_int_equal(option(request, "label")->count, -1);
	assert_string_equal(option(request, "delimiter")->text, ";");
	assert_true(option(request, "header")->set);
	assert_int_equal(option(request, "header")->span.source, 0);
	assert_int_equal(request->class_name_count, 2);
	assert_string_equal(request->class_names[1], "q");
	assert_int_equal(request->only_count, 2);
	assert_string_equal(request->only[1], "7");
	assert_int_equal(request->limit, 10);
	assert_int_equal(request->limit_per_class, 5);
	assert_true(request->split && request->split_drop);
	assert_int_equal(request->split_part.num, 4);
	assert_int_equal(request->split_part.den, 5);
	assert_int_equal(request->split_seed, 3);
	assert_true(request->shuffle_labels);
	assert_int_equal(request->shuffle_seed, 4);
	assert_true(request->has_range && request->has_step && request->has_offset);
	assert_int_equal(request->range_lo.num, -1);
	assert_int_equal(request->range_lo.den, 2);
	assert_int_equal(request->step.den, 10);
	assert_int_equal(request->offset.den, 2);
	end(&f);
}

static void points_are_decimals(void **state)
{
	struct fixture f;
	const struct inline_point *points;

	(void)state;
	load(&f,
		"param h = 1/2; dataset a { points { (-0.25, 2 * h) -> 7; (10^3, h) -> \"x\"; "
		"} }",
		NULL, 0);
	points = f.spec.datasets[0].points;
	assert_int_equal(f.spec.datasets[0].point_count, 2);
	assert_int_equal(points[0].coordinates[0].mantissa, -25);
	assert_int_equal(points[0].coordinates[0].digits, 2);
	assert_int_equal(points[0].coordinates[1].mantissa, 1);
	assert_int_equal(points[0].coordinates[1].digits, 0);
	assert_string_equal(points[0].label, "7");
	assert_int_equal(points[1].coordinates[0].mantissa, 1000);
	assert_int_equal(points[1].coordinates[1].mantissa, 5);
	assert_string_equal(points[1].label, "x");
	end(&f);
}

static void defines_replace_params(void **state)
{
	static const struct spec_define defines[] = { { "n", "1" }, { "n", "2^4 - 1" },
		{ "root", "/a b/${c}" }, { "extractor", "peel" } };
	static const char text[] =
		"param n = 3; param m = 2 * n; param root = \"here\"; param extractor = tent;\n"
		"dataset a { generate moons { n = m; } classes \"${root}\", \"${n}\", "
		"\"${extractor}\"; }\n"
		"network w { memorize a; construct sqrt { extractor = extractor; } }";
	struct option_value values[16];
	struct fixture f;

	(void)state;
	load(&f, text, defines, 4);
	assert_int_equal(option(&f.spec.datasets[0], "n")->count, 30);
	assert_string_equal(f.spec.datasets[0].class_names[0], "/a b/${c}");
	assert_string_equal(f.spec.datasets[0].class_names[1], "15");
	assert_string_equal(f.spec.datasets[0].class_names[2], "peel");
	assert_true(spec_options(&f.spec, f.spec.networks[0].construct_clause,
		f.spec.networks[0].construct->options,
		f.spec.networks[0].construct->option_count, &(struct spec_scope){ 10, 2, 2 },
		values, &f.sink));
	assert_string_equal(f.spec.networks[0].construct->options[0].name, "extractor");
	assert_int_equal(values[0].count, 1);
	end(&f);
}

/* The option of a name among the values of a network's construction. */
static int64_t construct_option(
	struct fixture *f, const char *name, const struct spec_scope *scope)
{
	const struct construct *construct = f->spec.networks[0].construct;
	struct option_value values[16];

	assert_true(construct->option_count <= 16);
	assert_true(spec_options(&f->spec, f->spec.networks[0].construct_clause,
		construct->options, construct->option_count, scope, values, &f->sink));
	for (size_t i = 0; i < construct->option_count; i++)
		if (!strcmp(construct->options[i].name, name))
			return values[i].set ? values[i].count : -1;
	fail();
	return 0;
}

static void networks_know_their_data(void **state)
{
	static const struct spec_scope scope = { 60000, 784, 10 };
	struct fixture f;

	(void)state;
	/* A param called N is another one: the inner name counts. */
	load(&f,
		"param N = 5; param k = 2; dataset a { generate moons { n = N; } }\n"
		"network w { memorize a; construct sqrt { bucket = k * ceil(sqrt(N / "
		"log2(N))); } }",
		NULL, 0);
	assert_int_equal(option(&f.spec.datasets[0], "n")->count, 5);
	assert_int_equal(construct_option(&f, "bucket", &scope), 124);
	end(&f);
	load(&f, "dataset a { generate moons; } network w { memorize a; construct sqrt; }",
		NULL, 0);
	assert_int_equal(construct_option(&f, "bucket", &scope), -1);
	assert_int_equal(construct_option(&f, "buckets", &scope), 976);
	end(&f);
}

static void bounds_hold_of_what_data_says(void **state)
{
	static const struct spec_scope scope = { 4, 2, 2 };
	struct option_value values[16];
	struct fixture f;

	(void)state;
	load(&f,
		"dataset a { generate moons; }\n"
		"network w { memorize a; construct sqrt { bucket = N - 4; } }",
		NULL, 0);
	assert_false(spec_options(&f.spec, f.spec.networks[0].construct_clause,
		f.spec.networks[0].construct->options,
		f.spec.networks[0].construct->option_count, &scope, values, &f.sink));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

static void expectations_are_compared_exactly(void **state)
{
	static const struct spec_scope scope = { 100, 2, 3 };
	static const struct spec_measure measures[] = { { "memorized", 99 }, { "width", 12 },
		{ "total_bits", UINT64_MAX } };
	static const bool holds[] = { false, true, true, true, false, true, true, false,
		false };
	struct fixture f;

	(void)state;
	load(&f,
		"dataset a { generate moons; } network w { memorize a; construct sqrt; }\n"
		"expect w { memorized == N; memorized == N - 1; memorized != N; width <= 12;\n"
		"width < 12; total_bits == 2^64 - 1; d * C >= 6; C > 3; depth <= 3; }",
		NULL, 0);
	assert_int_equal(f.spec.expect_count, 9);
	for (uint32_t i = 0; i < 9; i++)
		assert_int_equal(spec_expectation(&f.spec, &f.spec.expects[i], &scope, measures,
					 3, &f.sink),
			holds[i]);
	assert_int_equal(f.sink.spec_errors, 4); /* depth was not measured */
	end(&f);
}

static void items_stand_in_any_order(void **state)
{
	struct fixture f;

	(void)state;
	load(&f,
		"emit w { c \"w.c\"; ir \"w.mir\"; } expect w { width <= 12; }\n"
		"network w { project random { seed = 2; } construct sqrt; memorize b; }\n"
		"dataset a { generate moons; } dataset b { generate spirals; }",
		NULL, 0);
	assert_string_equal(f.spec.networks[0].dataset, "b");
	assert_int_equal(f.spec.networks[0].dataset_index, 1);
	assert_int_equal(f.spec.emit_count, 2);
	assert_string_equal(f.spec.emits[1].kind, "ir");
	assert_string_equal(f.spec.emits[1].path, "w.mir");
	assert_int_equal(f.spec.emits[0].network_index, 0);
	assert_non_null(f.spec.networks[0].project_clause);
	end(&f);
}

static void included_paths_start_from_their_file(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(system("mkdir -p sub/data"), 0);
	write_file("sub/data.mem",
		"param base = \"data\"; dataset a { format csv; inputs \"${base}/a.csv\"; }\n"
		"include \"again.mem\";");
	write_file("sub/again.mem", "param twice = 1;");
	load(&f,
		"include \"sub/data.mem\"; include \"./sub/again.mem\";\n"
		"dataset b { format csv; inputs \"${base}/b.csv\"; limit twice; }\n"
		"dataset c { format csv; inputs \"/c.csv\"; }",
		NULL, 0);
	assert_string_equal(f.spec.datasets[0].inputs, "sub/data/a.csv");
	assert_string_equal(f.spec.datasets[1].inputs, "data/b.csv");
	assert_string_equal(f.spec.datasets[2].inputs, "/c.csv");
	assert_int_equal(f.spec.file_count, 3); /* again.mem was read twice, but is one file */
	assert_string_equal(f.spec.files[0], "test.mem");
	assert_string_equal(f.spec.files[2], "sub/again.mem");
	end(&f);
}

/* The hash of a text, with perhaps a value for n. */
static void hash(char sha256[65], const char *text, const char *n)
{
	struct spec_define define = { "n", n };
	struct fixture f;

	load(&f, text, &define, n ? 1 : 0);
	memcpy(sha256, f.spec.sha256, 65);
	end(&f);
}

static void hashes_tell_specs_apart(void **state)
{
	char one[65], other[65];

	(void)state;
	hash(one, "param n = 1;", NULL);
	hash(other, "param n = 1;", NULL);
	assert_string_equal(one, other);
	hash(other, "param n = 2;", NULL);
	assert_string_not_equal(one, other);
	hash(other, "param n = 1;", "1");
	assert_string_not_equal(one, other);
	hash(one, "param n = 1;", "2");
	assert_string_not_equal(one, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datasets_say_all),
		cmocka_unit_test(points_are_decimals),
		cmocka_unit_test(defines_replace_params),
		cmocka_unit_test(networks_know_their_data),
		cmocka_unit_test(bounds_hold_of_what_data_says),
		cmocka_unit_test(expectations_are_compared_exactly),
		cmocka_unit_test(items_stand_in_any_order),
		cmocka_unit_test(included_paths_start_from_their_file),
		cmocka_unit_test(hashes_tell_specs_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
