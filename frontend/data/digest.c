#include <nettle/sha2.h>

#include "frontend/data/cell.h"
#include "frontend/data/stages.h"

static void add_integer(struct sha256_ctx *sha, uint64_t value)
{
	uint8_t bytes[8];

	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	sha256_update(sha, sizeof bytes, bytes);
}

/* Numbers of `size` bytes each, in this machine's order, as little-endian ones. */
static void add_array(struct sha256_ctx *sha, const void *array, size_t count, size_t size)
{
	const uint8_t *bytes = array;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	sha256_update(sha, count * size, bytes);
#else
	for (size_t i = 0; i < count; i++, bytes += size)
		for (size_t j = size; j-- > 0;)
			sha256_update(sha, 1, bytes + j);
#endif
}

void digest_dataset(struct dataset *dataset)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	add_integer(&sha, dataset->count);
	add_integer(&sha, dataset->inputs);
	add_integer(&sha, dataset->classes);
	add_integer(&sha, dataset->element);
	add_integer(&sha, dataset->cell);
	for (uint32_t i = 0; i < dataset->inputs; i++) {
		const struct ir_feature *feature = &dataset->features[i];
		add_integer(&sha, (uint64_t)feature->lo);
		add_integer(&sha, (uint64_t)feature->hi);
		add_integer(&sha, (uint64_t)feature->step.num);
		add_integer(&sha, (uint64_t)feature->step.den);
		add_integer(&sha, (uint64_t)feature->offset.num);
		add_integer(&sha, (uint64_t)feature->offset.den);
	}
	add_array(&sha, dataset->cells, (size_t)dataset->count * dataset->inputs,
		cell_bytes(dataset->cell));
	add_array(&sha, dataset->labels, (size_t)dataset->count, sizeof *dataset->labels);
	if (dataset->levels) {
		add_integer(&sha, (uint64_t)dataset->levels->lo);
		add_integer(&sha, (uint64_t)dataset->levels->step.num);
		add_integer(&sha, (uint64_t)dataset->levels->step.den);
	}
	sha256_digest(&sha, sizeof digest, digest);
	for (unsigned i = 0; i < sizeof digest; i++) {
		dataset->sha256[2 * i] = hex[digest[i] >> 4];
		dataset->sha256[2 * i + 1] = hex[digest[i] & 15];
	}
	dataset->sha256[64] = '\0';
}
