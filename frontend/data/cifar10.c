/* CIFAR-10 binary: records of a label byte and 3 x 1,024 bytes, red before green before blue.
 */
#include <inttypes.h>

#include "frontend/data/input.h"
#include "frontend/data/source.h"

enum { PIXELS = 3 * 32 * 32, RECORD = 1 + PIXELS, CLASSES = 10 };

static bool add_record(struct load *load, struct input *in, unsigned label)
{
	struct table *table = &load->table;

	if (label >= CLASSES) {
		diag_error_at(load->sink, (struct place){ in->path, table->count + 1, 1 },
			"label %u: those of CIFAR-10 are 0 to 9; is this a CIFAR-10 binary "
			"file?",
			label);
		return false;
	}
	if (table->count == TABLE_ROWS_MAX) {
		input_error(in, "too many records");
		return false;
	}
	table->count++;
	return table_add_label_integer(table, label);
}

static bool read_records(struct load *load, struct input *in)
{
	for (;;) {
		unsigned char label, *row;
		size_t got = input_read(in, &label, 1);

		if (in->failed)
			return false;
		if (!got)
			break;
		row = table_reserve(&load->table, 1);
		got += input_read(in, row, PIXELS);
		if (got < RECORD) {
			if (!in->failed)
				input_error(in,
					"the file is cut short: record %" PRIu64
					" has %zu of its 3073 bytes",
					load->table.count + 1, got);
			return false;
		}
		if (!add_record(load, in, label))
			return false;
	}
	if (load->table.count)
		return true;
	input_error(in, "the file is empty");
	return false;
}

static bool read_cifar10(struct load *load)
{
	const struct dataset_request *request = load->request;
	struct table *table = &load->table;
	struct input in;
	bool ok;

	if (!input_open(&in, load, request->inputs, request->inputs_span))
		return false;
	table->has_element = true;
	table->element = IR_UINT8;
	table_set_inputs(table, PIXELS);
	ok = read_records(load, &in);
	input_close(&in);
	return ok;
}

const struct source source_cifar10 = {
	.name = "cifar10",
	.kind = SOURCE_FORMAT,
	.help = "CIFAR-10 binary records of a label byte and 3,072 bytes",
	.inputs = SOURCE_MUST,
	.read = read_cifar10,
};
