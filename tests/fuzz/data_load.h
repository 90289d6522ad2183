/*
 * What the fuzzers of the data readers share: bytes become a file, the file a data set, and
 * a data set that loads keeps all that its header promises.
 *
 * The first byte of an input chooses the settings, so that corpora stay readable files
 * behind it.
 */
#ifndef TESTS_FUZZ_DATA_LOAD_H
#define TESTS_FUZZ_DATA_LOAD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frontend/data/source.h"
#include "support/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_file {
	int fd;
	char path[64];
};

static inline struct fuzz_file fuzz_file(const uint8_t *data, size_t size)
{
	struct fuzz_file file = { .fd = memfd_create("fuzz", 0) };

	if (file.fd < 0 || (size && write(file.fd, data, size) != (ssize_t)size))
		panic("memfd");
	snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
	return file;
}

/* The raw features that stand for a stored point map back to it. */
static inline void fuzz_check_raw(
	const struct dataset *set, const int64_t *point, unsigned char *raw)
{
	uint32_t size = ir_element_bytes(set->element);

	dataset_raw(set, point, raw);
	for (uint32_t j = 0; j < set->inputs; j++) {
		const unsigned char *at = raw + (size_t)j * size;
		unsigned shift = 64 - 8 * size;
		uint64_t bits = 0;
		int64_t grid;
		bool ok;

		for (uint32_t k = size; k-- > 0;)
			bits = bits << 8 | at[k];
		if (ir_element_is_float(set->element)) {
			uint32_t low = (uint32_t)bits;
			float narrow;
			double wide;
			memcpy(&narrow, &low, sizeof narrow);
			memcpy(&wide, &bits, sizeof wide);
			ok = ir_feature_grid_double(&set->features[j],
				size == sizeof narrow ? (double)narrow : wide, &grid);
		} else {
			int64_t x = ir_element_min(set->element) < 0
				? (int64_t)(bits << shift) >> shift
				: (int64_t)bits;
			ok = ir_feature_grid_int(&set->features[j], x, &grid);
		}
		if (!ok || grid != point[j])
			panic("feature %u: %lld is read as %lld", j, (long long)point[j],
				(long long)grid);
	}
}

static inline void fuzz_check(const struct dataset *set)
{
	int64_t *point = mem_alloc(set->inputs, sizeof *point);
	unsigned char *raw = mem_alloc(set->inputs, 8);

	if (!set->count || !set->inputs || !set->classes || strlen(set->sha256) != 64 ||
		set->rows_kept - set->merged != set->count || set->rows_kept > set->rows_read)
		panic("a data set without points, or with wrong counts");
	for (uint64_t i = 0; i < set->count; i++) {
		if (set->labels[i] >= set->classes || !set->rows[i] ||
			set->rows[i] > set->rows_read)
			panic("point %llu has no class or row", (unsigned long long)i);
		dataset_point(set, i, point);
		for (uint32_t j = 0; j < set->inputs; j++)
			if (point[j] < set->features[j].lo || point[j] > set->features[j].hi)
				panic("a point outside its feature's range");
		if (i < 16 && i * set->inputs < 100000)
			fuzz_check_raw(set, point, raw);
	}
	free(raw);
	free(point);
}

/* Loads with two bits of settings for mapping and labels; the rest is the reader's. */
static inline void fuzz_load(const char *name, const char *inputs, const char *labels,
	const struct option_value *options, unsigned mapping)
{
	struct dataset_request request = {
		.name = "fuzz",
		.source = source_find(SOURCE_FORMAT, name),
		.options = options,
		.inputs = inputs,
		.labels = labels,
		.has_step = mapping & 1,
		.step = { 1, 10 },
		.has_offset = (mapping & 3) == 3,
		.offset = { 1, 3 },
		.has_range = (mapping & 3) == 2,
		.range_lo = { -100, 1 },
		.range_hi = { 1000, 1 },
		.real = (mapping & 3) == 3,
		.real_exponent = -3,
	};
	struct diag_sink sink;
	struct dataset set;

	diag_init(&sink);
	if (dataset_load(&set, &request, &sink, NULL)) {
		fuzz_check(&set);
		dataset_fini(&set);
		if (diag_count(&sink))
			panic("errors, but a data set");
	} else if (!diag_count(&sink)) {
		panic("no data set and no error");
	}
	diag_fini(&sink);
}

/* Two files in one input: two bytes for the length of the labels, the labels, the inputs. */
static inline void fuzz_load_pair(const char *name, const struct option_value *options,
	const uint8_t *data, size_t size, unsigned mapping)
{
	struct fuzz_file labels, inputs;
	size_t length;

	if (size < 2)
		return;
	length = data[0] | (size_t)data[1] << 8;
	data += 2;
	size -= 2;
	length = length < size ? length : size;
	labels = fuzz_file(data, length);
	inputs = fuzz_file(data + length, size - length);
	fuzz_load(name, inputs.path, labels.path, options, mapping);
	close(labels.fd);
	close(inputs.fd);
}

#endif
