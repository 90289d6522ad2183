#include "driver/spread.h"

#include <stdlib.h>

#include "driver/classify.h"
#include "support/mem.h"

uint64_t spread_index(const struct spread *spread, uint64_t i)
{
	__extension__ typedef unsigned __int128 wide;

	return (uint64_t)((wide)i * spread->dataset->count / spread->count);
}

static void spread_point(const void *context, uint64_t i, int64_t *point)
{
	const struct spread *spread = context;

	dataset_point(spread->dataset, spread_index(spread, i), point);
}

uint64_t spread_wrong(const struct spread *spread, const struct ir_module *module,
	const struct progress *progress)
{
	int32_t *classes = mem_alloc(spread->count, sizeof *classes);
	uint64_t wrong = 0;

	classify_points(module, spread_point, spread, spread->count, classes, progress);
	for (uint64_t i = 0; i < spread->count; i++)
		wrong +=
			classes[i] != (int32_t)spread->dataset->labels[spread_index(spread, i)];
	free(classes);
	return wrong;
}
