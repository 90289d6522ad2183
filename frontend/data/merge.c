#include <inttypes.h>
#include <string.h>

#include "frontend/data/cell.h"
#include "frontend/data/rowset.h"
#include "frontend/data/source.h"
#include "frontend/data/stages.h"
#include "ir/level.h"

static void report_contradiction(struct load *load, const struct dataset *dataset, uint64_t row,
	uint32_t label, uint64_t first, uint32_t first_label)
{
	const char *is = dataset->levels ? "has the value" : "is class";
	char text[IR_LEVEL_TEXT], first_text[IR_LEVEL_TEXT];

	load_error(load, row, 0,
		"row %" PRIu64 " %s '%s', but row %" PRIu64
		", the same point, %s '%s'; remove one of them%s",
		row + 1, is, dataset_label(dataset, label, text), first + 1, is,
		dataset_label(dataset, first_label, first_text),
		load->request->has_step ? " or give a smaller `step`" : "");
	load_note(load, first, 0, "row %" PRIu64 " is this one", first + 1);
}

bool merge_points(struct load *load, struct dataset *dataset, struct selection *selection)
{
	size_t row = dataset->inputs * cell_bytes(dataset->cell);
	unsigned char *cells = dataset->cells;
	uint64_t kept = 0;
	struct rowset set;
	bool ok = true;

	rowset_init(&set, row, dataset->count);
	for (uint64_t i = 0; i < dataset->count && !diag_full(load->sink); i++) {
		uint32_t label = dataset->labels[i];
		uint32_t first = rowset_add(&set, cells, cells + i * row, (uint32_t)kept);
		if (i % 16384 == 0)
			progress_report(
				load->progress, "merging duplicates", i, dataset->count);
		if (first != kept) {
			if (dataset->labels[first] == label)
				continue;
			report_contradiction(load, dataset, selection->rows[i], label,
				selection->rows[first], dataset->labels[first]);
			ok = false;
			continue;
		}
		if (kept != i) {
			memcpy(cells + kept * row, cells + i * row, row);
			dataset->labels[kept] = label;
			selection->rows[kept] = selection->rows[i];
		}
		kept++;
	}
	rowset_fini(&set);
	dataset->merged = dataset->count - kept;
	dataset->count = selection->count = kept;
	return ok;
}
